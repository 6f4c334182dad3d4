import { Link } from "react-router";
import type { Schemas } from "~/api/client";
import { paths } from "~/lib/paths";
import { useTexts } from "~/texts/language";
import { school } from "~/texts/school";
import { Empty } from "~/ui/Empty";
import { Progress } from "~/ui/Progress";

export function YourCourses({ progress }: { progress: Schemas["StudyView"][] }) {
  const texts = useTexts(school);
  const attended = progress.filter((each) => each.attends);
  if (attended.length === 0) {
    return (
      <Empty>
        <Link to={paths.courses()}>{texts.findCourse}</Link>
      </Empty>
    );
  }
  return (
    <ul className="cards plain-list">
      {attended.map((course) => (
        <li className="card" key={course.course_id}>
          <h3>
            <Link to={paths.course(course.course_id)}>{course.name}</Link>
          </h3>
          <Progress value={course.solved} max={course.total} label={texts.solved(course.solved, course.total)} />
          {course.next && (
            <Link to={paths.task(course.course_id, course.next.lesson_id, course.next.task_id)}>
              {texts.continueWith(course.next.name)}
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}
