/** What the task screen knows of a program and its judging. Pure. */

import type { Schemas } from "~/api/client";

export type Submission = Schemas["SubmissionView"];
export type TestResult = Schemas["TestResultView"];
export type Verdict = Schemas["Verdict"];
export type Offered = Pick<Schemas["TaskView"], "languages" | "language">;
export type CellState = "passed" | "failed" | "waiting";

/** The API gives memory in KiB. */
export const KIB_IN_MIB = 1024;

/** The language to begin with: what was chosen last, if the task has it; else the course's; else any. */
export function firstLanguage({ languages, language }: Offered, chosen: string | null): string {
  const wanted = [chosen, language, languages[0]];
  return wanted.find((each) => each && languages.includes(each)) ?? "";
}

/**
 * The tests as cells. While judging, only how many ran and passed is known: the passed ones come first.
 * At most `most` cells; more tests than that are shown as a bar.
 */
export function cells(submission: Pick<Submission, "is_checked" | "tests" | "progress" | "tests_total">): CellState[] {
  if (submission.is_checked) {
    return submission.tests.map(({ verdict }) =>
      verdict === "OK" ? "passed" : verdict === "SKIPPED" ? "waiting" : "failed",
    );
  }
  const { test = 0, tests_passed: passed = 0, tests_total: total = 0 } = submission.progress ?? {};
  return Array.from({ length: total }, (_, at) => (at < passed ? "passed" : at < test ? "failed" : "waiting"));
}

/** The first test that failed; null where all passed or nothing is told of single tests. */
export function firstFailure(submission: Pick<Submission, "tests">): TestResult | null {
  return (
    submission.tests.find(({ verdict }) => verdict !== "OK" && verdict !== "SKIPPED" && verdict !== "HIDDEN") ?? null
  );
}

/** The lines of the pupil's own source that are complained about. */
export function marksOf(submission: Pick<Submission, "annotations" | "tests"> | null): Schemas["AnnotationView"][] {
  if (!submission) return [];
  if (submission.annotations.length > 0) return submission.annotations;
  return firstFailure(submission)?.sample?.annotations ?? [];
}

/** What was last found out about a program: by judging it, or by running it. */
export type Report = { key: string; code: string; marks: Schemas["AnnotationView"][] };

export function reportOf(
  submission: Pick<Submission, "id" | "is_checked" | "source" | "annotations" | "tests" | "judged_at"> | null,
  run: {
    data: { annotations: Schemas["AnnotationView"][] } | undefined;
    variables: { code: string } | undefined;
    submittedAt: number;
  },
  heardAt: number,
): Report | null {
  if (run.data && run.variables && run.submittedAt > heardAt) {
    return { key: `run ${run.submittedAt}`, code: run.variables.code, marks: run.data.annotations };
  }
  if (!submission?.is_checked) return null;
  const key = `submission ${submission.id} ${submission.judged_at}`;
  return { key, code: submission.source, marks: marksOf(submission) };
}

/** What a progress frame makes of a submission that is shown: never back, since frames may come late. */
export function withProgress(
  submission: Submission,
  frame: { stage: "compiling" | "testing"; test: number; testsPassed: number; testsTotal: number },
): Submission {
  if (submission.is_checked || (submission.progress?.test ?? 0) > frame.test) return submission;
  const progress = {
    stage: frame.stage,
    before: 0,
    test: frame.test,
    tests_passed: frame.testsPassed,
    tests_total: frame.testsTotal,
  };
  return { ...submission, progress };
}

/** How a verdict is meant: all right, wrong, or nothing of the pupil's doing. */
export function toneOf(verdict: Verdict): "good" | "bad" | "warn" | "calm" {
  if (verdict === "OK") return "good";
  if (verdict === "PARTIAL") return "warn";
  return verdict === "PENDING" || verdict === "CANCELLED" || verdict === "SKIPPED" || verdict === "HIDDEN"
    ? "calm"
    : "bad";
}

/** The language that was written in last, on this machine or for the last attempt; null where nothing was. */
export function usedLast(
  drafts: readonly { language: string; changedAt: number }[],
  sent: Pick<Submission, "language" | "submitted_at"> | null,
): string | null {
  const all = sent ? [...drafts, { language: sent.language, changedAt: Date.parse(sent.submitted_at) }] : [...drafts];
  return all.sort((one, other) => other.changedAt - one.changedAt)[0]?.language ?? null;
}

/** What was sent last: ids grow with time. */
export function latestOf(...ids: (number | null | undefined)[]): number | null {
  return Math.max(0, ...ids.map((id) => id ?? 0)) || null;
}

export type Part = { text: string; differs: boolean };

/** Two texts in parts, from the first line that differs: in it, from the first character that does. */
export function compared(expected: string, got: string): { line: number; expected: Part[]; got: Part[] } | null {
  const [wanted, came] = [expected.split("\n"), got.split("\n")];
  const at = Array.from({ length: Math.max(wanted.length, came.length) }, (_, line) => line).find(
    (line) => (wanted[line] ?? "").trimEnd() !== (came[line] ?? "").trimEnd(),
  );
  if (at === undefined) return null;
  const [one, other] = [wanted[at] ?? "", came[at] ?? ""];
  let same = 0;
  while (same < one.length && one[same] === other[same]) same += 1;
  return { line: at + 1, expected: parts(wanted, at, same), got: parts(came, at, same) };
}

/** Before the difference, the rest of its line, what comes after it. */
function parts(lines: string[], at: number, same: number): Part[] {
  const line = lines[at];
  if (line === undefined) return [{ text: lines.join("\n"), differs: false }];
  const before = [...lines.slice(0, at), line.slice(0, same)].join("\n");
  const after = lines.slice(at + 1).map((each) => `\n${each}`);
  return [
    { text: before, differs: false },
    { text: line.slice(same), differs: true },
    { text: after.join(""), differs: false },
  ].filter(({ text }) => text !== "");
}
