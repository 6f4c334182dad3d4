import { type ComponentProps, useId } from "react";
import "./Field.css";

type Said = { label: string; hint?: string | undefined; fault?: string | null | undefined };

/** A labelled input with what is wrong with it beside it. */
export function Field({ label, hint, fault, ...input }: Said & ComponentProps<"input">) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input {...input} id={id} {...described(id, hint, fault)} />
      <Notes id={id} hint={hint} fault={fault} />
    </div>
  );
}

export function TextArea({ label, hint, fault, ...input }: Said & ComponentProps<"textarea">) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea {...input} id={id} {...described(id, hint, fault)} />
      <Notes id={id} hint={hint} fault={fault} />
    </div>
  );
}

export function Select({ label, hint, fault, ...input }: Said & ComponentProps<"select">) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select {...input} id={id} {...described(id, hint, fault)} />
      <Notes id={id} hint={hint} fault={fault} />
    </div>
  );
}

function described(id: string, hint: string | undefined, fault: string | null | undefined) {
  const notes = [hint ? `${id}-hint` : "", fault ? `${id}-fault` : ""].filter(Boolean).join(" ");
  return { "aria-describedby": notes || undefined, "aria-invalid": fault ? true : undefined };
}

function Notes({ id, hint, fault }: { id: string; hint: string | undefined; fault: string | null | undefined }) {
  return (
    <>
      {hint && (
        <p className="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {fault && (
        <p className="field-fault" id={`${id}-fault`} role="alert">
          {fault}
        </p>
      )}
    </>
  );
}
