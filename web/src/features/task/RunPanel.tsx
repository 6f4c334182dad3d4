import { useState } from "react";
import type { Schemas } from "~/api/client";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { Status } from "~/ui/Status";
import { Block, Lines } from "./Block";
import { compared, KIB_IN_MIB } from "./program";
import type { Program, Run } from "./queries";

type Props = {
  samples: Schemas["TaskView"]["tests"];
  run: Run;
  program: () => Program | null;
  input: string;
  onInput: (input: string) => void;
  onLine: (line: number) => void;
};

/** The program with an input of one's own: tried, not judged. An example's output is compared. */
export function RunPanel({ samples, run, program, input, onInput, onLine }: Props) {
  const texts = useTexts(dictionary);
  const [empty, setEmpty] = useState(false);
  const start = (): void => {
    const written = program();
    setEmpty(!written || written.code.trim() === "");
    if (written && written.code.trim() !== "") run.mutate({ ...written, input });
  };
  const sample = samples.find((each) => each.input === run.variables?.input);
  return (
    <div className="run">
      <TextArea
        label={texts.input}
        rows={3}
        value={input}
        onChange={(event) => onInput(event.target.value)}
        spellCheck={false}
      />
      <div className="row">
        <Button busy={run.isPending} onClick={start}>
          {texts.run}
        </Button>
        {samples.map((each, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an example is its place in the list
          <Button key={at} kind="quiet" aria-pressed={each.input === input} onClick={() => onInput(each.input)}>
            {texts.example(at + 1)}
          </Button>
        ))}
      </div>
      <div role="status">
        {empty && <p>{texts.empty}</p>}
        {run.isPending && <p>{texts.runs}</p>}
        {run.data && !run.isPending && <Outcome run={run.data} wanted={sample?.output ?? null} onLine={onLine} />}
      </div>
      {run.error && <Failure error={run.error} retry={start} />}
    </div>
  );
}

type OutcomeProps = { run: Schemas["RunView"]; wanted: string | null; onLine: (line: number) => void };

function Outcome({ run, wanted, onLine }: OutcomeProps) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const ok = run.outcome === "ok";
  const difference = ok && wanted !== null ? compared(wanted, run.output) : null;
  return (
    <>
      <p className="row">
        <Status tone={ok ? "good" : "bad"}>{texts.outcomes[run.outcome]}</Status>
        {ok && wanted !== null && (
          <Status tone={difference ? "warn" : "good"}>
            {difference ? texts.unlikeExample(difference.line) : texts.likeExample}
          </Status>
        )}
        <span className="faint">
          {texts.used(number(run.time, language, 3), number(run.memory / KIB_IN_MIB, language, 0))}
        </span>
      </p>
      <Lines annotations={run.annotations} onLine={onLine} />
      {difference ? (
        <div className="sample-pair">
          <Block title={texts.expected} text={wanted ?? ""} parts={difference.expected} />
          <Block title={texts.got} text={run.output} parts={difference.got} what={texts.output} />
        </div>
      ) : (
        run.outcome !== "compile_error" && <Block title={texts.output} text={run.output} what={texts.output} />
      )}
      {run.truncated && <p>{texts.shortened}</p>}
      {run.errors && <Block title={texts.errors} text={run.errors} />}
      {run.compiler_output && <Block title={texts.compilerOutput} text={run.compiler_output} />}
    </>
  );
}
