import type { ReactNode } from "react";
import "./Form.css";

/** Something went well. It is told to those who do not see it, too. */
export function Notice({ children }: { children: ReactNode }) {
  return (
    <p className="notice" role="status">
      {children}
    </p>
  );
}
