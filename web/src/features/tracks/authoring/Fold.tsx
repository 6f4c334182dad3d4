import { type ReactNode, useState } from "react";

/** A part of a form that few need. It opens by itself when something in it is wrong: nobody looks for a fault there. */
export function Fold({ title, faulty, children }: { title: string; faulty: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="fold" open={open || faulty} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}
