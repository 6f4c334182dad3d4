import { type KeyboardEvent, useId, useRef, useState } from "react";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Field } from "~/ui/Field";
import { hasButtons, typed } from "./rubric";

type Props = { name: string; max: number; value: number | undefined; onChange: (value: number | undefined) => void };

/** The points for one criterion: buttons that arrows and digits choose, or a number where the scale is long. */
export function Points(props: Props) {
  return hasButtons(props.max) ? <Scale {...props} /> : <Typed {...props} />;
}

const DIGITS_TOGETHER_MS = 700;

function Scale({ name, max, value, onChange }: Props) {
  const group = useId();
  const last = useRef({ digits: "", at: 0 });
  const scale = Array.from({ length: max + 1 }, (_, points) => points);
  const press = (event: KeyboardEvent<HTMLDivElement>): void => {
    if (!/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
    const before = event.timeStamp - last.current.at < DIGITS_TOGETHER_MS ? last.current.digits : "";
    const digits = typed(before, event.key, max);
    if (digits === null) return;
    event.preventDefault();
    last.current = { digits, at: event.timeStamp };
    onChange(Number(digits));
    event.currentTarget.querySelector<HTMLElement>(`input[value="${Number(digits)}"]`)?.focus();
  };
  return (
    <div className="scale" role="radiogroup" aria-label={name} onKeyDown={press}>
      {scale.map((points) => (
        <label key={points}>
          <input
            type="radio"
            name={group}
            value={points}
            checked={value === points}
            onChange={() => onChange(points)}
          />
          <span>{points}</span>
        </label>
      ))}
    </div>
  );
}

function Typed({ name, max, value, onChange }: Props) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  // What is off the scale stays as it was typed, and says so.
  const [off, setOff] = useState<string | null>(null);
  const label = texts.pointsField(number(max, language));
  return (
    <Field
      label={label}
      fault={off && label}
      aria-description={name}
      type="number"
      min={0}
      max={max}
      step="any"
      value={off ?? value ?? ""}
      onChange={(event) => {
        const given = event.target.valueAsNumber;
        const fits = given >= 0 && given <= max;
        setOff(fits ? null : event.target.value);
        onChange(fits ? given : undefined);
      }}
    />
  );
}
