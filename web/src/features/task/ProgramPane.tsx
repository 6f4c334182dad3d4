import { useState } from "react";
import type { Me } from "~/api/session";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Loading } from "~/ui/Loaded";
import { CodeEditor } from "./CodeEditor";
import { marksOf, type Submission, startingText } from "./program";
import { type Place, type Program, useLanguageNames, type useSend } from "./queries";
import { useDraft } from "./useDraft";

type Props = {
  me: Me;
  place: Place;
  language: string;
  languages: readonly string[];
  onLanguage: (language: string) => void;
  last: Submission | null;
  send: ReturnType<typeof useSend>;
  onSend: (program: Program) => void;
  onChange: (program: Program) => void;
};

/** The program in one language, with its draft. */
export function ProgramPane(props: Props) {
  const { me, place, language, languages, onLanguage } = props;
  const texts = useTexts(dictionary);
  const names = useLanguageNames();
  const kept = useDraft(me.id, `task/${place.course_id}/${place.lesson_id}/${place.task_id}/${language}`);
  return (
    <section className="program" aria-label={texts.program}>
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
      {kept.ready ? (
        <Written {...props} start={startingText(kept.draft, props.last, language)} keep={kept.keep} />
      ) : (
        <Loading />
      )}
    </section>
  );
}

function Written({
  language,
  last,
  send,
  onSend,
  onChange,
  start,
  keep,
}: Props & { start: string; keep: (text: string) => void }) {
  const texts = useTexts(dictionary);
  const [first] = useState(start);
  const [text, setText] = useState(start);
  const [refused, setRefused] = useState(false);
  const program = { code: text, language };
  const lastSent = send.variables ?? (last && { code: last.source, language: last.language });
  const asSent = lastSent?.language === language && lastSent.code === text;
  const change = (changed: string): void => {
    setText(changed);
    setRefused(false);
    keep(changed);
    onChange({ code: changed, language });
  };
  const press = (): void => {
    if (text.trim() === "") setRefused(true);
    else onSend(program);
  };
  return (
    <>
      <CodeEditor
        text={first}
        language={language}
        label={texts.code}
        marks={asSent ? marksOf(last) : []}
        onChange={change}
        onSend={press}
        onReady={() => onChange(program)}
      />
      <div className="row">
        <Button kind="primary" busy={send.isPending} onClick={press} title={texts.sendHint}>
          {texts.send}
        </Button>
        <span className="faint" role="status">
          {refused ? texts.empty : asSent ? texts.sentAsIs : lastSent ? texts.notSent : text ? texts.kept : ""}
        </span>
      </div>
    </>
  );
}
