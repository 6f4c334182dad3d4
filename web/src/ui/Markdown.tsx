import { useEffect, useState } from "react";
import { isPlain, paragraphs } from "~/lib/plain";
import { Failure } from "./Failure";
import "./Markdown.css";

/** A text in the dialect of statements (docs/problems.md). */
export function Markdown({ text }: { text: string }) {
  if (isPlain(text)) {
    return paragraphs(text).map((paragraph) => <p key={paragraph}>{paragraph}</p>);
  }
  return <Rendered text={text} />;
}

/** Keeps the room that the text will take, so that nothing below it moves. */
function Place({ text }: { text: string }) {
  return (
    <div className="markdown waiting" aria-busy="true">
      {paragraphs(text).map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </div>
  );
}

/** Its renderer is fetched when the first text needs it. */
function Rendered({ text }: { text: string }) {
  const [html, setHtml] = useState<string | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is the same again
  useEffect(() => {
    let current = true;
    import("~/lib/markdown")
      .then(({ render }) => render(text))
      .then(
        (made) => {
          if (current) setHtml(made);
        },
        (failed: unknown) => {
          if (current) setError(failed instanceof Error ? failed : new Error());
        },
      );
    return () => {
      current = false;
    };
  }, [text, tries]);
  if (error && html === null) {
    const again = (): void => {
      setError(null);
      setTries(tries + 1);
    };
    return <Failure error={error} retry={again} />;
  }
  if (html === null) return <Place text={text} />;
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
