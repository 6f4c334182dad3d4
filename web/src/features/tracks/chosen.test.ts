import { describe, expect, it } from "vitest";
import { add, NOTHING, without } from "./chosen";

const file = (name: string, ...content: BlobPart[]): File => new File(content, name);

describe("files to send in", () => {
  it("are read as text, in the order of their paths", async () => {
    const chosen = await add(NOTHING, [file("b.py", "b"), file("a.py", "я")]);
    expect(chosen).toEqual({
      files: [
        { path: "a.py", content: "я" },
        { path: "b.py", content: "b" },
      ],
      archive: null,
    });
  });

  it("take the place of those of the same path", async () => {
    const first = { files: [{ path: "a.py", content: "1" }], archive: null };
    expect(await add(first, [file("a.py", "2")])).toEqual({ files: [{ path: "a.py", content: "2" }], archive: null });
  });

  it("can be removed", () => {
    const chosen = { files: [{ path: "a", content: "" }], archive: null };
    expect(without(chosen, "a")).toEqual(NOTHING);
  });

  it("lose the mark of byte order, and names of a Mac are composed", async () => {
    const chosen = await add(NOTHING, [file("и\u0306.py", "\ufeffx")]);
    expect(chosen).toEqual({ files: [{ path: "й.py", content: "x" }], archive: null });
  });

  it.each([
    ["what is no UTF-8", [file("x.png", new Uint8Array([0x89, 0xff]))], { code: "noText", name: "x.png" }],
    ["a text with NUL", [file("x", "a\0")], { code: "noText", name: "x" }],
    ["too many", Array.from({ length: 65 }, (_, n) => file(`${n}`, "")), { code: "tooMany" }],
    ["what is too large together", [file("a", "x".repeat(250_000))], { code: "tooLarge" }],
    ["what is too large in JSON", [file("a", "\n".repeat(200_000))], { code: "tooLarge" }],
    ["an archive beside others", [file("a.zip", ""), file("b", "")], { code: "zipWithOthers" }],
    ["an archive that is too large", [file("a.zip", new Uint8Array(1024 * 1024 + 1))], { code: "zipTooLarge" }],
  ])("are refused: %s", async (_, given, fault) => {
    expect(await add(NOTHING, given)).toEqual(fault);
  });

  it("may be one archive", async () => {
    const archive = file("work.ZIP", "PK");
    expect(await add(NOTHING, [archive])).toEqual({ files: [], archive });
  });
});
