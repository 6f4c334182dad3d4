import { Link } from "react-router";
import { paths } from "~/lib/paths";
import { courses as dictionary } from "~/texts/courses";
import { useTexts } from "~/texts/language";
import { Progress } from "~/ui/Progress";
import { Status } from "~/ui/Status";
import type { Card } from "./queries";
import { When } from "./When";

export function CourseCard({ course }: { course: Card }) {
  const texts = useTexts(dictionary);
  return (
    <article className="card course-card">
      {course.pic && <img src={course.pic} alt="" loading="lazy" />}
      <h2>
        <Link to={paths.course(course.id)}>{course.name}</Link>
      </h2>
      {course.description && <p className="course-about">{course.description}</p>}
      <p className="row faint">
        <span>{texts.tasks(course.tasks_count)}</span>
        {course.author_name && <span>{texts.by(course.author_name)}</span>}
        {!course.is_public && <Status tone="calm">{texts.private}</Status>}
        <When item={course} />
        {course.attends && <Status tone="good">{texts.attending}</Status>}
      </p>
      {course.attends && (
        <Progress
          value={course.solved ?? 0}
          max={course.tasks_count}
          label={texts.solved(course.solved ?? 0, course.tasks_count)}
        />
      )}
    </article>
  );
}
