import type { FormEvent } from "react";
import type { Schemas } from "~/api/client";
import { faultOf, faultOfAll } from "~/api/errors";
import type { Me } from "~/api/session";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Button } from "~/ui/Button";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { TextArea } from "~/ui/Field";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { More } from "~/ui/More";
import { Paused } from "./Paused";
import { useDiary } from "./queries";
import { useDraft } from "./useDraft";
import { useWriteEntry } from "./writes.queries";

export function Diary({ assignmentId, me }: { assignmentId: number; me: Me }) {
  const texts = useTexts(dictionary);
  const diary = useDiary(assignmentId, true);
  return (
    <section>
      <h2>{texts.diary}</h2>
      <p className="faint">{texts.diaryHint}</p>
      <NewEntry assignmentId={assignmentId} me={me} />
      <Loaded query={diary}>
        {(found) =>
          found.length === 0 ? (
            <Empty>{texts.noDiary}</Empty>
          ) : (
            <ol className="diary plain-list">
              {found.map((entry) => (
                <Entry key={entry.id} entry={entry} isOwn={entry.user_id === me.id} />
              ))}
            </ol>
          )
        }
      </Loaded>
      <More pages={diary} />
    </section>
  );
}

function NewEntry({ assignmentId, me }: { assignmentId: number; me: Me }) {
  const texts = useTexts(dictionary);
  const draft = useDraft(me.id, `assignment/${assignmentId}/diary`);
  const write = useWriteEntry(assignmentId);
  const text = draft.text ?? "";
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() && !write.isPending) write.mutate(text.trim(), { onSuccess: draft.forget });
  };
  const whole = faultOfAll(write.error, ["content"]);
  return (
    <form onSubmit={submit}>
      <TextArea
        label={texts.entry}
        hint={draft.kept ? undefined : texts.notKept}
        fault={faultOf(write.error, "content")}
        rows={3}
        maxLength={8192}
        value={text}
        onChange={(event) => draft.write(event.target.value)}
      />
      {whole && <Failure error={whole} />}
      <p className="row">
        <Button type="submit" busy={write.isPending} disabled={!text.trim()}>
          {texts.write}
        </Button>
        <Paused write={write} />
      </p>
    </form>
  );
}

function Entry({ entry, isOwn }: { entry: Schemas["EntryView"]; isOwn: boolean }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  return (
    <li>
      <p className="row faint">
        <strong>{entry.username ?? texts.unnamed}</strong>
        {isOwn && <span>({texts.you})</span>}
        <time dateTime={entry.created_at}>{dateTime(entry.created_at, language)}</time>
      </p>
      <Markdown text={entry.content} />
    </li>
  );
}
