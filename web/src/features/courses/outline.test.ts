import { describe, expect, it } from "vitest";
import { nextTask, solvedIn, stateOf, type Task } from "./outline";

const always = { opens_at: null, due_at: null, closes_at: null };

const task = (id: number, about: Partial<Task> = {}): Task => ({
  id,
  name: `task ${id}`,
  points: 10,
  is_published: true,
  state: "open",
  ...always,
  is_solved: false,
  attempts: 0,
  best_points: 0,
  penalty: 0,
  ...about,
});

const course = (...lessons: Task[][]) => ({
  lessons: lessons.map((tasks, at) => ({
    id: at + 1,
    name: "",
    description: "",
    is_published: true,
    state: "open" as const,
    ...always,
    requires: [],
    tasks,
    task: tasks,
    links: [],
  })),
});

describe("what comes next in a course", () => {
  it("is the first task, where nothing has been tried", () => {
    expect(nextTask(course([task(1), task(2)]))).toEqual({ lessonId: 1, task: task(1), begun: false });
  });

  it("is the first that is not solved, in a later lesson too", () => {
    const next = nextTask(course([task(1, { is_solved: true })], [], [task(2), task(3)]));
    expect(next).toMatchObject({ lessonId: 3, task: { id: 2 }, begun: true });
  });

  it("passes over what is not open", () => {
    expect(nextTask(course([task(1, { state: "draft" }), task(2)]))?.task.id).toBe(2);
  });

  it("is nothing once all is solved, or where there is nothing", () => {
    expect(nextTask(course([task(1, { is_solved: true })]))).toBeNull();
    expect(nextTask(course())).toBeNull();
  });
});

describe("a task's state", () => {
  it.each([
    [{ is_solved: true, attempts: 3 }, "solved"],
    [{ is_solved: false, attempts: 1 }, "tried"],
    [{ is_solved: false, attempts: 0 }, "new"],
  ] as const)("of %o is %s", (about, state) => {
    expect(stateOf(about)).toBe(state);
  });
});

it("counts what is solved in a lesson", () => {
  expect(solvedIn([task(1, { is_solved: true }), task(2)])).toEqual({ solved: 1, total: 2 });
});
