import { describe, expect, it } from "vitest";
import { NOTHING } from "./chosen";
import { choices, languageOf, mainOf, sentMain } from "./program";

const files = (...paths: string[]) => ({ ...NOTHING, files: paths.map((path) => ({ path, content: "" })) });

describe("what is sent to the judge", () => {
  it("is in a language of the problem", () => {
    expect(languageOf(["cpp", "python3"], "python3")).toBe("python3");
    expect(languageOf(["cpp"], "python3")).toBe("cpp");
    expect(languageOf([], "python3")).toBeNull();
  });

  it("has no language to choose where answers are sent", () => {
    expect(choices(["answers"])).toEqual([]);
    expect(choices(["cpp", "python3"])).toEqual(["cpp", "python3"]);
  });

  it("names the main one of several files", () => {
    expect(mainOf(files("a.py"))).toBe("none");
    expect(mainOf(files("a.py", "b.py"))).toBe("list");
    expect(sentMain(files("a.py", "b.py"), "b.py")).toBe("b.py");
    expect(sentMain(files("a.py", "b.py"), "")).toBeNull();
  });

  it("names none that was taken back", () => {
    expect(sentMain(files("a.py", "b.py"), "c.py")).toBeNull();
    expect(sentMain(files("a.py"), "a.py")).toBeNull();
  });

  it.each([
    ["an archive", { ...NOTHING, archive: new File([], "all.zip") }],
    ["a link", NOTHING],
  ])("names that of %s by hand", (_, chosen) => {
    expect(mainOf(chosen)).toBe("typed");
    expect(sentMain(chosen, " src/main.py ")).toBe("src/main.py");
    expect(sentMain(chosen, " ")).toBeNull();
  });
});
