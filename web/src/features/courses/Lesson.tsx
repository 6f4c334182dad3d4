import { Link, useLocation, useParams } from "react-router";
import { ApiError } from "~/api/errors";
import { useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { courses as dictionary } from "~/texts/courses";
import { useTexts } from "~/texts/language";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Page } from "~/ui/Page";
import "./courses.css";
import { useCourse, useLesson } from "./queries";
import { Requires } from "./Requires";
import { TaskList } from "./TaskList";
import { When } from "./When";

export function Component() {
  const texts = useTexts(dictionary);
  const params = useParams();
  const courseId = Number(params["courseId"]);
  const lessonId = Number(params["lessonId"]);
  const me = useMe() ?? null;
  const here = useLocation().pathname;
  const lesson = useLesson(courseId, lessonId, me !== null);
  const course = useCourse(courseId, me !== null);
  if (!me || (lesson.error instanceof ApiError && lesson.error.status === 403)) {
    return (
      <Page title={texts.lesson}>
        <Empty>
          <p>{me ? texts.outside : texts.guestLesson}</p>
          <Link className="button primary" to={me ? paths.course(courseId) : paths.signIn(here)}>
            {me ? texts.toCourse : texts.signIn}
          </Link>
        </Empty>
      </Page>
    );
  }
  return (
    <Loaded query={lesson}>
      {(found) => (
        <Page title={found.name}>
          <p>
            {texts.course}: <Link to={paths.course(courseId)}>{course.data?.name ?? texts.outline}</Link>
          </p>
          {(found.state !== "open" || found.due_at) && (
            <p>
              <When item={found} />
            </p>
          )}
          <Requires lesson={found} lessons={course.data?.lessons ?? []} />
          <Markdown text={found.description} />
          {found.text && <Markdown text={found.text} />}
          <h2>{texts.lessonTasks}</h2>
          {found.tasks.length === 0 ? (
            <Empty>{found.state === "not_open" ? texts.tasksLater : texts.noTasks}</Empty>
          ) : (
            <TaskList courseId={courseId} lessonId={lessonId} tasks={found.tasks} />
          )}
          {found.links.length > 0 && (
            <>
              <h2>{texts.links}</h2>
              <ul>
                {found.links.map((link) => (
                  <li key={link.id}>
                    <a href={link.link} target="_blank" rel="noopener noreferrer nofollow">
                      {link.title}
                    </a>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Page>
      )}
    </Loaded>
  );
}
