import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Progress } from "~/ui/Progress";
import { type CellState, cells, type Submission } from "./program";

/** More tests than this are a bar. */
const MOST = 60;
const SIGNS: Record<CellState, string> = { passed: "✓", failed: "✗", waiting: "" };

/** The tests one by one, as they turn out. */
export function Cells({ submission }: { submission: Submission }) {
  const texts = useTexts(dictionary);
  const all = cells(submission);
  if (all.length === 0) return null;
  // Of many tests, a submission names the first hundred alone.
  const { tests_passed: passed, tests_total: total } = submission.is_checked
    ? submission
    : (submission.progress ?? submission);
  if (total > MOST) return <Progress value={passed} max={total} label={texts.passed(passed, total)} />;
  return (
    <ol className="cells" aria-label={texts.tests}>
      {all.map((state, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a test is its place in the list
        <li key={at} className={state} title={texts.testCell(at + 1, texts.cellStates[state])}>
          <span aria-hidden="true">{SIGNS[state] || at + 1}</span>
          <span className="visually-hidden">{texts.testCell(at + 1, texts.cellStates[state])}</span>
        </li>
      ))}
    </ol>
  );
}
