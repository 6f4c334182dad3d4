/** Where somebody is in a course. Pure. */

import type { Schemas } from "~/api/client";

type Course = Pick<Schemas["CourseView"], "lessons">;
export type Task = Schemas["TaskInfo"];

export type TaskState = "solved" | "tried" | "new";

export function stateOf(task: Pick<Task, "is_solved" | "attempts">): TaskState {
  return task.is_solved ? "solved" : task.attempts > 0 ? "tried" : "new";
}

export type NextTask = { lessonId: number; task: Task; begun: boolean };

/** The first task that is not solved, in the order of the course; null where there is none. */
export function nextTask(course: Course): NextTask | null {
  const places = course.lessons.flatMap((lesson) => lesson.tasks.map((task) => ({ lessonId: lesson.id, task })));
  const found = places.find(({ task }) => task.state === "open" && !task.is_solved);
  if (!found) return null;
  return { ...found, begun: places.some(({ task }) => task.attempts > 0 || task.is_solved) };
}

/** How many of a lesson's tasks are solved, and how many there are. */
export function solvedIn(tasks: readonly Pick<Task, "is_solved">[]): { solved: number; total: number } {
  return { solved: tasks.filter((task) => task.is_solved).length, total: tasks.length };
}
