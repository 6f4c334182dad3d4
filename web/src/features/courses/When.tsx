import type { Schemas } from "~/api/client";
import { isPast, serverNow } from "~/lib/clock";
import { courses as dictionary } from "~/texts/courses";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Status } from "~/ui/Status";

type Timed = Pick<Schemas["TaskInfo"], "state" | "opens_at" | "due_at">;

/** That something is not there for pupils, and why; else by when it is due, for what is not `done` yet. */
export function When({ item, done = false }: { item: Timed; done?: boolean }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const at = (moment: string) => <time dateTime={moment}>{dateTime(moment, language)}</time>;
  if (item.state === "draft") return <Status tone="warn">{texts.draft}</Status>;
  if (item.state === "closed") return <Status tone="calm">{texts.closed}</Status>;
  if (item.state === "locked") return <Status tone="calm">{texts.locked}</Status>;
  if (item.state === "not_open") {
    return (
      <Status tone="calm">
        {texts.opens} {item.opens_at && at(item.opens_at)}
      </Status>
    );
  }
  if (!item.due_at || done) return null;
  return isPast(item.due_at, serverNow()) ? (
    <Status tone="warn">
      {texts.wasDue} {at(item.due_at)}
    </Status>
  ) : (
    <span className="faint">
      {texts.due} {at(item.due_at)}
    </span>
  );
}
