import { Link, useLocation } from "react-router";
import { type Me, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { account } from "~/texts/account";
import { useTexts } from "~/texts/language";
import { preferences as dictionary } from "~/texts/preferences";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import "./preferences.css";
import { PreferencesForm } from "./PreferencesForm";
import { usePreferences } from "./preferences.queries";
import { ZoneForm } from "./ZoneForm";

export function Component() {
  const texts = useTexts(dictionary);
  const words = useTexts(account);
  const me = useMe();
  const here = useLocation().pathname;
  return (
    <Page title={texts.title}>
      {me ? (
        <Settings me={me} />
      ) : (
        <Empty>
          <p>{words.guest}</p>
          <Link to={paths.signIn(here)}>{words.signIn}</Link>
        </Empty>
      )}
    </Page>
  );
}

function Settings({ me }: { me: Me }) {
  const preferences = usePreferences();
  return (
    <>
      <Loaded query={preferences}>{(known) => <PreferencesForm current={known} />}</Loaded>
      <ZoneForm me={me} />
    </>
  );
}
