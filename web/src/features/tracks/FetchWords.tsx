import type { Schemas } from "~/api/client";
import { code as dictionary } from "~/texts/code";
import { useTexts } from "~/texts/language";

/** What came of fetching the code of a link, and why it is not judged. */
export function FetchWords({ fetch }: { fetch: Schemas["FetchView"] }) {
  const texts = useTexts(dictionary).fetching;
  const commit = fetch.commit?.slice(0, 12);
  const isWaiting = fetch.state === "waiting";
  const words = [
    isWaiting && !fetch.not_judged && texts.waiting,
    commit && (fetch.state === "fetched" || fetch.not_judged) && texts.fetched(commit),
    fetch.reason && texts.failed(fetch.reason),
    fetch.not_judged && texts.notJudged(fetch.not_judged),
    fetch.not_judged && isWaiting && texts.judgedLater,
  ];
  return (
    <p className="faint" role="status">
      {words.filter(Boolean).join(" ")}
    </p>
  );
}
