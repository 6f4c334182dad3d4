import type { ReactNode } from "react";
import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Button } from "~/ui/Button";
import { Confirmed } from "~/ui/Confirmed";
import { Countdown, useServerNow } from "~/ui/Countdown";
import { Failure } from "~/ui/Failure";
import { type Assignment, type Now, nowOf, type Situation, situationOf, type Track } from "./phase";
import { useEnroll, useLeave } from "./writes.queries";

const LOOK_MS = 5000;

/** What is to be done now, in one sentence, with the way there. */
export function NowBox({ track, assignments }: { track: Track; assignments: readonly Assignment[] | null }) {
  const now = nowOf(track, assignments, useServerNow(LOOK_MS));
  if (now.kind === "at") {
    return <Sentence assignment={now.assignment} situation={now.situation} linked />;
  }
  return <Outside track={track} now={now} />;
}

/** The same for a single assignment. */
export function NowAt({ assignment, linked = false }: { assignment: Assignment; linked?: boolean }) {
  const situation = situationOf(assignment, useServerNow(LOOK_MS));
  return <Sentence assignment={assignment} situation={situation} linked={linked} />;
}

type Props = { assignment: Assignment; situation: Situation; linked?: boolean };

function Sentence({ assignment, situation, linked = false }: Props) {
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

function Outside({ track, now }: { track: Track; now: Exclude<Now, { kind: "at" }> }) {
  const texts = useTexts(dictionary);
  const enroll = useEnroll(track.id);
  const leave = useLeave(track.id);
  switch (now.kind) {
    case "join":
      return (
        <Box words={texts.join(now.missing)} error={enroll.error}>
          <Button kind="primary" busy={enroll.isPending} onClick={() => enroll.mutate()}>
            {texts.enroll}
          </Button>
          <span className="faint">{texts.noLeaving}</span>
        </Box>
      );
    case "wait":
      return (
        <Box words={texts.wait(now.missing)} error={leave.error}>
          <Confirmed action={texts.leave} title={texts.leaving(track.title)} does={leave}>
            <p>{texts.leavingHint}</p>
          </Confirmed>
          <span className="faint">{texts.noLeaving}</span>
        </Box>
      );
    case "gathering":
      return <Box words={texts.gatheringFor(now.missing)} />;
    default:
      return <Box words={texts[now.kind]} />;
  }
}

type BoxProps = {
  words: string;
  urgent?: boolean;
  deadline?: string | null;
  error?: Error | null;
  children?: ReactNode;
};

function Box({ words, urgent = false, deadline = null, error = null, children }: BoxProps) {
  const texts = useTexts(dictionary);
  return (
    <section className={urgent ? "now-box urgent" : "now-box"} aria-labelledby="now">
      <h2 id="now">{texts.now}</h2>
      <p className="sentence" role="status">
        {words}
      </p>
      {deadline && (
        <p>
          {texts.until} <Countdown deadline={deadline} />
        </p>
      )}
      {error && <Failure error={error} />}
      <div className="row">{children}</div>
    </section>
  );
}
