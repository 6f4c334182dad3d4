import type { ReactNode } from "react";

/** A box for what may be wider than the screen: it scrolls by itself, with the keyboard too. */
export function Scroll({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard cannot scroll the box
    <section className="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
