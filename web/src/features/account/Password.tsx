import { useState } from "react";
import { Link, useSearchParams } from "react-router";
import { paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Notice } from "~/ui/Notice";
import { Page } from "~/ui/Page";
import { AddressForm } from "./AddressForm";
import { useForgotPassword } from "./queries";
import { Reset } from "./Reset";

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
        <Reset email={email} said={texts.codeSent(email)} onDone={() => setDone(true)} />
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
