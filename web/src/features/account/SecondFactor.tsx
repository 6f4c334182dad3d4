import { useState } from "react";
import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { day } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Copy } from "~/ui/Copy";
import { Dialog } from "~/ui/Dialog";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Loaded } from "~/ui/Loaded";
import { Outcome } from "./Again";
import { codeOf } from "./forms";
import { useSecondFactor, useSecondFactorChanges } from "./security.queries";

export function SecondFactor({ me }: { me: Me }) {
  const texts = useTexts(account);
  const language = useLanguage();
  const state = useSecondFactor();
  const changes = useSecondFactorChanges();
  const [codes, setCodes] = useState<string[] | null>(null);
  const shown = ({ recovery_codes }: { recovery_codes: string[] }): void => setCodes(recovery_codes);
  return (
    <section>
      <h2>{texts.second}</h2>
      <Loaded query={state}>
        {({ enabled, enabled_at, recovery_codes_left, required }) =>
          enabled ? (
            <>
              <p>
                {texts.secondOn(enabled_at ? day(enabled_at, language) : "")}. {texts.codesLeft(recovery_codes_left)}.
              </p>
              <WithCode label={texts.newCodes} me={me} of={changes.codes} onDone={shown} />
              <WithCode label={texts.turnOff} me={me} of={changes.disable} onDone={() => changes.begin.reset()} />
            </>
          ) : (
            <>
              <p>
                {texts.secondOff} {required && texts.secondRequired}
              </p>
              {changes.begin.data ? (
                <>
                  <p>{texts.scan}</p>
                  <p>
                    <a href={changes.begin.data.uri}>{texts.openApp}</a>
                  </p>
                  <p>
                    {texts.key}: <code>{changes.begin.data.secret}</code>{" "}
                    <Copy text={changes.begin.data.secret} what={texts.key} />
                  </p>
                  <WithCode open label={texts.turnOn} me={me} of={changes.confirm} onDone={shown} />
                </>
              ) : (
                <Button busy={changes.begin.isPending} onClick={() => changes.begin.mutate()}>
                  {texts.turnOn}
                </Button>
              )}
              <Outcome
                me={me}
                error={changes.begin.error}
                again={() => changes.begin.mutate()}
                reset={changes.begin.reset}
              />
            </>
          )
        }
      </Loaded>
      {codes && <RecoveryCodes codes={codes} onClose={() => setCodes(null)} />}
    </section>
  );
}

type Change<T> = {
  error: Error | null;
  variables: string | undefined;
  isPending: boolean;
  mutate: (otp: string, options?: { onSuccess: (data: T) => void }) => void;
  reset: () => void;
};

/** A change that takes a code of the second factor. */
function WithCode<T>({
  label,
  me,
  of,
  onDone,
  open = false,
}: {
  label: string;
  me: Me;
  of: Change<T>;
  onDone: (data: T) => void;
  open?: boolean;
}) {
  const texts = useTexts(account);
  const send = (otp: string): void => of.mutate(otp, { onSuccess: onDone });
  return (
    <details open={open}>
      <summary>{label}</summary>
      <Form onSend={(form) => send(codeOf(form, "otp"))}>
        <Field label={texts.otp} hint={texts.otpHint} name="otp" autoComplete="one-time-code" required />
        <Outcome me={me} error={of.error} again={() => send(of.variables ?? "")} reset={of.reset} />
        <Button type="submit" busy={of.isPending}>
          {label}
        </Button>
      </Form>
    </details>
  );
}

function RecoveryCodes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const texts = useTexts(account);
  return (
    <Dialog title={texts.codes} onClose={onClose}>
      <p>{texts.codesHint}</p>
      <ul className="codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p className="row">
        <Copy text={codes.join("\n")} what={texts.codes} />
        <Button kind="primary" onClick={onClose}>
          {texts.codesKept}
        </Button>
      </p>
    </Dialog>
  );
}
