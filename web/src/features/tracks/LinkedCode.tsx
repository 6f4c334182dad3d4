import type { Schemas } from "~/api/client";
import { useFetchOf } from "./code.queries";
import { FetchWords } from "./FetchWords";

type Linked = Pick<Schemas["SolutionView"], "id" | "assignment_id" | "code_version">;

/** What came of fetching the code of one's own link, as it happens. */
export function LinkedCode({ solution }: { solution: Linked }) {
  const { data: fetch } = useFetchOf(solution.assignment_id, solution.id, solution.code_version);
  return fetch ? <FetchWords fetch={fetch} /> : null;
}
