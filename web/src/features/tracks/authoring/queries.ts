import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read, readPage, readWithHeaders, type Schemas, useWishKey } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";

/** With the ETag under which it may be changed. */
export type Seen<T> = { item: T; etag: string };

async function seen<T>(asked: Parameters<typeof readWithHeaders<T>>[0]): Promise<Seen<T>> {
  const { data, headers } = await readWithHeaders(asked);
  return { item: data, etag: headers.get("ETag") ?? "" };
}

async function outdated(queries: QueryClient): Promise<void> {
  void queries.invalidateQueries({ queryKey: keys.dashboard });
  await queries.invalidateQueries({ queryKey: keys.tracks });
}

export function useTrackToChange(track_id: number) {
  return useQuery({
    queryKey: [...keys.tracks, track_id, "to-change"],
    queryFn: () => seen(api.GET("/tracks/{track_id}", { params: { path: { track_id } } })),
  });
}

export function useAddTrack() {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: (body: Schemas["TrackBody"]) =>
      read(api.POST("/tracks", { params: { header: { "Idempotency-Key": wish.of(body) } }, body })),
    onSuccess: () => {
      wish.granted();
      return outdated(queries);
    },
  });
}

/** Only what was seen is changed. Refused or not, it is read anew: what it is now is shown beside what was typed. */
export function useChangeTrack(track_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, etag }: { body: Schemas["TrackChanges"]; etag: string }) => {
      const params = { path: { track_id }, header: { "If-Match": etag } };
      return read(api.PATCH("/tracks/{track_id}", { params, body }));
    },
    onSettled: () => outdated(queries),
  });
}

export function useStartTrack(track_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.POST("/tracks/{track_id}/start", { params: { path: { track_id } } })),
    onSettled: () => outdated(queries),
  });
}

/** What was deleted is not read again. */
export function useDeleteTrack(track_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.DELETE("/tracks/{track_id}", { params: { path: { track_id } } })),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: keys.dashboard });
      void queries.invalidateQueries({ queryKey: [...keys.tracks, "list"] });
    },
  });
}

export function useAssignmentToChange(assignment_id: number) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "to-change"],
    queryFn: () => seen(api.GET("/assignments/{assignment_id}", { params: { path: { assignment_id } } })),
  });
}

export function useAddAssignment(track_id: number) {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: (body: Schemas["AssignmentBody"]) => {
      const params = { path: { track_id }, header: { "Idempotency-Key": wish.of(body) } };
      return read(api.POST("/tracks/{track_id}/assignments", { params, body }));
    },
    onSuccess: () => {
      wish.granted();
      return outdated(queries);
    },
  });
}

export function useChangeAssignment(assignment_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, etag }: { body: Schemas["AssignmentChanges"]; etag: string }) => {
      const params = { path: { assignment_id }, header: { "If-Match": etag } };
      return read(api.PATCH("/assignments/{assignment_id}", { params, body }));
    },
    onSettled: () => outdated(queries),
  });
}

/** What was deleted is not read again. */
export function useDeleteAssignment(assignment_id: number, track_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.DELETE("/assignments/{assignment_id}", { params: { path: { assignment_id } } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...keys.tracks, track_id] }),
  });
}

/** A later deadline for the stage that runs, or one until which a stage runs again. */
export function useMoveDeadline(assignment_id: number, how: "deadline" | "reopen") {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Schemas["DeadlineBody"]) => {
      const params = { path: { assignment_id } };
      if (how === "reopen") return read(api.POST("/assignments/{assignment_id}/reopen", { params, body }));
      return read(api.PATCH("/assignments/{assignment_id}/deadline", { params, body }));
    },
    onSettled: () => outdated(queries),
  });
}

/** End the stage that is meant: never the next one. */
export function useCloseStage(assignment_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (stage: Schemas["StageBody"]["stage"]) =>
      read(api.POST("/assignments/{assignment_id}/close", { params: { path: { assignment_id } }, body: { stage } })),
    onSettled: () => outdated(queries),
  });
}

/** The problems that one may use, by the words of their titles and tags: one's own, and those that are published. */
export function useProblems(words: string | null) {
  return usePages(
    [...keys.problems, "list", words],
    async (cursor) => {
      const query = { limit: 10, with_published: true, ...(words && { q: words }), ...at(cursor) };
      const page = await readPage(api.GET("/problems", { params: { query } }));
      return { ...page, items: page.items.problems };
    },
    { enabled: words !== null },
  );
}

/** A problem of one's own, or one that is published, by its number. */
export function useProblem(problem_id: number | null) {
  return useQuery({
    queryKey: [...keys.problems, problem_id],
    queryFn: () => read(api.GET("/problems/{problem_id}", { params: { path: { problem_id: problem_id ?? 0 } } })),
    enabled: problem_id !== null,
    retry: false,
  });
}

const invitationsOf = (track: number) => [...keys.invitations, "of", "track", track];

export function useInvitations(track: number) {
  return usePages(invitationsOf(track), async (cursor) => {
    const query = { kind: "track", id: track, ...at(cursor) } as const;
    const { items, next } = await read(api.GET("/invitations", { params: { query } }));
    return { items, next };
  });
}

export function useInvite(track: number) {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: ({ uses }: { uses: number | null }) => {
      const body = { kind: "track", id: track, uses } as const;
      return read(api.POST("/invitations", { params: { header: { "Idempotency-Key": wish.of(body) } }, body }));
    },
    onSuccess: () => {
      wish.granted();
      return queries.invalidateQueries({ queryKey: invitationsOf(track) });
    },
  });
}

export function useRevoke(track: number, code: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.DELETE("/invitations/{code}", { params: { path: { code } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: invitationsOf(track) }),
  });
}
