import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read, readWithHeaders, type Schemas, useWishKey } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";

export type OwnAppeals = Schemas["OwnAppealsView"];
export type Appeal = Schemas["AppealView"];
export type Case = Schemas["CaseView"];
export type Evidence = Schemas["EvidenceView"];
export type FairnessCard = Schemas["FairnessView"];
export type Written = Schemas["WrittenReviewView"];
export type Review = Schemas["ReviewView"];

/** What the author says of a review. Ratings of one review are sent one after the other, so that the last one holds. */
export function useRate(assignment_id: number, review_id: number) {
  const queries = useQueryClient();
  return useMutation({
    scope: { id: `rating-${review_id}` },
    mutationFn: (body: Schemas["RatingBody"]) =>
      read(api.PUT("/reviews/{review_id}/rating", { params: { path: { review_id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: [...keys.tracks, "assignment", assignment_id, "results"] }),
  });
}

export function useOwnAppeals(assignment_id: number) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "appeals"],
    queryFn: () => read(api.GET("/assignments/{assignment_id}/appeal", { params: { path: { assignment_id } } })),
  });
}

/** `onFiled` is called although the form is gone by then: one appeal waits. */
export function useFileAppeal(assignment_id: number, onFiled: () => void) {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: (body: Schemas["AppealBody"]) => {
      const params = { path: { assignment_id }, header: { "Idempotency-Key": wish.of(body) } };
      return read(api.POST("/assignments/{assignment_id}/appeal", { params, body }));
    },
    onSuccess: () => {
      wish.granted();
      onFiled();
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [...keys.tracks, "assignment", assignment_id, "appeals"] }),
  });
}

/** What the teachers of a track are to look at: of all assignments, or of one. */
export function useQueue(track_id: number, assignment_id: number | null) {
  return usePages<Case>([...keys.tracks, track_id, "queue", assignment_id], async (cursor) => {
    const query = { limit: 20, ...(assignment_id !== null && { assignment_id }), ...at(cursor) };
    const { items, next } = await read(api.GET("/tracks/{track_id}/queue", { params: { path: { track_id }, query } }));
    return { items, next };
  });
}

export function useFairness(assignment_id: number, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "fairness"],
    queryFn: () => read(api.GET("/assignments/{assignment_id}/fairness", { params: { path: { assignment_id } } })),
    enabled,
  });
}

/** An appeal with its evidence, and its ETag: another teacher may decide meanwhile. */
export function useAppeal(appeal_id: number) {
  return useQuery({
    queryKey: [...keys.tracks, "appeal", appeal_id],
    queryFn: async () => {
      const asked = api.GET("/appeals/{appeal_id}", { params: { path: { appeal_id } } });
      const { data, headers } = await readWithHeaders(asked);
      return { ...data, tag: headers.get("ETag") ?? "" };
    },
  });
}

/** Decide an appeal, or decide otherwise: then only what was seen is replaced. */
export function useDecide(appeal_id: number, tag: string | null) {
  const outdated = useOutdated();
  return useMutation({
    mutationFn: (body: Schemas["DecisionBody"]) => {
      const path = { appeal_id };
      if (tag === null) return read(api.POST("/appeals/{appeal_id}/decision", { params: { path }, body }));
      const params = { path, header: { "If-Match": tag } };
      return read(api.PUT("/appeals/{appeal_id}/decision", { params, body }));
    },
    onSettled: outdated,
  });
}

/** Have a review count nowhere: hidden, or, with `until`, given back to be written again. */
export function useWithhold(review_id: number) {
  const outdated = useOutdated();
  return useMutation({
    mutationFn: ({ reason, until }: { reason: string; until: string | null }) => {
      const params = { path: { review_id } };
      if (until === null) return read(api.POST("/reviews/{review_id}/hide", { params, body: { reason } }));
      return read(api.POST("/reviews/{review_id}/return", { params, body: { reason, until } }));
    },
    onSettled: outdated,
  });
}

export function useShowAgain(review_id: number) {
  const outdated = useOutdated();
  return useMutation({
    mutationFn: () => read(api.DELETE("/reviews/{review_id}/hide", { params: { path: { review_id } } })),
    onSettled: outdated,
  });
}

/** The reviews that one wrote. */
export function useWritten(assignment_id: number, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "written"],
    queryFn: () =>
      read(api.GET("/assignments/{assignment_id}/reviews/written", { params: { path: { assignment_id } } })),
    enabled,
  });
}

function useOutdated(): () => Promise<void> {
  const queries = useQueryClient();
  return async () => {
    void queries.invalidateQueries({ queryKey: keys.dashboard });
    await queries.invalidateQueries({ queryKey: keys.tracks });
  };
}
