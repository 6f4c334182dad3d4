import { useState } from "react";
import type { Schemas } from "~/api/client";
import type { Me } from "~/api/session";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Loading } from "~/ui/Loaded";
import { Split } from "~/ui/Split";
import { Tabs } from "~/ui/Tabs";
import { useWide } from "~/ui/useWide";
import { Attempts } from "./Attempts";
import { ProgramPane } from "./ProgramPane";
import { firstLanguage } from "./program";
import { type Place, type Program, useSend, useSubmission } from "./queries";
import { Result } from "./Result";
import { RunPanel } from "./RunPanel";
import { Statement } from "./Statement";

type Task = Schemas["TaskView"];
type Pane = "statement" | "program" | "result";

const CHOSEN = "lyceum.program-language";

/** Statement and program side by side; on a phone, tabs. What is typed is the same text in both. */
export function Workspace({ me, task, place }: { me: Me; task: Task; place: Place }) {
  const texts = useTexts(dictionary);
  const wide = useWide();
  const [pane, setPane] = useState<Pane>("statement");
  const [language, setLanguage] = useState(() => firstLanguage(task, localStorage.getItem(CHOSEN)));
  const [input, setInput] = useState(task.tests[0]?.input ?? "");
  const [program, setProgram] = useState<Program | null>(null);
  const send = useSend(place);
  // What had been sent before the screen was opened: the program begins with it where there is no draft.
  const [before] = useState(task.last_submission_id);
  const earlier = useSubmission(before);
  const [sent, setSent] = useState<number | null>(before);
  const shown = useSubmission(sent);
  const begun = before === null || !earlier.isLoading;

  const choose = (chosen: string): void => {
    localStorage.setItem(CHOSEN, chosen);
    setLanguage(chosen);
  };
  const sendIt = (written: Program): void => {
    if (send.isPending) return;
    send.mutate(written, { onSuccess: ({ id }) => setSent(id) });
    setPane("result");
  };
  const tryIt = (sample: string): void => {
    setInput(sample);
    setPane("program");
  };

  const statement = <Statement task={task} onTry={tryIt} />;
  const editor = begun ? (
    <ProgramPane
      key={language}
      me={me}
      place={place}
      language={language}
      languages={task.languages}
      onLanguage={choose}
      last={shown.data ?? null}
      send={send}
      onSend={sendIt}
      onChange={setProgram}
    />
  ) : (
    <Loading />
  );
  const result = (
    <>
      <Result send={send} submission={shown} />
      <Attempts place={place} />
    </>
  );
  const run = <RunPanel place={place} program={program} input={input} onInput={setInput} />;

  if (wide) {
    return (
      <Split
        name="task"
        label={texts.resize}
        left={<div className="task-statement">{statement}</div>}
        right={
          <div className="task-program">
            {editor}
            {result}
            {run}
          </div>
        }
      />
    );
  }
  return (
    <div className="task-tabs">
      <Tabs
        label={texts.task}
        open={pane}
        onOpen={setPane}
        tabs={[
          { id: "statement", label: texts.statement },
          { id: "program", label: texts.program },
          { id: "result", label: texts.result },
        ]}
        panel={(id) =>
          id === "statement" ? (
            statement
          ) : id === "program" ? (
            <>
              {editor}
              {run}
            </>
          ) : (
            result
          )
        }
      />
    </div>
  );
}
