import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Overseen } from "./Overseen";
import { percent, reviewNumber } from "./oversight";
import type { Case } from "./oversight.queries";
import { SolutionLink } from "./SolutionLink";

type Reason = Schemas["ReasonView"];

/** A solution that a teacher is to look at, with the reasons, and with what may be done about it. */
export function QueueCase({ trackId, of }: { trackId: number; of: Case }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const me = useMe();
  const appeal = of.reasons.find(({ appeal_id }) => appeal_id !== null)?.appeal_id ?? null;
  const reviewed = of.reviews.some(({ reviewer_id }) => reviewer_id === me?.id);
  return (
    <article className="card case">
      <h2>
        {of.author.username ?? texts.unnamed} · {of.assignment_title}
      </h2>
      <ul className="reasons">
        {of.reasons.map((reason) => (
          <li key={`${reason.kind} ${reason.review_id} ${reason.criterion}`}>
            <ReasonWords reason={reason} of={of} />
          </li>
        ))}
      </ul>
      <p className="row">
        <span className="faint">{texts.weight(number(of.priority, language, 0))}</span>
        {of.reasons.some(({ kind }) => kind === "broken") && (
          <Link to={paths.results(trackId, of.assignment_id)}>{texts.seeTried}</Link>
        )}
        {appeal !== null && <Link to={paths.appeal(trackId, appeal)}>{texts.see}</Link>}
        {!reviewed && (
          <Link to={`${paths.review(trackId, of.assignment_id)}?submission=${of.submission.id}`}>
            {texts.writeReview}
          </Link>
        )}
      </p>
      <SolutionLink solution={of.submission} />
      <details>
        <summary>{texts.reviewsAre(of.reviews.length)}</summary>
        <Overseen
          reviews={of.reviews}
          me={me?.id}
          comments={paths.comments(trackId, of.assignment_id, of.submission.id)}
        />
      </details>
    </article>
  );
}

function ReasonWords({ reason, of }: { reason: Reason; of: Case }) {
  const { because } = useTexts(dictionary);
  const part = percent(reason.part);
  switch (reason.kind) {
    case "appeal":
      return because.appeal;
    case "judge":
      return because.judge(reason.criterion ?? "", part);
    case "broken":
      return because.broken;
    case "disagreement":
      return reason.criterion === null ? because.apart(part) : because.apartIn(reason.criterion, part);
    case "missing":
      return because.missing(of.reviews.length, of.reviews_expected);
    case "empty":
      return because.empty(reviewNumber(reason, of.reviews) ?? 0);
  }
}
