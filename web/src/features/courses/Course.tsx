import { Link, useLocation, useParams } from "react-router";
import type { Schemas } from "~/api/client";
import { ApiError } from "~/api/errors";
import { type Me, useMe } from "~/api/session";
import { paths } from "~/lib/paths";
import { courses as dictionary } from "~/texts/courses";
import { number } from "~/texts/dates";
import { useLanguage, useTexts } from "~/texts/language";
import { Button } from "~/ui/Button";
import { Confirmed } from "~/ui/Confirmed";
import { Empty } from "~/ui/Empty";
import { Failure } from "~/ui/Failure";
import { Loaded } from "~/ui/Loaded";
import { Markdown } from "~/ui/Markdown";
import { Page } from "~/ui/Page";
import { Progress } from "~/ui/Progress";
import "./courses.css";
import { nextTask, solvedIn } from "./outline";
import { useAttend, useCard, useCourse, useLeave } from "./queries";
import { Requires } from "./Requires";
import { TaskList } from "./TaskList";
import { When } from "./When";

/** The course itself for those who are in it, its card for everybody else. */
export function Component() {
  const courseId = Number(useParams()["courseId"]);
  const me = useMe() ?? null;
  const course = useCourse(courseId, me !== null);
  const outside = me === null || (course.error instanceof ApiError && course.error.status === 403);
  const card = useCard(courseId, outside);
  return outside ? (
    <Loaded query={card}>{(found) => <Outside card={found} me={me} />}</Loaded>
  ) : (
    <Loaded query={course}>{(found) => <Inside course={found} />}</Loaded>
  );
}

function Outside({ card, me }: { card: Schemas["CourseCard"]; me: Me | null }) {
  const texts = useTexts(dictionary);
  const attend = useAttend(card.id);
  const here = useLocation().pathname;
  return (
    <Page title={card.name}>
      {card.pic && <img className="course-picture" src={card.pic} alt="" />}
      <Markdown text={card.description} />
      <p className="row faint">
        <span>{texts.tasks(card.tasks_count)}</span>
        {card.author_name && <span>{texts.by(card.author_name)}</span>}
        <When item={card} />
      </p>
      {attend.error && <Failure error={attend.error} />}
      {!me && (
        <Link className="button primary" to={paths.signIn(here)}>
          {texts.signInToAttend}
        </Link>
      )}
      {me && !card.is_public && <p>{texts.notYours}</p>}
      {me && card.is_public && card.state !== "closed" && (
        <Button kind="primary" busy={attend.isPending} onClick={() => attend.mutate()}>
          {texts.attend}
        </Button>
      )}
    </Page>
  );
}

function Inside({ course }: { course: Schemas["CourseView"] }) {
  const texts = useTexts(dictionary);
  return (
    <Page title={course.name}>
      {course.pic && <img className="course-picture" src={course.pic} alt="" />}
      <Markdown text={course.description} />
      {(course.state !== "open" || course.due_at) && (
        <p>
          <When item={course} />
        </p>
      )}
      <Standing course={course} />
      {course.lessons.length === 0 && <Empty>{texts.noLessons}</Empty>}
      {course.lessons.map((lesson) => (
        <LessonPart key={lesson.id} course={course} lesson={lesson} />
      ))}
      {course.attends && <Leave course={course} />}
    </Page>
  );
}

function Leave({ course }: { course: Schemas["CourseView"] }) {
  const texts = useTexts(dictionary);
  const leave = useLeave(course.id);
  return (
    <div className="leave">
      {leave.error && <Failure error={leave.error} />}
      <Confirmed action={texts.leave} title={texts.leaving(course.name)} does={leave}>
        <p>{course.is_public ? texts.leavingHint : texts.leavingPrivateHint}</p>
      </Confirmed>
    </div>
  );
}

function Standing({ course }: { course: Schemas["CourseView"] }) {
  const texts = useTexts(dictionary);
  const language = useLanguage();
  const attend = useAttend(course.id);
  const next = nextTask(course);
  if (!course.attends) {
    return (
      <>
        {attend.error && <Failure error={attend.error} />}
        <Button kind="primary" busy={attend.isPending} onClick={() => attend.mutate()}>
          {texts.attend}
        </Button>
      </>
    );
  }
  return (
    <div className="card">
      <Progress
        value={course.solved}
        max={course.tasks_count}
        label={texts.solved(course.solved, course.tasks_count)}
      />
      <p className="faint">{texts.points(number(course.points, language), number(course.max_points, language))}</p>
      {next ? (
        <Link className="button primary" to={paths.task(course.id, next.lessonId, next.task.id)}>
          {next.begun ? texts.continueWith(next.task.name) : texts.begin(next.task.name)}
        </Link>
      ) : (
        course.tasks_count > 0 && <p>{texts.allSolved}</p>
      )}
    </div>
  );
}

function LessonPart({ course, lesson }: { course: Schemas["CourseView"]; lesson: Schemas["LessonView"] }) {
  const texts = useTexts(dictionary);
  const { solved, total } = solvedIn(lesson.tasks);
  return (
    <section className="lesson">
      <div className="row">
        <h2>
          <Link to={paths.lesson(course.id, lesson.id)}>{lesson.name}</Link>
        </h2>
        {lesson.state !== "open" && <When item={lesson} />}
        {total > 0 && <span className="faint">{texts.solved(solved, total)}</span>}
      </div>
      <Requires lesson={lesson} lessons={course.lessons} />
      <TaskList courseId={course.id} lessonId={lesson.id} tasks={lesson.tasks} />
    </section>
  );
}
