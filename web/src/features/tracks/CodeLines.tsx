import { type KeyboardEvent, type ReactNode, useRef, useState } from "react";
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
  /** Where given, each line's number is a button: with Shift it is the last of several, from the one chosen before. */
  onLine?: ((from: number, to: number) => void) | undefined;
  /** Whether something is said of a line. */
  isMeant?: ((line: number) => boolean) | undefined;
};

/**
 * A file with the numbers of its lines, from 1. It scrolls by itself where lines are long. Where lines are chosen, Tab
 * reaches one number and arrows lead from there to the others.
 */
export function CodeLines({ path, text, below, onLine, isMeant }: Props) {
  const texts = useTexts(dictionary);
  const [all, setAll] = useState(false);
  const [current, setCurrent] = useState(1);
  // Where a range begins: with Shift held at the mouse, and while arrows were pressed.
  const anchor = useRef<number | null>(null);
  const ranged = useRef<number | null>(null);
  const box = useRef<HTMLElement>(null);
  const lines = linesOf(text);
  const shown = all ? lines : lines.slice(0, AT_ONCE);
  const choose = (line: number, extended: boolean): void => {
    const from = ranged.current ?? (extended ? anchor.current : null) ?? line;
    anchor.current = from;
    ranged.current = null;
    setCurrent(line);
    onLine?.(from, line);
  };
  const move = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".line-number")) return;
    const to = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 1, End: shown.length }[event.key];
    if (to === undefined || to < 1 || to > shown.length) return;
    event.preventDefault();
    ranged.current = event.shiftKey ? (ranged.current ?? current) : null;
    setCurrent(to);
    box.current?.querySelector<HTMLElement>(`[data-line="${to}"]`)?.focus();
  };
  if (lines.length === 0) return <p className="faint">{texts.none}</p>;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls it */}
      <section className="code-lines" ref={box} aria-label={texts.file(path)} tabIndex={0} onKeyDown={move}>
        <table>
          <tbody>
            {shown.map((line, index) => {
              const number = index + 1;
              return (
                <Line
                  key={number}
                  number={number}
                  text={line}
                  said={below?.(number)}
                  meant={isMeant?.(number) ?? false}
                  current={current === number}
                  onChoose={onLine && choose}
                />
              );
            })}
          </tbody>
        </table>
      </section>
      {shown.length < lines.length && <Button onClick={() => setAll(true)}>{texts.showAll(lines.length)}</Button>}
    </>
  );
}

type LineProps = {
  number: number;
  text: string;
  said: ReactNode;
  meant: boolean;
  current: boolean;
  onChoose: ((line: number, extended: boolean) => void) | undefined;
};

function Line({ number, text, said, meant, current, onChoose }: LineProps) {
  const texts = useTexts(dictionary);
  return (
    <>
      <tr id={`line-${number}`} className={meant ? "meant" : undefined}>
        <th scope="row">
          {onChoose ? (
            <button
              type="button"
              className="line-number"
              data-line={number}
              aria-label={texts.line(number)}
              tabIndex={current ? 0 : -1}
              onClick={(event) => onChoose(number, event.shiftKey)}
            >
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
          <td className="below-line" colSpan={2}>
            {said}
          </td>
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
