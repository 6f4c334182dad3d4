import type { ReactNode } from "react";
import { Link, Navigate, useLocation } from "react-router";
import { type Me, may, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Empty } from "~/ui/Empty";
import { Page } from "~/ui/Page";

/** A screen for those who teach; a guest signs in first. */
export function ForTeachers({ title, children }: { title: string; children: (me: Me) => ReactNode }) {
  const texts = useTexts(dictionary);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  if (may(me, "teach")) return children(me);
  return (
    <Page title={title}>
      <Empty>
        <p>{texts.forTeachers}</p>
        <Link to={paths.tracks()}>{texts.allTracks}</Link>
      </Empty>
    </Page>
  );
}

/** What has begun does not change any more. */
export function HasStarted({ trackId }: { trackId: number }) {
  const texts = useTexts(dictionary);
  return (
    <Empty>
      <p>{texts.hasStarted}</p>
      <Link to={paths.track(trackId)}>{texts.toTrack}</Link>
    </Empty>
  );
}
