import { lazy, Suspense } from "react";
import { Link, useLocation, useParams, useSearchParams } from "react-router";
import { type Me, may, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Page } from "~/ui/Page";
import { Progress } from "~/ui/Progress";
import { Status } from "~/ui/Status";
import { Tabs } from "~/ui/Tabs";
import { Plan } from "./Plan";
import type { Assignment, Track } from "./phase";
import { useAssignments, useTrack } from "./queries";
import { Rules } from "./Rules";
import { Standings } from "./Standings";
import { TrackNow } from "./TrackNow";
import { STATE_TONES } from "./tones";
import "./tracks.css";

const TeachersPart = lazy(async () => ({ default: (await import("./authoring/TeachersPart")).TeachersPart }));

const PARTS = ["plan", "standings", "rules"] as const;
type Part = (typeof PARTS)[number];

export function Component() {
  const trackId = Number(useParams()["trackId"]);
  const me = useMe() ?? null;
  const track = useTrack(trackId, me !== null);
  const sees = track.data?.is_enrolled === true || may(me, "teach");
  const assignments = useAssignments(trackId, sees, track.data?.status === "active");
  if (!me) return <Guest />;
  return (
    <Loaded query={track}>
      {(found) => (
        <Page title={found.title}>
          {found.description && <Markdown text={found.description} />}
          <Facts track={found} />
          {sees ? (
            <Loaded query={assignments}>{(all) => <Inside track={found} assignments={all} me={me} />}</Loaded>
          ) : (
            <Inside track={found} assignments={null} me={me} />
          )}
        </Page>
      )}
    </Loaded>
  );
}

function Guest() {
  const texts = useTexts(dictionary);
  const here = useLocation().pathname;
  return (
    <Page title={texts.track}>
      <Empty>
        <p>{texts.signInToSee}</p>
        <Link to={paths.signIn(here)}>{texts.signIn}</Link>
      </Empty>
    </Page>
  );
}

function Facts({ track }: { track: Track }) {
  const texts = useTexts(dictionary);
  const { current_participants: there, required_participants: wanted } = track;
  return (
    <div className="row track-facts">
      <Status tone={STATE_TONES[track.status]}>{texts.states[track.status]}</Status>
      {track.status === "waiting" ? (
        <Progress value={there} max={wanted} label={texts.gathered(there, wanted)} />
      ) : (
        <span className="faint">{texts.people(there)}</span>
      )}
      <span className="faint">{texts.reviewsEach(track.reviews_per_user)}</span>
      {track.author_name && <span className="faint">{texts.by(track.author_name)}</span>}
    </div>
  );
}

type InsideProps = { track: Track; assignments: readonly Assignment[] | null; me: Me };

function Inside({ track, assignments, me }: InsideProps) {
  const texts = useTexts(dictionary);
  const [search, setSearch] = useSearchParams();
  const parts = PARTS.filter((each) => each !== "standings" || assignments);
  // Who sees the assignments and does not take part teaches the track.
  const teaches = !track.is_enrolled || track.author_id === me.id;
  const open = parts.find((each) => each === search.get("part")) ?? "plan";
  const panel: Record<Part, () => React.ReactNode> = {
    plan: () => <Plan track={track} assignments={assignments} />,
    standings: () => open === "standings" && <Standings trackId={track.id} />,
    rules: () => open === "rules" && <Rules track={track} sees={assignments !== null} />,
  };
  return (
    <>
      <TrackNow track={track} assignments={assignments} />
      {assignments && teaches && (
        <Suspense>
          <TeachersPart track={track} assignments={assignments} />
        </Suspense>
      )}
      <Tabs
        label={texts.parts}
        tabs={parts.map((id) => ({ id, label: texts[id] }))}
        open={open}
        onOpen={(id) => setSearch(id === "plan" ? {} : { part: id }, { replace: true, preventScrollReset: true })}
        panel={(id) => panel[id]()}
      />
    </>
  );
}
