import { useState } from "react";
import { Link, Navigate, useLocation, useParams } from "react-router";
import { type Me, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Button } from "~/ui/Button";
import { Countdown } from "~/ui/Countdown";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { ItsCounterTests } from "./Evidence";
import { NextHeading } from "./NextHeading";
import { NowAt } from "./NowBox";
import { Place, Task } from "./Place";
import type { Assignment } from "./phase";
import { useAssignment, useNextToReview } from "./queries";
import { ReviewForm } from "./ReviewForm";
import { RepositoryLink } from "./SolutionLink";
import { TeachersReview } from "./TeachersReview";
import "./tracks.css";

export function Component() {
  const texts = useTexts(dictionary);
  const assignmentId = Number(useParams()["assignmentId"]);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const assignment = useAssignment(assignmentId, me !== null);
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  return (
    <Loaded query={assignment}>
      {(found) => (
        <Page title={texts.reviewTitle(found.title)}>
          <Place assignment={found} />
          {found.is_enrolled ? (
            <Participants key={found.id} assignment={found} me={me} />
          ) : (
            <TeachersReview key={found.id} assignment={found} me={me} />
          )}
        </Page>
      )}
    </Loaded>
  );
}

function Participants({ assignment, me }: { assignment: Assignment; me: Me }) {
  const texts = useTexts(dictionary);
  // Who wrote a review of their own accord does not owe it when it is given back: a link asks for it.
  const [wantsMore, setWantsMore] = useState(useLocation().search === "?again");
  const [said, setSaid] = useState("");
  const { current_stage: stage, reviews_done: done, reviews_required: wanted, is_available: isOpen } = assignment;
  const owes = stage === "code_review" && isOpen && done < wanted;
  if (stage === "not_started" || stage === "submission") return <TooEarly assignment={assignment} />;
  if (!isOpen && stage === "code_review") return <NowAt assignment={assignment} />;
  const sent = (): void => {
    setSaid(texts.reviewSent(Math.max(wanted - done - 1, 0)));
    setWantsMore(false);
  };
  return (
    <>
      <p role="status">{said}</p>
      {owes || wantsMore ? (
        <Next assignment={assignment} me={me} moved={said !== ""} onSent={sent} />
      ) : (
        <Written assignment={assignment} moved={said !== ""} onMore={() => setWantsMore(true)} />
      )}
    </>
  );
}

function TooEarly({ assignment }: { assignment: Assignment }) {
  const texts = useTexts(dictionary);
  return (
    <Empty>
      <p>{texts.nothingToReview}</p>
      {assignment.submission_deadline && (
        <p>
          {texts.reviewsLater} <Countdown deadline={assignment.submission_deadline} />
        </p>
      )}
      <Link to={paths.assignment(assignment.track_id, assignment.id)}>{assignment.title}</Link>
    </Empty>
  );
}

type WrittenProps = { assignment: Assignment; moved: boolean; onMore: () => void };

function Written({ assignment, moved, onMore }: WrittenProps) {
  const texts = useTexts(dictionary);
  const isOver = assignment.current_stage === "completed";
  return (
    <Empty>
      <NextHeading focused={moved}>{texts.nothingLeft}</NextHeading>
      {assignment.reviews_done > 0 && <p>{texts.allWritten}</p>}
      {!isOver && <p>{texts.moreMaybe}</p>}
      <p className="row centred">
        {!isOver && <Button onClick={onMore}>{texts.lookForMore}</Button>}
        {isOver && <Link to={paths.results(assignment.track_id, assignment.id)}>{texts.seeResults}</Link>}
        <Link to={paths.track(assignment.track_id)}>{texts.toTrack}</Link>
      </p>
    </Empty>
  );
}

type NextProps = { assignment: Assignment; me: Me; moved: boolean; onSent: () => void };

function Next({ assignment, me, moved, onSent }: NextProps) {
  const texts = useTexts(dictionary);
  const { reviews_done: done, reviews_required: wanted } = assignment;
  const next = useNextToReview(assignment.id, done);
  return (
    <Loaded query={next}>
      {(solution) =>
        solution ? (
          <article key={solution.id}>
            <NextHeading focused={moved}>
              {done < wanted ? texts.reviewNumber(done + 1, wanted) : texts.oneMore}
            </NextHeading>
            <RepositoryLink url={solution.repository_url} commit={solution.commit} />
            <p className="faint">{texts.blind}</p>
            <Task assignment={assignment} />
            <ItsCounterTests assignment={assignment} submissionId={solution.id} me={me} />
            <ReviewForm
              assignment={assignment}
              submissionId={solution.id}
              codeVersion={solution.code_version}
              me={me}
              onSent={async () => onSent()}
            />
          </article>
        ) : (
          <Empty>
            <p>{texts.noneMore}</p>
            <Link to={paths.track(assignment.track_id)}>{texts.toTrack}</Link>
          </Empty>
        )
      }
    </Loaded>
  );
}
