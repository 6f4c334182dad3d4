import type { ReactNode } from "react";
import "./Status.css";

export type Tone = "good" | "bad" | "warn" | "calm";

const SIGNS: Record<Tone, string> = { good: "✓", bad: "✗", warn: "!", calm: "·" };

/** A state in a sign, a word and a colour: never in the colour alone. */
export function Status({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={`status ${tone}`}>
      <span aria-hidden="true">{SIGNS[tone]}</span> {children}
    </span>
  );
}
