"""Courses on the wire, in seed 000's words."""

from collections.abc import Sequence
from typing import Literal, Self

from chalicelib.common.shapes import View
from chalicelib.courses.courses import OpenCourse, OpenLesson
from chalicelib.courses.models import Course, Link, Progress, Task
from chalicelib.courses.tasks import OpenTask
from chalicelib.judge.contract import Language
from chalicelib.judge.models import Sample


class CourseLanguageView(View):
    id: str
    name: str


class CourseInfo(View):
    """A course in a list."""

    id: int
    name: str
    description: str
    pic: str | None
    language: CourseLanguageView
    is_public: bool

    @classmethod
    def of(cls, course: Course, languages: Sequence[Language]) -> Self:
        return cls(**_info(course, languages))


class CoursesView(View):
    courses: list[CourseInfo]


class AttendedView(View):
    status: Literal["success", "Already on course"]


class LinkView(View):
    title: str
    link: str


class TaskInfo(View):
    """A task in a lesson."""

    id: int
    name: str
    points: int
    is_solved: bool
    attempts: int

    @classmethod
    def of(cls, task: Task, progress: Progress) -> Self:
        done = progress.tasks.get(task.id)
        return cls(
            id=task.id,
            name=task.name,
            points=task.points,
            is_solved=bool(done and done.is_solved),
            attempts=int(done.attempts) if done else 0,
        )


class LessonView(View):
    """`task` is the seed's name for the tasks, `tasks` its code's."""

    id: int
    name: str
    description: str
    task: list[TaskInfo]
    tasks: list[TaskInfo]
    links: list[LinkView]

    @classmethod
    def of(cls, opened: OpenLesson) -> Self:
        course, lesson = opened.course, opened.lesson
        tasks = [TaskInfo.of(task, course.progress) for task in course.tasks_of(lesson)]
        return cls(
            id=lesson.id,
            name=lesson.name,
            description=lesson.description,
            task=tasks,
            tasks=tasks,
            links=[_link(link) for link in course.links_of(lesson)],
        )


class CourseView(CourseInfo):
    """A course with its lessons."""

    lessons: list[LessonView]

    @classmethod
    def of_open(cls, opened: OpenCourse, languages: Sequence[Language]) -> Self:
        lessons = [LessonView.of(OpenLesson(course=opened, lesson=lesson)) for lesson in opened.contents.lessons]
        return cls(**_info(opened.course, languages), lessons=lessons)


class SampleView(View):
    input: str
    output: str

    @classmethod
    def of(cls, sample: Sample) -> Self:
        return cls(input=sample.input, output=sample.output)


class TaskView(View):
    """`time_limit` in seconds, `memory_limit` in MiB; `tests` are the first two, as examples."""

    id: int
    name: str
    task_condition: str
    time_limit: float
    memory_limit: int
    tests: list[SampleView]
    languages: list[str]
    points: int
    is_solved: bool
    attempts: int

    @classmethod
    def of(cls, opened: OpenTask, languages: Sequence[Language]) -> Self:
        done = opened.progress
        return cls(
            id=opened.task.id,
            name=opened.task.name,
            task_condition=opened.problem.statement,
            time_limit=float(opened.problem.time_limit_ms) / 1000,
            memory_limit=opened.problem.memory_limit_kb // 1024,
            tests=[SampleView.of(sample) for sample in opened.problem.samples],
            languages=[language.id for language in languages if language.available],
            points=opened.task.points,
            is_solved=bool(done and done.is_solved),
            attempts=int(done.attempts) if done else 0,
        )


def _info(course: Course, languages: Sequence[Language]) -> dict[str, object]:
    name = next((language.name for language in languages if language.id == course.language), course.language)
    return {
        "id": course.id,
        "name": course.name,
        "description": course.description,
        "pic": course.pic,
        "language": CourseLanguageView(id=course.language, name=name),
        "is_public": course.is_public,
    }


def _link(link: Link) -> LinkView:
    return LinkView(title=link.title, link=link.url)
