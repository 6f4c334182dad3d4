import { lazy, Suspense } from "react";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { toOversight as dictionary } from "~/texts/toOversight";
import { Loading } from "~/ui/Loaded";
import type { Assignment } from "./phase";

const Answering = lazy(async () => ({ default: (await import("./Answering")).Answering }));
const Overseen = lazy(async () => ({ default: (await import("./Overseen")).Overseen }));

/** Below a result: what was decided, what its author may answer, or what its teachers may do about its reviews. */
export function Oversight({ assignment, result }: { assignment: Assignment; result: Schemas["ResultView"] }) {
  const texts = useTexts(dictionary);
  const me = useMe();
  const isOver = assignment.current_stage === "completed";
  return (
    <Suspense fallback={<Loading />}>
      {assignment.is_enrolled ? (
        isOver && <Answering assignment={assignment} result={result} />
      ) : (
        <details>
          <summary>{texts.oneByOne}</summary>
          <Overseen reviews={result.reviews} me={me?.id} decision={result.decision} />
        </details>
      )}
    </Suspense>
  );
}

export function ToWritten({ assignment }: { assignment: Assignment }) {
  const texts = useTexts(dictionary);
  return (
    <p>
      <Link to={paths.written(assignment.track_id, assignment.id)}>{texts.toWritten}</Link>
    </p>
  );
}

/** To one's own threads: there are some only when the review stage is over. */
export function ToThreads({ assignment }: { assignment: Assignment }) {
  const texts = useTexts(dictionary);
  if (!assignment.is_enrolled || assignment.current_stage !== "completed") return null;
  return (
    <p>
      <Link to={paths.threads(assignment.track_id, assignment.id)}>{texts.toThreads}</Link>
    </p>
  );
}
