import { lazy, Suspense, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { toOversight } from "~/texts/toOversight";
import { Confirmed } from "~/ui/Confirmed";
import { Failure } from "~/ui/Failure";
import { Loading } from "~/ui/Loaded";
import { useDeleteTrack, useStartTrack } from "./queries";
import { Removal } from "./Removal";
import "./authoring.css";

const Extensions = lazy(async () => ({ default: (await import("./Extensions")).Extensions }));
const Invitations = lazy(async () => ({ default: (await import("./Invitations")).Invitations }));
const Stages = lazy(async () => ({ default: (await import("./Stages")).Stages }));
const Teachers = lazy(async () => ({ default: (await import("./Teachers")).Teachers }));

const FEWEST = 2;

type Props = { track: Schemas["TrackView"]; assignments: readonly Schemas["AssignmentView"][] };

/** What the teachers of a track do with it: write it and gather pupils while it waits, look at its reviews later. */
export function TeachersPart({ track, assignments }: Props) {
  const texts = useTexts(dictionary);
  const words = useTexts(toOversight);
  return (
    <section className="teachers-part" aria-labelledby="for-teachers">
      <h2 id="for-teachers">{texts.asTeacher}</h2>
      {track.status === "waiting" && <Waiting track={track} assignments={assignments} />}
      {track.status !== "waiting" && !track.is_enrolled && (
        <>
          <p>
            <Link to={paths.queue(track.id)}>{words.toQueue}</Link>
          </p>
          <Opened title={texts.stages}>
            <Stages assignments={assignments} />
          </Opened>
          <Opened title={texts.extensions}>
            <Extensions trackId={track.id} assignments={assignments} />
          </Opened>
        </>
      )}
      {track.status !== "waiting" && track.is_enrolled && <p>{texts.takesPart}</p>}
      <Opened title={texts.teachers}>
        <Teachers trackId={track.id} />
      </Opened>
    </section>
  );
}

function Waiting({ track, assignments }: Props) {
  const texts = useTexts(dictionary);
  const isEmpty = assignments.length === 0;
  return (
    <>
      {isEmpty && <p>{texts.noAssignmentsYet}</p>}
      <p className="row">
        <Link className={isEmpty ? "button primary" : "button"} to={paths.editAssignment(track.id, "new")}>
          {texts.addAssignment}
        </Link>
        <Link className="button" to={paths.editTrack(track.id)}>
          {texts.changeTrack}
        </Link>
        {!isEmpty && track.current_participants >= FEWEST && <Start track={track} />}
      </p>
      {!isEmpty && track.current_participants < FEWEST && <p className="faint">{texts.startsWithTwo}</p>}
      {!isEmpty && <Assignments trackId={track.id} assignments={assignments} />}
      <Opened title={texts.invite}>
        <Invitations trackId={track.id} />
      </Opened>
      <Opened title={texts.deleteTrack}>
        <Deletion track={track} />
      </Opened>
    </>
  );
}

function Start({ track }: { track: Schemas["TrackView"] }) {
  const texts = useTexts(dictionary);
  const start = useStartTrack(track.id);
  return (
    <>
      <Confirmed action={texts.start} title={texts.starting(track.title)} does={start}>
        <p>{texts.startingMeans(track.current_participants)}</p>
      </Confirmed>
      {start.error && <Failure error={start.error} />}
    </>
  );
}

function Assignments({ trackId, assignments }: { trackId: number; assignments: Props["assignments"] }) {
  const texts = useTexts(dictionary);
  return (
    <Opened title={texts.changeAssignments}>
      <ol>
        {assignments.map(({ id, title }) => (
          <li key={id}>
            <Link to={paths.editAssignment(trackId, id)}>{title}</Link>
          </li>
        ))}
      </ol>
    </Opened>
  );
}

function Deletion({ track }: { track: Schemas["TrackView"] }) {
  const texts = useTexts(dictionary);
  const remove = useDeleteTrack(track.id);
  const go = useNavigate();
  return (
    <Removal
      title={texts.deleting(track.title)}
      means={texts.deletingTrack}
      does={remove}
      onDone={() => void go(paths.tracks())}
    />
  );
}

/** Asked for when it is opened. */
function Opened({ title, children }: { title: string; children: React.ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {open && <Suspense fallback={<Loading />}>{children}</Suspense>}
    </details>
  );
}
