import { describe, expect, it } from "vitest";
import { chanceOf, momentOf, percent, reviewNumber, startOf } from "./oversight";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const LATER = "2026-12-02T12:00:00Z";
const appeal = (state: "open" | "upheld" | "rejected") =>
  ({ state }) as unknown as Parameters<typeof chanceOf>[0]["appeals"][number];

describe("an author", () => {
  it("may appeal while there is time for it", () => {
    expect(chanceOf({ appeals: [], until: LATER }, 72, NOW)).toBe("may");
    expect(chanceOf({ appeals: [appeal("rejected")], until: LATER }, 72, NOW)).toBe("may");
    expect(chanceOf({ appeals: [], until: LATER }, 72, Date.parse(LATER))).toBe("over");
    expect(chanceOf({ appeals: [], until: null }, 72, NOW)).toBe("over");
  });

  it("may not where there are no appeals, one is open, or three were made", () => {
    expect(chanceOf({ appeals: [], until: null }, 0, NOW)).toBe("none");
    expect(chanceOf({ appeals: [appeal("upheld"), appeal("open")], until: LATER }, 72, NOW)).toBe("waits");
    const three = [appeal("upheld"), appeal("rejected"), appeal("rejected")];
    expect(chanceOf({ appeals: three, until: LATER }, 72, NOW)).toBe("used-up");
  });
});

describe("a decision begins", () => {
  it("with what was decided, else with the medians that the scale has", () => {
    expect(startOf(["style", "tests"], null, { style: 4.5, tests: 2 }, 10)).toEqual({ style: 5, tests: 2 });
    expect(startOf(["style"], { style: 7 }, { style: 4 }, 10)).toEqual({ style: 7 });
    expect(startOf(["style"], null, { style: 40.5 }, 100)).toEqual({ style: 40.5 });
    expect(startOf(["style"], null, null, 10)).toEqual({});
  });
});

it("a reason names a review by its number", () => {
  const reviews = [{ id: 5 }, { id: 9 }];
  expect(reviewNumber({ review_id: 9 }, reviews)).toBe(2);
  expect(reviewNumber({ review_id: null }, reviews)).toBeNull();
});

it("parts are whole percent, and times of fields are moments", () => {
  expect(percent(0.355)).toBe(36);
  expect(momentOf("")).toBeNull();
  expect(momentOf("2026-12-02T12:00")).toBe(new Date(2026, 11, 2, 12).toISOString());
});
