import type { ReactNode } from "react";
import "./Form.css";

/** A form that sends what it holds and keeps it: nothing is cleared when it is refused. */
export function Form({
  onSend,
  children,
  label,
}: {
  onSend: (form: FormData) => void;
  children: ReactNode;
  label?: string;
}) {
  return (
    <form
      className="form"
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        onSend(new FormData(event.currentTarget));
      }}
    >
      {children}
    </form>
  );
}
