import { useState } from "react";
import { faultOf, faultOfAll } from "~/api/errors";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Notice } from "~/ui/Notice";
import { AddressForm } from "./AddressForm";
import { codeOf, secretOf, textOrNull, WrongCode } from "./forms";
import { useMailedSignUp } from "./queries";

/** Address, then the code, then the password: what is done stays done when a step fails. */
export function MailedSignUp() {
  const steps = useMailedSignUp();
  const [token, setToken] = useState<string | null>(null);
  const begun = steps.begin.data;
  if (!begun) return <Address steps={steps} />;
  if (token === null) return <Code steps={steps} id={begun.id} email={begun.email} onToken={setToken} />;
  return <Choose steps={steps} id={begun.id} email={begun.email} token={token} />;
}

type Steps = ReturnType<typeof useMailedSignUp>;
type Begun = { steps: Steps; id: number; email: string };

function Address({ steps: { begin } }: { steps: Steps }) {
  const texts = useTexts(account);
  return <AddressForm hint={texts.byMailHint} error={begin.error} busy={begin.isPending} onSend={begin.mutate} />;
}

function Code({ steps: { confirm, resend }, id, email, onToken }: Begun & { onToken: (token: string) => void }) {
  const texts = useTexts(account);
  const wrong = confirm.error instanceof WrongCode;
  const error = wrong ? resend.error : (confirm.error ?? resend.error);
  const send = (form: FormData): void =>
    confirm.mutate({ user_id: id, code: codeOf(form, "code") }, { onSuccess: (token) => onToken(token ?? "") });
  return (
    <Form onSend={send}>
      <p role="status">{texts.codeSent(email)}</p>
      <Field
        label={texts.code}
        name="code"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        autoFocus
        fault={wrong ? texts.wrongCode : null}
      />
      {error && <Failure error={error} />}
      {resend.isSuccess && <Notice>{texts.sentAgain}</Notice>}
      <p className="row">
        <Button kind="primary" type="submit" busy={confirm.isPending}>
          {texts.confirm}
        </Button>
        <Button kind="quiet" busy={resend.isPending} onClick={() => resend.mutate(id)}>
          {texts.sendAgain}
        </Button>
      </p>
    </Form>
  );
}

function Choose({ steps: { complete }, id, email, token }: Begun & { token: string }) {
  const texts = useTexts(account);
  const whole = faultOfAll(complete.error, ["password", "name"]);
  const send = (form: FormData): void =>
    complete.mutate({
      user_id: id,
      email,
      token,
      password: secretOf(form, "password"),
      name: textOrNull(form, "name"),
    });
  return (
    <Form onSend={send}>
      <Notice>{texts.nearlyThere}</Notice>
      <input type="hidden" name="username" value={email} autoComplete="username" />
      <Field label={texts.name} name="name" autoComplete="given-name" fault={faultOf(complete.error, "name")} />
      <Field
        label={texts.password}
        hint={texts.passwordHint}
        name="password"
        type="password"
        autoComplete="new-password"
        required
        fault={faultOf(complete.error, "password")}
      />
      {whole && <Failure error={whole} />}
      <Button kind="primary" type="submit" busy={complete.isPending}>
        {texts.finish}
      </Button>
    </Form>
  );
}
