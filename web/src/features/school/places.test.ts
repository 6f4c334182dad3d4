import { describe, expect, it } from "vitest";
import { placeOf } from "./places";

const place = { track_id: 3, assignment_id: 7, deadline: "2026-12-02T12:00:00Z" };

describe("a notification leads", () => {
  it.each([
    ["TRACK_STARTED", { track_id: 3, started_at: "2026-12-01T12:00:00Z" }, "/tracks/3"],
    ["ASSIGNMENT_OPENED", place, "/tracks/3/7"],
    ["REVIEW_STARTED", { ...place, reviews_left: 3 }, "/tracks/3/7/review"],
    ["DEADLINE_SOON", { ...place, reviews_left: 0, stage: "submission" }, "/tracks/3/7"],
    ["DEADLINE_SOON", { ...place, reviews_left: 1, stage: "code_review" }, "/tracks/3/7/review"],
    [
      "TASK_EXTENSION_GRANTED",
      { course_id: 1, lesson_id: 2, task_id: 3, until: place.deadline, reason: "Ill" },
      "/courses/1/2/3",
    ],
    ["COMMENT_ANSWERED", { track_id: 3, assignment_id: 7, submission_id: 5, comment_id: 9 }, "/tracks/3/7/comments/5"],
    ["APPEAL_FILED", { track_id: 3, assignment_id: 7, appeal_id: 9 }, "/tracks/3/appeals/9"],
    ["APPEAL_DECIDED", { ...place, appeal_id: 9, upheld: true, reason: "Right" }, "/tracks/3/7/results"],
    ["REVIEW_DECIDED", { ...place, submission_id: 5, upheld: true, reason: "Right" }, "/tracks/3/7/written"],
    ["REVIEW_HIDDEN", { ...place, submission_id: 5, review_id: 8, reason: "Rude" }, "/tracks/3/7/written"],
    ["REVIEW_RETURNED", { ...place, submission_id: 5, review_id: 8, reason: "Rude" }, "/tracks/3/7/written"],
    ["ENROLLED", { kind: "course", id: 4, title: "Sums" }, "/courses/4"],
    ["NOTIFICATION", null, null],
  ] as const)("of %s to its place", (type, payload, to) => {
    expect(placeOf({ type, payload } as Parameters<typeof placeOf>[0])).toBe(to);
  });
});
