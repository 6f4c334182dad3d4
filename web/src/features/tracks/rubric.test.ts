import { describe, expect, it } from "vitest";
import { byCriterion, EMPTY, hasButtons, isComplete, readOpinion, typed, written } from "./rubric";

describe("digits on a scale", () => {
  it.each([
    ["", "7", 10, "7"],
    ["1", "0", 10, "10"],
    ["1", "1", 10, "1"],
    ["2", "0", 20, "20"],
    ["", "7", 5, null],
    ["0", "5", 5, "5"],
  ])("%j and then %s, up to %d, are %j", (before, digit, max, chosen) => {
    expect(typed(before, digit, max)).toBe(chosen);
  });

  it("have a button each only where there are few", () => {
    expect([5, 20, 21, 100, 2.5].map(hasButtons)).toEqual([true, true, false, false, false]);
  });
});

describe("a draft of a review", () => {
  const criteria = ["style", "tests"];

  it("comes back as it was", () => {
    const line = { path: "main.py", from_line: 1, to_line: 2, text: "Why?", criterion: "style" };
    const opinion = {
      points: { style: 3, tests: 0 },
      remarks: { tests: "none" },
      comment: "well",
      lines: [line],
      version: 1,
    };
    expect(readOpinion(written(opinion), criteria, 10)).toEqual(opinion);
    const turned = { ...opinion, points: { tests: 0, style: 3 } };
    expect(written(turned)).toBe(written(opinion));
    expect(isComplete(opinion, criteria)).toBe(true);
  });

  it("from before there were remarks on lines comes back too", () => {
    const opinion = { points: { style: 3 }, remarks: {}, comment: "well" };
    expect(readOpinion(JSON.stringify(opinion), criteria, 10)).toEqual({ ...EMPTY, ...opinion });
  });

  it("leaves out what the track does not know", () => {
    const strange = { points: { style: 11, speed: 3, tests: "4" }, remarks: { speed: "x" }, comment: 5 };
    expect(readOpinion(JSON.stringify(strange), criteria, 10)).toEqual(EMPTY);
  });

  it.each(["", "{", "null", "[]"])("of %j is none", (text) => {
    expect(readOpinion(text, criteria, 10)).toEqual(EMPTY);
    expect(isComplete(EMPTY, criteria)).toBe(false);
  });
});

it("groups points and words by criterion, in the rubric's order", () => {
  const reviews = [
    { criteria_scores: { style: 4, tests: 8 }, criteria_comments: { style: "short names" } },
    { criteria_scores: { style: 6, tests: 8 }, criteria_comments: { style: "fine", tests: "more" } },
  ];
  expect(byCriterion({ tests: "Tested?", style: "Clean?" }, { style: 5, tests: 8 }, reviews)).toEqual([
    { name: "tests", description: "Tested?", median: 8, points: [8, 8], remarks: [{ reviewer: 2, text: "more" }] },
    {
      name: "style",
      description: "Clean?",
      median: 5,
      points: [4, 6],
      remarks: [
        { reviewer: 1, text: "short names" },
        { reviewer: 2, text: "fine" },
      ],
    },
  ]);
});
