import { useState } from "react";
import { Link, Navigate, useSearchParams } from "react-router";
import { useMe } from "~/api/session";
import { ownPath, paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Page } from "~/ui/Page";
import { Tabs } from "~/ui/Tabs";
import { MailedSignUp } from "./MailedSignUp";
import { RegistrationForm } from "./RegistrationForm";

export function Component() {
  const texts = useTexts(account);
  const [way, setWay] = useState<"mail" | "form">("mail");
  const back = useSearchParams()[0].get("back");
  const me = useMe();
  if (me) return <Navigate to={ownPath(back)} replace />;
  return (
    <Page title={texts.signUp}>
      <Tabs
        label={texts.signUp}
        open={way}
        onOpen={setWay}
        tabs={[
          { id: "mail", label: texts.byMail },
          { id: "form", label: texts.byForm },
        ]}
        panel={(id) => (id === "mail" ? <MailedSignUp /> : <RegistrationForm />)}
      />
      <p>
        <Link to={paths.signIn(back)}>{texts.haveAccount}</Link>
      </p>
    </Page>
  );
}
