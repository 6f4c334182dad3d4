import { type KeyboardEvent, useState } from "react";
import type { Schemas } from "~/api/client";
import { authoring as dictionary } from "~/texts/authoring";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { Field } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { More } from "~/ui/More";
import { useProblem, useProblems } from "./queries";

type Info = Pick<Schemas["ProblemInfo"], "id" | "title" | "tests_count" | "published" | "author_name">;

type Props = { value: string; fault: string | null; onChange: (problemId: string) => void };

/** The problem that solutions are judged by, or none: found in the library by words, or by its number. */
export function ProblemChoice({ value, fault, onChange }: Props) {
  return (
    <>
      {value === "" ? <Search onChoose={onChange} /> : <Chosen id={Number(value)} onLeave={() => onChange("")} />}
      {fault && (
        <p className="field-fault" role="alert">
          {fault}
        </p>
      )}
    </>
  );
}

function Chosen({ id, onLeave }: { id: number; onLeave: () => void }) {
  const texts = useTexts(dictionary);
  const problem = useProblem(id);
  return (
    <>
      <p className="row">
        <strong role="status">{problem.data ? problem.data.title : texts.problemNumber(id)}</strong>
        <Button onClick={onLeave}>{texts.leaveProblem}</Button>
      </p>
      {problem.error && <Failure error={problem.error} />}
      {problem.data && (
        <details className="preview">
          <summary>{texts.statement}</summary>
          <Markdown text={problem.data.statement} />
        </details>
      )}
    </>
  );
}

function Search({ onChoose }: { onChoose: (problemId: string) => void }) {
  const texts = useTexts(dictionary);
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState<string | null>(null);
  const byNumber = useProblem(asked && /^\d{1,16}$/.test(asked) ? Number(asked) : null);
  const pages = useProblems(asked);
  const search = (): void => setAsked(typed.trim());
  return (
    <>
      <p className="faint">{texts.problemHint}</p>
      <Field
        label={texts.findProblem}
        hint={texts.findProblemHint}
        type="search"
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key !== "Enter") return;
          event.preventDefault(); // it is not the form that is to be sent
          search();
        }}
      />
      <Button onClick={search}>{texts.search}</Button>
      {asked !== null && (
        <Loaded query={pages}>
          {(found) => (
            <Found problems={joined(byNumber.data, found)} isWhole={!pages.hasNextPage} onChoose={onChoose} />
          )}
        </Loaded>
      )}
      <More pages={pages} />
    </>
  );
}

function joined(first: Info | undefined, found: readonly Info[]): Info[] {
  return first ? [first, ...found.filter(({ id }) => id !== first.id)] : [...found];
}

type FoundProps = { problems: readonly Info[]; isWhole: boolean; onChoose: (problemId: string) => void };

function Found({ problems, isWhole, onChoose }: FoundProps) {
  const texts = useTexts(dictionary);
  const none = isWhole ? texts.noProblems : texts.noProblemsYet;
  return (
    <>
      <p role="status">{problems.length === 0 ? none : ""}</p>
      <ul className="found plain-list">
        {problems.map((each) => (
          <li className="row" key={each.id}>
            <span>
              {each.title}{" "}
              <span className="faint">
                {texts.problemFacts(each.id, each.tests_count, each.published)}
                {each.author_name && ` · ${each.author_name}`}
              </span>
            </span>
            <Button disabled={each.tests_count === 0} onClick={() => onChoose(String(each.id))}>
              {texts.choose}
              <span className="visually-hidden"> {each.title}</span>
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}
