import { type ReactNode, useState } from "react";
import { code as dictionary } from "~/texts/code";
import { useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";

/** So many lines are shown at once: more make a page slow. */
const AT_ONCE = 2000;

type Props = {
  path: string;
  text: string;
  /** What stands below a line, such as what was said of it. */
  below?: ((line: number) => ReactNode) | undefined;
  /** Where given, each line's number is a button. */
  onLine?: ((line: number) => void) | undefined;
};

/** A file with the numbers of its lines, from 1. It scrolls by itself where lines are long. */
export function CodeLines({ path, text, below, onLine }: Props) {
  const texts = useTexts(dictionary);
  const [all, setAll] = useState(false);
  const lines = linesOf(text);
  const shown = all ? lines : lines.slice(0, AT_ONCE);
  if (lines.length === 0) return <p className="faint">{texts.none}</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section className="code-lines" aria-label={texts.file(path)} tabIndex={0}>
        <table>
          <tbody>
            {shown.map((line, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
              <Line key={index} number={index + 1} text={line} below={below} onLine={onLine} />
            ))}
          </tbody>
        </table>
      </section>
      {shown.length < lines.length && <Button onClick={() => setAll(true)}>{texts.showAll(lines.length)}</Button>}
    </>
  );
}

function Line({ number, text, below, onLine }: { number: number; text: string } & Pick<Props, "below" | "onLine">) {
  const said = below?.(number);
  return (
    <>
      <tr id={`line-${number}`}>
        <th scope="row">
          {onLine ? (
            <button type="button" className="line-number" onClick={() => onLine(number)}>
              {number}
            </button>
          ) : (
            number
          )}
        </th>
        <td>
          <code>{text}</code>
        </td>
      </tr>
      {said && (
        <tr>
          <td colSpan={2}>{said}</td>
        </tr>
      )}
    </>
  );
}

/** The lines as the API numbers them: LF and CRLF end one, and the last need not have an end. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
