/** The server's time. This machine's clock may be wrong by hours, and deadlines are the server's. */

const offset = { ms: 0 };

/** Takes the `Date` of an answer: good to a second, and only corrected when it is off by more. */
export function heardServerTime(header: string | null, ownNow = Date.now()): void {
  const told = header === null ? Number.NaN : Date.parse(header);
  if (Number.isNaN(told)) return;
  const heard = told + 500 - ownNow;
  if (Math.abs(heard - offset.ms) > 1500) offset.ms = heard;
}

export function serverNow(ownNow = Date.now()): number {
  return ownNow + offset.ms;
}

export function isPast(moment: string | null, now: number): boolean {
  return moment !== null && Date.parse(moment) <= now;
}

export type Span = { days: number; hours: number; minutes: number; seconds: number };

/** What is left until `deadline`, in whole units; null once it is over. */
export function left(deadline: number, now: number): Span | null {
  const seconds = Math.ceil((deadline - now) / 1000);
  if (seconds <= 0) return null;
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor((seconds % 86_400) / 3600),
    minutes: Math.floor((seconds % 3600) / 60),
    seconds: seconds % 60,
  };
}

/** The minutes at which a countdown is announced, so that a screen reader is not told every second. */
export function announcedMinutes(deadline: number, now: number): 10 | 5 | 1 | null {
  const seconds = (deadline - now) / 1000;
  if (seconds <= 0 || seconds > 600) return null;
  return seconds > 300 ? 10 : seconds > 60 ? 5 : 1;
}
