import { joining as dictionary } from "~/texts/joining";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Confirmed } from "~/ui/Confirmed";
import { useServerNow } from "~/ui/Countdown";
import { Box, Sentence } from "./NowBox";
import { type Assignment, type Now, nowOf, type Track } from "./phase";
import { useEnroll, useLeave } from "./writes.queries";

const LOOK_MS = 5000;

/** What is to be done now in a track: for one of its assignments, or to take part in it. */
export function TrackNow({ track, assignments }: { track: Track; assignments: readonly Assignment[] | null }) {
  const now = nowOf(track, assignments, useServerNow(LOOK_MS));
  if (now.kind === "at") return <Sentence assignment={now.assignment} situation={now.situation} linked />;
  return <Outside track={track} now={now} />;
}

function Outside({ track, now }: { track: Track; now: Exclude<Now, { kind: "at" }> }) {
  const texts = useTexts(dictionary);
  const enroll = useEnroll(track.id);
  const leave = useLeave(track.id);
  switch (now.kind) {
    case "join":
      return (
        <Box
          words={now.starts ? texts.joinByTime : texts.join(now.missing)}
          deadline={now.starts}
          what={texts.begins}
          error={enroll.error}
        >
          <Button kind="primary" busy={enroll.isPending} onClick={() => enroll.mutate()}>
            {texts.enroll}
          </Button>
          <span className="faint">{texts.noLeaving}</span>
        </Box>
      );
    case "full":
      return <Box words={texts.full} deadline={now.starts} what={texts.begins} />;
    case "wait":
      return (
        <Box
          words={now.starts ? texts.waitForTime : texts.wait(now.missing)}
          deadline={now.starts}
          what={texts.begins}
          error={leave.error}
        >
          <Confirmed action={texts.leave} title={texts.leaving(track.title)} does={leave}>
            <p>{texts.leavingHint}</p>
          </Confirmed>
          <span className="faint">{texts.noLeaving}</span>
        </Box>
      );
    case "gathering":
      return (
        <Box
          words={now.starts ? texts.gatheringByTime : texts.gathering(now.missing)}
          deadline={now.starts}
          what={texts.begins}
        />
      );
    default:
      return <Box words={texts[now.kind]} />;
  }
}
