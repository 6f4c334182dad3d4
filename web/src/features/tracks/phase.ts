/** Where a track and its assignments are for who looks at them, and what there is to do. Pure. */

import type { Schemas } from "~/api/client";
import { isPast } from "~/lib/clock";

export type Track = Schemas["TrackView"];
export type Assignment = Schemas["AssignmentView"];
type Deadline = string | null;

/** An assignment for its viewer: what they are to do, or what goes on (`collecting`, `reviewing`: for its teachers). */
export type Situation =
  | { kind: "not-open" }
  | { kind: "barred" }
  | { kind: "closing" }
  /** After it was due, as long as late work is taken. */
  | { kind: "send-late" | "sent-late"; deadline: Deadline }
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
      return extended(assignment, now) ?? { kind: "over" };
  }
}

function sending(assignment: Assignment, now: number): Situation {
  const { submission: own } = assignment;
  const closes = closingOf(assignment);
  const deadline = later(assignment.submission_deadline, assignment.extension?.submission_until);
  if (!assignment.is_enrolled) return isPast(closes, now) ? { kind: "closing" } : { kind: "collecting", deadline };
  if (isPast(deadline, now) && isPast(closes, now)) return { kind: "closing" };
  if (!assignment.is_available) return { kind: "barred" };
  if (!isPast(deadline, now)) return { kind: own ? "sent" : "send", deadline };
  return { kind: own ? "sent-late" : "send-late", deadline: closes };
}

function reviewing(assignment: Assignment, now: number): Situation {
  const { extension } = assignment;
  const deadline = later(assignment.code_review_deadline, extension?.code_review_until);
  if (!assignment.is_enrolled) return { kind: "reviewing", deadline };
  if (!assignment.is_available) return { kind: "barred" };
  const left = assignment.reviews_required - assignment.reviews_done;
  if (left > 0) return { kind: isPast(deadline, now) ? "late" : "review", left, deadline };
  return extended(assignment, now) ?? { kind: "reviewed", deadline };
}

/** Who was given more time sends in while the others review, and after. */
function extended({ extension, submission }: Assignment, now: number): Situation | null {
  const until = extension?.submission_until ?? null;
  return until && !isPast(until, now) ? { kind: submission ? "sent" : "send", deadline: until } : null;
}

/** Whether a solution is taken now, be it what is to be done or not. */
export function takes(assignment: Assignment, now: number): boolean {
  if (!assignment.is_enrolled || !assignment.is_available || assignment.current_stage === "not_started") return false;
  if (extended(assignment, now)) return true;
  return assignment.current_stage === "submission" && !isPast(closingOf(assignment), now);
}

/** Late work is taken until then. */
function closingOf({ closes_at, submission_deadline }: Assignment): Deadline {
  return closes_at ?? submission_deadline;
}

function later(one: Deadline, other: Deadline | undefined): Deadline {
  return one && other && Date.parse(other) > Date.parse(one) ? other : one;
}

/** A whole track: what is to be done now, and where. */
export type Now =
  /** `starts` is when it begins, with those who are there then; null where it begins when it is full. */
  | { kind: "join" | "full" | "wait" | "gathering"; missing: number; starts: Deadline }
  | { kind: "closed" | "soon" | "over" }
  | { kind: "at"; assignment: Assignment; situation: Situation };

/** `assignments` is null for who may not see them. */
export function nowOf(track: Track, assignments: readonly Assignment[] | null, now: number): Now {
  const missing = Math.max(track.required_participants - track.current_participants, 0);
  if (track.status === "waiting") {
    const outside = missing > 0 ? "join" : "full";
    const kind = track.is_enrolled ? "wait" : assignments ? "gathering" : outside;
    return { kind, missing, starts: track.starts_at };
  }
  if (!assignments) return { kind: track.status === "completed" ? "over" : "closed" };
  const places = assignments.map((assignment) => ({ assignment, situation: situationOf(assignment, now) }));
  const first = (...kinds: Situation["kind"][]) => places.find(({ situation: { kind } }) => kinds.includes(kind));
  // Debts come first, in their order: without them nothing later is open. What was sent in can wait.
  const found =
    first("review", "late") ??
    first("send", "send-late") ??
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
    case "send-late":
      return { send: "late", review: "ahead", results: "ahead" };
    case "send":
    case "collecting":
    case "closing":
      return { send: "now", review: "ahead", results: "ahead" };
    case "sent":
    case "sent-late":
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
/**
 * A stage ends early with the last review that anybody owes, and nobody is told of the last one of a track. A step
 * that is late comes when what stood still goes on.
 */
const WAITING_LOOK = 30_000;
const LONGEST_LOOK = 6 * 3_600_000;

/**
 * In how many milliseconds a look at these is worth it: when the next deadline has passed, or soon where the next one
 * of a track that is under way is about to open. False when nothing comes by itself.
 */
export function nextLook(assignments: readonly Assignment[], now: number, underWay: boolean): number | false {
  const unfinished = assignments.filter(({ current_stage }) => current_stage !== "completed");
  const running = unfinished.filter(({ current_stage }) => current_stage !== "not_started");
  if (running.length === 0) return underWay && unfinished.length > 0 && SHORTEST_LOOK;
  const deadlines = running
    .flatMap((each) =>
      each.current_stage === "submission" ? [each.submission_deadline, each.closes_at] : [each.code_review_deadline],
    )
    .filter((deadline) => deadline !== null)
    .map((deadline) => Date.parse(deadline) - now);
  const coming = deadlines.filter((ms) => ms > -30_000);
  const waits = running.some((each) => awaits(each, now));
  if (coming.length === 0) return waits && WAITING_LOOK;
  return Math.min(Math.max(Math.min(...coming) + 1500, SHORTEST_LOOK), waits ? WAITING_LOOK : LONGEST_LOOK);
}

/** Whether something may happen at any time: others are done, or a step is late. A debt keeps its stage open. */
function awaits(assignment: Assignment, now: number): boolean {
  if (assignment.current_stage === "submission") return isPast(closingOf(assignment), now);
  const { is_enrolled: takesPart, reviews_done: done, reviews_required: wanted } = assignment;
  return takesPart ? done >= wanted : isPast(assignment.code_review_deadline, now);
}
