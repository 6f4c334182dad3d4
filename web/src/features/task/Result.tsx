import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { Unreachable } from "~/api/errors";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { Judged } from "./Judged";
import type { Submission } from "./program";
import type { Send } from "./useSend";

type Props = {
  send: Send;
  submission: UseQueryResult<Submission>;
  next: Schemas["TaskView"]["next"];
  courseId: number;
  onLine: (line: number) => void;
};

/** What became of the program: on its way, being judged, judged. */
export function Result({ send, submission, next, courseId, onLine }: Props) {
  const texts = useTexts(dictionary);
  const waits = send.isPaused || send.failureReason instanceof Unreachable;
  if (send.isPending) return <p role="status">{waits ? texts.waitsForNetwork : texts.sending}</p>;
  if (send.error) {
    return <Failure error={send.error} retry={() => send.variables && send.mutate(send.variables)} />;
  }
  const { data } = submission;
  if (!data) {
    if (submission.error) return <Failure error={submission.error} retry={() => void submission.refetch()} />;
    return <Empty>{texts.noResult}</Empty>;
  }
  return (
    <>
      <Judged submission={data} onLine={onLine} />
      <p className="row">
        {data.code === "OK" && next && (
          <Link className="button primary" to={paths.task(courseId, next.lesson_id, next.task_id)}>
            {texts.next(next.name)}
          </Link>
        )}
        <Link to={paths.submission(data.id)}>{texts.details}</Link>
      </p>
    </>
  );
}
