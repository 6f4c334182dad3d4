import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { threads } from "~/texts/threads";
import { byReview, inOrder } from "./evidence";
import { OneCounterTest } from "./OneCounterTest";
import { OwnVerdict } from "./OwnVerdict";
import type { Evidence } from "./oversight.queries";
import type { Assignment } from "./phase";
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

/** Each beside the review that it belongs to: the one that is contested at first. */
function Tried({ evidence: { appeal, counter_tests: tests, reviews }, assignment }: Props) {
  const texts = useTexts(dictionary);
  const breaks = tests.filter(({ outcome }) => outcome === "breaks").length;
  const contested = (id: number | null): number => (id !== null && id === appeal.review_id ? 0 : 1);
  const groups = byReview(inOrder(tests), reviews).sort((a, b) => contested(a.review) - contested(b.review));
  const names = new Map(reviews.map((review, at) => [review.id, review.reviewer_name ?? texts.by(at + 1)]));
  const numbers = new Map(groups.flatMap((group) => group.tests).map((test, at) => [test.id, at + 1]));
  return (
    <section>
      <h3>{texts.tried}</h3>
      <p>{tests.length === 0 ? texts.none : texts.summary(breaks, tests.length)}</p>
      {groups.map((group) => (
        <section key={group.review ?? 0}>
          <p className="faint">{names.get(group.review ?? 0) ?? texts.ofOthers}</p>
          <ol className="plain-list">
            {group.tests.map((test) => (
              <OneCounterTest
                key={test.id}
                test={test}
                number={numbers.get(test.id) ?? 0}
                adoptable={!assignment.is_enrolled}
              />
            ))}
          </ol>
        </section>
      ))}
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
