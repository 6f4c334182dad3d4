import { Link, useLocation, useParams } from "react-router";
import { type Me, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Page } from "~/ui/Page";
import { Diary } from "./Diary";
import { ItsProblem } from "./Evidence";
import { NowAt } from "./NowBox";
import { ToThreads, ToWritten } from "./OversightParts";
import { Place } from "./Place";
import type { Assignment } from "./phase";
import { useAssignment } from "./queries";
import { Solution } from "./Solution";
import "./tracks.css";

export function Component() {
  const assignmentId = Number(useParams()["assignmentId"]);
  const me = useMe() ?? null;
  const assignment = useAssignment(assignmentId, me !== null);
  if (!me) return <SignInHint />;
  return <Loaded query={assignment}>{(found) => <Shown key={found.id} assignment={found} me={me} />}</Loaded>;
}

function SignInHint() {
  const texts = useTexts(dictionary);
  const here = useLocation().pathname;
  return (
    <Page title={texts.assignment}>
      <Empty>
        <p>{texts.signInToSee}</p>
        <Link to={paths.signIn(here)}>{texts.signIn}</Link>
      </Empty>
    </Page>
  );
}

function Shown({ assignment, me }: { assignment: Assignment; me: Me }) {
  const texts = useTexts(dictionary);
  const isOpen =
    assignment.description !== null && (assignment.current_stage !== "not_started" || !assignment.is_enrolled);
  const barred = assignment.is_enrolled && !assignment.is_available && assignment.current_stage !== "not_started";
  return (
    <Page title={assignment.title}>
      <Place assignment={assignment} />
      <NowAt assignment={assignment} />
      <h2>{texts.task}</h2>
      {assignment.description === null ? (
        <Empty>{barred ? texts.hiddenBarred : texts.hidden}</Empty>
      ) : (
        <Markdown text={assignment.description} />
      )}
      {assignment.description !== null && <ItsProblem assignment={assignment} />}
      {assignment.is_enrolled && isOpen && <Solution assignment={assignment} me={me} />}
      {assignment.is_enrolled && assignment.reviews_done > 0 && <ToWritten assignment={assignment} />}
      <ToThreads assignment={assignment} />
      {isOpen && <Diary assignmentId={assignment.id} me={me} />}
    </Page>
  );
}
