import { useEffect, useRef, useState } from "react";
import { code as codeDictionary } from "~/texts/code";
import { comments as dictionary } from "~/texts/comments";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Select, TextArea } from "~/ui/Field";
import { begun, changed, isMeant, type Remark, removed, said } from "./lines";
import type { Assignment } from "./phase";
import type { Opinion } from "./rubric";
import { SolutionCode } from "./SolutionCode";

type Props = {
  assignment: Assignment;
  submissionId: number;
  opinion: Opinion;
  onChange: (part: Partial<Opinion>) => void;
};

/** The files of a solution, whose lines one can say something of. All that is said is about one version. */
export function CodeToReview({ assignment, submissionId, opinion, onChange }: Props) {
  const texts = useTexts(dictionary);
  const words = useTexts(codeDictionary);
  const [opened, setOpened] = useState<number | null>(null);
  const { lines, version } = opinion;
  const of = (shown: number): readonly Remark[] => (shown === version ? lines : []);
  const change = (next: Remark[], about: number | null): void =>
    onChange({ lines: next, version: next.length > 0 ? about : null });
  const choose = (path: string, from: number, to: number, shown: number): void => {
    if (shown !== version && said(lines).length > 0) return;
    const next = begun(lines, path, from, to);
    setOpened(next.length - 1);
    change(next, shown);
  };
  const remove = (at: number): void => {
    setOpened(null);
    change(removed(lines, at), version);
  };
  return (
    <details open>
      <summary>{words.code}</summary>
      <p className="faint">{texts.linesHint}</p>
      <SolutionCode
        assignmentId={assignment.id}
        submissionId={submissionId}
        first={version}
        said={{
          count: (path, shown) => of(shown).filter((each) => each.path === path).length,
          isMeant: (path, line, shown) => isMeant(of(shown), path, line),
        }}
        onLine={choose}
        below={(path, line, shown) =>
          someOf(remarksBelow(of(shown), path, line))?.map(({ at, remark }) => (
            <One
              key={`${at} of ${lines.length}`}
              remark={remark}
              criteria={Object.keys(assignment.review_criteria)}
              focused={at === opened}
              onChange={(part) => change(changed(lines, at, part), version)}
              onRemove={() => remove(at)}
            />
          ))
        }
      />
      {version !== null && <p className="faint">{texts.aboutVersion(version)}</p>}
    </details>
  );
}

/** Nothing stands below a line of which nothing is said. */
const someOf = <T,>(found: T[]): T[] | null => (found.length > 0 ? found : null);

function remarksBelow(remarks: readonly Remark[], path: string, line: number): { at: number; remark: Remark }[] {
  return remarks.flatMap((remark, at) => (remark.path === path && remark.to_line === line ? [{ at, remark }] : []));
}

type OneProps = {
  remark: Remark;
  criteria: readonly string[];
  focused: boolean;
  onChange: (part: Partial<Remark>) => void;
  onRemove: () => void;
};

function One({ remark, criteria, focused, onChange, onRemove }: OneProps) {
  const texts = useTexts(dictionary);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focused) box.current?.querySelector("textarea")?.focus();
  }, [focused]);
  const { from_line: from, to_line: to } = remark;
  const remove = (): void => {
    const line = box.current?.closest(".code-lines")?.querySelector<HTMLElement>(`[data-line="${to}"]`);
    onRemove();
    line?.focus(); // what had the focus is gone
  };
  const where = from === to ? texts.onLine(from) : texts.onLines(from, to);
  return (
    <div className="line-remark" ref={box}>
      <TextArea
        label={where}
        rows={3}
        maxLength={2000}
        value={remark.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <div className="row">
        <Select
          label={texts.criterion}
          value={remark.criterion ?? ""}
          onChange={(event) => onChange({ criterion: event.target.value || null })}
        >
          <option value="">{texts.noCriterion}</option>
          {criteria.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
        <Button kind="quiet" onClick={remove}>
          {texts.remove} <span className="visually-hidden">{texts.removeOn(where)}</span>
        </Button>
      </div>
    </div>
  );
}
