/** What the task screen knows of a program and its judging. Pure. */

import type { Schemas } from "~/api/client";

export type Submission = Schemas["SubmissionView"];
export type TestResult = Schemas["TestResultView"];
export type Verdict = Schemas["Verdict"];
type Offered = Pick<Schemas["TaskView"], "languages" | "language">;
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

/** Which text a program begins with: the draft of this machine, else what was sent last in the language. */
export function startingText(
  draft: { text: string } | null,
  last: Pick<Submission, "source" | "language"> | null,
  language: string,
): string {
  if (draft) return draft.text;
  return last?.language === language ? last.source : "";
}
