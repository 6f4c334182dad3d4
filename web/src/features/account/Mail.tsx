import { useState } from "react";
import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Notice } from "~/ui/Notice";
import { Status } from "~/ui/Status";
import { Outcome } from "./Again";
import { codeOf, textOf, WrongCode } from "./forms";
import { useChangeMail } from "./profile.queries";

/** The address, its confirmation and its change: a new one counts once the code from its mail is here. */
export function Mail({ me }: { me: Me }) {
  const texts = useTexts(account);
  const { ask, confirm, resend } = useChangeMail(me);
  const [waiting, setWaiting] = useState<string | null>(null);
  return (
    <section>
      <h2>{texts.mail}</h2>
      <p className="row">
        <span>{me.email}</span>
        <Status tone={me.verified_mail ? "good" : "warn"}>
          {me.verified_mail ? texts.confirmed : texts.unconfirmed}
        </Status>
        {!me.verified_mail && waiting === null && (
          <Button
            busy={resend.isPending}
            onClick={() => resend.mutate(undefined, { onSuccess: () => setWaiting(me.email) })}
          >
            {texts.sendCode}
          </Button>
        )}
      </p>
      {resend.error && <Failure error={resend.error} />}
      {confirm.isSuccess && <Notice>{texts.mailChanged}</Notice>}
      {waiting === null ? (
        <details>
          <summary>{texts.changeMail}</summary>
          <Form onSend={(form) => ask.mutate(textOf(form, "email"), { onSuccess: setWaiting })}>
            <Field label={texts.newMail} name="email" type="email" autoComplete="email" required />
            <Outcome
              me={me}
              error={ask.error}
              again={() => ask.mutate(ask.variables ?? "", { onSuccess: setWaiting })}
              reset={ask.reset}
            />
            <Button type="submit" busy={ask.isPending}>
              {texts.sendCode}
            </Button>
          </Form>
        </details>
      ) : (
        <Form onSend={(form) => confirm.mutate(codeOf(form, "code"), { onSuccess: () => setWaiting(null) })}>
          <p role="status">{texts.codeSent(waiting)}</p>
          <Field
            label={texts.code}
            name="code"
            inputMode="numeric"
            autoComplete="one-time-code"
            required
            fault={confirm.error instanceof WrongCode ? texts.wrongCode : null}
          />
          {confirm.error && !(confirm.error instanceof WrongCode) && <Failure error={confirm.error} />}
          <Button type="submit" busy={confirm.isPending}>
            {texts.confirm}
          </Button>
        </Form>
      )}
    </section>
  );
}
