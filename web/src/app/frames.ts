import type { QueryClient } from "@tanstack/react-query";
import { keys } from "~/api/keys";
import type { PersonalFrame } from "~/api/live";

/** What a frame of one's own channel makes old. Screens that show more of a frame listen by themselves. */
export function followFrames(queries: QueryClient, frame: PersonalFrame): void {
  for (const queryKey of outdated(frame)) void queries.invalidateQueries({ queryKey });
}

export function outdated(frame: PersonalFrame): (readonly unknown[])[] {
  switch (frame.type) {
    case "NOTIFICATION":
    case "NOTIFICATIONS_READ":
      return [keys.notifications, keys.dashboard];
    case "SUBMISSION_VERDICT_RETRIEVED": {
      const { origin } = frame.payload;
      const place = origin && "assignment_id" in origin ? keys.tracks : keys.courses;
      return [keys.submissions, place, keys.dashboard];
    }
    case "COUNTER_TEST_JUDGED":
      return [keys.counterTests(frame.payload.submission_id)];
    case "ENROLLED":
      return [keys.courses, keys.tracks, keys.notifications, keys.dashboard];
    case "TASK_EXTENSION_GRANTED":
      return [keys.courses, keys.notifications, keys.dashboard];
    case "TRACK_STARTED":
    case "TRACK_NOT_STARTED":
    case "ASSIGNMENT_OPENED":
    case "REVIEW_STARTED":
    case "DEADLINE_SOON":
    case "DEADLINE_MOVED":
    case "STAGE_CLOSED":
    case "EXTENSION_GRANTED":
    case "STAGE_REOPENED":
    case "APPEAL_FILED":
    case "APPEAL_DECIDED":
    case "REVIEW_DECIDED":
    case "COMMENT_ANSWERED":
    case "REVIEW_HIDDEN":
    case "REVIEW_RETURNED":
      return [keys.tracks, keys.notifications, keys.dashboard];
    default:
      return [];
  }
}
