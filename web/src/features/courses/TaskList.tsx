import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { courses as dictionary } from "~/texts/courses";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Status, type Tone } from "~/ui/Status";
import { stateOf, type Task, type TaskState } from "./outline";
import { When } from "./When";

const TONES: Record<TaskState, Tone> = { solved: "good", tried: "warn", new: "calm" };

export function TaskList({ courseId, lessonId, tasks }: { courseId: number; lessonId: number; tasks: Task[] }) {
  const texts = useTexts(dictionary);
  const words: Record<TaskState, string> = { solved: texts.taskSolved, tried: texts.taskTried, new: texts.taskNew };
  const language = useLanguage();
  if (tasks.length === 0) return null;
  return (
    <ol className="task-list">
      {tasks.map((task) => (
        <li key={task.id}>
          <Link to={paths.task(courseId, lessonId, task.id)}>{task.name}</Link>
          <When item={task} done={task.is_solved} />
          {task.penalty > 0 && <span className="faint">{texts.late(number(task.penalty, language))}</span>}
          <span className="faint">{texts.worth(task.points)}</span>
          {(task.state === "open" || stateOf(task) !== "new") && (
            <Status tone={TONES[stateOf(task)]}>{words[stateOf(task)]}</Status>
          )}
        </li>
      ))}
    </ol>
  );
}
