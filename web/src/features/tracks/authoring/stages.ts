/** The stages of an assignment that its teachers may lengthen, end, or have run again. Pure. */

import type { Schemas } from "~/api/client";
import { localOf } from "./moments";

type Assignment = Pick<Schemas["AssignmentView"], "current_stage" | "submission_deadline" | "code_review_deadline">;
export type Stage = Schemas["StageBody"]["stage"];

/** `over` is in the order in which they were. Before an assignment opens there is neither. */
export function stagesOf({ current_stage: stage }: Assignment): { running: Stage | null; over: Stage[] } {
  switch (stage) {
    case "not_started":
      return { running: null, over: [] };
    case "submission":
      return { running: "submission", over: [] };
    case "code_review":
      return { running: "code_review", over: ["submission"] };
    case "completed":
      return { running: null, over: ["submission", "code_review"] };
  }
}

/** Where the field for a later deadline begins: at the one that holds. */
export function deadlineOf(assignment: Assignment, stage: Stage): string {
  return localOf(stage === "submission" ? assignment.submission_deadline : assignment.code_review_deadline);
}
