import type { ComponentProps } from "react";
import { Field } from "~/ui/Field";

type Props = Omit<ComponentProps<typeof Field>, "onChange" | "value"> & {
  value: string;
  onChange: (value: string) => void;
};

/** A number as it is typed: also one that is none, which the browser's own field for numbers would lose. */
export function NumberField({ onChange, ...field }: Props) {
  return (
    <Field
      inputMode="decimal"
      autoComplete="off"
      maxLength={12}
      {...field}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
