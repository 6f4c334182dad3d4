import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { threads } from "~/texts/threads";
import { OwnVerdict } from "./OwnVerdict";
import type { Evidence } from "./oversight.queries";
import type { Assignment } from "./phase";
import { TriedGroups } from "./TriedGroups";
import "./evidence.css";

type Props = { evidence: Evidence; assignment: Assignment };

/** What the judge and the reviewers have shown of the work that an appeal is about. */
export function AppealEvidence({ evidence, assignment }: Props) {
  return (
    <>
      <OwnVerdict assignment={assignment} judged={evidence.submission.judged} />
      <Comments evidence={evidence} />
      {assignment.problem_id !== null && <Tried evidence={evidence} assignment={assignment} />}
    </>
  );
}

/** The tests of the review that is contested come first. */
function Tried({ evidence: { appeal, counter_tests: tests, reviews }, assignment }: Props) {
  const texts = useTexts(dictionary);
  return (
    <section>
      <h3>{texts.tried}</h3>
      <TriedGroups tests={tests} reviews={reviews} first={appeal.review_id} adoptable={!assignment.is_enrolled} />
    </section>
  );
}

/** How much was said of single lines, and where. */
function Comments({ evidence: { appeal, line_comments: said } }: { evidence: Evidence }) {
  const texts = useTexts(threads);
  if (said.count === 0) return null;
  return (
    <p>
      <Link to={paths.comments(appeal.track_id, appeal.assignment_id, appeal.submission_id)}>
        {texts.saidInAll(said.count, said.answered)}
      </Link>
    </p>
  );
}
