import { describe, expect, it } from "vitest";
import { keys } from "~/api/keys";
import type { PersonalFrame } from "~/api/live";
import { outdated } from "./frames";

const frame = (type: string, payload: object): PersonalFrame => ({ type, payload, seq: 1 }) as unknown as PersonalFrame;

describe("a frame makes old", () => {
  it("a track's assignment with the verdict of its solution, and courses with that of a task", () => {
    const verdict = (origin: object | null) => outdated(frame("SUBMISSION_VERDICT_RETRIEVED", { origin }));
    expect(verdict({ track_id: 1, assignment_id: 2 })).toContain(keys.tracks);
    expect(verdict({ course_id: 1, lesson_id: 2, task_id: 3 })).toContain(keys.courses);
    expect(verdict({ course_id: 1, lesson_id: 2, task_id: 3 })).not.toContain(keys.tracks);
    expect(verdict(null)).toContain(keys.submissions);
  });

  it("what was tried on a solution, and no more of its track", () => {
    const [first, ...others] = outdated(frame("COUNTER_TEST_JUDGED", { submission_id: 5, outcome: "breaks" }));
    expect(first).toEqual(["tracks", "counter-tests", 5]);
    expect(others).toEqual([]);
  });
});
