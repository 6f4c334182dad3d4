/** What changed its place in a list between two pages of it is on both: it stays where it came first, as it was read last. */
export function once<T extends { id: number }>(items: readonly T[]): T[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}
