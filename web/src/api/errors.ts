import type { components } from "./schema";

export type Violation = components["schemas"]["ViolationView"];

/** An error as the API words it: `code` is for programs, `message` for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string,
    readonly violations: Violation[] = [],
    /** Seconds that the API wants to be left alone, from Retry-After; 0 where it said nothing. */
    readonly retryAfter = 0,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The request did not get an answer: no network, or nobody there. */
export class Unreachable extends Error {
  constructor() {
    super("unreachable");
    this.name = "Unreachable";
  }
}

/** What is wrong with one field of the body, by its JSON pointer without the slash; null where nothing is. */
export function faultOf(error: unknown, field: string): string | null {
  if (!(error instanceof ApiError)) return null;
  const found = error.violations.filter((violation) => violation.field === `/${field}` || violation.field === field);
  return found.length > 0 ? found.map((violation) => violation.message).join(" ") : null;
}

/** What no field of a form shows: the message of the whole, or null where its fields say it all. */
export function faultOfAll(error: unknown, fields: readonly string[]): Error | null {
  if (!(error instanceof Error)) return null;
  if (!(error instanceof ApiError) || error.violations.length === 0) return error;
  const shown = new Set(fields.map((field) => `/${field}`));
  return error.violations.every((violation) => shown.has(violation.field)) ? null : error;
}
