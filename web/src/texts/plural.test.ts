import { describe, expect, it } from "vitest";
import { countEn, countRu, pointsEn, pointsRu } from "./plural";
import { tracks } from "./tracks";

describe("counted words", () => {
  it.each([
    [1, "1 балл"],
    [2, "2 балла"],
    [5, "5 баллов"],
    [11, "11 баллов"],
    [21, "21 балл"],
  ])("of %i in Russian are %s", (n, words) => {
    expect(countRu(n, "балл", "балла", "баллов")).toBe(words);
  });

  it("of one in English are one", () => {
    expect([0, 1, 2].map((n) => countEn(n, "point", "points"))).toEqual(["0 points", "1 point", "2 points"]);
  });

  it.each([
    ["1", "1 point", "1 балла"],
    ["2", "2 points", "2 баллов"],
    ["11", "11 points", "11 баллов"],
    ["21", "21 points", "21 балла"],
  ])("after how many of %s are %s and %s", (of, en, ru) => {
    expect([pointsEn(of), pointsRu(of)]).toEqual([en, ru]);
  });

  it("are so in a track's total and rules", () => {
    expect([tracks.en.total("1", "1"), tracks.ru.total("12", "21")]).toEqual(["1 of 1 point", "12 из 21 балла"]);
    expect(tracks.ru.rulesText(2, "1")).toContain("от 0 до 1 балла.");
  });

  it("after a fraction are in the singular in Russian", () => {
    expect(pointsRu("2,5")).toBe("2,5 балла");
  });
});
