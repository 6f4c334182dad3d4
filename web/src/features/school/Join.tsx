import { Link, useLocation, useParams } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Button } from "~/ui/Button";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { placeOfTarget, type Target } from "./places";
import { useInvitation, useJoin } from "./queries";

export function Component() {
  const texts = useTexts(school);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const code = useParams()["code"] ?? "";
  return (
    <Page title={texts.invitation}>
      {me ? (
        <Invitation code={code} />
      ) : (
        <Empty>
          <p>{texts.joinSignedIn}</p>
          <p className="row">
            <Link className="button primary" to={paths.signIn(here)}>
              {texts.signIn}
            </Link>
            <Link className="button" to={paths.signUp(here)}>
              {texts.signUp}
            </Link>
          </p>
        </Empty>
      )}
    </Page>
  );
}

function Invitation({ code }: { code: string }) {
  const texts = useTexts(school);
  const invitation = useInvitation(code);
  const join = useJoin(code);
  if (join.data) return <Joined target={join.data} />;
  return (
    <Loaded query={invitation}>
      {(target) => (
        <>
          <p>{texts.invitedTo[target.kind](target.title)}</p>
          <p className="faint">{texts.joinMeans}</p>
          {join.error && <Failure error={join.error} />}
          <Button kind="primary" busy={join.isPending} onClick={() => join.mutate()}>
            {texts.join}
          </Button>
        </>
      )}
    </Loaded>
  );
}

function Joined({ target }: { target: Target }) {
  const texts = useTexts(school);
  return (
    <p role="status">
      {texts.joined[target.kind](target.title)} <Link to={placeOfTarget(target)}>{texts.go}</Link>
    </p>
  );
}
