import { useState } from "react";
import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { tracks as dictionary } from "~/texts/tracks";
import { Markdown } from "~/ui/Markdown";
import { ItsProblem } from "./Evidence";
import type { Assignment } from "./phase";

/** Where one is, with the way back. */
export function Place({ assignment }: { assignment: Assignment }) {
  const texts = useTexts(dictionary);
  return (
    <p className="row">
      <span>
        {texts.track}: <Link to={paths.track(assignment.track_id)}>{assignment.track_title}</Link>
      </span>
      {!assignment.is_enrolled && <span className="faint">{texts.readAlong}</span>}
    </p>
  );
}

/** What was asked for, for who wants to look it up while reviewing. */
export function Task({ assignment }: { assignment: Assignment }) {
  const texts = useTexts(dictionary);
  const [wanted, setWanted] = useState(false);
  if (!assignment.description) return null;
  return (
    <details className="task-again" onToggle={(event) => setWanted((before) => before || event.currentTarget.open)}>
      <summary>{texts.task}</summary>
      <Markdown text={assignment.description} />
      {wanted && <ItsProblem assignment={assignment} />}
    </details>
  );
}
