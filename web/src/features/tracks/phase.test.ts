import { describe, expect, it } from "vitest";
import { type Assignment, marksOf, nextLook, nowOf, situationOf, type Track, takes } from "./phase";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const BEFORE = "2026-12-01T11:00:00Z";
const AFTER = "2026-12-01T13:00:00Z";
const LATER = "2026-12-02T13:00:00Z";

const track = (about: Partial<Track> = {}): Track => ({
  id: 3,
  title: "Python",
  description: null,
  tags: [],
  required_participants: 3,
  current_participants: 3,
  status: "active",
  starts_at: null,
  started_at: BEFORE,
  created_at: BEFORE,
  review_criteria: { style: "" },
  criteria_options: {},
  weighted: false,
  max_score: 10,
  reviews_per_user: 2,
  late_days: 0,
  author_id: 1,
  author_name: null,
  is_enrolled: true,
  enrolled_at: BEFORE,
  reviews_owed: 0,
  ...about,
});

const solution = {
  id: 9,
  user_id: 5,
  assignment_id: 7,
  repository_url: "https://x.example/y",
  commit: null,
  code_version: 0,
  judged: null,
  submitted_at: BEFORE,
};

const assignment = (about: Partial<Assignment> = {}): Assignment => ({
  id: 7,
  track_id: 3,
  track_title: "Python",
  title: "Loops",
  description: "",
  order: 1,
  deadline_hours: 24,
  review_hours: 24,
  created_at: BEFORE,
  is_available: true,
  submission_deadline: AFTER,
  code_review_deadline: LATER,
  current_stage: "submission",
  reviews_done: 0,
  reviews_required: 2,
  submission: null,
  is_enrolled: true,
  review_criteria: { style: "" },
  criteria_options: {},
  max_score: 10,
  late_policy: null,
  closes_at: null,
  extension: null,
  appeal_hours: 72,
  problem_id: null,
  verdict_shown: "at_once",
  evidence_points: 0,
  ...about,
});

const inReview = (about: Partial<Assignment> = {}) =>
  assignment({ current_stage: "code_review", submission_deadline: BEFORE, submission: solution, ...about });

const late = (about: Partial<Assignment> = {}) =>
  assignment({ submission_deadline: BEFORE, closes_at: LATER, ...about });
const until = (moment: string | null) => ({ submission_until: moment, code_review_until: null, reason: "Ill" });

describe("an assignment", () => {
  it.each([
    ["waits for a solution", assignment(), { kind: "send", deadline: AFTER }],
    ["has one", assignment({ submission: solution }), { kind: "sent", deadline: AFTER }],
    ["takes none a moment before the reviews", assignment({ submission_deadline: BEFORE }), { kind: "closing" }],
    ["takes late work", late(), { kind: "send-late", deadline: LATER }],
    ["replaces late", late({ submission: solution }), { kind: "sent-late", deadline: LATER }],
    ["is over for late work too", late({ closes_at: BEFORE }), { kind: "closing" }],
    ["gives one of them more time", late({ extension: until(AFTER) }), { kind: "send", deadline: AFTER }],
    [
      "gives more time while the others review",
      inReview({ submission: null, reviews_required: 0, extension: until(LATER) }),
      { kind: "send", deadline: LATER },
    ],
    [
      "gave more time",
      inReview({ reviews_required: 0, extension: until(BEFORE) }),
      { kind: "reviewed", deadline: LATER },
    ],
    [
      "gives more time after its end",
      inReview({ current_stage: "completed", submission: null, extension: until(LATER) }),
      { kind: "send", deadline: LATER },
    ],
    [
      "gives more time for reviews",
      inReview({ code_review_deadline: BEFORE, extension: { ...until(null), code_review_until: AFTER } }),
      { kind: "review", left: 2, deadline: AFTER },
    ],
    ["is barred by older debts", assignment({ is_available: false }), { kind: "barred" }],
    ["is to be reviewed", inReview({ reviews_done: 1 }), { kind: "review", left: 1, deadline: LATER }],
    ["is reviewed late", inReview({ code_review_deadline: BEFORE }), { kind: "late", left: 2, deadline: BEFORE }],
    ["is reviewed", inReview({ reviews_done: 2 }), { kind: "reviewed", deadline: LATER }],
    ["is over", inReview({ current_stage: "completed" }), { kind: "over" }],
    ["is not open", assignment({ current_stage: "not_started", is_available: false }), { kind: "not-open" }],
    ["collects, for teachers", assignment({ is_enrolled: false }), { kind: "collecting", deadline: AFTER }],
    ["is reviewed, for teachers", inReview({ is_enrolled: false }), { kind: "reviewing", deadline: LATER }],
  ])("%s", (_, about, situation) => {
    expect(situationOf(about, NOW)).toEqual(situation);
  });
});

it.each([
  ["in time", assignment(), true],
  ["late", late(), true],
  ["late, when that is over", late({ closes_at: BEFORE }), false],
  ["while it is reviewed", inReview(), false],
  ["while it is reviewed, of who was given more time", inReview({ extension: until(AFTER) }), true],
  ["from who owes reviews", assignment({ is_available: false }), false],
  ["from its teachers", assignment({ is_enrolled: false }), false],
])("a solution %s is taken or not", (_, about, taken) => {
  expect(takes(about, NOW)).toBe(taken);
});

describe("a track says what to do now", () => {
  it("while it gathers people", () => {
    const waiting = { status: "waiting", current_participants: 1 } as const;
    expect(nowOf(track({ ...waiting, is_enrolled: false }), null, NOW)).toEqual({
      kind: "join",
      missing: 2,
      starts: null,
    });
    expect(nowOf(track(waiting), [], NOW)).toEqual({ kind: "wait", missing: 2, starts: null });
    const teachers = nowOf(track({ ...waiting, is_enrolled: false }), [], NOW);
    expect(teachers).toEqual({ kind: "gathering", missing: 2, starts: null });
  });

  it("to who came too late", () => {
    expect(nowOf(track({ is_enrolled: false }), null, NOW)).toEqual({ kind: "closed" });
    expect(nowOf(track({ is_enrolled: false, status: "completed" }), null, NOW)).toEqual({ kind: "over" });
  });

  it("debts before everything else", () => {
    const first = inReview({ id: 1, code_review_deadline: BEFORE });
    const second = assignment({ id: 2, is_available: false });
    expect(nowOf(track(), [first, second], NOW)).toMatchObject({ kind: "at", assignment: { id: 1 } });
    const paid = [
      { ...first, current_stage: "completed" as const },
      { ...second, is_available: true },
    ];
    expect(nowOf(track(), paid, NOW)).toMatchObject({ kind: "at", assignment: { id: 2 }, situation: { kind: "send" } });
  });

  it("what is to be sent in before what was sent and may be replaced", () => {
    const sent = inReview({ id: 1, current_stage: "completed", extension: until(AFTER) });
    const next = assignment({ id: 2 });
    expect(nowOf(track(), [sent, next], NOW)).toMatchObject({ assignment: { id: 2 }, situation: { kind: "send" } });
    const both = [sent, { ...next, submission: solution }];
    expect(nowOf(track(), both, NOW)).toMatchObject({ assignment: { id: 1 }, situation: { kind: "sent" } });
  });

  it("when it begins, where it has a time", () => {
    const waiting = { status: "waiting", starts_at: AFTER } as const;
    const begins = { missing: 0, starts: AFTER };
    expect(nowOf(track({ ...waiting, is_enrolled: false }), null, NOW)).toEqual({ kind: "full", ...begins });
    expect(nowOf(track(waiting), [], NOW)).toEqual({ kind: "wait", ...begins });
    const open = track({ ...waiting, is_enrolled: false, current_participants: 2 });
    expect(nowOf(open, null, NOW)).toEqual({ kind: "join", missing: 1, starts: AFTER });
  });

  it("between two assignments, and after the last", () => {
    const over = inReview({ current_stage: "completed" });
    const next = assignment({ current_stage: "not_started", is_available: false });
    expect(nowOf(track(), [over, next], NOW)).toEqual({ kind: "soon" });
    expect(nowOf(track({ status: "completed" }), [over], NOW)).toEqual({ kind: "over" });
  });
});

describe("the map", () => {
  const marks = (about: Assignment) => marksOf(about, situationOf(about, NOW));

  it("shows where one is", () => {
    expect(marks(assignment())).toEqual({ send: "now", review: "ahead", results: "ahead" });
    expect(marks(inReview())).toEqual({ send: "done", review: "now", results: "ahead" });
    expect(marks(inReview({ current_stage: "completed" }))).toEqual({ send: "done", review: "done", results: "done" });
  });

  it("shows that late work is taken", () => {
    expect(marks(late()).send).toBe("late");
    expect(marks(late({ submission: solution })).send).toBe("done");
  });

  it("shows what was missed, and what there was not", () => {
    expect(marks(inReview({ submission: null, code_review_deadline: BEFORE }))).toEqual({
      send: "missed",
      review: "late",
      results: "ahead",
    });
    expect(marks(inReview({ current_stage: "completed", reviews_required: 0 })).review).toBe("none");
  });
});

describe("the next look", () => {
  it("is just after the next deadline", () => {
    expect(nextLook([inReview(), assignment()], NOW, true)).toBe(3_601_500);
  });

  it("is just after late work is taken no more", () => {
    expect(nextLook([late({ closes_at: AFTER })], NOW, true)).toBe(3_601_500);
  });

  it("does not wait for the deadline where the others may be done before", () => {
    expect(nextLook([inReview({ reviews_done: 2 })], NOW, true)).toBe(30_000);
  });

  it("is soon while a step is being taken, and none where nothing comes by itself", () => {
    expect(nextLook([assignment({ submission_deadline: new Date(NOW - 2000).toISOString() })], NOW, true)).toBe(3000);
    expect(nextLook([inReview({ code_review_deadline: BEFORE })], NOW, true)).toBe(false);
    expect(nextLook([inReview({ current_stage: "completed" })], NOW, true)).toBe(false);
  });

  it("comes again and again while a step is late, whoever is not to do something first", () => {
    const late = assignment({ submission_deadline: BEFORE });
    expect(nextLook([late], NOW, true)).toBe(30_000);
    expect(nextLook([inReview({ code_review_deadline: BEFORE, reviews_done: 2 })], NOW, true)).toBe(30_000);
    expect(nextLook([inReview({ code_review_deadline: BEFORE, is_enrolled: false })], NOW, true)).toBe(30_000);
    expect(nextLook([late, assignment()], NOW, true)).toBe(30_000);
  });

  it("is soon where the next one is about to open, but not while the track waits for people", () => {
    const next = assignment({ current_stage: "not_started", is_available: false });
    expect(nextLook([inReview({ current_stage: "completed" }), next], NOW, true)).toBe(3000);
    expect(nextLook([next], NOW, false)).toBe(false);
  });
});
