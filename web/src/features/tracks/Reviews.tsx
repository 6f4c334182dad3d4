import type { Schemas } from "~/api/client";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { late } from "~/texts/late";
import { tracks as dictionary } from "~/texts/tracks";
import { Markdown } from "~/ui/Markdown";
import type { Assignment } from "./phase";
import { byCriterion, type OfCriterion } from "./rubric";

type Props = { assignment: Assignment; result: Schemas["ResultView"]; heading: "h2" | "h3" };

/** What reviewers think of a solution: medians as bars with their words, and what they said of each criterion. */
export function Reviews({ assignment, result, heading: Heading }: Props) {
  const texts = useTexts(dictionary);
  const words = useTexts(late);
  const language = useLanguage();
  const { review_criteria: criteria, max_score: max } = assignment;
  const names = result.reviews.map((review, at) => review.reviewer_name ?? texts.reviewer(at + 1));
  const comments = result.reviews.flatMap((review, at) => (review.comment ? [{ text: review.comment, at }] : []));
  const most = max * Object.keys(criteria).length;
  return (
    <>
      {result.score !== null && (
        <p className="score">{texts.total(number(result.score, language), number(most, language))}</p>
      )}
      {(result.penalty > 0 || result.late_days > 0) && (
        <p className="row faint">
          {result.penalty > 0 && <span>{words.charged(result.penalty)}</span>}
          {result.late_days > 0 && <span>{words.daysSpent(result.late_days)}</span>}
        </p>
      )}
      <Heading>{texts.byCriterion}</Heading>
      <ul className="bars plain-list">
        {byCriterion(criteria, result.median, result.reviews).map((each) => (
          <Criterion key={each.name} of={each} max={max} names={names} />
        ))}
      </ul>
      <Heading>{texts.whole}</Heading>
      {comments.length === 0 ? (
        <p className="faint">{texts.noWords}</p>
      ) : (
        comments.map(({ text, at }) => <Remark key={at} name={names[at] ?? ""} text={text} />)
      )}
    </>
  );
}

function Criterion({ of, max, names }: { of: OfCriterion; max: number; names: readonly string[] }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const given = of.points.map((points) => number(points, language)).join("; ");
  const words = of.median === null ? "" : texts.points(number(of.median, language), number(max, language));
  return (
    <li>
      <p className="row bar-words">
        <strong>{of.name}</strong>
        <span>{words}</span>
      </p>
      <progress max={max} value={of.median ?? 0} aria-label={`${texts.median}: ${of.name}`} aria-valuetext={words} />
      <p className="row faint">
        <span>{of.description}</span>
        <span>{texts.single(given)}</span>
      </p>
      {of.remarks.map(({ reviewer, text }) => (
        <Remark key={reviewer} name={names[reviewer - 1] ?? ""} text={text} />
      ))}
    </li>
  );
}

function Remark({ name, text }: { name: string; text: string }) {
  return (
    <blockquote className="remark">
      <p className="faint">{name}</p>
      <Markdown text={text} />
    </blockquote>
  );
}
