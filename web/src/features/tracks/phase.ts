/** Where a track and its assignments are for who looks at them, and what there is to do. Pure. */

import type { Schemas } from "~/api/client";

export type Track = Schemas["TrackView"];
export type Assignment = Schemas["AssignmentView"];
type Deadline = string | null;

/** An assignment for its viewer: what they are to do, or what goes on (`collecting`, `reviewing`: for its teachers). */
export type Situation =
  | { kind: "not-open" }
  | { kind: "barred" }
  | { kind: "closing" }
  | { kind: "send" | "sent" | "reviewed" | "collecting" | "reviewing"; deadline: Deadline }
  | { kind: "review" | "late"; left: number; deadline: Deadline }
  | { kind: "over" };

export function situationOf(assignment: Assignment, now: number): Situation {
  switch (assignment.current_stage) {
    case "not_started":
      return { kind: "not-open" };
    case "submission":
      return sending(assignment, now);
    case "code_review":
      return reviewing(assignment, now);
    case "completed":
      return { kind: "over" };
  }
}

function sending(assignment: Assignment, now: number): Situation {
  const deadline = assignment.submission_deadline;
  if (isPast(deadline, now)) return { kind: "closing" };
  if (!assignment.is_enrolled) return { kind: "collecting", deadline };
  if (!assignment.is_available) return { kind: "barred" };
  return { kind: assignment.submission ? "sent" : "send", deadline };
}

function reviewing(assignment: Assignment, now: number): Situation {
  const deadline = assignment.code_review_deadline;
  if (!assignment.is_enrolled) return { kind: "reviewing", deadline };
  if (!assignment.is_available) return { kind: "barred" };
  const left = assignment.reviews_required - assignment.reviews_done;
  if (left > 0) return { kind: isPast(deadline, now) ? "late" : "review", left, deadline };
  return { kind: "reviewed", deadline };
}

export function isPast(deadline: Deadline, now: number): boolean {
  return deadline !== null && Date.parse(deadline) <= now;
}

/** A whole track: what is to be done now, and where. */
export type Now =
  | { kind: "join" | "wait" | "gathering"; missing: number }
  | { kind: "closed" | "soon" | "over" }
  | { kind: "at"; assignment: Assignment; situation: Situation };

/** `assignments` is null for who may not see them. */
export function nowOf(track: Track, assignments: readonly Assignment[] | null, now: number): Now {
  const missing = Math.max(track.required_participants - track.current_participants, 0);
  if (track.status === "waiting") {
    return { kind: track.is_enrolled ? "wait" : assignments ? "gathering" : "join", missing };
  }
  if (!assignments) return { kind: track.status === "completed" ? "over" : "closed" };
  const places = assignments.map((assignment) => ({ assignment, situation: situationOf(assignment, now) }));
  // Debts come first, in their order: without them nothing later is open.
  const found =
    places.find(({ situation }) => situation.kind === "review" || situation.kind === "late") ??
    places.find(({ situation }) => situation.kind !== "over" && situation.kind !== "not-open");
  if (found) return { kind: "at", ...found };
  return { kind: track.status === "completed" ? "over" : "soon" };
}

export type Mark = "done" | "now" | "late" | "missed" | "ahead" | "none";

/** The phases of an assignment as the map shows them. */
export function marksOf(assignment: Assignment, situation: Situation): { send: Mark; review: Mark; results: Mark } {
  const sent: Mark = assignment.submission || !assignment.is_enrolled ? "done" : "missed";
  switch (situation.kind) {
    case "not-open":
      return { send: "ahead", review: "ahead", results: "ahead" };
    case "barred":
      return { send: assignment.submission ? "done" : "ahead", review: "ahead", results: "ahead" };
    case "send":
    case "collecting":
    case "closing":
      return { send: "now", review: "ahead", results: "ahead" };
    case "sent":
      return { send: "done", review: "ahead", results: "ahead" };
    case "review":
    case "reviewing":
      return { send: sent, review: "now", results: "ahead" };
    case "late":
      return { send: sent, review: "late", results: "ahead" };
    case "reviewed":
      return { send: sent, review: "done", results: "ahead" };
    case "over":
      return { send: sent, review: assignment.reviews_required > 0 ? "done" : "none", results: "done" };
  }
}

const SHORTEST_LOOK = 3000;
/** A stage ends early with the last review that anybody owes, and nobody is told of the last one of a track. */
const WAITING_LOOK = 30_000;
const LONGEST_LOOK = 6 * 3_600_000;

/** In how many milliseconds a look at these is worth it: when the next deadline has passed, or soon where the next one
 * of a track that is under way is about to open. False when nothing comes by itself.
 */
export function nextLook(assignments: readonly Assignment[], now: number, underWay: boolean): number | false {
  const unfinished = assignments.filter(({ current_stage }) => current_stage !== "completed");
  const running = unfinished.filter(({ current_stage }) => current_stage !== "not_started");
  if (running.length === 0) return underWay && unfinished.length > 0 && SHORTEST_LOOK;
  const deadlines = running
    .map((each) => (each.current_stage === "submission" ? each.submission_deadline : each.code_review_deadline))
    .filter((deadline) => deadline !== null)
    .map((deadline) => Date.parse(deadline) - now);
  // A debt keeps its stage open after its deadline: nothing happens there by itself.
  const coming = deadlines.filter((ms) => ms > -30_000);
  if (coming.length === 0) return false;
  const longest = running.some(hasReviewed) ? WAITING_LOOK : LONGEST_LOOK;
  return Math.min(Math.max(Math.min(...coming) + 1500, SHORTEST_LOOK), longest);
}

function hasReviewed(assignment: Assignment): boolean {
  const { current_stage: stage, reviews_done: done, reviews_required: wanted } = assignment;
  return assignment.is_enrolled && stage === "code_review" && done >= wanted;
}
