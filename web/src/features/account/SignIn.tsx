import { useState } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import { ApiError } from "~/api/errors";
import { useMe } from "~/api/session";
import { ownPath, paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Form } from "~/ui/Form";
import { Page } from "~/ui/Page";
import { secretOf, textOf } from "./forms";
import { useSignIn } from "./queries";

/** Whether a refusal wants the second factor, or another try at it. */
export function wantsOtp(error: unknown): boolean {
  return error instanceof ApiError && ["otp_required", "wrong_otp", "otp_locked"].includes(error.code);
}

export function Component() {
  const texts = useTexts(account);
  const back = useSearchParams()[0].get("back");
  const signIn = useSignIn();
  const [otp, setOtp] = useState(false);
  const me = useMe();
  if (me) return <Navigate to={ownPath(back)} replace />;
  const send = (form: FormData): void => {
    const code = textOf(form, "otp");
    signIn.mutate(
      { name: textOf(form, "name"), password: secretOf(form, "password"), ...(code ? { otp: code } : {}) },
      { onError: (error) => setOtp(otp || wantsOtp(error)) },
    );
  };
  const asked = signIn.error instanceof ApiError && signIn.error.code === "otp_required";
  return (
    <Page title={texts.signIn}>
      <Form onSend={send}>
        <Field label={texts.login} name="name" autoComplete="username" required autoCapitalize="none" />
        <Field label={texts.password} name="password" type="password" autoComplete="current-password" required />
        {otp && (
          <Field label={texts.otp} hint={texts.otpHint} name="otp" autoComplete="one-time-code" required autoFocus />
        )}
        {signIn.error && !asked && <Failure error={signIn.error} />}
        <Button kind="primary" type="submit" busy={signIn.isPending}>
          {texts.signIn}
        </Button>
      </Form>
      <p>
        <Link to={paths.password(back)}>{texts.forgot}</Link>
      </p>
      <p>
        <Link to={paths.signUp(back)}>{texts.noAccount}</Link>
      </p>
    </Page>
  );
}
