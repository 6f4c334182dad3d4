import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";
import { Unreachable } from "~/api/errors";
import { paths } from "~/lib/paths";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { Status } from "~/ui/Status";
import { Cells } from "./Cells";
import { FailedTest } from "./FailedTest";
import { firstFailure, KIB_IN_MIB, type Submission, toneOf } from "./program";
import { useCancel, type useSend } from "./queries";

/** What became of the program: on its way, being judged, judged. */
export function Result({
  send,
  submission,
}: {
  send: ReturnType<typeof useSend>;
  submission: UseQueryResult<Submission>;
}) {
  const texts = useTexts(dictionary);
  const waits = send.isPaused || send.failureReason instanceof Unreachable;
  return (
    <section className="result" aria-label={texts.result}>
      <h2>{texts.result}</h2>
      {send.isPending ? (
        <p role="status">{waits ? texts.waitsForNetwork : texts.sending}</p>
      ) : send.error ? (
        <Failure error={send.error} retry={() => send.variables && send.mutate(send.variables)} />
      ) : submission.data ? (
        <Judged submission={submission.data} />
      ) : submission.error ? (
        <Failure error={submission.error} retry={() => void submission.refetch()} />
      ) : (
        <Empty>{texts.noResult}</Empty>
      )}
    </section>
  );
}

function Judged({ submission }: { submission: Submission }) {
  const texts = useTexts(dictionary);
  const cancel = useCancel();
  const stage = useStage(submission);
  return (
    <>
      <div role="status">{submission.is_checked ? <Verdict submission={submission} /> : <p>{stage}</p>}</div>
      <Cells submission={submission} />
      {!submission.is_checked && (
        <Button busy={cancel.isPending} onClick={() => cancel.mutate(submission.id)}>
          {texts.cancel}
        </Button>
      )}
      {submission.is_checked && <Explained submission={submission} />}
    </>
  );
}

function useStage({ progress }: Submission): string {
  const texts = useTexts(dictionary);
  if (!progress) return texts.judging;
  if (progress.stage === "queued") return texts.queued(progress.before);
  if (progress.stage === "compiling") return texts.compiling;
  return progress.tests_total > 0 ? texts.testing(progress.test, progress.tests_total) : texts.judging;
}

function Verdict({ submission }: { submission: Submission }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const { code, tests_passed, tests_total, task_points, task_max_points, points, max_points } = submission;
  const earned = number(task_points ?? points, language);
  const most = number(task_max_points ?? max_points, language);
  return (
    <p className="row">
      <Status tone={toneOf(code)}>{submission.verdict}</Status>
      {tests_total > 0 && <span>{texts.passed(tests_passed, tests_total)}</span>}
      <span>{texts.earned(earned, most)}</span>
      <span className="faint">
        {texts.used(number(submission.time, language, 3), number(submission.memory / KIB_IN_MIB, language, 0))}
      </span>
    </p>
  );
}

function Explained({ submission }: { submission: Submission }) {
  const texts = useTexts(dictionary);
  const failed = firstFailure(submission);
  return (
    <>
      {submission.notice && <p>{submission.notice}</p>}
      {failed && <FailedTest test={failed} />}
      {submission.compiler_output && (
        <details open={submission.code === "COMPILE_ERROR"}>
          <summary>{texts.compilerOutput}</summary>
          <pre>{submission.compiler_output}</pre>
        </details>
      )}
      <p>
        <Link to={paths.submission(submission.id)}>{texts.details}</Link>
      </p>
    </>
  );
}
