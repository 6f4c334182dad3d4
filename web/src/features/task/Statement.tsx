import { lazy, Suspense } from "react";
import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Button } from "~/ui/Button";
import { Markdown } from "~/ui/Markdown";
import { Heading } from "~/ui/Page";
import { Status } from "~/ui/Status";
import { Block } from "./Block";

/** Most tasks are never due. */
const Times = lazy(async () => ({ default: (await import("./Times")).Times }));

type Task = Schemas["TaskView"];

export function Statement({ task, onTry }: { task: Task; onTry: (input: string) => void }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const points = number(task.points, language);
  return (
    <article>
      <p className="row faint">
        <span>{texts.limits(number(task.time_limit, language), task.memory_limit)}</span>
        <span>
          {task.attempts > 0 ? texts.best(number(task.best_points, language), points) : texts.points(task.points)}
        </span>
        {task.is_solved && <Status tone="good">{texts.solved}</Status>}
      </p>
      {(task.state !== "open" || task.due_at || task.closes_at || task.extension) && (
        <Suspense fallback={<p aria-hidden="true">&nbsp;</p>}>
          <Times task={task} />
        </Suspense>
      )}
      <Markdown text={task.task_condition} />
      {task.tests.map((sample, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an example is its place in the list
        <Sample key={at} number={at + 1} sample={sample} onTry={onTry} />
      ))}
      <nav className="row task-neighbours" aria-label={texts.task}>
        {task.previous && (
          <Link to={paths.task(task.course_id, task.previous.lesson_id, task.previous.task_id)}>
            {texts.previous(task.previous.name)}
          </Link>
        )}
        {task.next && (
          <Link to={paths.task(task.course_id, task.next.lesson_id, task.next.task_id)}>
            {texts.next(task.next.name)}
          </Link>
        )}
      </nav>
    </article>
  );
}

/** Where one is, and in what. */
export function TaskHead({ task }: { task: Task }) {
  return (
    <>
      <p className="task-place faint">
        <Link to={paths.course(task.course_id)}>{task.course_name}</Link> ·{" "}
        <Link to={paths.lesson(task.course_id, task.lesson_id)}>{task.lesson_name}</Link>
      </p>
      <Heading title={task.name} />
    </>
  );
}

function Sample({
  number: at,
  sample,
  onTry,
}: {
  number: number;
  sample: Task["tests"][number];
  onTry: (input: string) => void;
}) {
  const texts = useTexts(dictionary);
  const name = texts.example(at);
  return (
    <section className="sample">
      <div className="row">
        <h2>{name}</h2>
        <Button kind="quiet" onClick={() => onTry(sample.input)}>
          {texts.runExample} <span className="visually-hidden">{name}</span>
        </Button>
      </div>
      <div className="sample-pair">
        <Block title={texts.input} text={sample.input} what={`${name}, ${texts.input}`} />
        <Block title={texts.output} text={sample.output} what={`${name}, ${texts.output}`} />
      </div>
    </section>
  );
}
