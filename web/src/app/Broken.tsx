import { Link, useRouteError } from "react-router";
import { Unreachable } from "~/api/errors";
import { paths } from "~/lib/paths";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Page } from "~/ui/Page";

/** How browsers, and the loader of styles, say that a part of the client could not be fetched. */
const NOT_FETCHED = /dynamically imported module|module script|preload CSS/i;

/** A screen that failed. A part of the client that is not there means that a newer one is, or no network. */
export function Broken() {
  const texts = useTexts(common);
  const error = useRouteError();
  const missing = error instanceof Error && NOT_FETCHED.test(error.message);
  const shown = missing ? new Unreachable() : error instanceof Error ? error : new Error();
  if (missing && navigator.onLine) {
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
      <Failure error={shown} retry={() => location.reload()} />
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
