import { faultOf, faultOfAll } from "~/api/errors";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { codeOf, secretOf } from "./forms";
import { useResetPassword } from "./queries";

type Props = { email: string; said: string; code?: string; onDone: () => void };

/** A password that is chosen with the code from a mail. A code that is known already is filled in. */
export function Reset({ email, said, code, onDone }: Props) {
  const texts = useTexts(account);
  const reset = useResetPassword();
  const whole = faultOfAll(reset.error, ["code", "password"]);
  const send = (form: FormData): void =>
    reset.mutate({ email, code: codeOf(form, "code"), password: secretOf(form, "password") }, { onSuccess: onDone });
  return (
    <Form onSend={send}>
      <p role="status">{said}</p>
      <input type="hidden" name="username" value={email} autoComplete="username" />
      <Field
        label={texts.code}
        name="code"
        autoComplete="one-time-code"
        required
        autoFocus={!code}
        defaultValue={code}
        fault={faultOf(reset.error, "code")}
      />
      <Field
        label={texts.newPassword}
        hint={texts.passwordHint}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        autoFocus={!!code}
        fault={faultOf(reset.error, "password")}
      />
      {whole && <Failure error={whole} />}
      <Button kind="primary" type="submit" busy={reset.isPending}>
        {texts.setPassword}
      </Button>
    </Form>
  );
}
