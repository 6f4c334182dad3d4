/** Numbers as people type them: with a comma or a point. Pure. */

/** NaN for what is no number. */
export function numberOf(typed: string): number {
  const text = typed.trim().replace(",", ".");
  return text === "" ? Number.NaN : Number(text);
}

/** A field that may stay empty: null then. */
export function numberOrNull(typed: string): number | null {
  return typed.trim() === "" ? null : numberOf(typed);
}

export type NumberFault = "number" | "whole";

/** What is wrong with a number before the API looks at its size; null where nothing is. */
export function faultOfNumber(typed: string, kind: "any" | "whole" | "optional" = "any"): NumberFault | null {
  if (kind === "optional" && typed.trim() === "") return null;
  const value = numberOf(typed);
  if (!Number.isFinite(value)) return "number";
  return kind === "whole" && !Number.isInteger(value) ? "whole" : null;
}

/** A number as a field shows it: ten minutes are "0.1667" hours. */
export function typedOf(value: number): string {
  return String(Number(value.toFixed(4)));
}
