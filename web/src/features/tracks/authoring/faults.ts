/** Which field a fault belongs to: those that the page finds itself, and those that the API names. Pure. */

import { ApiError } from "~/api/errors";
import type { NumberFault } from "./numbers";

export type Fault = NumberFault | "blank" | "none" | "twice" | "time";
/** By the JSON pointer of the field without its first slash. */
export type Faults = Readonly<Record<string, Fault>>;

/** The faults among what was looked at. */
export function found(looked: Readonly<Record<string, Fault | null>>): Faults {
  const there: Record<string, Fault> = {};
  for (const [place, fault] of Object.entries(looked)) if (fault) there[place] = fault;
  return there;
}

/** A step of a JSON pointer (RFC 6901). */
export function step(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}

const isAtOrBelow = (field: string, place: string): boolean => field === `/${place}` || field.startsWith(`/${place}/`);

/** What the API says of a place of the body and of all below it; null where it says nothing. */
export function saidOf(error: unknown, ...places: readonly string[]): string | null {
  if (!(error instanceof ApiError)) return null;
  const about = error.violations.filter(({ field }) => places.some((place) => isAtOrBelow(field, place)));
  return about.length > 0 ? [...new Set(about.map(({ message }) => message))].join(" ") : null;
}

/** The whole of an error, unless the fields of these places say it all. What is shown elsewhere is none: 412. */
export function restOf(error: unknown, places: readonly string[]): Error | null {
  if (!(error instanceof Error)) return null;
  if (!(error instanceof ApiError)) return error;
  if (error.status === 412) return null;
  const { violations } = error;
  const all = violations.length > 0 && violations.every(({ field }) => places.some((one) => isAtOrBelow(field, one)));
  return all ? null : error;
}
