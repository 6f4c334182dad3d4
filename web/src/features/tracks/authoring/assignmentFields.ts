/** An assignment as its form holds it, and as the API wants it. Pure. */

import type { Schemas } from "~/api/client";
import { same } from "~/lib/merge";
import { type Fault, type Faults, found } from "./faults";
import { faultOfNumber, numberOf, numberOrNull, typedOf } from "./numbers";

type Assignment = Schemas["AssignmentView"];
type Body = Schemas["AssignmentBody"];
type Changes = Schemas["AssignmentChanges"];
type Policy = Schemas["LatePolicyBody"];

export const LATE_KINDS = ["none", "free", "days", "steps"] as const;
/** What late work costs: it is not taken; nothing; percent a day; percent by steps. */
export type LateKind = (typeof LATE_KINDS)[number];

export const SHOWN = ["at_once", "after_deadline", "never"] as const;
export type Shown = (typeof SHOWN)[number];

export type Step = { key: number; afterHours: string; percent: string };

/** All that is typed stays as it was typed. `problemId` is empty where nothing is judged. */
export type AssignmentFields = {
  title: string;
  description: string;
  order: string;
  deadlineHours: string;
  reviewHours: string;
  late: string;
  graceMinutes: string;
  percentPerDay: string;
  acceptedHours: string;
  steps: Step[];
  appealHours: string;
  problemId: string;
  shown: string;
  evidencePoints: string;
};

/** A week to send in, two days to review, three to appeal. */
export const NEW_ASSIGNMENT: AssignmentFields = {
  title: "",
  description: "",
  order: "",
  deadlineHours: "168",
  reviewHours: "48",
  late: "none",
  graceMinutes: "0",
  percentPerDay: "10",
  acceptedHours: "48",
  steps: [{ key: 1, afterHours: "0", percent: "25" }],
  appealHours: "72",
  problemId: "",
  shown: "at_once",
  evidencePoints: "0",
};

export const MOST_STEPS = 10;

export function fieldsOf(assignment: Assignment): AssignmentFields {
  return {
    ...NEW_ASSIGNMENT,
    title: assignment.title,
    description: assignment.description ?? "",
    order: String(assignment.order),
    deadlineHours: typedOf(assignment.deadline_hours),
    reviewHours: typedOf(assignment.review_hours),
    appealHours: typedOf(assignment.appeal_hours),
    problemId: assignment.problem_id === null ? "" : String(assignment.problem_id),
    shown: assignment.verdict_shown,
    evidencePoints: typedOf(assignment.evidence_points),
    ...lateFieldsOf(assignment.late_policy),
  };
}

function lateFieldsOf(policy: Assignment["late_policy"]): Partial<AssignmentFields> {
  if (!policy) return {};
  const taken = {
    graceMinutes: String(policy.grace_minutes),
    acceptedHours: policy.accepted_hours === null ? "" : typedOf(policy.accepted_hours),
  };
  if (policy.steps.length > 0) {
    const steps = policy.steps.map(({ after_hours, percent }, at) => ({
      key: at + 1,
      afterHours: typedOf(after_hours),
      percent: typedOf(percent),
    }));
    return { ...taken, late: "steps", steps };
  }
  if (policy.percent_per_day > 0) return { ...taken, late: "days", percentPerDay: typedOf(policy.percent_per_day) };
  return { ...taken, late: "free" };
}

export function bodyOf(fields: AssignmentFields): Body {
  return {
    title: fields.title.trim(),
    description: fields.description,
    order: numberOrNull(fields.order),
    deadline_hours: numberOf(fields.deadlineHours),
    review_hours: numberOf(fields.reviewHours),
    late_policy: policyOf(fields),
    appeal_hours: numberOf(fields.appealHours),
    problem_id: numberOrNull(fields.problemId),
    verdict_shown: SHOWN.find((each) => each === fields.shown) ?? "at_once",
    evidence_points: numberOf(fields.evidencePoints),
  };
}

/** Members of another kind of policy, typed and then left, are not sent. */
export function policyOf(fields: AssignmentFields): Policy | null {
  if (fields.late === "none") return null;
  const taken = { grace_minutes: numberOf(fields.graceMinutes), accepted_hours: numberOrNull(fields.acceptedHours) };
  if (fields.late === "days") return { ...taken, percent_per_day: numberOf(fields.percentPerDay) };
  if (fields.late === "free") return taken;
  return {
    ...taken,
    steps: fields.steps.map((each) => ({
      after_hours: numberOf(each.afterHours),
      percent: numberOf(each.percent),
    })),
  };
}

/** What differs from what the form began with. Who empties the place in the order leaves it where it is. */
export function changesOf(fields: AssignmentFields, known: AssignmentFields): Changes {
  const { order, ...wanted } = bodyOf(fields);
  const before: Readonly<Record<string, unknown>> = bodyOf(known);
  const all = { ...wanted, ...(order != null && { order }) };
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => !same(value, before[name])));
}

export const stepPlace = (at: number, member: "after_hours" | "percent"): string => `late_policy/steps/${at}/${member}`;

export function faultsOf(fields: AssignmentFields): Faults {
  return found({
    title: fields.title.trim() === "" ? "blank" : null,
    order: fields.order.trim() === "" ? null : faultOfNumber(fields.order, "whole"),
    deadline_hours: faultOfNumber(fields.deadlineHours),
    review_hours: faultOfNumber(fields.reviewHours),
    appeal_hours: faultOfNumber(fields.appealHours),
    evidence_points: faultOfNumber(fields.evidencePoints),
    ...lateFaults(fields),
  });
}

function lateFaults(fields: AssignmentFields): Readonly<Record<string, Fault | null>> {
  if (fields.late === "none") return {};
  const taken = {
    "late_policy/grace_minutes": faultOfNumber(fields.graceMinutes, "whole"),
    "late_policy/accepted_hours": faultOfNumber(fields.acceptedHours, "optional"),
  };
  if (fields.late === "days") return { ...taken, "late_policy/percent_per_day": faultOfNumber(fields.percentPerDay) };
  if (fields.late === "free") return taken;
  const ofSteps = fields.steps.flatMap((each, at) => [
    [stepPlace(at, "after_hours"), faultOfNumber(each.afterHours)],
    [stepPlace(at, "percent"), faultOfNumber(each.percent)],
  ]);
  return { ...taken, "late_policy/steps": fields.steps.length === 0 ? "none" : null, ...Object.fromEntries(ofSteps) };
}

/** The next step begins a day later and costs as much more. */
export function withStep(steps: readonly Step[]): Step[] {
  const last = steps.at(-1);
  const hours = last ? numberOf(last.afterHours) + 24 : 0;
  const percent = last ? Math.min(numberOf(last.percent) + 25, 100) : 25;
  const written = (value: number): string => (Number.isFinite(value) ? typedOf(value) : "");
  const key = Math.max(0, ...steps.map((each) => each.key)) + 1;
  return [...steps, { key, afterHours: written(hours), percent: written(percent) }];
}
