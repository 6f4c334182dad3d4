import { Link, Navigate, useLocation, useParams } from "react-router";
import type { Schemas } from "~/api/client";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { threads as dictionary } from "~/texts/threads";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { More } from "~/ui/More";
import { Page } from "~/ui/Page";
import { Status } from "~/ui/Status";
import { useOwnThreads } from "./comments.queries";
import { Place } from "./Place";
import type { Assignment } from "./phase";
import { useAssignment } from "./queries";
import "./tracks.css";

/** Where one finds the comments that were answered: on one's work, and in one's reviews. */
export function Component() {
  const texts = useTexts(dictionary);
  const assignmentId = Number(useParams()["assignmentId"]);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const assignment = useAssignment(assignmentId, me !== null);
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  return (
    <Loaded query={assignment}>
      {(found) => (
        <Page title={texts.title(found.title)}>
          <Place assignment={found} />
          {found.is_enrolled ? <All assignment={found} /> : <Empty>{texts.toParticipants}</Empty>}
        </Page>
      )}
    </Loaded>
  );
}

function All({ assignment }: { assignment: Assignment }) {
  const texts = useTexts(dictionary);
  const threads = useOwnThreads(assignment.id, true);
  return (
    <>
      <Loaded query={threads}>
        {(all) =>
          all.length === 0 ? (
            <Empty>{texts.none}</Empty>
          ) : (
            <ul className="plain-list">
              {all.map((each) => (
                <One key={each.id} thread={each} assignment={assignment} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <More pages={threads} />
    </>
  );
}

function One({ thread, assignment }: { thread: Schemas["OwnThreadView"]; assignment: Assignment }) {
  const texts = useTexts(dictionary);
  const where = texts.lines(thread.path, thread.from_line, thread.to_line);
  return (
    <li className="card">
      <p className="row">
        <strong>{thread.is_own ? texts.byYou : texts.onYours}</strong>
        <code>{where}</code>
        {thread.awaits_you && <Status tone="warn">{texts.awaits}</Status>}
      </p>
      <p className="said">{thread.text}</p>
      <p className="row">
        <span className="faint">{texts.answers(thread.replies)}</span>
        <Link to={paths.comments(assignment.track_id, assignment.id, thread.submission_id)}>
          {texts.open}
          <span className="visually-hidden">: {texts.ofLines(where)}</span>
        </Link>
      </p>
    </li>
  );
}
