import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, idempotencyKey, read, readPage, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";
import type { Submission, TestResult } from "./program";
import type { Place } from "./queries";

/** The tests after the first hundred, which come with the submission itself. */
export function useTests(submission: Submission, enabled: boolean) {
  const path = { submission_id: submission.id };
  const last = submission.tests.at(-1)?.number ?? 0;
  return usePages<TestResult>(
    [...keys.submissions, submission.id, submission.judged_at, "tests"],
    async (cursor) => {
      const after = cursor === undefined ? last : Number(cursor);
      const page = await read(api.GET("/submissions/{submission_id}/tests", { params: { path, query: { after } } }));
      return { items: page.tests, next: page.next === null ? null : String(page.next) };
    },
    { enabled },
  );
}

/** The verdicts that it had before it was judged anew. */
export function useJudgings(submission_id: number) {
  return usePages<Schemas["JudgingView"]>([...keys.submissions, submission_id, "judgings"], async (cursor) => {
    const params = { path: { submission_id }, query: at(cursor) };
    const page = await readPage(api.GET("/submissions/{submission_id}/judgings", { params }));
    return { ...page, items: page.items.judgings };
  });
}

/** How far back an earlier attempt is looked for. */
const PAGE = 100;

/** The attempt before this one, of the same person at the same task; null for the first. */
export function usePreviousAttempt({ id, user_id, place }: Submission, mine: boolean, enabled: boolean) {
  return useQuery({
    queryKey: [...keys.submissions, id, "before"],
    queryFn: async (): Promise<Submission | null> => {
      const path = placeOf(place);
      if (!path) return null;
      const query = { limit: PAGE, ...(mine ? {} : { user_id }) };
      const { submissions } = await read(
        api.GET("/courses/{course_id}/{lesson_id}/{task_id}/submissions", { params: { path, query } }),
      );
      const before = submissions.find((each) => each.id < id);
      if (!before) return null;
      return read(api.GET("/submissions/{submission_id}", { params: { path: { submission_id: before.id } } }));
    },
    enabled: enabled && place !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function placeOf(place: Submission["place"]): Place | null {
  return place && { course_id: place.course_id, lesson_id: place.lesson_id, task_id: place.task_id };
}

/** Judges it anew by the tests of now: for those who teach. */
export function useRejudge(submission_id: number) {
  const queries = useQueryClient();
  const [key, setKey] = useState(idempotencyKey);
  return useMutation({
    mutationFn: () =>
      read(
        api.POST("/submissions/{submission_id}/rejudge", {
          params: { path: { submission_id }, header: { "Idempotency-Key": key } },
        }),
      ),
    onSuccess: () => {
      setKey(idempotencyKey());
      return queries.invalidateQueries({ queryKey: keys.submissions });
    },
  });
}
