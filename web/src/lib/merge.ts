/** What is typed in a form, what it began with, and what somebody else has saved meanwhile. Pure. */

export function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The members that differ. */
export function differing<T extends object>(one: T, other: T): (keyof T)[] {
  return (Object.keys(one) as (keyof T)[]).filter((member) => !same(one[member], other[member]));
}

/** What was typed over what others saved: a member that was not touched is theirs. */
export function rebased<T extends object>(typed: T, known: T, theirs: T): T {
  const merged = { ...theirs };
  for (const member of differing(typed, known)) merged[member] = typed[member];
  return merged;
}

/** A stored text, if it has the members of `sample`, and of the same kinds; a list of it has one example. Else null. */
export function readLike<T>(text: string, sample: T): T | null {
  try {
    const found: unknown = JSON.parse(text);
    return isLike(found, sample) ? (found as T) : null;
  } catch {
    return null; // written by an older page, or by none
  }
}

function isLike(found: unknown, sample: unknown): boolean {
  if (Array.isArray(sample)) return Array.isArray(found) && found.every((each) => isLike(each, sample[0]));
  if (typeof sample !== "object" || sample === null) return typeof found === typeof sample;
  if (typeof found !== "object" || found === null) return false;
  const members = found as Record<string, unknown>;
  return Object.entries(sample).every(([name, value]) => isLike(members[name], value));
}
