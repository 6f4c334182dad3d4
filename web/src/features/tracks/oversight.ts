/** What a teacher looks at, and what an author may still do about reviews. Pure. */

import type { Schemas } from "~/api/client";
import { hasButtons } from "./rubric";

type Reason = Schemas["ReasonView"];
type Scores = Record<string, number>;

/** How many appeals there may be of one piece of work. */
export const MOST_APPEALS = 3;

export type AppealChance = "may" | "waits" | "used-up" | "none" | "over";

/** Whether an author may appeal now, and if not, why. */
export function chanceOf(
  { appeals, until }: Pick<Schemas["OwnAppealsView"], "appeals" | "until">,
  appealHours: number,
  now: number,
): AppealChance {
  if (appeals.some(({ state }) => state === "open")) return "waits";
  if (appeals.length >= MOST_APPEALS) return "used-up";
  if (appealHours === 0) return "none";
  return until !== null && Date.parse(until) > now ? "may" : "over";
}

/** A part as whole percent. */
export function percent(part: number): number {
  return Math.round(part * 100);
}

/** Which of a submission's reviews a reason speaks of, counted from 1; null where it is none that is shown. */
export function reviewNumber(reason: Pick<Reason, "review_id">, reviews: readonly { id: number }[]): number | null {
  const found = reviews.findIndex(({ id }) => id === reason.review_id);
  return found < 0 ? null : found + 1;
}

/** With what a decision begins: what was decided before, else the medians, as near as the scale has them. */
export function startOf(
  criteria: readonly string[],
  decided: Scores | null,
  median: Scores | null,
  max: number,
): Scores {
  const from = decided ?? median ?? {};
  const on = (points: number): number => (hasButtons(max) ? Math.round(points) : points);
  return Object.fromEntries(
    criteria.flatMap((name) => {
      const points = from[name];
      return points === undefined ? [] : [[name, on(points)]];
    }),
  );
}

/** What a field for a day and a time holds, as a moment; null for none that can be. */
export function momentOf(local: string): string | null {
  const moment = new Date(local);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
