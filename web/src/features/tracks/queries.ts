import { useQuery } from "@tanstack/react-query";
import { api, read, readPage, type Schemas } from "~/api/client";
import { ApiError } from "~/api/errors";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";
import type { Me } from "~/api/session";
import { serverNow } from "~/lib/clock";
import { nextLook, type Track } from "./phase";

export const FILTERS = ["all", "my", "waiting", "active", "completed"] as const;
export type Filter = (typeof FILTERS)[number];

/** A track in a list: for a guest without what is about the caller. */
export type Card = Schemas["TrackCard"] & Partial<Pick<Track, "is_enrolled" | "reviews_owed" | "author_name">>;

/** How often a track that one waits in is looked at: nobody is told when somebody else enrolls. */
const GATHERING_MS = 60_000;

export function useTracks(me: Me | null, filter: Filter) {
  const status = filter === "all" || filter === "my" ? {} : { status: filter };
  return usePages<Card>([...keys.tracks, "list", me?.id ?? null, filter], async (cursor) => {
    const query = { limit: 20, ...status, ...at(cursor) };
    if (!me) {
      const { items, next } = await read(api.GET("/main/tracks", { params: { query } }));
      return { items, next };
    }
    if (filter === "my") return readPage(api.GET("/tracks/my", { params: { query: { limit: 20, ...at(cursor) } } }));
    return readPage(api.GET("/tracks", { params: { query } }));
  });
}

export function useTrack(track_id: number, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.tracks, track_id],
    queryFn: () => read(api.GET("/tracks/{track_id}", { params: { path: { track_id } } })),
    refetchInterval: ({ state }) => (state.data?.status === "waiting" ? GATHERING_MS : false),
    enabled,
  });
}

/** The assignments of a track; null for who neither takes part in it nor teaches it. */
export function useAssignments(track_id: number, enabled: boolean, underWay: boolean) {
  return useQuery({
    queryKey: [...keys.tracks, track_id, "assignments"],
    queryFn: async () => {
      try {
        return await read(api.GET("/tracks/{track_id}/assignments", { params: { path: { track_id } } }));
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: ({ state }) => (state.data ? nextLook(state.data, serverNow(), underWay) : false),
    enabled,
  });
}

export function useStandings(track_id: number) {
  return useQuery({
    queryKey: [...keys.tracks, track_id, "standings"],
    queryFn: () => read(api.GET("/tracks/{track_id}/standings", { params: { path: { track_id } } })),
  });
}

export function useReliability(track_id: number) {
  return useQuery({
    queryKey: [...keys.tracks, track_id, "reliability"],
    queryFn: () => read(api.GET("/tracks/{track_id}/reliability", { params: { path: { track_id } } })),
  });
}

export function useAssignment(assignment_id: number, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id],
    queryFn: () => read(api.GET("/assignments/{assignment_id}", { params: { path: { assignment_id } } })),
    refetchInterval: ({ state }) => (state.data ? nextLook([state.data], serverNow(), false) : false),
    enabled,
  });
}

export function useDiary(assignment_id: number, enabled: boolean) {
  return usePages(
    [...keys.tracks, "assignment", assignment_id, "diary"],
    (cursor) =>
      readPage(
        api.GET("/assignments/{assignment_id}/diary", {
          params: { path: { assignment_id }, query: { limit: 20, ...at(cursor) } },
        }),
      ),
    { enabled },
  );
}

const NEXT = "next";

/** The solution that is to be reviewed next after so many; null when none is left. */
export function useNextToReview(assignment_id: number, done: number) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, NEXT, done],
    queryFn: async () => {
      try {
        return await read(
          api.GET("/assignments/{assignment_id}/review/submission", { params: { path: { assignment_id } } }),
        );
      } catch (error) {
        if (error instanceof ApiError && NONE_LEFT.has(error.code)) return null;
        throw error;
      }
    },
  });
}

/** All of tracks but what is to be reviewed next: that is asked for when it is known whether there is one. */
export const allButNext = {
  queryKey: keys.tracks,
  predicate: ({ queryKey }: { queryKey: readonly unknown[] }) => !queryKey.includes(NEXT),
};

const NONE_LEFT = new Set(["no_submission_available", "reviews_completed"]);

export function useResults(assignment_id: number, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "results"],
    queryFn: () => read(api.GET("/assignments/{assignment_id}/reviews", { params: { path: { assignment_id } } })),
    enabled,
  });
}
