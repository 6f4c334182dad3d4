import { useEffect, useState } from "react";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "./Button";
import "./Failure.css";

/** What an error may know beside its message. */
type Known = Error & { status?: number; requestId?: string; retryAfter?: number };

/** What is not there will not be there for being asked again. */
const NOT_THERE = 404;

/**
 * An error in words, the request's id for whoever is asked for help, and another try where there is one. Its seconds
 * are counted outside of what is read out.
 */
export function Failure({ error, retry }: { error: Known; retry?: () => void }) {
  const texts = useTexts(common);
  const message = error.name === "Unreachable" ? texts.unreachable : error.name === "ApiError" ? error.message : "";
  return (
    <div className="failure">
      <div role="alert">
        <p>{message || texts.failed}</p>
        {error.requestId && <p className="request-id">{texts.requestId(error.requestId)}</p>}
      </div>
      {retry && error.status !== NOT_THERE && (
        <Retry key={error.requestId ?? ""} seconds={error.retryAfter ?? 0} retry={retry} />
      )}
    </div>
  );
}

/** By the clock, and not by the ticks: a page in the background gets few of them. */
function Retry({ seconds, retry }: { seconds: number; retry: () => void }) {
  const texts = useTexts(common);
  const [until] = useState(() => performance.now() + seconds * 1000);
  const [wait, setWait] = useState(seconds);
  const waiting = wait > 0;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => setWait(Math.ceil((until - performance.now()) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [waiting, until]);
  return (
    <Button onClick={retry} disabled={waiting}>
      {waiting ? texts.retryIn(wait) : texts.retry}
    </Button>
  );
}
