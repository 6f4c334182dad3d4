import { isPast, serverNow } from "~/lib/clock";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { late, rulesOf } from "~/texts/late";
import type { Assignment } from "./phase";

/** What being late costs, and the time that somebody has beyond the others. */
export function LateWork({ assignment }: { assignment: Assignment }) {
  const words = useTexts(late);
  const language = useLanguage();
  const { extension, late_policy: policy, closes_at: closes } = assignment;
  const until = extension?.submission_until ?? null;
  return (
    <>
      {extension && until && !isPast(until, serverNow()) && (
        <p>
          {words.moreTime} <time dateTime={until}>{dateTime(until, language)}</time>: {extension.reason}
        </p>
      )}
      {policy && closes && !isPast(closes, serverNow()) && (
        <p className="faint">
          {words.takenUntil} <time dateTime={closes}>{dateTime(closes, language)}</time>. {rulesOf(policy, words)}
        </p>
      )}
    </>
  );
}
