import { useState } from "react";
import { Link, useLocation, useNavigate, useParams } from "react-router";
import { type Me, may, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { ofAttempt } from "~/texts/submission";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { Judged } from "./Judged";
import { Judgings } from "./Judgings";
import type { Submission } from "./program";
import { useLanguageNames, useSubmission } from "./queries";
import { Source } from "./Source";
import { useRejudge } from "./submission.queries";
import { TestTable } from "./TestTable";
import "./task.css";
import { offer } from "./useKeeper";

/** One attempt: its verdict, test by test, its source, and what changed since the one before. */
export function Component() {
  const texts = useTexts(dictionary);
  const words = useTexts(ofAttempt);
  const id = Number(useParams()["submissionId"]);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const submission = useSubmission(me ? id : null);
  if (!me) {
    return (
      <Page title={words.attempt}>
        <Empty>
          <p>{words.guestAttempt}</p>
          <Link className="button primary" to={paths.signIn(here)}>
            {texts.signIn}
          </Link>
        </Empty>
      </Page>
    );
  }
  return <Loaded query={submission}>{(found) => <Attempt key={found.id} submission={found} me={me} />}</Loaded>;
}

function Attempt({ submission, me }: { submission: Submission; me: Me }) {
  const words = useTexts(ofAttempt);
  const [line, setLine] = useState<{ line: number } | null>(null);
  const { place } = submission;
  const mine = submission.user_id === me.id;
  return (
    <Page title={place ? words.attemptAt(place.task_name) : words.attempt}>
      <About submission={submission} mine={mine} />
      <Judged submission={submission} mine={mine} onLine={(wanted) => setLine({ line: wanted })} />
      <p className="row">
        {mine && place && <TakeUp submission={submission} me={me} />}
        {place && <Link to={paths.task(place.course_id, place.lesson_id, place.task_id)}>{words.toTask}</Link>}
      </p>
      {!mine && may(me, "teach") && submission.is_checked && submission.code !== "CANCELLED" && (
        <Rejudge id={submission.id} />
      )}
      <Source submission={submission} mine={mine} line={line} />
      {submission.is_checked && <TestTable submission={submission} />}
      <Judgings id={submission.id} />
    </Page>
  );
}

function About({ submission, mine }: { submission: Submission; mine: boolean }) {
  const words = useTexts(ofAttempt);
  const language = useLanguage();
  const names = useLanguageNames();
  const { place } = submission;
  return (
    <p className="row faint">
      {place && (
        <span>
          <Link to={paths.course(place.course_id)}>{place.course_name}</Link> ·{" "}
          <Link to={paths.lesson(place.course_id, place.lesson_id)}>{place.lesson_name}</Link>
        </span>
      )}
      {!mine && <strong>{submission.user_name ?? words.somebody(submission.user_id)}</strong>}
      <span>{names[submission.language] ?? submission.language}</span>
      <time dateTime={submission.submitted_at}>{dateTime(submission.submitted_at, language)}</time>
    </p>
  );
}

/** Goes on from what was sent then; what is in the editor now is laid aside there. */
function TakeUp({ submission, me }: { submission: Submission; me: Me }) {
  const words = useTexts(ofAttempt);
  const navigate = useNavigate();
  const { place, language, source } = submission;
  if (!place) return null;
  const take = async (): Promise<void> => {
    await offer(me.id, place, language, source);
    await navigate(paths.task(place.course_id, place.lesson_id, place.task_id));
  };
  return <Button onClick={() => void take()}>{words.takeUp}</Button>;
}

function Rejudge({ id }: { id: number }) {
  const words = useTexts(ofAttempt);
  const rejudge = useRejudge(id);
  return (
    <>
      {rejudge.error && <Failure error={rejudge.error} />}
      <Button busy={rejudge.isPending} onClick={() => rejudge.mutate()}>
        {words.rejudge}
      </Button>
    </>
  );
}
