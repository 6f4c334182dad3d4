import { Link, useLocation } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { Empty } from "~/ui/Empty";
import { Page } from "~/ui/Page";
import "./account.css";
import { Erase } from "./Erase";
import { History } from "./History";
import { Looks } from "./Looks";
import { Mail } from "./Mail";
import { PasswordChange } from "./PasswordChange";
import { ProfileForm } from "./ProfileForm";
import { SecondFactor } from "./SecondFactor";
import { Sessions } from "./Sessions";

export function Component() {
  const texts = useTexts(account);
  const me = useMe();
  const here = useLocation().pathname;
  if (!me) {
    return (
      <Page title={texts.account}>
        <Empty>
          <p>{texts.guest}</p>
          <Link to={paths.signIn(here)}>{texts.signIn}</Link>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={texts.account}>
      <p className="faint">{texts.about(texts.roles[me.role])}</p>
      <div className="account">
        <ProfileForm me={me} />
        <div>
          <Mail me={me} />
          <PasswordChange me={me} />
          <SecondFactor me={me} />
          <Looks />
        </div>
      </div>
      <Sessions me={me} />
      <History />
      <Erase me={me} />
    </Page>
  );
}
