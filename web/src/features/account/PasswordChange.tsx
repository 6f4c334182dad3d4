import { faultOf } from "~/api/errors";
import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Notice } from "~/ui/Notice";
import { Outcome } from "./Again";
import { secretOf } from "./forms";
import { useChangePassword } from "./profile.queries";

export function PasswordChange({ me }: { me: Me }) {
  const texts = useTexts(account);
  const change = useChangePassword();
  const send = (form: FormData): void =>
    change.mutate({ old_password: secretOf(form, "old"), new_password: secretOf(form, "new") });
  return (
    <section>
      {change.isSuccess && <Notice>{texts.passwordChanged}</Notice>}
      <details>
        <summary>
          <h2>{texts.changePassword}</h2>
        </summary>
        <Form onSend={send}>
          <input type="hidden" name="username" value={me.email} autoComplete="username" />
          <Field
            label={texts.oldPassword}
            name="old"
            type="password"
            autoComplete="current-password"
            required
            fault={faultOf(change.error, "old_password")}
          />
          <Field
            label={texts.newPassword}
            hint={texts.passwordHint}
            name="new"
            type="password"
            autoComplete="new-password"
            required
            fault={faultOf(change.error, "new_password")}
          />
          <Outcome
            me={me}
            error={change.error}
            again={() => change.variables && change.mutate(change.variables)}
            reset={change.reset}
          />
          <Button type="submit" busy={change.isPending}>
            {texts.changePassword}
          </Button>
        </Form>
      </details>
    </section>
  );
}
