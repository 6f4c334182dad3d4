import { Link, useParams } from "react-router";
import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";
import { courses as dictionary } from "~/texts/courses";
import { useTexts } from "~/texts/language";
import { Empty } from "~/ui/Empty";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Page } from "~/ui/Page";
import "./courses.css";
import { useCourse, useLesson } from "./queries";
import { TaskList } from "./TaskList";
import { When } from "./When";

export function Component() {
  const texts = useTexts(dictionary);
  const params = useParams();
  const courseId = Number(params["courseId"]);
  const lessonId = Number(params["lessonId"]);
  const lesson = useLesson(courseId, lessonId);
  const course = useCourse(courseId);
  return (
    <Loaded query={lesson}>
      {(found) => (
        <Page title={found.name}>
          <p>
            {texts.course}: <Link to={paths.course(courseId)}>{course.data?.name ?? texts.outline}</Link>
          </p>
          <When item={found} />
          {found.state === "locked" && <Requires requires={found.requires} lessons={course.data?.lessons ?? []} />}
          <Markdown text={found.description} />
          {found.text && <Markdown text={found.text} />}
          <h2>{texts.lessonTasks}</h2>
          {found.tasks.length === 0 ? (
            <Empty>{texts.noTasks}</Empty>
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

type Lesson = Schemas["LessonView"];

/** What opens the lesson: points in others. */
function Requires({ requires, lessons }: { requires: Lesson["requires"]; lessons: Lesson[] }) {
  const texts = useTexts(dictionary);
  const names = new Map(lessons.map((lesson) => [lesson.id, lesson.name]));
  return (
    <ul>
      {requires.map(({ lesson_id, points }) => (
        <li key={lesson_id}>{texts.requires(texts.worth(points), names.get(lesson_id) ?? "")}</li>
      ))}
    </ul>
  );
}
