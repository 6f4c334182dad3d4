/** What a task is for its reader at a moment, by its times. Pure. */

import type { Schemas } from "~/api/client";
import { isPast } from "~/lib/clock";

type Timed = Pick<Schemas["TaskView"], "state" | "due_at" | "closes_at">;
export type Phase = Schemas["Availability"] | "late";

/** The API said what it is when it was read; what is due and closes meanwhile does so by itself. */
export function phaseOf({ state, due_at, closes_at }: Timed, now: number): Phase {
  if (state !== "open") return state;
  if (isPast(closes_at, now)) return "closed";
  return isPast(due_at, now) ? "late" : "open";
}
