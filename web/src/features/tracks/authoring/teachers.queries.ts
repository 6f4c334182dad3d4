import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read, readPage, type Schemas, useWishKey } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";
import { etagOf } from "./extensionFields";

type Extension = Schemas["ExtensionView"];

/** Participants of a page; a track has five times as many at most. */
const PAGE = 100;

/** All of them: whom a form is for may be on any page, and whether there is one decides under what it is sent. */
async function allExtensions(assignment_id: number): Promise<Extension[]> {
  const found: Extension[] = [];
  let cursor: string | null | undefined;
  do {
    const params = { path: { assignment_id }, query: { limit: PAGE, ...at(cursor ?? undefined) } };
    const page = await read(api.GET("/assignments/{assignment_id}/extensions", { params }));
    found.push(...page.items);
    cursor = page.next;
  } while (cursor);
  return found;
}

export function useExtensions(assignment_id: number) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "extensions"],
    queryFn: () => allExtensions(assignment_id),
  });
}

/** Given or refused, all are read anew: what somebody has by now is shown beside what was typed. */
export function useGrant(assignment_id: number, user_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, etag }: { body: Schemas["ExtensionBody"]; etag: string }) => {
      const params = { path: { assignment_id, user_id }, header: { "If-Match": etag } };
      return read(api.PUT("/assignments/{assignment_id}/extensions/{user_id}", { params, body }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tracks }),
  });
}

export function useTakeBack(extension: Extension) {
  const queries = useQueryClient();
  const { assignment_id, user_id } = extension;
  return useMutation({
    mutationFn: () => {
      const params = { path: { assignment_id, user_id }, header: { "If-Match": etagOf(extension) } };
      return read(api.DELETE("/assignments/{assignment_id}/extensions/{user_id}", { params }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.tracks }),
  });
}

const teachersOf = (track_id: number) => [...keys.tracks, track_id, "teachers"];

export function useTeachers(track_id: number) {
  return useQuery({
    queryKey: teachersOf(track_id),
    queryFn: async () => {
      const { teachers } = await read(api.GET("/tracks/{track_id}/teachers", { params: { path: { track_id } } }));
      return teachers;
    },
  });
}

export function useAddTeacher(track_id: number) {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: (user_id: number) => {
      const body = { user_id };
      const params = { path: { track_id }, header: { "Idempotency-Key": wish.of(body) } };
      return read(api.POST("/tracks/{track_id}/teachers", { params, body }));
    },
    onSuccess: () => {
      wish.granted();
      return queries.invalidateQueries({ queryKey: teachersOf(track_id) });
    },
  });
}

/** Who removes themselves may read nothing more of it: it is read anew where they go. */
export function useRemoveTeacher(track_id: number, user_id: number, isOneself: boolean) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () =>
      read(api.DELETE("/tracks/{track_id}/teachers/{user_id}", { params: { path: { track_id, user_id } } })),
    onSettled: (_done, error) =>
      isOneself && !error
        ? queries.invalidateQueries({ queryKey: keys.tracks, refetchType: "none" })
        : queries.invalidateQueries({ queryKey: teachersOf(track_id) }),
  });
}

/** Those whom one may see and who may teach, by words of their names. */
export function useColleagues(words: string | null) {
  return usePages(
    [...keys.account, "colleagues", words],
    async (cursor) => {
      const query = { limit: 20, ...(words && { q: words }), ...at(cursor) };
      const page = await readPage(api.GET("/user/users", { params: { query } }));
      return { ...page, items: page.items.filter(({ role }) => role !== "user") };
    },
    { enabled: words !== null },
  );
}
