import { Link, useRouteError } from "react-router";
import { paths } from "~/lib/paths";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Page } from "~/ui/Page";

/** A screen that failed. A part of the client that is not there any more means that a newer one is. */
export function Broken() {
  const texts = useTexts(common);
  const error = useRouteError();
  const outdated = error instanceof TypeError && /dynamically imported module|module script/i.test(error.message);
  if (outdated) {
    return (
      <Page title={texts.product}>
        <p>{texts.outOfDate}</p>
        <Button kind="primary" onClick={() => location.reload()}>
          {texts.reload}
        </Button>
      </Page>
    );
  }
  return (
    <Page title={texts.product}>
      <Failure error={error instanceof Error ? error : new Error()} retry={() => location.reload()} />
    </Page>
  );
}

export function Missing() {
  const texts = useTexts(common);
  return (
    <Page title={texts.notFound}>
      <Link to={paths.home()}>{texts.toHome}</Link>
    </Page>
  );
}
