/** Where a notification leads. Pure. */

import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";

export type Notification = Schemas["AnyNotification"];

export function placeOf(notification: Pick<Notification, "type" | "payload">): string | null {
  const { type, payload } = notification;
  if (payload === null || typeof payload === "string") return null;
  if ("kind" in payload) return placeOfTarget(payload);
  if ("task_id" in payload) return paths.task(payload.course_id, payload.lesson_id, payload.task_id);
  if (type === "TRACK_STARTED" || type === "TRACK_NOT_STARTED") return paths.track(payload.track_id);
  if (!("assignment_id" in payload)) return null;
  if ("comment_id" in payload) return paths.comments(payload.track_id, payload.assignment_id, payload.submission_id);
  if (type === "APPEAL_FILED" && "appeal_id" in payload) return paths.appeal(payload.track_id, payload.appeal_id);
  if (type === "APPEAL_DECIDED") return paths.results(payload.track_id, payload.assignment_id);
  if (type === "REVIEW_DECIDED" || type === "REVIEW_HIDDEN" || type === "REVIEW_RETURNED") {
    return paths.written(payload.track_id, payload.assignment_id);
  }
  const reviewing = type === "REVIEW_STARTED" || ("stage" in payload && payload.stage === "code_review");
  return reviewing
    ? paths.review(payload.track_id, payload.assignment_id)
    : paths.assignment(payload.track_id, payload.assignment_id);
}

export type Target = Schemas["TargetView"];

/** Where somebody goes who has joined it. */
export function placeOfTarget({ kind, id }: Pick<Target, "kind" | "id">): string {
  if (kind === "course") return paths.course(id);
  return kind === "track" ? paths.track(id) : paths.home();
}
