import { describe, expect, it } from "vitest";
import { due } from "./due";

const todo = {
  track_id: 3,
  track_title: "Python",
  assignment_id: 7,
  assignment_title: "Loops",
  stage: "submission" as const,
  deadline: "2026-12-02T12:00:00Z",
  reviews_left: 0,
};
const training = {
  id: "x",
  status: "IN_PROCESS" as const,
  dtCreated: "",
  dt_created: "",
  ends_at: "2026-12-01T12:00:00Z",
  finished_at: null,
  time_left: 60,
  team_id: 1,
  team_name: "Bits",
  contest_id: 2,
  contest_name: "Winter cup",
};

const task = {
  kind: "task" as const,
  title: "Add",
  within: "Sums",
  due_at: "2026-12-02T13:00:00Z",
  course_id: 5,
  lesson_id: 6,
  task_id: 9,
  track_id: null,
  assignment_id: null,
  reviews_left: 0,
};

describe("what is due", () => {
  it("is one list, the most urgent first", () => {
    const later = { ...todo, assignment_id: 8, deadline: "2026-12-03T15:00:00+03:00" };
    const submission = { ...task, kind: "submission" as const };
    const found = due({ due: [submission, task], sections: { assignments: [later, todo], trainings: [training] } });
    expect(found.map(({ kind }) => kind)).toEqual(["training", "submit", "task", "submit"]);
    expect(found.map(({ deadline }) => deadline)).toEqual([
      training.ends_at,
      todo.deadline,
      task.due_at,
      later.deadline,
    ]);
    expect(found[2]).toMatchObject({ title: "Add", place: "Sums", to: "/courses/5/6/9" });
  });

  it("says what to do, and leads there", () => {
    const of = (about: Partial<Parameters<typeof due>[0]["sections"]["assignments"][number]>) =>
      due({ due: [], sections: { assignments: [{ ...todo, ...about }], trainings: [] } })[0];
    expect(of({})).toMatchObject({ kind: "submit", to: "/tracks/3/7" });
    expect(of({ reviews_left: 2 })).toMatchObject({ kind: "submit-and-review", to: "/tracks/3/7", reviews: 2 });
    expect(of({ stage: "code_review", reviews_left: 1 })).toMatchObject({ kind: "review", to: "/tracks/3/7/review" });
  });
});
