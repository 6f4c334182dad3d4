import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from "react";
import type { Me } from "~/api/session";
import type { Editor } from "~/lib/editor";
import type { Keeper } from "~/lib/keeper";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Loading } from "~/ui/Loaded";
import { CodeEditor } from "./CodeEditor";
import { reportOf, type Submission } from "./program";
import { type Place, type Program, type Run, useLanguageNames } from "./queries";
import { useKeeper } from "./useKeeper";
import type { Send } from "./useSend";

/** Fetched where there is more than one text to choose from. */
const Versions = lazy(async () => ({ default: (await import("./Versions")).Versions }));

/** What the rest of the screen may do with the program. */
export type Handle = { program: () => Program; send: () => void; goTo: (line: number) => void };

type Props = {
  me: Me;
  place: Place;
  language: string;
  languages: readonly string[];
  onLanguage: (language: string) => void;
  last: Submission | null;
  send: Send;
  run: Run;
  /** Whether programs are taken now. */
  takes: boolean;
  onSend: (program: Program) => void;
  handle: RefObject<Handle | null>;
};

/** The program in one language, with its draft. */
export function ProgramPane(props: Props) {
  const { me, place, language, languages, onLanguage, last } = props;
  const texts = useTexts(dictionary);
  const names = useLanguageNames();
  const editor = useRef<Editor | null>(null);
  const sent =
    last?.language === language
      ? { text: last.source, at: Date.parse(last.submitted_at), from: "sent" as const }
      : null;
  const keeper = useKeeper(me.id, place, language, sent);
  return (
    <section className="program" aria-label={texts.program}>
      <div className="program-head">
        <label className="program-language">
          {texts.language}
          <select value={language} onChange={(event) => onLanguage(event.target.value)}>
            {languages.map((id) => (
              <option key={id} value={id}>
                {names[id] ?? id}
              </option>
            ))}
          </select>
        </label>
        {(keeper.state.others.length > 0 || keeper.state.theirs) && (
          <Suspense>
            <Versions keeper={keeper} onTake={(text) => editor.current?.replace(text)} />
          </Suspense>
        )}
      </div>
      {keeper.state.ready ? <Written {...props} keeper={keeper} editor={editor} /> : <Loading />}
    </section>
  );
}

type WrittenProps = Props & { keeper: Keeper; editor: RefObject<Editor | null> };

function Written({ language, last, send, run, takes, onSend, handle, keeper, editor }: WrittenProps) {
  const texts = useTexts(dictionary);
  const [text, setText] = useState(keeper.state.start);
  const [refused, setRefused] = useState(false);
  // Keys may come faster than the screen is drawn: what is sent is what the editor has now.
  const now = useRef(text);
  const lastSent = send.isPending ? send.variables : last && { code: last.source, language: last.language };
  const asSent = lastSent?.language === language && lastSent.code === text;
  const change = (changed: string): void => {
    now.current = changed;
    setText(changed);
    setRefused(false);
    keeper.type(changed);
  };
  const press = (): void => {
    if (now.current.trim() === "") setRefused(true);
    else onSend({ code: now.current, language });
  };
  useEffect(() => {
    handle.current = {
      program: () => ({ code: now.current, language }),
      send: press,
      goTo: (line) => editor.current?.goTo(line),
    };
  });
  useMarks(editor, now, reportOf(last, run, send.submittedAt));
  return (
    <>
      <CodeEditor
        text={keeper.state.start}
        language={language}
        label={texts.code}
        editor={editor}
        onChange={change}
        onSend={press}
      />
      <div className="program-foot">
        {takes ? (
          <Button kind="primary" busy={send.isPending} onClick={press} title={texts.sendHint}>
            {texts.send}
          </Button>
        ) : (
          <span>{texts.takesNone}</span>
        )}
        <span role="status">
          {refused ? texts.empty : asSent ? texts.sentAsIs : lastSent ? texts.notSent : texts.neverSent}
        </span>
        <span className="faint">{text !== "" && texts.keptAt[keeper.state.kept]}</span>
      </div>
    </>
  );
}

/** The complaints of a report, if the program is still the one that it is about. They stay while lines are mended. */
function useMarks(editor: RefObject<Editor | null>, now: RefObject<string>, report: ReturnType<typeof reportOf>): void {
  const key = report?.key ?? "";
  const latest = useRef(report);
  latest.current = report;
  useEffect(() => {
    const { current } = latest;
    if (key === "" || !current) return;
    editor.current?.mark(current.code === now.current ? current.marks : []);
  }, [key, editor, now]);
}
