/** Compiled, not run: what a screen reads of members whose form depends on another. Nothing of it needs a cast. */
import type { components } from "../../../build/clients/openapi-typescript.ts";
import type * as hey from "../../../build/clients/hey-api/index.ts";

type Schemas = components["schemas"];

export function subject(notification: Schemas["AnyNotification"] | hey.AnyNotification): string | number {
  switch (notification.type) {
    case "DEADLINE_SOON":
      return notification.payload.assignment_id;
    case "TRACK_STARTED":
      return notification.payload.track_id;
    default:
      return notification.title;
  }
}

export function place(submission: Schemas["SubmissionView"] | hey.SubmissionView): string {
  const { origin } = submission;
  if (!origin) return "nowhere";
  if ("task_id" in origin) return `/courses/${origin.course_id}/${origin.lesson_id}/${origin.task_id}`;
  if ("training_session_id" in origin) return `/training-sessions/${origin.training_session_id}`;
  return "assignment_id" in origin ? `/tracks/${origin.track_id}/${origin.assignment_id}` : `/problems/${origin.problem_id}`;
}

export function nextDeadline(dashboard: Schemas["DashboardView"] | hey.DashboardView): string | undefined {
  return dashboard.sections.assignments.map((each) => each.deadline).sort()[0];
}

/** A language may be left out. */
export const program: Schemas["ProgramBody"] & hey.ProgramBody = { code: "print()" };
