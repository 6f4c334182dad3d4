import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Status } from "~/ui/Status";
import { Decided } from "./Decided";
import { type Review, useShowAgain } from "./oversight.queries";
import { Withhold } from "./Withhold";

type Props = {
  reviews: readonly Review[];
  me: number | undefined;
  /** Where its comments on lines are, if not on this screen. */
  comments?: string;
  decision?: Schemas["DecisionView"] | null;
};

/** Reviews as a teacher looks at them: points, words, and what may be done about each. */
export function Overseen({ reviews, me, comments, decision = null }: Props) {
  const texts = useTexts(dictionary);
  return (
    <>
      {decision && <Decided {...decision} />}
      {reviews.length === 0 && <p className="faint">{texts.noReviews}</p>}
      {reviews.map((review, at) => (
        <One key={review.id} review={review} at={at + 1} isOwn={review.reviewer_id === me} comments={comments} />
      ))}
    </>
  );
}

type OneProps = { review: Review; at: number; isOwn: boolean; comments: string | undefined };

function One({ review, at, isOwn, comments }: OneProps) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const who = review.reviewer_name ?? texts.unnamed;
  const remarks = Object.entries(review.criteria_comments);
  const silent = remarks.length === 0 && !review.comment && review.line_comments === 0;
  return (
    <article className="overseen" aria-label={`${texts.review(at)}: ${who}`}>
      <p className="row">
        <strong>
          {texts.review(at)} · {who}
        </strong>
        {review.withheld && <Status tone="warn">{texts[review.withheld.state]}</Status>}
        {review.rating && <span className="faint">{texts.rated(review.rating.helpful)}</span>}
      </p>
      <p>
        {Object.entries(review.criteria_scores)
          .map(([name, points]) => `${name}: ${number(points, language)}`)
          .join("; ")}
      </p>
      {review.comment && <p className="said">{review.comment}</p>}
      {remarks.map(([name, text]) => (
        <p className="said" key={name}>
          <span className="faint">{name}:</span> {text}
        </p>
      ))}
      {review.line_comments > 0 && (
        <p className="faint">
          {comments ? (
            <Link to={comments}>{texts.lineComments(review.line_comments)}</Link>
          ) : (
            texts.lineComments(review.line_comments)
          )}
        </p>
      )}
      {silent && <p className="faint">{texts.noWords}</p>}
      {review.withheld && (
        <p className="said">
          <span className="faint">{texts.reason}:</span> {review.withheld.reason}
        </p>
      )}
      {review.withheld === null && <Withhold review={review} who={who} isOwn={isOwn} />}
      {review.withheld?.state === "hidden" && <ShowAgain review={review} who={who} />}
    </article>
  );
}

function ShowAgain({ review, who }: { review: Review; who: string }) {
  const texts = useTexts(dictionary);
  const show = useShowAgain(review.id);
  return (
    <>
      {show.error && <Failure error={show.error} />}
      <Button busy={show.isPending} onClick={() => show.mutate()}>
        {texts.showAgain}
        <span className="visually-hidden">: {who}</span>
      </Button>
    </>
  );
}
