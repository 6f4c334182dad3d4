import { describe, expect, it } from "vitest";
import { differing, readLike, rebased } from "./merge";

const KNOWN = { title: "Sorting", rows: [{ name: "a" }], on: false };

describe("what is typed over what others saved", () => {
  it("keeps the typed members and takes the others from them", () => {
    const typed = { ...KNOWN, title: "Searching" };
    const theirs = { title: "Sorts", rows: [{ name: "b" }], on: true };
    expect(rebased(typed, KNOWN, theirs)).toEqual({ ...theirs, title: "Searching" });
  });

  it("tells lists apart by what is in them", () => {
    expect(differing(KNOWN, { ...KNOWN, rows: [{ name: "a" }] })).toEqual([]);
    expect(differing(KNOWN, { ...KNOWN, rows: [] })).toEqual(["rows"]);
  });
});

describe("a form that was kept", () => {
  const read = (stored: unknown) => readLike(JSON.stringify(stored), KNOWN);

  it("comes back as it was", () => {
    const stored = { title: "x", rows: [{ name: "a" }, { name: "b" }], on: true };
    expect(read(stored)).toEqual(stored);
    expect(read({ ...stored, rows: [] })).toEqual({ ...stored, rows: [] });
  });

  it.each([
    ["nothing", ""],
    ["another form", JSON.stringify({ title: "x" })],
    ["a member of another kind", JSON.stringify({ ...KNOWN, on: "yes" })],
    ["rows of another kind", JSON.stringify({ ...KNOWN, rows: [{ label: "a" }] })],
    ["a list that is none", JSON.stringify({ ...KNOWN, rows: {} })],
    ["null", "null"],
  ])("is none when it is %s", (_, text) => {
    expect(readLike(text, KNOWN)).toBeNull();
  });
});
