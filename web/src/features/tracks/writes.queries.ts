import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, read, type Schemas, useWishKey } from "~/api/client";
import { keys } from "~/api/keys";
import { upload } from "~/api/uploads";
import type { Chosen } from "./chosen";
import { said } from "./lines";
import { allButNext } from "./queries";
import type { Opinion } from "./rubric";

async function outdated(queries: QueryClient): Promise<void> {
  void queries.invalidateQueries({ queryKey: keys.dashboard });
  await queries.invalidateQueries(allButNext);
}

export function useEnroll(track_id: number) {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: () => {
      const header = { "Idempotency-Key": wish.of(track_id) };
      return read(api.POST("/tracks/{track_id}/enroll", { params: { path: { track_id }, header } }));
    },
    onSuccess: wish.granted,
    // Refused or not, the track is not as it was shown: it may have begun, or be full.
    onSettled: () => outdated(queries),
  });
}

export function useLeave(track_id: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => read(api.DELETE("/tracks/{track_id}/enroll", { params: { path: { track_id } } })),
    onSettled: () => outdated(queries),
  });
}

type Sent = Pick<Schemas["SolutionBody"], "repository_url" | "commit" | "language" | "main">;

/**
 * Send a solution in, or another in place of the one that was. An archive is uploaded first, once. `onSent` is called
 * also where the form is gone by then: it looks otherwise when something was sent in.
 */
export function useSend(assignment_id: number, replaces: boolean, onSent: () => void) {
  const queries = useQueryClient();
  const wish = useWishKey();
  const [uploads] = useState(() => new WeakMap<File, number>());
  const uploaded = async (archive: File): Promise<number> => {
    const known = uploads.get(archive);
    if (known !== undefined) return known;
    const form = await read(
      api.POST("/assignments/{assignment_id}/submit/upload", { params: { path: { assignment_id } } }),
    );
    await upload(form, archive);
    uploads.set(archive, form.upload_id);
    return form.upload_id;
  };
  return useMutation({
    mutationFn: async ({ chosen, ...sent }: Sent & { chosen: Chosen }) => {
      const path = { assignment_id };
      const body: Schemas["SolutionBody"] = { ...sent };
      if (chosen.archive) body.upload_id = await uploaded(chosen.archive);
      else if (chosen.files.length > 0) body.files = chosen.files;
      if (replaces) return read(api.PUT("/assignments/{assignment_id}/submit", { params: { path }, body }));
      const header = { "Idempotency-Key": wish.of(body) };
      return read(api.POST("/assignments/{assignment_id}/submit", { params: { path, header }, body }));
    },
    onSuccess: () => {
      wish.granted();
      onSent();
    },
    onSettled: () => outdated(queries),
  });
}

export function useWriteEntry(assignment_id: number) {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: (content: string) => {
      const params = { path: { assignment_id }, header: { "Idempotency-Key": wish.of(content) } };
      return read(api.POST("/assignments/{assignment_id}/diary", { params, body: { content } }));
    },
    onSuccess: () => {
      wish.granted();
      return queries.invalidateQueries({ queryKey: [...keys.tracks, "assignment", assignment_id, "diary"] });
    },
  });
}

/** Send a review. It is under way until what is to be reviewed next is known. */
export function useReview(submission_id: number, onSent: () => Promise<void>) {
  const queries = useQueryClient();
  const wish = useWishKey();
  return useMutation({
    mutationFn: ({ points, remarks, comment, lines, version }: Opinion) => {
      const line_comments = said(lines);
      const body = {
        criteria_scores: points,
        criteria_comments: remarks,
        comment: comment.trim() || null,
        ...(line_comments.length > 0 && { line_comments, code_version: version }),
      };
      const params = { path: { submission_id }, header: { "Idempotency-Key": wish.of(body) } };
      return read(api.POST("/submissions/{submission_id}/review", { params, body }));
    },
    onSuccess: async () => {
      wish.granted();
      await onSent();
      await outdated(queries);
    },
  });
}
