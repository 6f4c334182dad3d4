import { Link, useLocation, useParams } from "react-router";
import { ApiError } from "~/api/errors";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { task as dictionary } from "~/texts/task";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Page } from "~/ui/Page";
import { type Place, useTask } from "./queries";
import "./task.css";
import { Workspace } from "./Workspace";

/** Not for this reader, or not yet: another try is no use. */
function refusalOf(error: Error | null): ApiError | null {
  const codes = ["not_at_course", "task_not_open", "lesson_locked"];
  return error instanceof ApiError && codes.includes(error.code) ? error : null;
}

export function Component() {
  const texts = useTexts(dictionary);
  const params = useParams();
  const place: Place = {
    course_id: Number(params["courseId"]),
    lesson_id: Number(params["lessonId"]),
    task_id: Number(params["taskId"]),
  };
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const task = useTask(place, me !== null);
  const refused = refusalOf(task.error);
  const outside = refused?.code === "not_at_course";
  if (!me || refused) {
    return (
      <Page title={texts.task}>
        <Empty>
          <p>{!me ? texts.guest : outside ? texts.outside : refused?.message}</p>
          <Link className="button primary" to={me ? paths.course(place.course_id) : paths.signIn(here)}>
            {me ? texts.toCourse : texts.signIn}
          </Link>
        </Empty>
      </Page>
    );
  }
  return <Loaded query={task}>{(found) => <Workspace key={found.id} me={me} task={found} place={place} />}</Loaded>;
}
