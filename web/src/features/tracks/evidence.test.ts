import { describe, expect, it } from "vitest";
import { byReview, type CounterTest, inOrder, isDecided, left, nextLook, nextWait, verdictState } from "./evidence";

const test = (about: Partial<CounterTest> = {}): CounterTest => ({
  id: 1,
  submission_id: 9,
  review_id: null,
  reviewer_id: 5,
  outcome: "breaks",
  reason: null,
  verdict: "WRONG_ANSWER",
  input: "1",
  size: 1,
  sent_at: null,
  is_adopted: false,
  takes_place: true,
  ...about,
});

const judged = { submission_id: 3, verdict: null, points: null, max_points: null };

describe("the verdict of one's own solution", () => {
  it.each([
    ["is none where there is no problem", null, "at_once", null, null],
    ["is waited for", 4, "at_once", judged, { kind: "waiting" }],
    ["comes after the deadline", 4, "after_deadline", null, { kind: "later" }],
    ["is waited for after the deadline too", 4, "after_deadline", judged, { kind: "waiting" }],
    ["is not shown", 4, "never", null, { kind: "never" }],
    ["is not spoken of where nothing was judged", 4, "at_once", null, null],
    ["is there", 4, "at_once", { ...judged, verdict: "OK" }, { kind: "judged", judged: { ...judged, verdict: "OK" } }],
  ] as const)("%s", (_, problem_id, verdict_shown, about, expected) => {
    expect(verdictState({ problem_id, verdict_shown, is_enrolled: true }, about)).toEqual(expected);
  });

  it("is not kept from teachers", () => {
    expect(verdictState({ problem_id: 4, verdict_shown: "never", is_enrolled: false }, null)).toBeNull();
  });

  it("is looked for less and less often", () => {
    expect([1, 2, 40].map(nextWait)).toEqual([2000, 2600, 30_000]);
    expect(nextWait(0)).toBe(2000);
  });
});

describe("counter-tests", () => {
  it("are at most five, of one's own, without those that the judge could not run", () => {
    const others = test({ reviewer_id: 6 });
    const failed = test({ takes_place: false, outcome: "invalid" });
    expect(left([test(), test(), others, failed], 5)).toBe(3);
    expect(
      left(
        [1, 2, 3, 4, 5, 6].map((id) => test({ id })),
        5,
      ),
    ).toBe(0);
  });

  it("are waited for while one of them is run, but by who is told of their own", () => {
    const waits = [test(), test({ outcome: "waiting" })];
    expect([nextLook(waits, null), nextLook(waits, 5), nextLook(waits, 6)]).toEqual([2000, false, 2000]);
    expect(nextLook([test({ outcome: "waiting", reviewer_id: null })], null)).toBe(2000);
    expect(nextLook([test()], null)).toBe(false);
  });

  it("have an answer and an output where the program was run", () => {
    const outcomes = ["breaks", "holds", "invalid", "waiting"] as const;
    expect(outcomes.filter((outcome) => isDecided(test({ outcome })))).toEqual(["breaks", "holds"]);
  });

  it("stand as they were sent, where that is told", () => {
    const sent = (id: number, sent_at: string | null) => test({ id, sent_at });
    const ids = (...tests: CounterTest[]) => inOrder(tests).map(({ id }) => id);
    expect(ids(sent(7, "2026-12-01T12:00:05Z"), sent(8, "2026-12-01T12:00:01Z"))).toEqual([8, 7]);
    expect(ids(sent(7, null), sent(5, null), sent(6, null))).toEqual([7, 5, 6]);
  });

  it("stand beside their reviews", () => {
    const [first, second, lost] = [test({ review_id: 8 }), test({ review_id: 7 }), test({ review_id: 99 })];
    const unwritten = test();
    expect(byReview([first, second, lost, unwritten], [{ id: 6 }, { id: 7 }, { id: 8 }])).toEqual([
      { review: 7, tests: [second] },
      { review: 8, tests: [first] },
      { review: null, tests: [lost, unwritten] },
    ]);
  });
});
