import { useEffect, useState } from "react";
import { render } from "~/lib/markdown";
import { Loading } from "./Loaded";
import "./Markdown.css";

/** A text in the dialect of statements (docs/problems.md). */
export function Markdown({ text }: { text: string }) {
  const [html, setHtml] = useState<string | null>(null);
  useEffect(() => {
    let current = true;
    render(text).then((made) => {
      if (current) setHtml(made);
    });
    return () => {
      current = false;
    };
  }, [text]);
  if (text.trim() === "") return null;
  if (html === null) return <Loading />;
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />;
}
