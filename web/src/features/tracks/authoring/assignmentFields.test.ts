import { describe, expect, it } from "vitest";
import {
  type AssignmentFields,
  bodyOf,
  changesOf,
  faultsOf,
  fieldsOf,
  NEW_ASSIGNMENT,
  policyOf,
  withStep,
} from "./assignmentFields";

const NEW: AssignmentFields = { ...NEW_ASSIGNMENT, title: "Leap years", description: "Is it one?" };

type Assignment = Parameters<typeof fieldsOf>[0];
const shown = (part: Partial<Assignment>): Assignment => ({
  id: 3,
  track_id: 7,
  track_title: "Dates",
  title: "Leap years",
  description: "Is it one?",
  order: 2,
  deadline_hours: 1.5,
  review_hours: 48,
  created_at: "2026-11-01T15:00:00Z",
  is_available: false,
  submission_deadline: null,
  code_review_deadline: null,
  current_stage: "not_started",
  reviews_done: 0,
  reviews_required: 0,
  submission: null,
  is_enrolled: false,
  review_criteria: {},
  criteria_options: {},
  max_score: 10,
  late_policy: null,
  closes_at: null,
  extension: null,
  appeal_hours: 72,
  problem_id: null,
  verdict_shown: "at_once",
  evidence_points: 0,
  ...part,
});

describe("an assignment that is sent", () => {
  it("has what the form proposes", () => {
    expect(bodyOf(NEW)).toEqual({
      title: "Leap years",
      description: "Is it one?",
      order: null,
      deadline_hours: 168,
      review_hours: 48,
      late_policy: null,
      appeal_hours: 72,
      problem_id: null,
      verdict_shown: "at_once",
      evidence_points: 0,
    });
  });

  it("charges late work in one way, whatever was typed for the others", () => {
    const taken = { grace_minutes: 0, accepted_hours: 48 };
    expect(policyOf({ ...NEW, late: "free" })).toEqual(taken);
    expect(policyOf({ ...NEW, late: "days", acceptedHours: "" })).toEqual({
      grace_minutes: 0,
      accepted_hours: null,
      percent_per_day: 10,
    });
    expect(policyOf({ ...NEW, late: "steps" })).toEqual({ ...taken, steps: [{ after_hours: 0, percent: 25 }] });
  });
});

describe("a change of an assignment", () => {
  const policy = { grace_minutes: 5, percent_per_day: 0, steps: [], accepted_hours: null };

  it.each([
    ["is not taken late", shown({})],
    ["is late for nothing", shown({ late_policy: policy })],
    ["costs percent a day", shown({ late_policy: { ...policy, percent_per_day: 12.5 } })],
    ["costs by steps", shown({ late_policy: { ...policy, steps: [{ after_hours: 24, percent: 50 }] } })],
    ["is judged", shown({ problem_id: 2001, verdict_shown: "never", evidence_points: 2 })],
  ])("is nothing where nothing was typed: what %s", (_, assignment) => {
    const known = fieldsOf(assignment);
    expect(changesOf(known, known)).toEqual({});
    expect(changesOf({ ...known, deadlineHours: "2" }, known)).toEqual({ deadline_hours: 2 });
  });

  it("takes a policy and a problem away", () => {
    const known = fieldsOf(shown({ late_policy: policy, problem_id: 2001 }));
    expect(changesOf({ ...known, late: "none", problemId: "", order: "" }, known)).toEqual({
      late_policy: null,
      problem_id: null,
    });
  });
});

describe("what is wrong with an assignment", () => {
  it("is nothing in what the form proposes, but the title that is missing", () => {
    expect(faultsOf(NEW_ASSIGNMENT)).toEqual({ title: "blank" });
  });

  it("is looked for only in what is asked", () => {
    const typed = { ...NEW, percentPerDay: "much", graceMinutes: "1.5", acceptedHours: "x", order: "first" };
    expect(faultsOf(typed)).toEqual({ order: "number" });
    expect(faultsOf({ ...typed, order: "", late: "days" })).toEqual({
      "late_policy/grace_minutes": "whole",
      "late_policy/accepted_hours": "number",
      "late_policy/percent_per_day": "number",
    });
  });

  it("is told at the step that has it", () => {
    const steps = [...NEW.steps, { key: 2, afterHours: "", percent: "5" }];
    expect(faultsOf({ ...NEW, late: "steps", steps })).toEqual({ "late_policy/steps/1/after_hours": "number" });
    expect(faultsOf({ ...NEW, late: "steps", steps: [] })).toEqual({ "late_policy/steps": "none" });
  });
});

describe("steps", () => {
  it("go on from the last one", () => {
    expect(withStep(NEW.steps).at(-1)).toEqual({ key: 2, afterHours: "24", percent: "50" });
    expect(withStep([{ key: 4, afterHours: "?", percent: "90" }]).at(-1)).toEqual({
      key: 5,
      afterHours: "",
      percent: "100",
    });
  });
});
