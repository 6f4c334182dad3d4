/** The texts that there are of one program. Pure. */

export type Version = {
  text: string;
  /** Milliseconds, by the school's clock. */
  at: number;
  /** Written on this machine, kept at the school, sent to be judged, or replaced by another. */
  from: "here" | "school" | "sent" | "aside";
};

const MOST_ASIDE = 6;

/** The newest version to begin with, and what else there is, the newest first. */
export function arranged(
  found: readonly (Version | null)[],
  aside: readonly Version[],
): { start: Version | null; others: Version[] } {
  const versions = found.filter((each) => each !== null).sort((one, other) => other.at - one.at);
  const start = versions[0] ?? null;
  const others = distinct([...versions, ...aside]).filter(({ text }) => text !== start?.text);
  return { start, others };
}

/** Each text once; an empty one is nothing to come back to. */
export function distinct(versions: readonly Version[]): Version[] {
  const seen = new Set<string>();
  return [...versions]
    .sort((one, other) => other.at - one.at)
    .filter(({ text }) => text.trim() !== "" && !seen.has(text) && seen.add(text));
}

/** What has no other place. What was sent stays at the school. */
export function asides(versions: readonly Version[]): Version[] {
  return versions.filter(({ from }) => from !== "sent").slice(0, MOST_ASIDE);
}
