import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";
import { number } from "~/texts/dates";
import { evidence as dictionary } from "~/texts/evidence";
import { useLanguage, useTexts } from "~/texts/language";
import { task } from "~/texts/task";
import { Status } from "~/ui/Status";
import { type VerdictState, verdictState } from "./evidence";
import { useOwnVerdict } from "./evidence.queries";
import type { Assignment } from "./phase";

type Judged = Schemas["SolutionView"]["judged"];

/** What the judge says of a solution, or why that is not shown. */
export function OwnVerdict({ assignment, judged }: { assignment: Assignment; judged: Judged }) {
  const state = verdictState(assignment, judged);
  if (state === null) return null;
  return (
    <div role="status">
      {state.kind === "waiting" && judged && assignment.is_enrolled ? (
        <Awaited assignment={assignment} judged={judged} />
      ) : (
        <Told state={state} />
      )}
    </div>
  );
}

/** Looked for until it is there. */
function Awaited({ assignment, judged }: { assignment: Assignment; judged: NonNullable<Judged> }) {
  const { data } = useOwnVerdict(assignment, judged.submission_id);
  const state = verdictState(assignment, data ? data.judged : judged);
  return state && <Told state={state} />;
}

function Told({ state }: { state: VerdictState }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const words: Readonly<Record<string, string>> = useTexts(task).verdicts;
  if (state.kind !== "judged") return <p className="faint">{texts[state.kind]}</p>;
  const { verdict, points, max_points: most, submission_id: id } = state.judged;
  return (
    <p className="row">
      <span>{texts.verdict}:</span>
      <Status tone={verdict === "OK" ? "good" : verdict === "PARTIAL" ? "warn" : "bad"}>
        {words[verdict] ?? verdict}
      </Status>
      {points !== null && most !== null && (
        <span>{texts.earned(number(points, language), number(most, language))}</span>
      )}
      <Link to={paths.submission(id)}>{texts.details}</Link>
    </p>
  );
}
