import { useDraft } from "~/features/tracks/useDraft";
import { differing, readLike, rebased, same } from "~/lib/merge";

/**
 * What a form begins with: all of it as it is kept at the school, and the ETag under which it was read. Without an ETag
 * it is new.
 */
export type Start<T> = { fields: T; etag: string };

export type KeptForm<T> = {
  fields: T;
  /** What the form began with: what differs from it is the change. */
  known: T;
  /** Under which the change is sent. */
  etag: string;
  /** Whether something was typed that is kept here until it is sent. */
  typed: boolean;
  /** Whether this browser keeps drafts at all. */
  kept: boolean;
  /** What others have changed since, by its members; both are there until one is chosen. */
  overtaken: readonly (keyof T)[];
  change: (part: Partial<T>) => void;
  /** Put what was typed over what others have changed. */
  rebase: () => void;
  /** It was sent, or is given up: the form begins anew. */
  forget: () => void;
};

/** What others have changed of what a form began with. Nobody changes what is new: its defaults go by the language. */
export function overtakenIn<T extends object>(known: T, start: Start<T>): (keyof T)[] {
  return start.etag === "" ? [] : differing(known, start.fields);
}

/** A form that outlives the page until it is sent; null until it is known what is kept of it. */
export function useKeptForm<T extends object>(
  account: number,
  place: string,
  start: Start<T>,
  sample: T,
): KeptForm<T> | null {
  const draft = useDraft(account, place);
  if (draft.text === null) return null;
  const stored = readLike(draft.text, { fields: sample, known: sample, etag: "" });
  const { fields, known, etag } = stored ?? { ...start, known: start.fields };
  const write = (next: { fields: T; known: T; etag: string }): void => draft.write(JSON.stringify(next));
  const overtaken = overtakenIn(known, start);
  return {
    fields,
    known,
    // Another version with the same fields: what this form does not show was changed.
    etag: overtaken.length === 0 ? start.etag : etag,
    typed: stored !== null && !same(fields, known),
    kept: draft.kept,
    overtaken,
    change: (part) => write({ fields: { ...fields, ...part }, known, etag }),
    rebase: () => write({ fields: rebased(fields, known, start.fields), known: start.fields, etag: start.etag }),
    forget: draft.forget,
  };
}
