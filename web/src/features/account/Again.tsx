import { ApiError } from "~/api/errors";
import type { Me } from "~/api/session";
import { account } from "~/texts/account";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { secretOf, textOf } from "./forms";
import { useSignInAgain } from "./queries";
import { wantsOtp } from "./SignIn";

type Refused = { error: Error | null; again: () => void; reset: () => void };

/** What became of a write: its error, or the question for the password where it takes a sign-in just now. */
export function Outcome({ me, error, again, reset }: Refused & { me: Me }) {
  if (!error) return null;
  if (!(error instanceof ApiError && error.code === "sign_in_again")) return <Failure error={error} />;
  return <Again me={me} onDone={again} onClose={reset} />;
}

function Again({ me, onDone, onClose }: { me: Me; onDone: () => void; onClose: () => void }) {
  const texts = useTexts(account);
  const words = useTexts(common);
  const signIn = useSignInAgain();
  const otp = wantsOtp(signIn.error);
  const send = (form: FormData): void => {
    const code = textOf(form, "otp");
    signIn.mutate(
      { name: me.email, password: secretOf(form, "password"), ...(code ? { otp: code } : {}) },
      { onSuccess: onDone },
    );
  };
  return (
    <Dialog title={texts.again} onClose={onClose}>
      <p>{texts.againHint}</p>
      <Form onSend={send}>
        <input type="hidden" name="username" value={me.email} autoComplete="username" />
        <Field label={texts.password} name="password" type="password" autoComplete="current-password" required />
        {otp && <Field label={texts.otp} hint={texts.otpHint} name="otp" autoComplete="one-time-code" required />}
        {signIn.error && !(signIn.error instanceof ApiError && signIn.error.code === "otp_required") && (
          <Failure error={signIn.error} />
        )}
        <p className="row">
          <Button kind="primary" type="submit" busy={signIn.isPending}>
            {texts.confirm}
          </Button>
          <Button onClick={onClose}>{words.cancel}</Button>
        </p>
      </Form>
    </Dialog>
  );
}
