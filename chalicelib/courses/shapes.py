"""Courses on the wire, in seed 000's words."""

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import Field

from chalicelib.common.http import paging
from chalicelib.common.http.responses import View
from chalicelib.courses.courses import OpenCourse, OpenLesson
from chalicelib.courses.models import Course, Link, Task
from chalicelib.courses.standing import Standing
from chalicelib.courses.tasks import OpenTask
from chalicelib.judge.models import Sample
from chalicelib.judge.requests import ProgramBody
from chalicelib.judge.submissions.custom_runs import CustomRun
from chalicelib.judge_protocol.contract import Language


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
    id: int
    title: str
    link: str

    @classmethod
    def of(cls, link: Link) -> Self:
        return cls(id=link.id, title=link.title, link=link.url)


class TaskInfo(View):
    """A task in a lesson. Only who teaches sees one that is not published."""

    id: int
    name: str
    points: int
    is_published: bool
    is_solved: bool
    attempts: int
    best_points: float

    @classmethod
    def of(cls, task: Task, standing: Standing) -> Self:
        reached = standing.of(task.id)
        return cls(
            id=task.id,
            name=task.name,
            points=task.points,
            is_published=task.shown,
            is_solved=reached.solved,
            attempts=reached.attempts,
            best_points=reached.points(task.points),
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
        tasks = [TaskInfo.of(task, course.standing) for task in course.tasks_of(lesson)]
        return cls(
            id=lesson.id,
            name=lesson.name,
            description=lesson.description,
            task=tasks,
            tasks=tasks,
            links=[LinkView.of(link) for link in course.links_of(lesson)],
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
    best_points: float

    @classmethod
    def of(cls, opened: OpenTask, languages: Sequence[Language]) -> Self:
        allowed = opened.languages
        return cls(
            id=opened.task.id,
            name=opened.task.name,
            task_condition=opened.problem.statement,
            time_limit=float(opened.problem.time_limit_ms) / 1000,
            memory_limit=opened.problem.memory_limit_kb // 1024,
            tests=[SampleView.of(sample) for sample in opened.problem.samples],
            languages=[each.id for each in languages if each.available and (allowed is None or each.id in allowed)],
            points=opened.task.points,
            is_solved=opened.result.solved,
            attempts=opened.result.attempts,
            best_points=opened.result.points(opened.task.points),
        )


class RunBody(ProgramBody):
    """A program and what it is given to read."""

    input: str


class RunView(View):
    """What a program did. `time` in seconds, `memory` in KiB; `outcome` as the judge names it."""

    outcome: str
    output: str
    errors: str
    truncated: bool
    exit_code: int | None
    time: float
    memory: int
    compiler_output: str

    @classmethod
    def of(cls, done: CustomRun) -> Self:
        return cls(
            outcome=done.outcome,
            output=done.output,
            errors=done.errors,
            truncated=done.truncated,
            exit_code=done.exit_code,
            time=round(done.time_ms / 1000, 3),
            memory=done.memory_kb,
            compiler_output=done.compiler_output,
        )


class TaskHistoryQuery(paging.WalkedQuery):
    user_id: int | None = Field(None, ge=1, description="Whose, for those who teach; one's own without it")


class RejudgingView(View):
    """What was sent to the task is judged anew in the background."""

    status: Literal["Checking"] = "Checking"


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
