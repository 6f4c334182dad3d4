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

describe("what is due", () => {
  it("is one list, the most urgent first", () => {
    const later = { ...todo, assignment_id: 8, deadline: "2026-12-03T15:00:00+03:00" };
    const found = due({ assignments: [later, todo], trainings: [training] });
    expect(found.map(({ deadline }) => deadline)).toEqual([training.ends_at, todo.deadline, later.deadline]);
  });

  it("says what to do, and leads there", () => {
    const of = (about: Partial<Parameters<typeof due>[0]["assignments"][number]>) =>
      due({ assignments: [{ ...todo, ...about }], trainings: [] })[0];
    expect(of({})).toMatchObject({ kind: "submit", to: "/tracks/3/7" });
    expect(of({ reviews_left: 2 })).toMatchObject({ kind: "submit-and-review", to: "/tracks/3/7", reviews: 2 });
    expect(of({ stage: "code_review", reviews_left: 1 })).toMatchObject({ kind: "review", to: "/tracks/3/7/review" });
  });
});
