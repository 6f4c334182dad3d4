import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { draftsBelow, readDraft, removeDraft, wipeDrafts, writeDraft } from "./drafts";

describe("drafts", () => {
  it("are there again", async () => {
    await writeDraft(1, "task/1/1/1/python3", { text: "print(1)", changedAt: 5 });
    expect(await readDraft(1, "task/1/1/1/python3")).toEqual({ text: "print(1)", changedAt: 5 });
    expect(await readDraft(1, "task/1/1/1/cpp20")).toBeNull();
  });

  it("belong to one account", async () => {
    await writeDraft(1, "a", { text: "mine", changedAt: 1 });
    expect(await readDraft(11, "a")).toBeNull();
  });

  it("are found below a place", async () => {
    await writeDraft(1, "task/1/1/2/python3", { text: "p", changedAt: 1 });
    await writeDraft(1, "task/1/1/2/cpp20", { text: "c", changedAt: 2 });
    await writeDraft(1, "task/1/1/20/cpp20", { text: "other", changedAt: 2 });
    const found = await draftsBelow(1, "task/1/1/2/");
    expect([...found].map(([name, { text }]) => [name, text])).toEqual([
      ["cpp20", "c"],
      ["python3", "p"],
    ]);
  });

  it("go one by one", async () => {
    await writeDraft(1, "b", { text: "b", changedAt: 1 });
    await removeDraft(1, "b");
    expect(await readDraft(1, "b")).toBeNull();
  });

  it("are wiped for who signs out, and for nobody else", async () => {
    await writeDraft(1, "c", { text: "c", changedAt: 1 });
    await writeDraft(2, "c", { text: "theirs", changedAt: 1 });
    await wipeDrafts(1);
    expect(await readDraft(1, "c")).toBeNull();
    expect(await readDraft(2, "c")).toEqual({ text: "theirs", changedAt: 1 });
  });
});
