import { lazy, Suspense, useState } from "react";
import type { Schemas } from "~/api/client";
import { code as codeDictionary } from "~/texts/code";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Copy } from "~/ui/Copy";

const SolutionCode = lazy(() => import("./SolutionCode").then((module) => ({ default: module.SolutionCode })));

type Shown = Pick<Schemas["SolutionView"], "id" | "assignment_id" | "repository_url" | "commit" | "code_version">;

/** Somebody's solution: a link to where it lies, and its code. `open`: the code is what one has come for. */
export function SolutionLink({ solution, open = false }: { solution: Shown; open?: boolean }) {
  return (
    <>
      {solution.repository_url !== null && <RepositoryLink url={solution.repository_url} commit={solution.commit} />}
      {solution.code_version > 0 && <Code solution={solution} open={open} />}
    </>
  );
}

function RepositoryLink({ url, commit }: { url: string; commit: string | null }) {
  const texts = useTexts(dictionary);
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
function Code({ solution, open }: { solution: Shown; open: boolean }) {
  const texts = useTexts(codeDictionary);
  const [wanted, setWanted] = useState(open);
  return (
    <details open={open} onToggle={(event) => setWanted((before) => before || event.currentTarget.open)}>
      <summary>{open ? texts.code : texts.show}</summary>
      {wanted && (
        <Suspense>
          <SolutionCode key={solution.code_version} assignmentId={solution.assignment_id} submissionId={solution.id} />
        </Suspense>
      )}
    </details>
  );
}
