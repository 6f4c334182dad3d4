/** A track as its form holds it, and as the API wants it. Pure. */

import type { Schemas } from "~/api/client";
import { same } from "~/lib/merge";
import { type Faults, found, step } from "./faults";
import { localOf, momentOf } from "./moments";
import { faultOfNumber, numberOf, typedOf } from "./numbers";

type Track = Schemas["TrackView"];
type Body = Schemas["TrackBody"];
type Changes = Schemas["TrackChanges"];

/** `key` tells rows apart while their names are typed. */
export type Criterion = { key: number; name: string; means: string; comment: boolean; works: boolean };

/** All that is typed stays as it was typed. */
export type TrackFields = {
  title: string;
  description: string;
  tags: string;
  participants: string;
  startsAt: string;
  reviews: string;
  maxScore: string;
  criteria: Criterion[];
  weighted: boolean;
  lateDays: string;
};

export type Named = { name: string; means: string };

export const MOST_CRITERIA = 20;

/** The first of them says whether the program works: the judge knows that too, where an assignment has a problem. */
export function newTrack(criteria: readonly Named[]): TrackFields {
  return {
    title: "",
    description: "",
    tags: "",
    participants: "10",
    startsAt: "",
    reviews: "3",
    maxScore: "10",
    criteria: criteria.map((each, at) => ({ ...each, key: at + 1, comment: false, works: at === 0 })),
    weighted: false,
    lateDays: "0",
  };
}

export const TRACK_SAMPLE: TrackFields = newTrack([{ name: "", means: "" }]);

export function fieldsOf(track: Track): TrackFields {
  return {
    title: track.title,
    description: track.description ?? "",
    tags: track.tags.join(", "),
    participants: String(track.required_participants),
    startsAt: localOf(track.starts_at),
    reviews: String(track.reviews_per_user),
    maxScore: typedOf(track.max_score),
    criteria: Object.entries(track.review_criteria).map(([name, means], at) => ({
      key: at + 1,
      name,
      means,
      comment: track.criteria_options[name]?.comment_required ?? false,
      works: track.criteria_options[name]?.works ?? false,
    })),
    weighted: track.weighted,
    lateDays: String(track.late_days),
  };
}

export function bodyOf(fields: TrackFields): Body {
  return {
    title: fields.title.trim(),
    description: fields.description.trim() || null,
    tags: tagsOf(fields.tags),
    required_participants: numberOf(fields.participants),
    review_criteria: Object.fromEntries(fields.criteria.map(({ name, means }) => [name.trim(), means.trim()])),
    criteria_options: Object.fromEntries(
      fields.criteria
        .filter(({ comment, works }) => comment || works)
        .map(({ name, comment, works }) => [name.trim(), { comment_required: comment, works }]),
    ),
    weighted: fields.weighted,
    max_score: numberOf(fields.maxScore),
    reviews_per_user: numberOf(fields.reviews),
    late_days: numberOf(fields.lateDays),
    starts_at: momentOf(fields.startsAt),
  };
}

/** What differs from what the form began with, so that what others changed meanwhile stays. */
export function changesOf(fields: TrackFields, known: TrackFields): Changes {
  // Criteria and what they are worth stay as they are: reviews go by them.
  const { review_criteria: _, max_score: __, ...wanted } = bodyOf(fields);
  const before: Readonly<Record<string, unknown>> = bodyOf(known);
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => !same(value, before[name])));
}

function tagsOf(typed: string): string[] {
  return [...new Set(typed.split(",").map((tag) => tag.trim()))].filter(Boolean);
}

export const placeOfCriterion = ({ key }: Criterion): string => `criteria/${key}`;

/** Where the API names faults of one criterion. */
export function pointersOf({ name }: Criterion): string[] {
  return [`review_criteria/${step(name.trim())}`, `criteria_options/${step(name.trim())}`];
}

/** What the API could not say, or not of a single field: two criteria of one name are one in its body. */
export function faultsOf(fields: TrackFields): Faults {
  const names = fields.criteria.map(({ name }) => name.trim());
  const ofCriterion = (name: string, at: number) => (name === "" ? "blank" : names.indexOf(name) < at ? "twice" : null);
  return found({
    title: fields.title.trim() === "" ? "blank" : null,
    required_participants: faultOfNumber(fields.participants, "whole"),
    starts_at: fields.startsAt !== "" && momentOf(fields.startsAt) === null ? "time" : null,
    reviews_per_user: faultOfNumber(fields.reviews, "whole"),
    max_score: faultOfNumber(fields.maxScore),
    review_criteria: names.length === 0 ? "none" : null,
    ...Object.fromEntries(
      fields.criteria.map((each, at) => [placeOfCriterion(each), ofCriterion(names[at] ?? "", at)]),
    ),
    late_days: faultOfNumber(fields.lateDays, "whole"),
  });
}

export function withoutCriterion(criteria: readonly Criterion[], key: number): Criterion[] {
  return criteria.filter((each) => each.key !== key);
}

export function withCriterion(criteria: readonly Criterion[]): Criterion[] {
  const key = Math.max(0, ...criteria.map((each) => each.key)) + 1;
  return [...criteria, { key, name: "", means: "", comment: false, works: false }];
}

/** One criterion at most says whether the program works: the one that was marked last. */
export function changed(criteria: readonly Criterion[], key: number, part: Partial<Criterion>): Criterion[] {
  return criteria.map((each) =>
    each.key === key ? { ...each, ...part } : part.works === true ? { ...each, works: false } : each,
  );
}

/** One place up (-1) or down (1); as they were at either end. */
export function moved<T>(rows: readonly T[], from: number, by: -1 | 1): T[] {
  const all = [...rows];
  const [row] = all.splice(from, 1);
  if (row === undefined || from + by < 0 || from + by > all.length) return [...rows];
  all.splice(from + by, 0, row);
  return all;
}
