import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, idempotencyKey, read } from "~/api/client";
import { keys } from "~/api/keys";
import { useLiveState } from "~/api/personal";
import { nextLook, nextWait } from "./evidence";
import type { Assignment } from "./phase";

/**
 * One's own solution while it waits for its verdict. Where nobody is told of that live (without a socket, or when the
 * verdict is not shown at once) it is asked for: the longer it takes, the less often.
 */
export function useOwnVerdict({ id: assignment_id, verdict_shown }: Assignment, judged: number) {
  const isTold = useLiveState() === "live" && verdict_shown === "at_once";
  return useQuery({
    queryKey: [...keys.tracks, "assignment", assignment_id, "verdict", judged],
    queryFn: () => read(api.GET("/assignments/{assignment_id}/submit", { params: { path: { assignment_id } } })),
    refetchInterval: ({ state }) =>
      isTold || (state.data && state.data.judged?.verdict !== null) ? false : nextWait(state.dataUpdateCount),
  });
}

/** `reviewer` is told live of their own; those of others, which teachers see, are looked at again. */
export function useCounterTests(submission_id: number, reviewer: number | null = null) {
  const told = useLiveState() === "live" ? reviewer : null;
  return useQuery({
    queryKey: keys.counterTests(submission_id),
    queryFn: () => read(api.GET("/submissions/{submission_id}/counter-tests", { params: { path: { submission_id } } })),
    refetchInterval: ({ state }) => nextLook(state.data?.items ?? [], told),
  });
}

/** One with all of its input, the jury's answer, and what the program printed. Read anew when its outcome is there. */
export function useCounterTest(submission_id: number, counter_test_id: number, outcome: string, enabled: boolean) {
  const path = { submission_id, counter_test_id };
  return useQuery({
    queryKey: [...keys.counterTests(submission_id), counter_test_id, outcome],
    queryFn: () => read(api.GET("/submissions/{submission_id}/counter-tests/{counter_test_id}", { params: { path } })),
    enabled,
  });
}

/** The same input is the same counter-test: sending it twice does no harm. */
export function useSendCounterTest(submission_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: string) =>
      read(
        api.POST("/submissions/{submission_id}/counter-tests", {
          params: { path: { submission_id } },
          body: { input },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.counterTests(submission_id) }),
  });
}

export function useAdopt(submission_id: number, counter_test_id: number) {
  const queries = useQueryClient();
  const path = { submission_id, counter_test_id };
  return useMutation({
    mutationFn: () =>
      read(api.POST("/submissions/{submission_id}/counter-tests/{counter_test_id}/adopt", { params: { path } })),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: [...keys.tracks, "appeal"] });
      return queries.invalidateQueries({ queryKey: keys.counterTests(submission_id) });
    },
  });
}

export function useRejudge(assignment_id: number) {
  const queries = useQueryClient();
  const [wish] = useState(() => ({ key: idempotencyKey() }));
  return useMutation({
    mutationFn: () => {
      const params = { path: { assignment_id }, header: { "Idempotency-Key": wish.key } };
      return read(api.POST("/assignments/{assignment_id}/rejudge", { params }));
    },
    onSuccess: () => {
      wish.key = idempotencyKey();
      return queries.invalidateQueries({ queryKey: [...keys.tracks, "assignment", assignment_id] });
    },
  });
}
