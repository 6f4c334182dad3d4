import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read } from "~/api/client";
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

/** What came of fetching a link's code; once it is there, the solution that shows `version` is read anew. */
export function useFetchOf(assignment_id: number, submission_id: number, version: number) {
  const client = useQueryClient();
  return useQuery({
    queryKey: [...of(assignment_id, submission_id), "fetch", version],
    queryFn: async () => {
      const found = await read(api.GET(FILES, { params: asked({ assignment_id, submission_id }, { version: null }) }));
      if ((found.pinned_version ?? 0) > version) void client.invalidateQueries({ queryKey: keys.tracks, exact: false });
      return found.fetch;
    },
    refetchInterval: ({ state }) => (state.data?.state === "waiting" ? FETCHING_MS : false),
  });
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

const FILES = "/assignments/{assignment_id}/submissions/{submission_id}/files";

type Wanted = { version: number | null; path?: string };

function asked(path: { assignment_id: number; submission_id: number }, { version, path: file }: Wanted) {
  return { path, query: { ...(version !== null && { version }), ...(file !== undefined && { path: file }) } };
}
