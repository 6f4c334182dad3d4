import type { ReactNode } from "react";
import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Countdown, useServerNow } from "~/ui/Countdown";
import { Failure } from "~/ui/Failure";
import { type Assignment, type Situation, situationOf } from "./phase";

const LOOK_MS = 5000;

/** What is to be done now for an assignment, in one sentence, with the way there. */
export function NowAt({ assignment, linked = false }: { assignment: Assignment; linked?: boolean }) {
  const situation = situationOf(assignment, useServerNow(LOOK_MS));
  return <Sentence assignment={assignment} situation={situation} linked={linked} />;
}

type Props = { assignment: Assignment; situation: Situation; linked?: boolean };

export function Sentence({ assignment, situation, linked = false }: Props) {
  const words = useSentence(assignment, situation);
  const deadline = "deadline" in situation ? situation.deadline : null;
  return (
    <Box
      urgent={situation.kind === "late" || situation.kind === "send-late"}
      words={words}
      deadline={situation.kind === "late" ? null : deadline}
    >
      <Way assignment={assignment} situation={situation} linked={linked} />
    </Box>
  );
}

function useSentence({ title }: Assignment, situation: Situation): string {
  const texts = useTexts(dictionary);
  switch (situation.kind) {
    case "not-open":
      return texts.opensAfter;
    case "over":
      return texts.assignmentOver;
    case "barred":
    case "closing":
      return texts[situation.kind];
    case "review":
    case "late":
      return texts[situation.kind](situation.left, title);
    default:
      return texts[situation.kind](title);
  }
}

function Way({ assignment, situation, linked }: Required<Props>) {
  const texts = useTexts(dictionary);
  const place = [assignment.track_id, assignment.id] as const;
  switch (situation.kind) {
    case "review":
    case "late":
      return (
        <Link className="button primary" to={paths.review(...place)}>
          {texts.toReview}
        </Link>
      );
    case "over":
      return <Link to={paths.results(...place)}>{texts.seeResults}</Link>;
    case "barred":
      return <Link to={paths.track(assignment.track_id)}>{texts.toTrack}</Link>;
    case "reviewing":
    case "collecting":
      return <Link to={paths.results(...place)}>{texts.seeAll}</Link>;
    default:
      if (!linked) return null;
      return (
        <Link
          className={situation.kind.startsWith("send") ? "button primary" : "button"}
          to={paths.assignment(...place)}
        >
          {texts.toSend}
        </Link>
      );
  }
}

type BoxProps = {
  words: string;
  urgent?: boolean;
  deadline?: string | null;
  /** What the deadline is; until when there is time, without it. */
  what?: string;
  error?: Error | null;
  children?: ReactNode;
};

export function Box({ words, urgent = false, deadline = null, what, error = null, children }: BoxProps) {
  const texts = useTexts(dictionary);
  return (
    <section className={urgent ? "now-box urgent" : "now-box"} aria-labelledby="now">
      <h2 id="now">{texts.now}</h2>
      <p className="sentence" role="status">
        {words}
      </p>
      {deadline && (
        <p>
          {what ?? texts.until} <Countdown deadline={deadline} />
        </p>
      )}
      {error && <Failure error={error} />}
      <div className="row">{children}</div>
    </section>
  );
}
