import { lazy, Suspense, useState } from "react";
import { Link, Navigate, useLocation, useParams } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { dateTime, number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { oversight as dictionary } from "~/texts/oversight";
import { toOversight } from "~/texts/toOversight";
import { Button } from "~/ui/Button";
import { Loaded, Loading } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { Status } from "~/ui/Status";
import { Decided } from "./Decided";
import { Overseen } from "./Overseen";
import { APPEAL_TONES } from "./OwnAppeal";
import { type Evidence, useAppeal } from "./oversight.queries";
import { Place } from "./Place";
import type { Assignment } from "./phase";
import { useAssignment } from "./queries";
import { SolutionLink } from "./SolutionLink";
import "./tracks.css";
import "./oversight.css";

const AppealEvidence = lazy(async () => ({ default: (await import("./AppealEvidence")).AppealEvidence }));
const Decision = lazy(async () => ({ default: (await import("./Decision")).Decision }));

/** An appeal with what it is decided by, for who teaches the track. */
export function Component() {
  const { trackId, appealId } = useParams();
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  return <Found trackId={Number(trackId)} appealId={Number(appealId)} />;
}

function Found({ trackId, appealId }: { trackId: number; appealId: number }) {
  const texts = useTexts(dictionary);
  const ways = useTexts(toOversight);
  const evidence = useAppeal(appealId);
  const assignmentId = evidence.data?.appeal.assignment_id;
  const assignment = useAssignment(assignmentId ?? 0, assignmentId !== undefined);
  return (
    <Loaded query={evidence}>
      {(found) => (
        <Loaded query={assignment}>
          {(within) => (
            <Page title={texts.appealTitle(within.title)}>
              <Place assignment={within} />
              <p>
                <Link to={paths.queue(trackId)}>{ways.toQueue}</Link>
              </p>
              <Shown evidence={found} tag={found.tag} assignment={within} />
            </Page>
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

type Props = { evidence: Evidence; tag: string; assignment: Assignment };

function Shown({ evidence, tag, assignment }: Props) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const me = useMe();
  const { appeal, median } = evidence;
  const about = evidence.reviews.find(({ id }) => id === appeal.review_id);
  return (
    <>
      <section className="card appeal">
        <h2>{texts.itSays}</h2>
        <p className="row">
          <Status tone={APPEAL_TONES[appeal.state]}>{texts.states[appeal.state]}</Status>
          <span>{texts.from(appeal.author.username ?? texts.unnamed)}</span>
          <time className="faint" dateTime={appeal.created_at}>
            {dateTime(appeal.created_at, language)}
          </time>
        </p>
        <p className="said">{appeal.text}</p>
        <p className="faint">
          {texts.itIsAbout}: {about ? texts.oneReview(about.reviewer_name ?? texts.unnamed) : texts.whole}
          {appeal.criterion && ` · ${appeal.criterion}`}
        </p>
      </section>
      <Ruling evidence={evidence} tag={tag} assignment={assignment} />
      <h2>{texts.theirWork}</h2>
      <SolutionLink solution={evidence.submission} />
      <Suspense fallback={<Loading />}>
        <AppealEvidence evidence={evidence} assignment={assignment} />
      </Suspense>
      <h2>{texts.reviewsTitle}</h2>
      {median && (
        <p>
          {texts.median}:{" "}
          {Object.entries(median)
            .map(([name, points]) => `${name}: ${number(points, language)}`)
            .join("; ")}
        </p>
      )}
      <Overseen
        reviews={evidence.reviews}
        me={me?.id}
        comments={paths.comments(appeal.track_id, appeal.assignment_id, appeal.submission_id)}
      />
    </>
  );
}

function Ruling({ evidence, tag, assignment }: Props) {
  const texts = useTexts(dictionary);
  const [deciding, setDeciding] = useState(false);
  const { appeal, earlier } = evidence;
  const by = appeal.decided_by?.username;
  return (
    <section>
      <h2>{texts.decision}</h2>
      {appeal.decision ? (
        <>
          <Decided scores={appeal.decision.scores} reason={appeal.decision.reason} />
          {by && <p className="faint">{texts.by(by)}</p>}
        </>
      ) : (
        <p>{texts.notDecided}</p>
      )}
      {earlier.length > 0 && (
        <details>
          <summary>{texts.earlier}</summary>
          {earlier.map((each) => (
            <Decided key={each.decided_at} scores={each.scores} reason={each.reason} />
          ))}
        </details>
      )}
      <p>
        <Button kind={appeal.decision ? "plain" : "primary"} onClick={() => setDeciding(true)}>
          {appeal.decision ? texts.decideAnew : texts.decide}
        </Button>
      </p>
      {deciding && (
        <Suspense>
          <Decision evidence={evidence} tag={tag} assignment={assignment} onClose={() => setDeciding(false)} />
        </Suspense>
      )}
    </section>
  );
}
