import { expect, it } from "vitest";
import { phaseOf } from "./times";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const BEFORE = "2026-12-01T11:00:00Z";
const AFTER = "2026-12-01T13:00:00Z";

it.each([
  ["open", { due_at: null, closes_at: null }, "open"],
  ["open", { due_at: AFTER, closes_at: null }, "open"],
  ["open", { due_at: BEFORE, closes_at: AFTER }, "late"],
  ["open", { due_at: BEFORE, closes_at: new Date(NOW).toISOString() }, "closed"],
  ["closed", { due_at: BEFORE, closes_at: BEFORE }, "closed"],
  ["not_open", { due_at: BEFORE, closes_at: BEFORE }, "not_open"],
] as const)("a task that was %s with %o is %s", (state, times, phase) => {
  expect(phaseOf({ state, ...times }, NOW)).toBe(phase);
});
