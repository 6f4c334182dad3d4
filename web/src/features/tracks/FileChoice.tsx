import { type DragEvent, useId, useRef, useState } from "react";
import { code as dictionary } from "~/texts/code";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { add, type Chosen, type Fault, NOTHING, without } from "./chosen";

type Props = { chosen: Chosen; onChange: (chosen: Chosen) => void; fault: string | null };

/** Files for a solution: chosen, or dropped here. What was chosen is listed, and can be taken back. */
export function FileChoice({ chosen, onChange, fault }: Props) {
  const texts = useTexts(dictionary);
  const id = useId();
  const [refused, setRefused] = useState<Fault | null>(null);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = async (given: FileList | null): Promise<void> => {
    if (!given || given.length === 0) return;
    const made = await add(chosen, [...given]);
    setRefused("code" in made ? made : null);
    if (!("code" in made)) onChange(made);
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  };
  const told = refused ? wordsOf(refused, texts) : fault;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the input takes the keyboard
    <div
      className={over ? "field file-choice over" : "field file-choice"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <label htmlFor={id}>{texts.choose}</label>
      <input
        id={id}
        ref={input}
        type="file"
        multiple
        aria-describedby={told ? `${id}-hint ${id}-fault` : `${id}-hint`}
        aria-invalid={told ? true : undefined}
        onChange={(event) => {
          void take(event.target.files);
          event.target.value = ""; // so that the same file can be chosen again
        }}
      />
      <p className="field-hint" id={`${id}-hint`}>
        {texts.chooseHint}
      </p>
      {told && (
        <p className="field-fault" id={`${id}-fault`} role="alert">
          {told}
        </p>
      )}
      <ChosenFiles
        chosen={chosen}
        onChange={(rest) => {
          onChange(rest);
          input.current?.focus(); // what had the focus is gone
        }}
      />
    </div>
  );
}

function ChosenFiles({ chosen, onChange }: { chosen: Chosen; onChange: (chosen: Chosen) => void }) {
  const texts = useTexts(dictionary);
  const { archive, files } = chosen;
  if (!archive && files.length === 0) return null;
  const rows = archive
    ? [{ path: archive.name, rest: NOTHING }]
    : files.map(({ path }) => ({ path, rest: without(chosen, path) }));
  return (
    <ul className="chosen-files" aria-label={texts.chosen}>
      {rows.map(({ path, rest }) => (
        <li key={path} className="row">
          <code>{path}</code>
          <Button kind="quiet" onClick={() => onChange(rest)} aria-label={texts.remove(path)}>
            ×
          </Button>
        </li>
      ))}
    </ul>
  );
}

function wordsOf(fault: Fault, texts: typeof dictionary.en): string {
  if (fault.code === "unreadable" || fault.code === "noText") return texts.faults[fault.code](fault.name);
  return texts.faults[fault.code];
}
