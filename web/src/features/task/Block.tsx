import type { Schemas } from "~/api/client";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Copy } from "~/ui/Copy";
import type { Part } from "./program";

type Props = { title: string; text: string; what?: string | undefined; parts?: readonly Part[] | undefined };

/** A piece of text as it is, to be copied; `parts` of it may be marked. */
export function Block({ title, text, what, parts }: Props) {
  const texts = useTexts(dictionary);
  const marked = (parts ?? [{ text, differs: false }]).map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place in the text
    part.differs ? <mark key={at}>{part.text}</mark> : part.text,
  );
  return (
    <div className="block">
      <div className="row">
        <h3>{title}</h3>
        {what && text !== "" && <Copy text={text} what={what} />}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard cannot scroll the box */}
      <pre tabIndex={0}>{text === "" ? texts.nothing : marked}</pre>
    </div>
  );
}

/** Complaints about lines of the program; pressing one leads there. */
export function Lines({
  annotations,
  onLine,
}: {
  annotations: readonly Schemas["AnnotationView"][];
  onLine?: ((line: number) => void) | undefined;
}) {
  const texts = useTexts(dictionary);
  if (annotations.length === 0) return null;
  return (
    <ul className="lines">
      {annotations.map(({ line, column, message }) => (
        <li key={`${line} ${column} ${message}`}>
          {onLine ? (
            <Button kind="quiet" onClick={() => onLine(line)}>
              {texts.line(line)}
            </Button>
          ) : (
            <strong>{texts.line(line)}</strong>
          )}{" "}
          <span>{message}</span>
        </li>
      ))}
    </ul>
  );
}
