import type { Schemas } from "~/api/client";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Copy } from "~/ui/Copy";

/** Somebody's solution: a link to where it lies. Its code will be shown here. */
export function SolutionLink({ solution }: { solution: Pick<Schemas["SolutionView"], "repository_url" | "commit"> }) {
  const texts = useTexts(dictionary);
  return (
    <p className="row solution-link">
      <a href={solution.repository_url} target="_blank" rel="noopener noreferrer nofollow">
        {solution.repository_url}
      </a>
      {solution.commit && (
        <span className="faint">
          {texts.atCommit} <code>{solution.commit.slice(0, 12)}</code>
        </span>
      )}
      <Copy text={solution.repository_url} what={texts.copyLink} />
    </p>
  );
}
