import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { reliability } from "~/texts/reliability";
import { tracks as dictionary } from "~/texts/tracks";
import type { Track } from "./phase";
import { Reliability } from "./Reliability";

/** What reviews go by, and how reliable they are: for who `sees` the track from within. */
export function Rules({ track, sees }: { track: Track; sees: boolean }) {
  const texts = useTexts(dictionary);
  const { weighted } = useTexts(reliability);
  const language = useLanguage();
  return (
    <>
      <p className="rules-text">{texts.rulesText(track.reviews_per_user, number(track.max_score, language))}</p>
      {track.weighted && <p>{weighted}</p>}
      <dl className="criteria">
        {Object.entries(track.review_criteria).map(([name, description]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
      {sees && track.status !== "waiting" && <Reliability track={track} />}
    </>
  );
}
