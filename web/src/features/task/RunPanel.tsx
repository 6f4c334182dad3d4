import type { Schemas } from "~/api/client";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { Status } from "~/ui/Status";
import { KIB_IN_MIB } from "./program";
import { type Place, type Program, useRun } from "./queries";
import { Block } from "./Statement";

type Props = { place: Place; program: Program | null; input: string; onInput: (input: string) => void };

/** The program with an input of one's own: tried, not judged. */
export function RunPanel({ place, program, input, onInput }: Props) {
  const texts = useTexts(dictionary);
  const run = useRun(place);
  const ready = program !== null && program.code.trim() !== "";
  return (
    <section className="run" aria-label={texts.tryOwn}>
      <h2>{texts.tryOwn}</h2>
      <TextArea
        label={texts.input}
        rows={4}
        value={input}
        onChange={(event) => onInput(event.target.value)}
        spellCheck={false}
      />
      <Button disabled={!ready} busy={run.isPending} onClick={() => program && run.mutate({ ...program, input })}>
        {texts.run}
      </Button>
      <div role="status">
        {run.isPending && <p>{texts.runs}</p>}
        {run.data && !run.isPending && <Outcome run={run.data} />}
      </div>
      {run.error && <Failure error={run.error} />}
    </section>
  );
}

function Outcome({ run }: { run: Schemas["RunView"] }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  return (
    <>
      <p className="row">
        <Status tone={run.outcome === "ok" ? "good" : "bad"}>{texts.outcomes[run.outcome]}</Status>
        <span className="faint">
          {texts.used(number(run.time, language, 3), number(run.memory / KIB_IN_MIB, language, 0))}
        </span>
      </p>
      {run.outcome !== "compile_error" && <Block title={texts.output} text={run.output} what={texts.output} />}
      {run.truncated && <p>{texts.shortened}</p>}
      {run.errors && <Block title={texts.errors} text={run.errors} />}
      {run.compiler_output && <Block title={texts.compilerOutput} text={run.compiler_output} />}
    </>
  );
}
