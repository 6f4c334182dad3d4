import { isPast, serverNow } from "~/lib/clock";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { late, rulesOf } from "~/texts/late";
import type { Assignment } from "./phase";

/** The time that somebody has beyond the others, or what being late costs. */
export function LateWork({ assignment }: { assignment: Assignment }) {
  const words = useTexts(late);
  const language = useLanguage();
  const { extension, late_policy: policy, closes_at: closes } = assignment;
  const until = extension?.submission_until ?? null;
  const own = until !== null && !isPast(until, serverNow());
  const taken = closes !== null && !isPast(closes, own ? Date.parse(until) : serverNow());
  return (
    <>
      {extension && own && (
        <p>
          {words.moreTime} <time dateTime={until}>{dateTime(until, language)}</time>: {extension.reason}
        </p>
      )}
      {policy && taken && (
        <p className="faint">
          {words.takenUntil} <time dateTime={closes}>{dateTime(closes, language)}</time>. {rulesOf(policy, words)}
        </p>
      )}
    </>
  );
}
