import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Status } from "~/ui/Status";
import { Lines } from "./Block";
import { Cells } from "./Cells";
import { FailedTest } from "./FailedTest";
import { firstFailure, KIB_IN_MIB, type Submission, toneOf } from "./program";
import { useCancel } from "./queries";

type Props = { submission: Submission; mine?: boolean; onLine?: (line: number) => void };

/** A submission as far as it is judged: test by test, and in words what is wrong first. */
export function Judged({ submission, mine = true, onLine }: Props) {
  const texts = useTexts(dictionary);
  const cancel = useCancel();
  const stage = useStage(submission);
  return (
    <>
      <div role="status">
        {submission.is_checked ? <Verdict submission={submission} /> : <p className="stage">{stage}</p>}
      </div>
      <Cells submission={submission} />
      {cancel.error && !submission.is_checked && <Failure error={cancel.error} />}
      {!submission.is_checked && mine && (
        <Button busy={cancel.isPending} onClick={() => cancel.mutate(submission.id)}>
          {texts.cancel}
        </Button>
      )}
      {submission.is_checked && <Explained submission={submission} onLine={onLine} />}
    </>
  );
}

/** One sentence for a stage, and not one for each test: they would all be read out. */
function useStage({ progress }: Submission): string {
  const texts = useTexts(dictionary);
  if (!progress) return texts.judging;
  if (progress.stage === "queued") return texts.queued(progress.before);
  if (progress.stage === "compiling") return texts.compiling;
  return progress.tests_total > 0 ? texts.testing(progress.tests_total) : texts.judging;
}

function Verdict({ submission }: { submission: Submission }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const { code, tests_passed, tests_total, task_points, task_max_points, points, max_points } = submission;
  const told = code !== "CANCELLED";
  const earned = number(task_points ?? points, language);
  const most = number(task_max_points ?? max_points, language);
  return (
    <p className="row">
      <Status tone={toneOf(code)}>{texts.verdicts[code]}</Status>
      {told && tests_total > 0 && <span>{texts.passed(tests_passed, tests_total)}</span>}
      {told && <span>{texts.earned(earned, most)}</span>}
      {tests_passed > 0 && (
        <span className="faint">
          {texts.used(number(submission.time, language, 3), number(submission.memory / KIB_IN_MIB, language, 0))}
        </span>
      )}
    </p>
  );
}

function Explained({ submission, onLine }: { submission: Submission; onLine: ((line: number) => void) | undefined }) {
  const texts = useTexts(dictionary);
  const failed = firstFailure(submission);
  const compiles = submission.code !== "COMPILE_ERROR";
  return (
    <>
      {submission.notice && <p>{submission.notice}</p>}
      {!compiles && <Lines annotations={submission.annotations} onLine={onLine} />}
      {failed && <FailedTest test={failed} onLine={onLine} />}
      {submission.compiler_output && (
        <details open={!compiles && submission.annotations.length === 0}>
          <summary>{texts.compilerOutput}</summary>
          <pre>{submission.compiler_output}</pre>
        </details>
      )}
    </>
  );
}
