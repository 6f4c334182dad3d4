import { Changed, Refused, type School } from "~/lib/keeper";
import { ApiError } from "./errors";

/** Refusals below 500 that pass by themselves: a session to be renewed, others at the same time, too much at once. */
const PASSING: ReadonlySet<number> = new Set([401, 408, 409, 429]);

/** The school as a keeper of texts knows it: it hears whether something else is kept there, or asking again is no use. */
export function asSchool({ read, save }: School): School {
  return {
    read: () => read().catch(toldOf),
    save: (text, tag) => save(text, tag).catch(toldOf),
  };
}

function toldOf(error: unknown): never {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 412) throw new Changed();
  throw error.status < 500 && !PASSING.has(error.status) ? new Refused() : error;
}
