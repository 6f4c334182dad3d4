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
  // What is stored is stored in the order of the keystrokes.
  const queue = useRef<Promise<void>>(Promise.resolve());
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
    queue.current = queue.current.then(change).catch(() => setKept(false));
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
