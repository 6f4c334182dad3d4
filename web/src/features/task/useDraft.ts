import { useEffect, useRef, useState } from "react";
import { type Draft, readDraft, writeDraft } from "~/lib/drafts";

/** How long somebody pauses before what they typed is kept. */
const PAUSE_MS = 400;

export type DraftState = { draft: Draft | null; ready: boolean; keep: (text: string) => void };

/** The draft of a place on this machine: read when it is opened, kept as it is typed and when the page is left. */
export function useDraft(account: number, place: string): DraftState {
  const [read, setRead] = useState<{ place: string; draft: Draft | null } | null>(null);
  const waiting = useRef<{ text: string; timer: ReturnType<typeof setTimeout> } | null>(null);
  useEffect(() => {
    let current = true;
    readDraft(account, place).then(
      (draft) => current && setRead({ place, draft }),
      // A browser that keeps nothing (a private window, perhaps): then there is no draft.
      () => current && setRead({ place, draft: null }),
    );
    const flush = (): void => {
      const unkept = waiting.current;
      if (!unkept) return;
      clearTimeout(unkept.timer);
      waiting.current = null;
      void writeDraft(account, place, { text: unkept.text, changedAt: Date.now() });
    };
    addEventListener("pagehide", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      current = false;
      flush();
      removeEventListener("pagehide", flush);
      document.removeEventListener("visibilitychange", flush);
    };
  }, [account, place]);
  const keep = (text: string): void => {
    if (waiting.current) clearTimeout(waiting.current.timer);
    const timer = setTimeout(() => {
      waiting.current = null;
      void writeDraft(account, place, { text, changedAt: Date.now() });
    }, PAUSE_MS);
    waiting.current = { text, timer };
  };
  const ready = read?.place === place;
  return { draft: ready ? read.draft : null, ready, keep };
}
