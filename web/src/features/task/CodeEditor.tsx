import { useEffect, useRef } from "react";
import { createEditor, type Editor, type Mark } from "~/lib/editor";

type Props = {
  /** What it begins with; what is typed is told to `onChange`. */
  text: string;
  language: string;
  label: string;
  marks: readonly Mark[];
  onChange: (text: string) => void;
  onSend: () => void;
  onReady: () => void;
};

export function CodeEditor({ text, language, label, marks, onChange, onSend, onReady }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const latest = useRef({ onChange, onSend, onReady });
  const first = useRef({ text, language, label });
  useEffect(() => {
    latest.current = { onChange, onSend, onReady };
  });
  useEffect(() => {
    if (!host.current) return;
    const made = createEditor(host.current, {
      ...first.current,
      onChange: (changed) => latest.current.onChange(changed),
      onSend: () => latest.current.onSend(),
    });
    editor.current = made;
    latest.current.onReady();
    return () => {
      first.current = { ...first.current, text: made.text() };
      made.destroy();
      editor.current = null;
    };
  }, []);
  useEffect(() => editor.current?.label(label), [label]);
  const marked = JSON.stringify(marks);
  useEffect(() => editor.current?.mark(JSON.parse(marked)), [marked]);
  return <div className="editor" ref={host} />;
}
