import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import type { Track } from "./phase";

/** What reviews go by. */
export function Rules({ track }: { track: Track }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  return (
    <>
      <p className="rules-text">{texts.rulesText(track.reviews_per_user, number(track.max_score, language))}</p>
      <dl className="criteria">
        {Object.entries(track.review_criteria).map(([name, description]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{description}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
