/** What is due for somebody: one list, the most urgent first. Pure. */

import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";

type Sections = Pick<Schemas["DashboardSections"], "assignments" | "trainings">;

export type Due =
  | {
      kind: "submit" | "review" | "submit-and-review";
      title: string;
      place: string;
      deadline: string;
      to: string;
      reviews: number;
    }
  | { kind: "training"; title: string; place: string; deadline: string; to: string | null; reviews: 0 };

export function due({ assignments, trainings }: Sections): Due[] {
  const all: Due[] = [...assignments.map(ofAssignment), ...trainings.map(ofTraining)];
  return all.sort((a, b) => Date.parse(a.deadline) - Date.parse(b.deadline));
}

function ofAssignment(todo: Schemas["TodoView"]): Due {
  const reviewing = todo.stage === "code_review";
  return {
    kind: reviewing ? "review" : todo.reviews_left > 0 ? "submit-and-review" : "submit",
    title: todo.assignment_title,
    place: todo.track_title,
    deadline: todo.deadline,
    to: reviewing
      ? paths.review(todo.track_id, todo.assignment_id)
      : paths.assignment(todo.track_id, todo.assignment_id),
    reviews: todo.reviews_left,
  };
}

function ofTraining(training: Schemas["TrainingView"]): Due {
  return {
    kind: "training",
    title: training.contest_name,
    place: training.team_name ?? "",
    deadline: training.ends_at,
    to: null,
    reviews: 0,
  };
}
