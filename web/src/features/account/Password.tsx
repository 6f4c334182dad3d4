import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { faultOf, faultOfAll } from "~/api/errors";
import { paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Notice } from "~/ui/Notice";
import { Page } from "~/ui/Page";
import { AddressForm } from "./AddressForm";
import { codeOf, secretOf } from "./forms";
import { useForgotPassword, useResetPassword } from "./queries";

export function Component() {
  const texts = useTexts(account);
  const [email, setEmail] = useState<string | null>(null);
  const [done, setDone] = useState(false);
  const back = useSearchParams()[0].get("back");
  return (
    <Page title={texts.forgotTitle}>
      {done ? (
        <>
          <Notice>{texts.resetDone}</Notice>
          <Link className="button primary" to={paths.signIn(back)}>
            {texts.signIn}
          </Link>
        </>
      ) : email === null ? (
        <Ask onAsked={setEmail} />
      ) : (
        <Reset email={email} onDone={() => setDone(true)} />
      )}
    </Page>
  );
}

function Ask({ onAsked }: { onAsked: (email: string) => void }) {
  const texts = useTexts(account);
  const forgot = useForgotPassword();
  const send = (email: string): void => forgot.mutate(email, { onSuccess: () => onAsked(email) });
  return <AddressForm hint={texts.forgotHint} error={forgot.error} busy={forgot.isPending} onSend={send} />;
}

function Reset({ email, onDone }: { email: string; onDone: () => void }) {
  const texts = useTexts(account);
  const reset = useResetPassword();
  const whole = faultOfAll(reset.error, ["code", "password"]);
  const send = (form: FormData): void =>
    reset.mutate({ email, code: codeOf(form, "code"), password: secretOf(form, "password") }, { onSuccess: onDone });
  return (
    <Form onSend={send}>
      <p role="status">{texts.codeSent(email)}</p>
      <Field
        label={texts.code}
        name="code"
        autoComplete="one-time-code"
        required
        autoFocus
        fault={faultOf(reset.error, "code")}
      />
      <Field
        label={texts.newPassword}
        hint={texts.passwordHint}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        fault={faultOf(reset.error, "password")}
      />
      {whole && <Failure error={whole} />}
      <Button kind="primary" type="submit" busy={reset.isPending}>
        {texts.setPassword}
      </Button>
    </Form>
  );
}
