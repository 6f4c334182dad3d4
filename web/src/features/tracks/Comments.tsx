import { lazy, Suspense } from "react";
import { Navigate, useLocation, useParams } from "react-router";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { comments as dictionary } from "~/texts/comments";
import { useTexts } from "~/texts/language";
import { Loaded, Loading } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { ToThreads } from "./OversightParts";
import { Place } from "./Place";
import { useAssignment } from "./queries";
import "./tracks.css";

const CommentedCode = lazy(async () => ({ default: (await import("./CommentedCode")).CommentedCode }));

/** Comments on one solution with their threads: for its author, for a reviewer their own, for teachers all. */
export function Component() {
  const texts = useTexts(dictionary);
  const { assignmentId, submissionId } = useParams();
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const assignment = useAssignment(Number(assignmentId), me !== null);
  if (!me) return <Navigate to={paths.signIn(here)} replace />;
  return (
    <Loaded query={assignment}>
      {(found) => (
        <Page title={texts.title(found.title)}>
          <Place assignment={found} />
          <ToThreads assignment={found} />
          <Suspense fallback={<Loading />}>
            <CommentedCode
              assignmentId={found.id}
              submissionId={Number(submissionId)}
              isOver={found.current_stage === "completed"}
              names={{}}
            />
          </Suspense>
        </Page>
      )}
    </Loaded>
  );
}
