import { lazy, Suspense, useEffect, useRef, useState } from "react";
import type { Schemas } from "~/api/client";
import { type Me, may } from "~/api/session";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Loading } from "~/ui/Loaded";
import { Split } from "~/ui/Split";
import { Tabs } from "~/ui/Tabs";
import { useWide } from "~/ui/useWide";
import { type Handle, ProgramPane } from "./ProgramPane";
import { latestOf } from "./program";
import { type Place, type Program, useRun, useSubmission } from "./queries";
import { Statement, TaskHead } from "./Statement";
import { rememberLanguage, useFirstLanguage } from "./useFirstLanguage";
import { useSend } from "./useSend";

/** Fetched after what one reads and writes first. */
const Result = lazy(async () => ({ default: (await import("./Result")).Result }));
const RunPanel = lazy(async () => ({ default: (await import("./RunPanel")).RunPanel }));
const Attempts = lazy(async () => ({ default: (await import("./Attempts")).Attempts }));

type Pane = "statement" | "program" | "result";
type Dock = "result" | "run" | "attempts";

/** Statement and program side by side; on a phone, tabs. What is typed is the same text in both. */
export function Workspace({ me, task, place }: { me: Me; task: Schemas["TaskView"]; place: Place }) {
  const texts = useTexts(dictionary);
  const wide = useWide();
  const [pane, setPane] = useState<Pane>("statement");
  const [dock, setDock] = useState<Dock>("result");
  const [input, setInput] = useState(task.tests[0]?.input ?? "");
  const [chosen, setChosen] = useState<string | null>(null);
  const written = useRef<Handle | null>(null);
  const send = useSend(me.id, place);
  // Those who teach the course may send something in after it closed.
  const takes = task.state !== "closed" || may(me, "teach");
  const run = useRun(place);
  const shown = useSubmission(latestOf(task.last_submission_id, send.data?.id));
  const first = useFirstLanguage(me.id, place, task, shown);
  const language = chosen ?? first;

  const sendIt = (program: Program): void => {
    if (send.isPending || !takes) return;
    send.mutate(program);
    setPane("result");
    setDock("result");
  };
  const tryIt = (sample: string): void => {
    setInput(sample);
    setPane("program");
    setDock("run");
    const program = written.current?.program();
    if (program && program.code.trim() !== "" && !run.isPending) run.mutate({ ...program, input: sample });
  };
  const goTo = (line: number): void => {
    setPane("program");
    requestAnimationFrame(() => written.current?.goTo(line));
  };
  useSendKey(() => written.current?.send());

  const statement = <Statement task={task} onTry={tryIt} />;
  const editor = language ? (
    <ProgramPane
      key={language}
      me={me}
      place={place}
      language={language}
      languages={task.languages}
      onLanguage={(wanted) => {
        rememberLanguage(wanted);
        setChosen(wanted);
      }}
      last={shown.data ?? null}
      send={send}
      run={run}
      takes={takes}
      onSend={sendIt}
      handle={written}
    />
  ) : (
    <Loading />
  );
  const result = (
    <Suspense fallback={<Loading />}>
      <Result send={send} submission={shown} next={task.next} courseId={task.course_id} onLine={goTo} />
    </Suspense>
  );
  const runs = (
    <Suspense fallback={<Loading />}>
      <RunPanel
        samples={task.tests}
        run={run}
        program={() => written.current?.program() ?? null}
        input={input}
        onInput={setInput}
        onLine={goTo}
      />
    </Suspense>
  );
  const attempts = (
    <Suspense fallback={<Loading />}>
      <Attempts place={place} />
    </Suspense>
  );

  if (wide) {
    const tools = (
      <div className="task-dock">
        <Tabs
          label={texts.tools}
          open={dock}
          onOpen={setDock}
          tabs={[
            { id: "result", label: texts.result },
            { id: "run", label: texts.tryOwn },
            { id: "attempts", label: texts.attempts },
          ]}
          panel={(id) => (id === "result" ? result : id === "run" ? runs : dock === "attempts" && attempts)}
        />
      </div>
    );
    return (
      <Split
        name="task"
        label={texts.resize}
        first={
          <div className="task-statement">
            <TaskHead task={task} />
            {statement}
          </div>
        }
        second={
          <Split
            name="program"
            label={texts.resizeProgram}
            begin={58}
            stacked
            first={<div className="task-program">{editor}</div>}
            second={tools}
          />
        }
      />
    );
  }
  return (
    <div className="task-tabs">
      <TaskHead task={task} />
      <Tabs
        label={texts.task}
        open={pane}
        onOpen={setPane}
        tabs={[
          { id: "statement", label: texts.statement },
          { id: "program", label: texts.program },
          { id: "result", label: texts.result },
        ]}
        panel={(id) => {
          if (id === "statement") return statement;
          if (id === "program") {
            return (
              <>
                {editor}
                <h2>{texts.tryOwn}</h2>
                {runs}
              </>
            );
          }
          return (
            <>
              {result}
              <h2>{texts.attempts}</h2>
              {pane === "result" && attempts}
            </>
          );
        }}
      />
    </div>
  );
}

/** Ctrl+Enter sends from wherever one is on the screen; the editor has it of its own. */
function useSendKey(send: () => void): void {
  const latest = useRef(send);
  useEffect(() => {
    latest.current = send;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
