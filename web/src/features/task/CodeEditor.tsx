import { type RefObject, useEffect, useRef } from "react";
import { createEditor, type Editor } from "~/lib/editor";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";

type Props = {
  /** What it begins with; what is typed is told to `onChange`. */
  text: string;
  language: string;
  label: string;
  readOnly?: boolean;
  editor?: RefObject<Editor | null>;
  onChange?: (text: string) => void;
  onSend?: () => void;
};

export function CodeEditor({ text, language, label, readOnly = false, editor, onChange, onSend }: Props) {
  const { phrases } = useTexts(dictionary);
  const host = useRef<HTMLDivElement>(null);
  const own = useRef<Editor | null>(null);
  const latest = useRef({ onChange, onSend });
  const first = useRef({ text, language, label, readOnly, phrases });
  useEffect(() => {
    latest.current = { onChange, onSend };
  });
  useEffect(() => {
    if (!host.current) return;
    const made = createEditor(host.current, {
      ...first.current,
      onChange: (changed) => latest.current.onChange?.(changed),
      onSend: () => latest.current.onSend?.(),
    });
    own.current = made;
    if (editor) editor.current = made;
    return () => {
      first.current = { ...first.current, text: made.text() };
      made.destroy();
      own.current = null;
      if (editor) editor.current = null;
    };
  }, [editor]);
  useEffect(() => own.current?.label(label), [label]);
  useEffect(() => own.current?.translate(phrases), [phrases]);
  return <div className={readOnly ? "editor reading" : "editor"} ref={host} />;
}
