import { useState } from "react";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { TextArea } from "~/ui/Field";
import { Markdown } from "~/ui/Markdown";

type Props = {
  label: string;
  hint?: string;
  fault: string | null;
  rows: number;
  max: number;
  value: string;
  onChange: (value: string) => void;
};

/** A text in Markdown, and how it will look. */
export function MarkdownField({ label, hint, fault, rows, max, value, onChange }: Props) {
  const texts = useTexts(dictionary);
  const [shown, setShown] = useState(false);
  return (
    <>
      <TextArea
        label={label}
        hint={hint ? `${hint} ${texts.markdown}` : texts.markdown}
        fault={fault}
        rows={rows}
        maxLength={max}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <details className="preview" onToggle={(event) => setShown(event.currentTarget.open)}>
        <summary>{texts.preview(label)}</summary>
        {shown && (value.trim() === "" ? <p className="faint">{texts.nothingYet}</p> : <Markdown text={value} />)}
      </details>
    </>
  );
}
