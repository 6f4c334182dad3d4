import { describe, expect, it } from "vitest";
import { announcedMinutes, heardServerTime, left, serverNow } from "./clock";

const NOON = Date.parse("2026-11-29T12:00:00Z");

describe("the server's clock", () => {
  it("counts, not this machine's", () => {
    const threeHoursSlow = NOON - 3 * 3_600_000;
    heardServerTime("Sun, 29 Nov 2026 12:00:00 GMT", threeHoursSlow);
    expect(serverNow(threeHoursSlow)).toBe(NOON + 500);
  });

  it("is not moved by answers that differ by less than a second", () => {
    heardServerTime("Sun, 29 Nov 2026 12:00:00 GMT", NOON);
    heardServerTime("Sun, 29 Nov 2026 12:00:01 GMT", NOON + 200);
    expect(serverNow(NOON)).toBe(NOON + 500);
  });

  it("stays what it was where an answer has no date", () => {
    heardServerTime("Sun, 29 Nov 2026 12:00:00 GMT", NOON);
    heardServerTime(null, NOON + 99_000);
    heardServerTime("yesterday", NOON + 99_000);
    expect(serverNow(NOON)).toBe(NOON + 500);
  });
});

describe("what is left", () => {
  it("is in whole units", () => {
    expect(left(NOON + ((26 * 60 + 5) * 60 + 7) * 1000, NOON)).toEqual({ days: 1, hours: 2, minutes: 5, seconds: 7 });
  });

  it("is a second until it is over", () => {
    expect(left(NOON + 1, NOON)?.seconds).toBe(1);
    expect(left(NOON, NOON)).toBeNull();
  });
});

describe("announcements", () => {
  it.each([
    [601, null],
    [600, 10],
    [301, 10],
    [300, 5],
    [61, 5],
    [60, 1],
    [1, 1],
    [0, null],
  ])("with %i seconds left say %s minutes", (seconds, minutes) => {
    expect(announcedMinutes(NOON + seconds * 1000, NOON)).toBe(minutes);
  });
});
