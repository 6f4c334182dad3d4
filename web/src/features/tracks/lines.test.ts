import { describe, expect, it } from "vitest";
import { begun, changed, isMeant, type Remark, readRemarks, removed, said } from "./lines";

const remark = (from_line: number, to_line: number, text = "Why?", path = "main.py"): Remark => ({
  path,
  from_line,
  to_line,
  text,
  criterion: null,
});

describe("remarks", () => {
  it("begin on lines in either order, and those that say nothing make room", () => {
    const all = [remark(1, 1), remark(2, 2, " ")];
    expect(begun(all, "main.py", 5, 3)).toEqual([remark(1, 1), remark(3, 5, "")]);
  });

  it("are changed and removed by their place", () => {
    const all = [remark(1, 1), remark(2, 2)];
    expect(changed(all, 1, { text: "So" })).toEqual([remark(1, 1), remark(2, 2, "So")]);
    expect(removed(all, 0)).toEqual([remark(2, 2)]);
  });

  it("are sent only when they say something", () => {
    expect(said([remark(1, 1, "\n"), remark(2, 2)])).toEqual([remark(2, 2)]);
  });

  it("mean the lines from one to another, in their own file", () => {
    const all = [remark(1, 3), remark(3, 3), remark(3, 3, "x", "b.py"), remark(2, 2)];
    expect([0, 1, 3, 4].map((line) => isMeant(all, "main.py", line))).toEqual([false, true, true, false]);
  });

  it("come back from a draft as far as they are some", () => {
    expect(readRemarks([remark(1, 2), { path: 5 }, null, { ...remark(1, 1), from_line: "1" }])).toEqual([remark(1, 2)]);
    expect(readRemarks("no list")).toEqual([]);
    expect(readRemarks([{ ...remark(1, 1), criterion: 7 }])).toEqual([remark(1, 1)]);
  });
});
