import { evidence as dictionary } from "~/texts/evidence";
import { useTexts } from "~/texts/language";
import { Copy } from "~/ui/Copy";
import "./evidence.css";

/** A piece of text as it is, with its name, to be copied. */
export function Piece({ title, text }: { title: string; text: string | null }) {
  const texts = useTexts(dictionary);
  return (
    <figure className="piece">
      <figcaption className="row">
        <span>{title}</span>
        {text && <Copy text={text} what={title} />}
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: without it a keyboard cannot scroll the box */}
      <pre tabIndex={0}>{text || texts.nothing}</pre>
    </figure>
  );
}
