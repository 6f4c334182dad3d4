import { describe, expect, it } from "vitest";
import { outboxEntry } from "./outbox";
import {
  cells,
  compared,
  firstFailure,
  firstLanguage,
  latestOf,
  marksOf,
  type TestResult,
  toneOf,
  usedLast,
  withProgress,
} from "./program";

const test = (number: number, verdict: TestResult["verdict"], about: Partial<TestResult> = {}): TestResult => ({
  number,
  verdict,
  time: 0,
  memory: 0,
  message: "",
  share: 0,
  difference: null,
  sample: null,
  ...about,
});
const progress = (done: number, passed: number, total: number) => ({
  stage: "testing" as const,
  before: 0,
  test: done,
  tests_passed: passed,
  tests_total: total,
});

it("begins with the language that was chosen last, else with the course's, else with any of the task's", () => {
  const task = { languages: ["c", "python3", "cpp20"], language: "python3" };
  expect(firstLanguage(task, "cpp20")).toBe("cpp20");
  expect(firstLanguage(task, "rust")).toBe("python3");
  expect(firstLanguage({ languages: ["c"], language: "python3" }, null)).toBe("c");
  expect(firstLanguage({ languages: [], language: "python3" }, null)).toBe("");
});

describe("the cells of the tests", () => {
  it("fill up while judging", () => {
    const judging = { is_checked: false, tests: [], tests_total: 0, progress: progress(3, 2, 5) };
    expect(cells(judging)).toEqual(["passed", "passed", "failed", "waiting", "waiting"]);
  });

  it("are none before there is progress", () => {
    expect(cells({ is_checked: false, tests: [], tests_total: 0, progress: null })).toEqual([]);
  });

  it("are each test's own in the end", () => {
    const tests = [test(1, "OK"), test(2, "WRONG_ANSWER"), test(3, "SKIPPED"), test(4, "OK")];
    expect(cells({ is_checked: true, tests, tests_total: 4, progress: null })).toEqual([
      "passed",
      "failed",
      "waiting",
      "passed",
    ]);
  });
});

describe("the first failure", () => {
  it("is the first test that ran and did not pass", () => {
    const tests = [test(1, "OK"), test(2, "TIME_LIMIT"), test(3, "WRONG_ANSWER")];
    expect(firstFailure({ tests })?.number).toBe(2);
    expect(firstFailure({ tests: [test(1, "OK"), test(2, "SKIPPED"), test(3, "HIDDEN")] })).toBeNull();
  });
});

describe("marks in the source", () => {
  const mark = { line: 2, column: 1, message: "unknown name" };
  const sample = { input: "", expected: "", got: null, truncated: [], annotations: [mark] };

  it("are the compiler's, else those of the first failing sample", () => {
    expect(marksOf({ annotations: [mark], tests: [] })).toEqual([mark]);
    expect(marksOf({ annotations: [], tests: [test(1, "RUNTIME_ERROR", { sample })] })).toEqual([mark]);
    expect(marksOf({ annotations: [], tests: [test(1, "RUNTIME_ERROR")] })).toEqual([]);
    expect(marksOf(null)).toEqual([]);
  });
});

describe("a progress frame", () => {
  const judging = { is_checked: false, progress: progress(3, 3, 5) } as Parameters<typeof withProgress>[0];
  const frame = (done: number) => ({ stage: "testing" as const, test: done, testsPassed: done, testsTotal: 5 });

  it("moves on, and never back", () => {
    expect(withProgress(judging, frame(4)).progress?.test).toBe(4);
    expect(withProgress(judging, frame(2))).toBe(judging);
  });

  it("changes nothing that is final", () => {
    const final = { ...judging, is_checked: true };
    expect(withProgress(final, frame(5))).toBe(final);
  });
});

it.each([
  ["OK", "good"],
  ["PARTIAL", "warn"],
  ["PENDING", "calm"],
  ["CANCELLED", "calm"],
  ["COMPILE_ERROR", "bad"],
] as const)("a verdict %s is %s", (verdict, tone) => {
  expect(toneOf(verdict)).toBe(tone);
});

describe("the language that was used last", () => {
  const drafts = [
    { language: "c", changedAt: 5 },
    { language: "cpp20", changedAt: 9 },
  ];

  it("is that of the newest draft or attempt", () => {
    expect(usedLast(drafts, null)).toBe("cpp20");
    expect(usedLast(drafts, { language: "rust", submitted_at: "2026-01-01T00:00:00Z" })).toBe("rust");
    expect(usedLast([], null)).toBeNull();
  });
});

it("knows the last of several attempts", () => {
  expect(latestOf(3, undefined, 7, null)).toBe(7);
  expect(latestOf(null, undefined)).toBeNull();
});

describe("two outputs", () => {
  it("differ from a place in a line on", () => {
    expect(compared("1\n23\n4\n", "1\n25\n4\n")).toEqual({
      line: 2,
      expected: [
        { text: "1\n2", differs: false },
        { text: "3", differs: true },
        { text: "\n4\n", differs: false },
      ],
      got: [
        { text: "1\n2", differs: false },
        { text: "5", differs: true },
        { text: "\n4\n", differs: false },
      ],
    });
  });

  it("differ where one ends early", () => {
    expect(compared("1\n2", "1")).toEqual({
      line: 2,
      expected: [
        { text: "1\n", differs: false },
        { text: "2", differs: true },
      ],
      got: [{ text: "1", differs: false }],
    });
  });

  it("are the same but for spaces at the ends of lines", () => {
    expect(compared("1 \n2\n", "1\n2")).toBeNull();
  });
});

describe("what was left over when the page was closed", () => {
  const wish = { code: "x", language: "c", key: "k", at: 1000 };

  it("is sent as long as the school knows its key", () => {
    expect(outboxEntry(JSON.stringify(wish), 2000)).toEqual(wish);
    expect(outboxEntry(JSON.stringify(wish), 24 * 3_600_000)).toBeNull();
  });

  it("is nothing where nothing was", () => {
    expect(outboxEntry(null, 0)).toBeNull();
    expect(outboxEntry("{}", 0)).toBeNull();
  });
});
