import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";

type Props = { scores: Record<string, number> | null; reason: string };

/** What a teacher decided, and why. */
export function Decided({ scores, reason }: Props) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  return (
    <blockquote className="remark">
      <p className="faint">{texts.decided}</p>
      {scores && (
        <p>
          {texts.decidedScores}{" "}
          {Object.entries(scores)
            .map(([name, points]) => `${name}: ${number(points, language)}`)
            .join("; ")}
        </p>
      )}
      <p className="said">{reason}</p>
    </blockquote>
  );
}
