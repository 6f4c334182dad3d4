import { hashKey, keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";

const of = (assignment_id: number, submission_id: number) =>
  [...keys.tracks, "assignment", assignment_id, "code", submission_id] as const;

/** The files of a version of a solution, and its versions; null stands for the one that is reviewed. */
export function useCode(assignment_id: number, submission_id: number, version: number | null) {
  return useQuery({
    queryKey: [...of(assignment_id, submission_id), version],
    queryFn: () => read(api.GET(FILES, { params: asked({ assignment_id, submission_id }, { version }) })),
    placeholderData: keepPreviousData,
  });
}

/** What came of fetching a link's code; once it is there or judged, the solution that shows `version` is read anew. */
export function useFetchOf(assignment_id: number, submission_id: number, version: number) {
  const client = useQueryClient();
  const queryKey = [...of(assignment_id, submission_id), "fetch", version];
  return useQuery({
    queryKey,
    queryFn: async () => {
      const before = client.getQueryData<Schemas["FetchView"] | null>(queryKey);
      const found = await read(api.GET(FILES, { params: asked({ assignment_id, submission_id }, { version: null }) }));
      const isJudged = before?.not_judged && !found.fetch?.not_judged;
      if ((found.pinned_version ?? 0) > version || isJudged) void client.invalidateQueries(allBut(queryKey));
      return found.fetch;
    },
    refetchInterval: ({ state: { data } }) =>
      data?.state === "waiting" && (data.not_judged ? JUDGE_FULL_MS : FETCHING_MS),
  });
}

/** All of tracks but the query whose answer made the rest old: it would ask again, and again. */
export function allBut(own: readonly unknown[]) {
  const hash = hashKey(own);
  return { queryKey: keys.tracks, predicate: ({ queryHash }: { queryHash: string }) => queryHash !== hash };
}

/** One file of a version, with its text: a version never changes. */
export function useCodeFile(assignment_id: number, submission_id: number, version: number, path: string) {
  return useQuery({
    queryKey: [...of(assignment_id, submission_id), version, path],
    queryFn: () => read(api.GET(FILES, { params: asked({ assignment_id, submission_id }, { version, path }) })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useCodeChanges(assignment_id: number, submission_id: number, version: number) {
  return useQuery({
    queryKey: [...of(assignment_id, submission_id), version, "changes"],
    queryFn: () =>
      read(
        api.GET("/assignments/{assignment_id}/submissions/{submission_id}/diff", {
          params: { path: { assignment_id, submission_id }, query: { version } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

const FETCHING_MS = 3000;
const JUDGE_FULL_MS = 30_000;

const FILES = "/assignments/{assignment_id}/submissions/{submission_id}/files";

type Wanted = { version: number | null; path?: string };

function asked(path: { assignment_id: number; submission_id: number }, { version, path: file }: Wanted) {
  return { path, query: { ...(version !== null && { version }), ...(file !== undefined && { path: file }) } };
}
