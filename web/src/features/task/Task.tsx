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
  const outside = task.error instanceof ApiError && task.error.code === "not_at_course";
  if (!me || outside) {
    return (
      <Page title={texts.task}>
        <Empty>
          <p>{me ? texts.outside : texts.guest}</p>
          <Link className="button primary" to={me ? paths.course(place.course_id) : paths.signIn(here)}>
            {me ? texts.toCourse : texts.signIn}
          </Link>
        </Empty>
      </Page>
    );
  }
  return <Loaded query={task}>{(found) => <Workspace key={found.id} me={me} task={found} place={place} />}</Loaded>;
}
