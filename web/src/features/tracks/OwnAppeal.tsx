import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Status, type Tone } from "~/ui/Status";
import { Decided } from "./Decided";
import { reviewNumber } from "./oversight";
import type { Appeal, Review } from "./oversight.queries";

export const APPEAL_TONES: Record<Appeal["state"], Tone> = { open: "calm", upheld: "good", rejected: "bad" };

/** An appeal of one's own: what it is about, and what was decided. */
export function OwnAppeal({ appeal, reviews }: { appeal: Appeal; reviews: readonly Review[] }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const number = reviewNumber(appeal, reviews);
  return (
    <article className="card appeal">
      <p className="row">
        <Status tone={APPEAL_TONES[appeal.state]}>{texts.states[appeal.state]}</Status>
        <span>{number === null ? texts.whole : texts.review(number)}</span>
        {appeal.criterion && <span>{appeal.criterion}</span>}
        <time className="faint" dateTime={appeal.created_at}>
          {dateTime(appeal.created_at, language)}
        </time>
      </p>
      <p className="said">{appeal.text}</p>
      {appeal.decision && <Decided scores={appeal.decision.scores} reason={appeal.decision.reason} />}
    </article>
  );
}
