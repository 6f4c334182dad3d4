import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, read, readPage, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";
import { useLiveState, usePersonalFrames } from "~/api/personal";
import { type Submission, withProgress } from "./program";

export type Place = { course_id: number; lesson_id: number; task_id: number };
export type Program = { code: string; language: string };

export const taskKey = ({ course_id, lesson_id, task_id }: Place) => [...keys.courses, course_id, lesson_id, task_id];
const submissionKey = (id: number | null) => [...keys.submissions, id];

export function useTask(path: Place, enabled: boolean) {
  return useQuery({
    queryKey: taskKey(path),
    queryFn: () => read(api.GET("/courses/{course_id}/{lesson_id}/{task_id}", { params: { path } })),
    enabled,
  });
}

/** The names of languages, by id. */
export function useLanguageNames(): Readonly<Record<string, string>> {
  const languages = useQuery({
    queryKey: keys.languages,
    queryFn: () => read(api.GET("/languages")),
    staleTime: 3_600_000,
  });
  return Object.fromEntries((languages.data?.languages ?? []).map(({ id, name }) => [id, name]));
}

/** With a frame for each step there is no need to ask often; without the socket it is the only way to know. */
const ASK_EVERY = { live: 5000, alone: 3000 };

/** A submission until it is final: frames first, and asking as well since a frame may be lost. */
export function useSubmission(submission_id: number | null) {
  const queries = useQueryClient();
  const live = useLiveState() === "live";
  usePersonalFrames((frame) => {
    if (frame.type !== "SUBMISSION_PROGRESS" || frame.payload.id !== submission_id) return;
    const { payload } = frame;
    queries.setQueryData<Submission>(submissionKey(submission_id), (old) => old && withProgress(old, payload));
  });
  return useQuery({
    queryKey: submissionKey(submission_id),
    queryFn: () =>
      read(api.GET("/submissions/{submission_id}", { params: { path: { submission_id: submission_id ?? 0 } } })),
    enabled: submission_id !== null,
    refetchInterval: ({ state }) => (state.data?.is_checked ? false : live ? ASK_EVERY.live : ASK_EVERY.alone),
  });
}

/** Sends a program to be judged. The same `key` again is the same attempt. */
export async function sendProgram(path: Place, body: Program, key: string) {
  const sent = await read(
    api.POST("/courses/{course_id}/{lesson_id}/{task_id}", {
      params: { path, header: { Prefer: "respond-async", "Idempotency-Key": key } },
      body,
    }),
  );
  return { id: sent.submission_id };
}

export function useCancel() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (submission_id: number) =>
      read(api.DELETE("/submissions/{submission_id}", { params: { path: { submission_id } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.submissions }),
  });
}

/** Runs a program with an input of one's own: nothing of it is kept. */
export function useRun(path: Place) {
  return useMutation({
    mutationFn: (body: Program & { input: string }): Promise<Schemas["RunView"]> =>
      read(api.POST("/courses/{course_id}/{lesson_id}/{task_id}/run", { params: { path }, body })),
  });
}

export type Run = ReturnType<typeof useRun>;

/** What was sent to a task, the newest first: one's own, or that of `user_id`. */
export function useAttempts(path: Place, user_id?: number) {
  const whose = user_id === undefined ? {} : { user_id };
  return usePages<Schemas["SubmissionInfo"]>([...taskKey(path), "submissions", whose], async (cursor) => {
    const query = { limit: 20, ...whose, ...at(cursor) };
    const page = await readPage(
      api.GET("/courses/{course_id}/{lesson_id}/{task_id}/submissions", { params: { path, query } }),
    );
    return { ...page, items: page.items.submissions };
  });
}
