import { describe, expect, it } from "vitest";
import { momentOf } from "./moments";
import { deadlineOf, stagesOf } from "./stages";

const DEADLINES = { submission_deadline: "2026-12-01T15:00:00Z", code_review_deadline: "2026-12-03T15:00:00Z" };

describe("the stages that a teacher may change", () => {
  it.each([
    ["not_started", { running: null, over: [] }],
    ["submission", { running: "submission", over: [] }],
    ["code_review", { running: "code_review", over: ["submission"] }],
    ["completed", { running: null, over: ["submission", "code_review"] }],
  ] as const)("are those of an assignment that is %s", (current_stage, stages) => {
    expect(stagesOf({ ...DEADLINES, current_stage })).toEqual(stages);
  });

  it("begin with the deadline that holds", () => {
    const at = (stage: "submission" | "code_review") =>
      momentOf(deadlineOf({ ...DEADLINES, current_stage: "code_review" }, stage));
    expect(at("submission")).toBe("2026-12-01T15:00:00.000Z");
    expect(at("code_review")).toBe("2026-12-03T15:00:00.000Z");
  });
});
