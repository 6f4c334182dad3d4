/** What the screens decide about judged solutions and counter-tests. Pure. */

import type { Schemas } from "~/api/client";
import type { Tone } from "~/ui/Status";

export type CounterTest = Schemas["CounterTestView"];
type Judged = NonNullable<Schemas["SolutionView"]["judged"]>;

/** The most that one review may have. */
export const MOST_COUNTER_TESTS = 5;
const NO_TIME = "1970-01-01T00:00:00Z";
const FIRST_LOOK_MS = 2000;
const LONGEST_WAIT_MS = 30_000;

export const TONES: Record<CounterTest["outcome"], Tone> = {
  waiting: "calm",
  breaks: "bad",
  holds: "good",
  invalid: "warn",
};

/** What its author is told of a solution's verdict; null where nothing is to be said. */
export type VerdictState =
  | { kind: "waiting" | "later" | "never" }
  | { kind: "judged"; judged: Judged & { verdict: string } };

export function verdictState(
  about: Pick<Schemas["AssignmentView"], "problem_id" | "verdict_shown" | "is_enrolled">,
  judged: Judged | null,
): VerdictState | null {
  if (about.problem_id === null) return null;
  if (judged) {
    const { verdict } = judged;
    return verdict === null ? { kind: "waiting" } : { kind: "judged", judged: { ...judged, verdict } };
  }
  if (!about.is_enrolled) return null; // nothing is kept from teachers: it was not judged
  if (about.verdict_shown === "never") return { kind: "never" };
  return about.verdict_shown === "after_deadline" ? { kind: "later" } : null;
}

/** How long to wait before looking again for a verdict: the longer it takes, the longer. */
export function nextWait(looks: number): number {
  return Math.min(FIRST_LOOK_MS * 1.3 ** Math.max(looks - 1, 0), LONGEST_WAIT_MS);
}

/** How many counter-tests a reviewer has left. Teachers see those of all. */
export function left(tests: readonly CounterTest[], reviewer: number): number {
  const taken = tests.filter(({ reviewer_id, takes_place }) => reviewer_id === reviewer && takes_place).length;
  return Math.max(MOST_COUNTER_TESTS - taken, 0);
}

/** Whether the program was run beside the jury's: else there is nothing but the input. */
export function isDecided({ outcome }: CounterTest): boolean {
  return outcome === "breaks" || outcome === "holds";
}

/**
 * When to look again at counter-tests, in milliseconds: while the judge runs some, but those by the reviewer who is
 * `told` of theirs live. A page that is hidden asks nothing.
 */
export function nextLook(tests: readonly CounterTest[], told: number | null): number | false {
  const isTold = (reviewer: number | null): boolean => told !== null && reviewer === told;
  const waits = tests.some(({ outcome, reviewer_id }) => outcome === "waiting" && !isTold(reviewer_id));
  return waits ? FIRST_LOOK_MS : false;
}

/** As they were sent, for those who may know that; for authors the API's order, which tells nothing. */
export function inOrder(tests: readonly CounterTest[]): CounterTest[] {
  return [...tests].sort((one, other) => Date.parse(one.sent_at ?? NO_TIME) - Date.parse(other.sent_at ?? NO_TIME));
}

/** The counter-tests of a review; of none that is shown where it is null. */
export type Group = { review: number | null; tests: CounterTest[] };

/** Those of each review, in the order of the reviews; at last those of no review that is shown. */
export function byReview(tests: readonly CounterTest[], reviews: readonly { id: number }[]): Group[] {
  const known = new Set(reviews.map(({ id }) => id));
  const groups = reviews.map<Group>(({ id }) => ({
    review: id,
    tests: tests.filter(({ review_id }) => review_id === id),
  }));
  const others = tests.filter(({ review_id }) => review_id === null || !known.has(review_id));
  return [...groups, { review: null, tests: others }].filter((group) => group.tests.length > 0);
}
