import { useEffect, useRef, useState } from "react";
import { readDraft, removeDraft, writeDraft } from "~/lib/drafts";

export type KeptText = {
  /** Null until it is known whether there is one. */
  text: string | null;
  write: (text: string) => void;
  /** It was sent: nothing is left to keep. */
  forget: () => void;
  /** Whether this browser keeps drafts at all; some private windows do not. */
  kept: boolean;
};

/** A text that outlives the page until it is sent. `place` says what it is for. */
export function useDraft(account: number, place: string): KeptText {
  const [text, setText] = useState<string | null>(null);
  const [kept, setKept] = useState(true);
  // One change is stored at a time, then the latest of those that came meanwhile: the last keystroke never waits long.
  const queue = useRef<Promise<void>>(Promise.resolve());
  const waiting = useRef<(() => Promise<void>) | null>(null);
  useEffect(() => {
    let current = true;
    const found = (stored: string): void => {
      if (current) setText((written) => written ?? stored);
    };
    readDraft(account, place).then(
      (draft) => found(draft?.text ?? ""),
      () => {
        found("");
        if (current) setKept(false);
      },
    );
    return () => {
      current = false;
    };
  }, [account, place]);
  const store = (change: () => Promise<void>): void => {
    const isNext = waiting.current === null;
    waiting.current = change;
    if (!isNext) return;
    queue.current = queue.current
      .then(() => {
        const latest = waiting.current;
        waiting.current = null;
        return latest?.();
      })
      .catch(() => setKept(false));
  };
  return {
    text,
    kept,
    write: (written) => {
      setText(written);
      store(() => writeDraft(account, place, { text: written, changedAt: Date.now() }));
    },
    forget: () => {
      setText("");
      store(() => removeDraft(account, place));
    },
  };
}
