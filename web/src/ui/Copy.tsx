import { useState } from "react";
import { common } from "~/texts/common";
import { useTexts } from "~/texts/language";
import { Button } from "./Button";

/** Puts a text onto the clipboard, and says so. `what` names it for those who do not see where the button is. */
export function Copy({ text, what }: { text: string; what: string }) {
  const texts = useTexts(common);
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 2000);
  };
  return (
    <Button kind="quiet" onClick={() => void copy()}>
      {done ? texts.copied : texts.copy} <span className="visually-hidden">{what}</span>
      <span className="visually-hidden" role="status">
        {done ? texts.copied : ""}
      </span>
    </Button>
  );
}
