import { describe, expect, it } from "vitest";
import { late, rulesOf } from "./late";

const policy = { grace_minutes: 0, percent_per_day: 0, steps: [] };

describe("a policy for late work", () => {
  it.each([
    [{}, "Being late costs nothing.", "За опоздание баллы не снимаются."],
    [
      { grace_minutes: 1, percent_per_day: 12.5 },
      "Up to 1 minute late is still on time. Each day late costs 12.5% of the points.",
      "Опоздание до 1 минуты не считается. Каждый день опоздания снимает 12,5 % баллов.",
    ],
    [
      {
        steps: [
          { after_hours: 0, percent: 10 },
          { after_hours: 1.5, percent: 50 },
          { after_hours: 24, percent: 100 },
        ],
      },
      "Late work costs 10% of the points. More than 1.5 hours late costs 50% of the points. More than 24 hours late costs 100% of the points.",
      "Опоздание снимает 10 % баллов. Опоздание больше чем на 1,5 часа снимает 50 % баллов. Опоздание больше чем на 24 часа снимает 100 % баллов.",
    ],
  ])("%o is said in both languages", (about, en, ru) => {
    expect(rulesOf({ ...policy, ...about }, late.en)).toBe(en);
    expect(rulesOf({ ...policy, ...about }, late.ru)).toBe(ru);
  });
});
