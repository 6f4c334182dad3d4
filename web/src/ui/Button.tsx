import type { ComponentProps } from "react";
import "./Button.css";

type Kind = "primary" | "plain" | "quiet" | "danger";

/** `busy` keeps it in place and readable while what it started goes on; a second press does nothing. */
export function Button({
  kind = "plain",
  busy = false,
  type = "button",
  onClick,
  ...rest
}: ComponentProps<"button"> & { kind?: Kind; busy?: boolean }) {
  return (
    <button
      {...rest}
      type={type === "submit" ? "submit" : "button"}
      className={`button ${kind}`}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    />
  );
}
