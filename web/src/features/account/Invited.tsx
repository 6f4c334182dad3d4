import { useState } from "react";
import { Link, useLocation } from "react-router";
import { paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Empty } from "~/ui/Empty";
import { Notice } from "~/ui/Notice";
import { Page } from "~/ui/Page";
import { invitedBy } from "./forms";
import { Reset } from "./Reset";

/** Where the link in an invitation's mail leads: its owner chooses the password, and joins what they are invited to. */
export function Component() {
  const texts = useTexts(account);
  const [done, setDone] = useState(false);
  const invited = invitedBy(useLocation().hash);
  return (
    <Page title={texts.invitedTitle}>
      {done ? (
        <>
          <Notice>{texts.resetDone}</Notice>
          <Link className="button primary" to={paths.signIn()}>
            {texts.signIn}
          </Link>
        </>
      ) : invited ? (
        <Reset {...invited} said={texts.invited(invited.email)} onDone={() => setDone(true)} />
      ) : (
        <Empty>
          <p>{texts.notInvited}</p>
          <Link className="button" to={paths.password()}>
            {texts.forgot}
          </Link>
        </Empty>
      )}
    </Page>
  );
}
