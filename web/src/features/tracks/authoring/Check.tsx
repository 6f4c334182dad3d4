import { type ReactNode, useId } from "react";

type Props = {
  label: ReactNode;
  hint?: string;
  fault?: string | null;
  checked: boolean;
  onChange: (checked: boolean) => void;
};

/** A box to tick, with what it means below it. */
export function Check({ label, hint, fault, checked, onChange }: Props) {
  const id = useId();
  return (
    <div className="field tick">
      <label>
        <input
          type="checkbox"
          checked={checked}
          aria-describedby={hint || fault ? id : undefined}
          aria-invalid={fault ? true : undefined}
          onChange={(event) => onChange(event.target.checked)}
        />
        <span>{label}</span>
      </label>
      {(hint || fault) && (
        <p className={fault ? "field-fault" : "field-hint"} id={id} role={fault ? "alert" : undefined}>
          {fault ?? hint}
        </p>
      )}
    </div>
  );
}
