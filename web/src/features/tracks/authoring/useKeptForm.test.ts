import { describe, expect, it } from "vitest";
import { overtakenIn } from "./useKeptForm";

describe("what others have changed of a form's beginning", () => {
  const known = { title: "", criteria: [{ name: "Clarity" }] };
  const found = { title: "Sums", criteria: [{ name: "Ясность" }] };

  it("is what is kept at the school otherwise", () => {
    expect(overtakenIn(known, { fields: found, etag: '"2"' })).toEqual(["title", "criteria"]);
    expect(overtakenIn(known, { fields: { ...known }, etag: '"2"' })).toEqual([]);
  });

  it("is nothing of what is new, in whatever language it began", () => {
    expect(overtakenIn(known, { fields: found, etag: "" })).toEqual([]);
  });
});
