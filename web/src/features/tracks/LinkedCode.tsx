import type { Schemas } from "~/api/client";
import { code as dictionary } from "~/texts/code";
import { useTexts } from "~/texts/language";
import { useFetchOf } from "./code.queries";

type Linked = Pick<Schemas["SolutionView"], "id" | "assignment_id" | "code_version">;

/** What came of fetching the code of a link, and why it is not judged. */
export function LinkedCode({ solution }: { solution: Linked }) {
  const texts = useTexts(dictionary).fetching;
  const { data: fetch } = useFetchOf(solution.assignment_id, solution.id, solution.code_version);
  if (!fetch) return null;
  const commit = fetch.commit?.slice(0, 12);
  return (
    <p className="faint" role="status">
      {[
        fetch.state === "waiting" && !fetch.not_judged && texts.waiting,
        commit && (fetch.state === "fetched" || fetch.not_judged) && texts.fetched(commit),
        fetch.reason && texts.failed(fetch.reason),
        fetch.not_judged && texts.notJudged(fetch.not_judged),
        fetch.not_judged && fetch.state === "waiting" && texts.judgedLater,
      ]
        .filter(Boolean)
        .join(" ")}
    </p>
  );
}
