import "./Progress.css";

/** How much of a whole is done, as a bar with its words. */
export function Progress({ value, max, label }: { value: number; max: number; label: string }) {
  return (
    <div className="progress">
      <progress value={value} max={Math.max(max, 1)} aria-label={label} />
      <span className="faint">{label}</span>
    </div>
  );
}
