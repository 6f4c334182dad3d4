/** A day and a time as a field of the browser holds them, in its own zone. Pure. */

const two = (value: number): string => String(value).padStart(2, "0");

/** "2026-12-01T18:00"; nothing for no moment. */
export function localOf(iso: string | null): string {
  if (iso === null) return "";
  const at = new Date(iso);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Null for no moment, and for none that can be. */
export function momentOf(local: string): string | null {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}
