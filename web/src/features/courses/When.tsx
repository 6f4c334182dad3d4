import type { Schemas } from "~/api/client";
import { courses as dictionary } from "~/texts/courses";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Status } from "~/ui/Status";

type Timed = Pick<Schemas["TaskInfo"], "state" | "opens_at" | "due_at">;

/** That something is not there for pupils, and why; else by when it is due. */
export function When({ item }: { item: Timed }) {
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
  return item.due_at ? (
    <span className="faint">
      {texts.due} {at(item.due_at)}
    </span>
  ) : null;
}
