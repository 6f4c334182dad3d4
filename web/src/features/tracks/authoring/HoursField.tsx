import { left } from "~/lib/clock";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { NumberField } from "./NumberField";
import { numberOf } from "./numbers";

const HOUR_MS = 3_600_000;

type Props = {
  label: string;
  hint?: string;
  fault: string | null;
  value: string;
  onChange: (value: string) => void;
};

/** A time in hours, and how many days that is. */
export function HoursField({ label, hint, fault, value, onChange }: Props) {
  const texts = useTexts(dictionary);
  const span = left(numberOf(value) * HOUR_MS, 0);
  const words = span && Number.isFinite(span.days) ? texts.lasts(span) : "";
  const notes = [words && `= ${words}.`, hint].filter(Boolean).join(" ");
  return <NumberField label={label} hint={notes || undefined} fault={fault} value={value} onChange={onChange} />;
}
