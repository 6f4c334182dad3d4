import type { Schemas } from "~/api/client";
import { courses as dictionary } from "~/texts/courses";
import { useTexts } from "~/texts/language";

type Lesson = Schemas["LessonView"];

/** What opens a locked lesson: points in others. */
export function Requires({ lesson, lessons }: { lesson: Lesson; lessons: readonly Lesson[] }) {
  const texts = useTexts(dictionary);
  if (lesson.state !== "locked") return null;
  const names = new Map(lessons.map(({ id, name }) => [id, name]));
  return (
    <ul>
      {lesson.requires.map(({ lesson_id, points }) => (
        <li key={lesson_id}>{texts.requires(texts.worth(points), names.get(lesson_id) ?? "")}</li>
      ))}
    </ul>
  );
}
