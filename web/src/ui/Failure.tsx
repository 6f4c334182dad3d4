import { useEffect, useState } from "react";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "./Button";
import "./Failure.css";

/** What an error may know beside its message. */
type Known = Error & { requestId?: string; retryAfter?: number };

/** An error in words, the request's id for whoever is asked for help, and another try where there is one. */
export function Failure({ error, retry }: { error: Known; retry?: () => void }) {
  const texts = useTexts(common);
  const message = error.name === "Unreachable" ? texts.unreachable : error.name === "ApiError" ? error.message : "";
  return (
    <div className="failure" role="alert">
      <p>{message || texts.failed}</p>
      {error.requestId && <p className="request-id">{texts.requestId(error.requestId)}</p>}
      {retry && <Retry key={error.requestId ?? ""} seconds={error.retryAfter ?? 0} retry={retry} />}
    </div>
  );
}

function Retry({ seconds, retry }: { seconds: number; retry: () => void }) {
  const texts = useTexts(common);
  const [wait, setWait] = useState(seconds);
  const waiting = wait > 0;
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(() => setWait((old) => old - 1), 1000);
    return () => clearInterval(timer);
  }, [waiting]);
  return (
    <Button onClick={retry} disabled={waiting}>
      {waiting ? texts.retryIn(wait) : texts.retry}
    </Button>
  );
}
