import { useEffect, useState } from "react";
import { announcedMinutes, left, serverNow } from "~/lib/clock";
import { common } from "~/texts/common";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";

/** What is left until a deadline by the server's clock, with the deadline itself in the reader's zone. */
export function Countdown({ deadline }: { deadline: string }) {
  const texts = useTexts(common);
  const language = useLanguage();
  const end = Date.parse(deadline);
  const now = useServerNow(end - serverNow() < 86_400_000 ? 1000 : 60_000);
  const span = left(end, now);
  const announced = announcedMinutes(end, now);
  return (
    <>
      <time dateTime={deadline}>{dateTime(deadline, language)}</time>{" "}
      <span aria-hidden="true">({span ? texts.left(span) : texts.over})</span>
      <span className="visually-hidden" role="status">
        {announced ? texts.minutesLeft(announced) : ""}
      </span>
    </>
  );
}

/** The server's time, looked at every `ms` milliseconds. */
export function useServerNow(ms: number): number {
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), ms);
    return () => clearInterval(timer);
  }, [ms]);
  return now;
}
