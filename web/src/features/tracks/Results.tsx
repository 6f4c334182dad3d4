import { Link, Navigate, useLocation, useParams } from "react-router";
import type { Schemas } from "~/api/client";
import { useMe } from "~/api/session";
import { isPast } from "~/lib/clock";
import { paths } from "~/lib/paths";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Countdown, useServerNow } from "~/ui/Countdown";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { ItsVerdict, RejudgeAll, WhatWasTried } from "./Evidence";
import { LineComments } from "./LineComments";
import { Oversight } from "./OversightParts";
import { Place } from "./Place";
import type { Assignment } from "./phase";
import { useAssignment, useResults } from "./queries";
import { Reviews } from "./Reviews";
import { SolutionLink } from "./SolutionLink";
import "./tracks.css";

type Result = Schemas["ResultView"];

export function Component() {
  const texts = useTexts(dictionary);
  const assignmentId = Number(useParams()["assignmentId"]);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const assignment = useAssignment(assignmentId, me !== null);
  const now = useServerNow(5000);
  const out = assignment.data !== undefined && isOut(assignment.data, now);
  const results = useResults(assignmentId, out);
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  return (
    <Loaded query={assignment}>
      {(found) => (
        <Page title={texts.resultsTitle(found.title)}>
          <Place assignment={found} />
          {out ? (
            <Loaded query={results}>
              {({ results: all }) => <Out key={found.id} assignment={found} results={all} />}
            </Loaded>
          ) : (
            <NotOut assignment={found} />
          )}
        </Page>
      )}
    </Loaded>
  );
}

/** Teachers see them at any time, participants when the reviews are over; who owes some may see them late. */
function isOut(assignment: Assignment, now: number): boolean {
  if (!assignment.is_enrolled || assignment.current_stage === "completed") return true;
  return assignment.current_stage === "code_review" && isPast(assignment.code_review_deadline, now - 5000);
}

function NotOut({ assignment }: { assignment: Assignment }) {
  const texts = useTexts(dictionary);
  return (
    <Empty>
      <p>
        {texts.notOut}{" "}
        {assignment.code_review_deadline ? <Countdown deadline={assignment.code_review_deadline} /> : texts.opensAfter}
      </p>
      <Link to={paths.assignment(assignment.track_id, assignment.id)}>{assignment.title}</Link>
    </Empty>
  );
}

function Out({ assignment, results }: { assignment: Assignment; results: readonly Result[] }) {
  const texts = useTexts(dictionary);
  const [own] = results;
  if (!assignment.is_enrolled) return <Everybody assignment={assignment} results={results} />;
  if (!own) return <Empty>{texts.noneSent}</Empty>;
  return <One assignment={assignment} result={own} heading="h2" />;
}

function One({ assignment, result, heading }: { assignment: Assignment; result: Result; heading: "h2" | "h3" }) {
  const texts = useTexts(dictionary);
  return (
    <>
      <SolutionLink solution={result.submission} />
      <ItsVerdict assignment={assignment} solution={result.submission} />
      {result.reviews.length === 0 ? (
        <Empty>{texts.noReviews}</Empty>
      ) : (
        <Reviews assignment={assignment} result={counted(result)} heading={heading} />
      )}
      <LineComments assignment={assignment} result={result} heading={heading} />
      <WhatWasTried assignment={assignment} result={result} heading={heading} />
      <Oversight assignment={assignment} result={result} />
    </>
  );
}

/** What a teacher has hidden or given back is below, and counts nowhere. */
function counted(result: Result): Result {
  return { ...result, reviews: result.reviews.filter(({ withheld }) => withheld === null) };
}

function Everybody({ assignment, results }: { assignment: Assignment; results: readonly Result[] }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  if (results.length === 0) return <Empty>{texts.noSolutions}</Empty>;
  const ordered = [...results].sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  const most = assignment.max_score * Object.keys(assignment.review_criteria).length;
  const reviewPath = paths.review(assignment.track_id, assignment.id);
  return (
    <>
      <h2>{texts.everybody}</h2>
      <RejudgeAll assignment={assignment} />
      {ordered.map((result) => (
        <details className="card one-of-all" key={result.submission.id}>
          <summary>
            <strong>{result.author?.username ?? texts.unnamed}</strong>{" "}
            <span className="faint">
              {texts.reviewsGot(result.reviews.length)}
              {result.score !== null && ` · ${texts.total(number(result.score, language), number(most, language))}`}
            </span>
          </summary>
          <One assignment={assignment} result={result} heading="h3" />
          <p className="review-link">
            <Link to={`${reviewPath}?submission=${result.submission.id}`}>{texts.writeReview}</Link>
          </p>
        </details>
      ))}
    </>
  );
}
