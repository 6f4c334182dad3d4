import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from "react";
import "./Split.css";

const LEAST = 25;
const MOST = 75;
const STEP = 3;

const bounded = (share: number): number => Math.min(Math.max(share, LEAST), MOST);

/** Two panes with a separator that the mouse and the arrow keys move; where it stands is remembered. */
export function Split({
  name,
  label,
  first,
  second,
  stacked = false,
  begin = 50,
}: {
  name: string;
  label: string;
  first: ReactNode;
  second: ReactNode;
  /** One above the other. */
  stacked?: boolean;
  /** The share of the first, in percent, until somebody moves it. */
  begin?: number;
}) {
  const key = `lyceum.split.${name}`;
  const whole = useRef<HTMLDivElement>(null);
  const [share, setShare] = useState(() => bounded(Number(localStorage.getItem(key)) || begin));
  const move = (wanted: number): void => {
    setShare(bounded(wanted));
    localStorage.setItem(key, String(bounded(wanted)));
  };
  const drag = (event: PointerEvent<HTMLHRElement>): void => {
    const box = whole.current?.getBoundingClientRect();
    if (box && event.currentTarget.hasPointerCapture(event.pointerId)) {
      move((stacked ? (event.clientY - box.top) / box.height : (event.clientX - box.left) / box.width) * 100);
    }
  };
  const press = (event: KeyboardEvent): void => {
    const [less, more] = stacked ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
    const steps: Record<string, number> = { [less]: share - STEP, [more]: share + STEP, Home: LEAST, End: MOST };
    const wanted = steps[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    move(wanted);
  };
  return (
    <div
      className={stacked ? "split stacked" : "split"}
      ref={whole}
      style={{ "--share": `${share}fr`, "--rest": `${100 - share}fr` }}
    >
      <div className="split-pane">{first}</div>
      <hr
        className="split-bar"
        aria-orientation={stacked ? "horizontal" : "vertical"}
        aria-label={label}
        aria-valuenow={Math.round(share)}
        aria-valuemin={LEAST}
        aria-valuemax={MOST}
        tabIndex={0}
        onKeyDown={press}
        onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={drag}
      />
      <div className="split-pane">{second}</div>
    </div>
  );
}
