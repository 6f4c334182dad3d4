/** A review while it is being written. Pure. */

import { type Remark, readRemarks } from "./lines";

/** `version` is that of the code that `lines` are about; null where nothing was read of it. */
export type Opinion = {
  points: Record<string, number>;
  remarks: Record<string, string>;
  comment: string;
  lines: Remark[];
  version: number | null;
};

/** Up to so many points each has a button of its own; beyond that they are typed. */
export const MOST_BUTTONS = 20;

export const EMPTY: Opinion = { points: {}, remarks: {}, comment: "", lines: [], version: null };

export function hasButtons(max: number): boolean {
  return Number.isInteger(max) && max <= MOST_BUTTONS;
}

/** What is chosen by another digit: "1" and then "0" are 10 where that is on the scale, else the digit alone. */
export function typed(before: string, digit: string, max: number): string | null {
  const whole = Number(before + digit);
  if (whole <= max) return String(whole);
  return Number(digit) <= max ? digit : null;
}

/** A kept draft; whatever is not as it should be counts as not written. */
export function readOpinion(text: string, criteria: readonly string[], max: number): Opinion {
  const found = parsed(text);
  const points = Object.entries(inside(found, "points")).flatMap(([name, value]): [string, number][] =>
    criteria.includes(name) && typeof value === "number" && value >= 0 && value <= max ? [[name, value]] : [],
  );
  const remarks = Object.entries(inside(found, "remarks")).flatMap(([name, value]): [string, string][] =>
    criteria.includes(name) && typeof value === "string" ? [[name, value]] : [],
  );
  const comment = isObject(found) && typeof found["comment"] === "string" ? found["comment"] : "";
  const version = isObject(found) && typeof found["version"] === "number" ? found["version"] : null;
  const lines = readRemarks(isObject(found) ? found["lines"] : null);
  return { points: Object.fromEntries(points), remarks: Object.fromEntries(remarks), comment, lines, version };
}

/** A draft as a text: the same for the same opinion, so that what came back from the school is known again. */
export function written({ points, remarks, comment, lines, version }: Opinion): string {
  const ordered = lines.map(({ path, from_line, to_line, text, criterion }) => {
    return { path, from_line, to_line, text, criterion };
  });
  return JSON.stringify({ points: sorted(points), remarks: sorted(remarks), comment, lines: ordered, version });
}

function sorted<T>(by: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(by).sort(([one], [other]) => (one < other ? -1 : 1)));
}

export function isComplete(opinion: Opinion, criteria: readonly string[]): boolean {
  return criteria.every((name) => opinion.points[name] !== undefined);
}

/** What of each criterion the reviewers gave and said, in the order of the criteria. */
export type OfCriterion = {
  name: string;
  description: string;
  median: number | null;
  points: number[];
  remarks: { reviewer: number; text: string }[];
};

type Reviewed = { criteria_scores: Record<string, number>; criteria_comments: Record<string, string> };

export function byCriterion(
  criteria: Record<string, string>,
  median: Record<string, number> | null,
  reviews: readonly Reviewed[],
): OfCriterion[] {
  return Object.entries(criteria).map(([name, description]) => ({
    name,
    description,
    median: median?.[name] ?? null,
    points: reviews.map((review) => review.criteria_scores[name]).filter((given) => given !== undefined),
    remarks: reviews.flatMap((review, at) => {
      const text = review.criteria_comments[name];
      return text ? [{ reviewer: at + 1, text }] : [];
    }),
  }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function inside(value: unknown, name: string): Record<string, unknown> {
  const found = isObject(value) ? value[name] : null;
  return isObject(found) ? found : {};
}
