import { useEffect, useRef, useState } from "react";
import { useTexts } from "~/texts/language";
import { ofAttempt } from "~/texts/submission";
import { task as dictionary } from "~/texts/task";
import { Failure } from "~/ui/Failure";

type Props = { before: string; after: string; language: string };

export function Diff({ before, after, language }: Props) {
  const { phrases } = useTexts(dictionary);
  const { changes } = useTexts(ofAttempt);
  const host = useRef<HTMLDivElement>(null);
  const [error, setError] = useState<Error | null>(null);
  useEffect(() => {
    let remove: (() => void) | null = null;
    let current = true;
    import("~/lib/diff").then(
      ({ showDiff }) => {
        if (!current || !host.current) return;
        remove = showDiff(host.current, { before, after, language, label: changes, phrases });
      },
      (failed: unknown) => {
        if (current) setError(failed instanceof Error ? failed : new Error());
      },
    );
    return () => {
      current = false;
      remove?.();
    };
  }, [before, after, language, changes, phrases]);
  return (
    <>
      {error && <Failure error={error} />}
      <div className="editor reading" ref={host} />
    </>
  );
}
