import { Link } from "react-router";
import { left } from "~/lib/clock";
import { paths } from "~/lib/paths";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { useServerNow } from "~/ui/Countdown";
import { Empty } from "~/ui/Empty";
import { Status, type Tone } from "~/ui/Status";
import { type Assignment, type Mark, marksOf, type Situation, situationOf, type Track } from "./phase";

const TONES: Record<Mark, Tone> = {
  done: "good",
  now: "warn",
  late: "bad",
  missed: "bad",
  ahead: "calm",
  none: "calm",
};
const LOOK_MS = 5000;

/** The map of a track: each assignment with its phases, and where one is. */
export function Plan({ track, assignments }: { track: Track; assignments: readonly Assignment[] | null }) {
  const texts = useTexts(dictionary);
  const now = useServerNow(LOOK_MS);
  if (!assignments) return <Empty>{texts.planForParticipants}</Empty>;
  if (assignments.length === 0) return <Empty>{texts.noAssignments}</Empty>;
  return (
    <ol className="plan">
      {assignments.map((each) => (
        <Row key={each.id} track={track} assignment={each} now={now} />
      ))}
    </ol>
  );
}

function Row({ track, assignment, now }: { track: Track; assignment: Assignment; now: number }) {
  const texts = useTexts(dictionary);
  const situation = situationOf(assignment, now);
  const marks = marksOf(assignment, situation);
  const isNow = Object.values(marks).some((mark) => mark === "now" || mark === "late");
  return (
    <li aria-current={isNow ? "step" : undefined}>
      <h2>
        <Link to={paths.assignment(track.id, assignment.id)}>{assignment.title}</Link>
      </h2>
      <ol className="phases">
        <Phase name={texts.phases.send} mark={marks.send}>
          <SendWords assignment={assignment} situation={situation} />
        </Phase>
        <Phase name={texts.phases.review} mark={marks.review}>
          <ReviewWords assignment={assignment} mark={marks.review} />
        </Phase>
        <Phase name={texts.phases.results} mark={marks.results}>
          {marks.results === "done" && (
            <Link to={paths.results(track.id, assignment.id)}>
              {texts.seeResults} <span className="visually-hidden">{assignment.title}</span>
            </Link>
          )}
        </Phase>
      </ol>
    </li>
  );
}

function Phase({ name, mark, children }: { name: string; mark: Mark; children: React.ReactNode }) {
  const texts = useTexts(dictionary);
  return (
    <li className={`phase ${mark}`}>
      <span className="phase-name">{name}</span>
      <Status tone={TONES[mark]}>{texts.marks[mark]}</Status>
      <span className="faint">{children}</span>
    </li>
  );
}

function SendWords({ assignment, situation }: { assignment: Assignment; situation: Situation }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const lasting = useLasting();
  const sent = assignment.submission?.submitted_at;
  if (sent) return texts.sentAt(dateTime(sent, language));
  if (assignment.submission_deadline === null) return lasting(assignment.deadline_hours);
  if ((situation.kind === "send" || situation.kind === "send-late") && situation.deadline !== null) {
    return `${texts.until} ${dateTime(situation.deadline, language)}`;
  }
  if (assignment.current_stage !== "submission" && assignment.is_enrolled) return texts.notSent;
  return `${texts.until} ${dateTime(assignment.submission_deadline, language)}`;
}

function ReviewWords({ assignment, mark }: { assignment: Assignment; mark: Mark }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const lasting = useLasting();
  const { code_review_deadline: deadline, reviews_done: done, reviews_required: wanted } = assignment;
  const until =
    deadline && (mark === "now" || mark === "ahead") ? `${texts.until} ${dateTime(deadline, language)}` : "";
  const counted = assignment.is_enrolled && mark !== "ahead" && mark !== "none" ? texts.reviewsDone(done, wanted) : "";
  if (!deadline) return lasting(assignment.review_hours);
  return [counted, until].filter(Boolean).join(", ");
}

/** How long something takes, in words. */
function useLasting(): (hours: number) => string {
  const texts = useTexts(dictionary);
  return (hours) => {
    const span = left(hours * 3_600_000, 0);
    return span ? texts.takes(span) : "";
  };
}
