import { Link, Navigate, useLocation, useParams } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { dateTime, number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { Decided } from "./Decided";
import { type Review, useWritten, type Written } from "./oversight.queries";
import { Place } from "./Place";
import type { Assignment } from "./phase";
import { useAssignment } from "./queries";
import "./tracks.css";
import "./oversight.css";

/** The reviews that one wrote of an assignment: how they were rated, and what teachers decided since. */
export function Component() {
  const texts = useTexts(dictionary);
  const assignmentId = Number(useParams()["assignmentId"]);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const assignment = useAssignment(assignmentId, me !== null);
  const written = useWritten(assignmentId, assignment.data?.is_enrolled === true);
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  return (
    <Loaded query={assignment}>
      {(found) => (
        <Page title={texts.writtenTitle(found.title)}>
          <Place assignment={found} />
          {found.is_enrolled ? (
            <Loaded query={written}>{({ reviews }) => <All assignment={found} written={reviews} />}</Loaded>
          ) : (
            <Empty>{texts.toParticipants}</Empty>
          )}
        </Page>
      )}
    </Loaded>
  );
}

function All({ assignment, written }: { assignment: Assignment; written: readonly Written[] }) {
  const texts = useTexts(dictionary);
  if (written.length > 0) {
    return written.map((each, at) => <One key={each.review.id} assignment={assignment} of={each} at={at + 1} />);
  }
  return (
    <Empty>
      <p>{texts.noneWritten}</p>
      <Link to={paths.assignment(assignment.track_id, assignment.id)}>{assignment.title}</Link>
    </Empty>
  );
}

function One({ assignment, of, at }: { assignment: Assignment; of: Written; at: number }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const { review, decision } = of;
  const { rating } = review;
  return (
    <article className="overseen">
      <h2>{texts.review(at)}</h2>
      <Withheld assignment={assignment} review={review} />
      <p>
        {Object.entries(review.criteria_scores)
          .map(([name, points]) => `${name}: ${number(points, language)}`)
          .join("; ")}
      </p>
      {review.comment && <p className="said">{review.comment}</p>}
      {Object.entries(review.criteria_comments).map(([name, text]) => (
        <p className="said" key={name}>
          <span className="faint">{name}:</span> {text}
        </p>
      ))}
      <p className={rating ? undefined : "faint"}>{rating ? texts.ratedOf(rating.helpful) : texts.notRated}</p>
      {rating?.text && <p className="said">{rating.text}</p>}
      {decision && <Decided scores={decision.scores} reason={decision.reason} />}
      {review.line_comments > 0 && (
        <Link to={paths.comments(assignment.track_id, assignment.id, review.submission_id)}>
          {texts.threads}
          <span className="visually-hidden">: {texts.review(at)}</span>
        </Link>
      )}
    </article>
  );
}

function Withheld({ assignment, review: { withheld } }: { assignment: Assignment; review: Review }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  if (!withheld) return null;
  return (
    <div className="remark">
      <p>
        {withheld.state === "hidden" ? texts.wasHidden : texts.wasReturned}{" "}
        {withheld.until && <time dateTime={withheld.until}>{dateTime(withheld.until, language)}</time>}
      </p>
      <p className="said">{withheld.reason}</p>
      {withheld.state === "returned" && (
        <Link to={paths.reviewAgain(assignment.track_id, assignment.id)}>{texts.toReview}</Link>
      )}
    </div>
  );
}
