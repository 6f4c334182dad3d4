/** What is due for somebody: one list, the most urgent first. Pure. */

import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";

type Dashboard = {
  due: Schemas["DueView"][];
  sections: Pick<Schemas["DashboardSections"], "assignments" | "trainings">;
};

export type Due =
  | {
      kind: "task" | "submit" | "review" | "submit-and-review";
      title: string;
      place: string;
      deadline: string;
      to: string;
      reviews: number;
    }
  | { kind: "training"; title: string; place: string; deadline: string; to: string | null; reviews: 0 };

export function due({ due: dues, sections: { assignments, trainings } }: Dashboard): Due[] {
  const tasks = dues.filter(({ kind }) => kind === "task");
  const all: Due[] = [...tasks.map(ofTask), ...assignments.map(ofAssignment), ...trainings.map(ofTraining)];
  return all.sort((a, b) => Date.parse(a.deadline) - Date.parse(b.deadline));
}

function ofTask(task: Schemas["DueView"]): Due {
  return {
    kind: "task",
    title: task.title,
    place: task.within,
    deadline: task.due_at,
    to: paths.task(task.course_id ?? "", task.lesson_id ?? "", task.task_id ?? ""),
    reviews: 0,
  };
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
