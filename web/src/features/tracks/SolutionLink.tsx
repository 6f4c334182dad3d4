import { lazy, Suspense, useState } from "react";
import type { Schemas } from "~/api/client";
import { code as codeDictionary } from "~/texts/code";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Copy } from "~/ui/Copy";

const LinkedCode = lazy(async () => ({ default: (await import("./LinkedCode")).LinkedCode }));
const SolutionCode = lazy(() => import("./SolutionCode").then((module) => ({ default: module.SolutionCode })));

type Shown = Pick<Schemas["SolutionView"], "id" | "assignment_id" | "repository_url" | "commit" | "code_version">;

/** Somebody's solution: a link to where it lies, and its code; its author learns what came of fetching that. */
export function SolutionLink({ solution, isOwn = false }: { solution: Shown; isOwn?: boolean }) {
  return (
    <>
      <RepositoryLink url={solution.repository_url} commit={solution.commit} />
      {isOwn && solution.repository_url !== null && (
        <Suspense>
          <LinkedCode solution={solution} />
        </Suspense>
      )}
      {(solution.code_version > 0 || !isOwn) && <Code solution={solution} />}
    </>
  );
}

/** The link to where a solution lies, if there is one. */
export function RepositoryLink({ url, commit }: { url: string | null; commit: string | null }) {
  const texts = useTexts(dictionary);
  if (url === null) return null;
  return (
    <p className="row solution-link">
      <a href={url} target="_blank" rel="noopener noreferrer nofollow">
        {url}
      </a>
      {commit && (
        <span className="faint">
          {texts.atCommit} <code>{commit.slice(0, 12)}</code>
        </span>
      )}
      <Copy text={url} what={texts.copyLink} />
    </p>
  );
}

/** Loaded when it is opened: a teacher's page lists the solutions of all. */
function Code({ solution }: { solution: Shown }) {
  const texts = useTexts(codeDictionary);
  const [wanted, setWanted] = useState(false);
  return (
    <details onToggle={(event) => setWanted((before) => before || event.currentTarget.open)}>
      <summary>{texts.show}</summary>
      {wanted && (
        <Suspense>
          <SolutionCode key={solution.code_version} assignmentId={solution.assignment_id} submissionId={solution.id} />
        </Suspense>
      )}
    </details>
  );
}
