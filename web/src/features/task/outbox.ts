/** A program that was to be sent, and is not known to have arrived. Pure. */

import type { Program } from "./queries";

/** `at` is this machine's time in milliseconds. */
export type Wish = Program & { key: string; at: number };

/** The API knows a key for a day: after that, sending it again would be a second attempt. */
const KEY_KEPT_MS = 23 * 3_600_000;

/** What was left over when the page was closed; null where there is nothing, or it is too old to be meant still. */
export function outboxEntry(kept: string | null, now: number): Wish | null {
  if (kept === null) return null;
  const wish: Partial<Wish> = JSON.parse(kept);
  const { code, language, key, at } = wish;
  if (code === undefined || language === undefined || key === undefined || at === undefined) return null;
  return now - at < KEY_KEPT_MS ? { code, language, key, at } : null;
}
