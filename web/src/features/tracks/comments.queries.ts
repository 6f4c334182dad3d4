import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, idempotencyKey, read, type Schemas } from "~/api/client";
import { keys } from "~/api/keys";
import { at, usePages } from "~/api/paging";

export type LineComment = Schemas["CommentView"];

/** What reviews say of single lines, in the order of files and lines. */
export function useComments(submission_id: number) {
  return usePages<LineComment>([...keys.tracks, "comments", submission_id], async (cursor) => {
    const params = { path: { submission_id }, query: { limit: 100, ...at(cursor) } };
    const { items, next } = await read(api.GET("/submissions/{submission_id}/comments", { params }));
    return { items, next };
  });
}

/** The comments of an assignment that were answered, those that await one first. */
export function useOwnThreads(assignment_id: number, enabled: boolean) {
  return usePages<Schemas["OwnThreadView"]>(
    [...keys.tracks, "assignment", assignment_id, "threads"],
    async (cursor) => {
      const params = { path: { assignment_id }, query: { limit: 50, ...at(cursor) } };
      const { items, next } = await read(api.GET("/assignments/{assignment_id}/threads", { params }));
      return { items, next };
    },
    { enabled },
  );
}

export function useReplies(submission_id: number, comment_id: number, enabled: boolean) {
  return usePages<Schemas["ReplyView"]>(
    [...keys.tracks, "comments", submission_id, comment_id],
    async (cursor) => {
      const params = { path: { submission_id, comment_id }, query: { limit: 100, ...at(cursor) } };
      const { items, next } = await read(
        api.GET("/submissions/{submission_id}/comments/{comment_id}/replies", { params }),
      );
      return { items, next };
    },
    { enabled },
  );
}

/** What is answered is old in the list of one's threads, too. */
export function useAnswer(submission_id: number, comment_id: number) {
  const queries = useQueryClient();
  const [wish] = useState(() => ({ text: "", key: idempotencyKey() }));
  return useMutation({
    mutationFn: (text: string) => {
      if (text !== wish.text) Object.assign(wish, { text, key: idempotencyKey() });
      const params = { path: { submission_id, comment_id }, header: { "Idempotency-Key": wish.key } };
      return read(api.POST("/submissions/{submission_id}/comments/{comment_id}/replies", { params, body: { text } }));
    },
    onSuccess: () => {
      Object.assign(wish, { text: "" });
      void queries.invalidateQueries({ queryKey: [...keys.tracks, "assignment"], predicate: isOfThreads });
      return queries.invalidateQueries({ queryKey: [...keys.tracks, "comments", submission_id] });
    },
  });
}

const isOfThreads = ({ queryKey }: { queryKey: readonly unknown[] }): boolean => queryKey.includes("threads");
