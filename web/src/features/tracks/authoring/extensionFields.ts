/** More time for one participant, as its form holds it and as the API wants it. Pure. */

import type { Schemas } from "~/api/client";
import { type Faults, found } from "./faults";
import { localOf, momentOf } from "./moments";

type Extension = Pick<Schemas["ExtensionView"], "submission_until" | "code_review_until" | "reason">;
type Person = Pick<Schemas["StandingView"], "user_id" | "username">;

/** As they were typed. */
export type ExtensionFields = { submissionUntil: string; reviewUntil: string; reason: string };

export const NO_TIME: ExtensionFields = { submissionUntil: "", reviewUntil: "", reason: "" };

export function fieldsOf(given: Extension | null): ExtensionFields {
  if (!given) return NO_TIME;
  return {
    submissionUntil: localOf(given.submission_until),
    reviewUntil: localOf(given.code_review_until),
    reason: given.reason,
  };
}

/** All of it: what is left out is taken away. A time that was not touched keeps the seconds that its field lacks. */
export function bodyOf(fields: ExtensionFields, given: Extension | null): Schemas["ExtensionBody"] {
  const untilOf = (typed: string, before: string | null): string | null =>
    before !== null && typed === localOf(before) ? before : momentOf(typed);
  return {
    submission_until: untilOf(fields.submissionUntil, given?.submission_until ?? null),
    code_review_until: untilOf(fields.reviewUntil, given?.code_review_until ?? null),
    reason: fields.reason.trim(),
  };
}

/** What the API would say of no single field. */
export function faultsOf({ submissionUntil, reviewUntil, reason }: ExtensionFields): Faults {
  const faultOf = (typed: string) => (typed !== "" && momentOf(typed) === null ? "time" : null);
  const neither = submissionUntil === "" && reviewUntil === "";
  return found({
    submission_until: neither ? "time" : faultOf(submissionUntil),
    code_review_until: faultOf(reviewUntil),
    reason: reason.trim() === "" ? "blank" : null,
  });
}

/** Under which it is given: nobody's extension that was not seen is written over, nor where none was seen. */
export function etagOf(given: Pick<Schemas["ExtensionView"], "version"> | null): string {
  return `"${given?.version ?? 0}"`;
}

/** In the order of their names; those without one are last. */
export function byName<T extends Person>(people: readonly T[], language: string): T[] {
  const { compare } = new Intl.Collator(language);
  return [...people].sort((one, other) => {
    if (one.username === null || other.username === null) return Number(!one.username) - Number(!other.username);
    return compare(one.username, other.username);
  });
}
