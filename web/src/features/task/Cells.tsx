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
  const passed = all.filter((state) => state === "passed").length;
  if (all.length > MOST) return <Progress value={passed} max={all.length} label={texts.passed(passed, all.length)} />;
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
