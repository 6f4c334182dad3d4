import { Link, Navigate, useLocation, useParams, useSearchParams } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { tracks as trackWords } from "~/texts/tracks";
import { Empty } from "~/ui/Empty";
import { Select } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { Fairness } from "./Fairness";
import { useQueue } from "./oversight.queries";
import type { Assignment, Track } from "./phase";
import { QueueCase } from "./QueueCase";
import { useAssignments, useTrack } from "./queries";
import "./tracks.css";
import "./oversight.css";

const REVIEWED = new Set<Assignment["current_stage"]>(["code_review", "completed"]);

/** What the teachers of a track are to look at, the most urgent first, and how fair its reviews are. */
export function Component() {
  const trackId = Number(useParams()["trackId"]);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const track = useTrack(trackId, me !== null);
  const assignments = useAssignments(trackId, me !== null, track.data?.status === "active");
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  return (
    <Loaded query={track}>
      {(found) => (
        <Loaded query={assignments}>
          {(all) => <Shown track={found} reviewed={(all ?? []).filter((each) => REVIEWED.has(each.current_stage))} />}
        </Loaded>
      )}
    </Loaded>
  );
}

function Shown({ track, reviewed }: { track: Track; reviewed: readonly Assignment[] }) {
  const texts = useTexts(dictionary);
  const words = useTexts(trackWords);
  const [search, setSearch] = useSearchParams();
  const chosen = reviewed.find(({ id }) => String(id) === search.get("assignment")) ?? null;
  return (
    <Page title={texts.queue(track.title)}>
      <p>
        {words.track}: <Link to={paths.track(track.id)}>{track.title}</Link>
      </p>
      {reviewed.length > 1 && (
        <Select
          label={texts.onlyOf}
          value={chosen?.id ?? ""}
          onChange={(event) =>
            setSearch(event.target.value ? { assignment: event.target.value } : {}, { replace: true })
          }
        >
          <option value="">{texts.all}</option>
          {reviewed.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </Select>
      )}
      <Cases key={chosen?.id ?? ""} trackId={track.id} assignmentId={chosen?.id ?? null} />
      {reviewed.length > 0 && <h2>{texts.fairness}</h2>}
      {reviewed
        .filter(({ id }) => chosen === null || chosen.id === id)
        .map((each) => (
          <Fairness key={each.id} assignment={each} />
        ))}
    </Page>
  );
}

function Cases({ trackId, assignmentId }: { trackId: number; assignmentId: number | null }) {
  const texts = useTexts(dictionary);
  const queue = useQueue(trackId, assignmentId);
  return (
    <>
      <Loaded query={queue}>
        {(cases) =>
          cases.length === 0 ? (
            <Empty>{texts.nothing}</Empty>
          ) : (
            cases.map((each) => <QueueCase key={each.submission.id} trackId={trackId} of={each} />)
          )
        }
      </Loaded>
      <More pages={queue} />
    </>
  );
}
