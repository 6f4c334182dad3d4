import type { ReactNode } from "react";
import type { Schemas } from "~/api/client";
import { dateTime } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { late, rulesOf } from "~/texts/late";
import { Countdown, useServerNow } from "~/ui/Countdown";
import { Status } from "~/ui/Status";
import { type Phase, phaseOf } from "./times";

type Task = Schemas["TaskView"];

const LOOK_MS = 5000;

/** By when a task is to be solved, what being late costs, and what is different for this reader. */
export function Times({ task }: { task: Task }) {
  const words = useTexts(late);
  const phase = phaseOf(task, useServerNow(LOOK_MS));
  const taken = phase === "open" || phase === "late";
  return (
    <>
      {!taken && (
        <p>
          <Status tone={phase === "draft" ? "warn" : "calm"}>{words.states[phase]}</Status>
        </p>
      )}
      {taken && !task.is_solved && <Deadline task={task} phase={phase} />}
      {task.extension && phase !== "closed" && (
        <p>
          {words.moreTime} <At moment={task.extension.until} />: {task.extension.reason}
        </p>
      )}
      {(task.penalty > 0 || task.late_days > 0) && (
        <p className="row">
          {task.penalty > 0 && <Status tone="warn">{words.charged(task.penalty)}</Status>}
          {task.late_days > 0 && <span className="faint">{words.daysSpent(task.late_days)}</span>}
        </p>
      )}
    </>
  );
}

function Deadline({ task, phase }: { task: Task; phase: Phase }) {
  const words = useTexts(late);
  const { due_at, closes_at, late_policy } = task;
  return (
    <>
      {due_at && (
        <p>
          {phase === "late" ? (
            <Status tone="warn">
              {words.wasDue} <At moment={due_at} />
            </Status>
          ) : (
            <>
              {words.due} <Countdown deadline={due_at} />
            </>
          )}
        </p>
      )}
      {closes_at && closes_at !== due_at && (
        <p className="faint">
          {due_at ? words.takenUntil : words.closes} <At moment={closes_at} />
        </p>
      )}
      {due_at && late_policy && closes_at !== due_at && <p className="faint">{rulesOf(late_policy, words)}</p>}
    </>
  );
}

function At({ moment }: { moment: string }): ReactNode {
  const language = useLanguage();
  return <time dateTime={moment}>{dateTime(moment, language)}</time>;
}
