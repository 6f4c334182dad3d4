import type { ReactNode } from "react";
import "./Empty.css";

/** Nothing is here yet: what that means, and what to do next. */
export function Empty({ children }: { children: ReactNode }) {
  return <div className="empty">{children}</div>;
}
