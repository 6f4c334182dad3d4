"""Responses of courses: with PyTry's names, and the cards of the portal (Virtual School)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import RootModel

from chalicelib.common.http.paging import Page
from chalicelib.common.http.responses import ListView, Moment, Named, View
from chalicelib.courses import cards
from chalicelib.courses.availability import Availability, Times
from chalicelib.courses.cards import CourseSummary
from chalicelib.courses.completion import Completion
from chalicelib.courses.courses import OpenCourse, OpenLesson, TimedTask
from chalicelib.courses.draft_models import Draft
from chalicelib.courses.drafts import Drafts
from chalicelib.courses.extensions import Granted
from chalicelib.courses.late_work import Extension
from chalicelib.courses.models import Course, Link
from chalicelib.courses.outline import Requirement
from chalicelib.courses.places import PlacedTask
from chalicelib.judge.languages import offered
from chalicelib.judge.models import Sample
from chalicelib.judge.problems.statements import Shown
from chalicelib.judge.responses import AnnotationView, NeighborView, StatementInfo
from chalicelib.judge.submissions.custom_runs import CustomRun
from chalicelib.judge_protocol.contract import Language, Outcome
from chalicelib.school.late_responses import LatePolicyView


class CourseLanguageView(View):
    id: str
    name: str


class TimesView(View):
    """From when until when something is there, and by when it is due. What is late is taken until it closes."""

    opens_at: Moment | None
    closes_at: Moment | None
    due_at: Moment | None


class CourseFields(TimesView):
    """A course's own fields. Only its teachers see one that is not published."""

    id: int
    name: str
    description: str
    tags: list[str]
    pic: str | None
    language: CourseLanguageView
    is_public: bool
    published: bool


class CourseCard(CourseFields):
    """A course as visitors see it: who wrote it, how many tasks are published, and what they are worth together."""

    state: Availability

    author_id: int
    author_name: str | None
    tasks_count: int
    max_points: int

    @classmethod
    def of(cls, card: CourseSummary, languages: Sequence[Language]) -> Self:
        return cls(**_card(card, languages))


class CourseInfo(CourseCard):
    """A course in somebody's list: whether they attend it, and how far they are."""

    attends: bool
    solved: int
    points: float

    @classmethod
    def of(cls, card: CourseSummary, languages: Sequence[Language]) -> Self:
        return cls(**_card(card, languages), **_reached(card))


class CoursesView(View):
    courses: list[CourseInfo]

    @classmethod
    def of_cards(cls, cards: Iterable[CourseSummary], languages: Sequence[Language]) -> Self:
        return cls(courses=[CourseInfo.of(card, languages) for card in cards])


class AttendedView(View):
    status: Literal["success", "Already on course"]


class LinkView(View):
    id: int
    title: str
    link: str

    @classmethod
    def of(cls, link: Link) -> Self:
        return cls(id=link.id, title=link.title, link=link.url)


class TaskInfo(TimesView):
    """A task in a lesson. Only who teaches sees one that is not published.

    The times are what holds for the task in its lesson and course, `state` what it is by them.
    """

    id: int
    name: Named
    points: int
    is_published: bool
    state: Availability
    is_solved: bool
    attempts: int
    best_points: float
    penalty: float

    @classmethod
    def of(cls, timed: TimedTask, completion: Completion) -> Self:
        task = timed.task
        reached = completion.of(task.id)
        return cls(
            **times_members(timed.times),
            state=timed.state,
            id=task.id,
            name=task.spoken_name,
            points=task.points,
            is_published=timed.times.published,
            is_solved=reached.solved,
            attempts=reached.attempts,
            best_points=reached.points(task.points),
            penalty=reached.charge.percent,
        )


class RequirementView(View):
    """So many points in another lesson."""

    lesson_id: int
    points: int

    @classmethod
    def of(cls, required: Requirement) -> Self:
        return cls(lesson_id=required.lesson_id, points=required.points)


class LessonView(TimesView):
    """`task` is the name of the tasks in PyTry's README, `tasks` in its code.

    The times are what holds for the lesson in its course. Before it opens, pupils see none of what is in it; only who
    teaches sees one that is not published. One whose `state` is `locked` opens with what it `requires`.
    """

    id: int
    name: str
    description: str
    is_published: bool
    state: Availability
    requires: list[RequirementView]
    task: list[TaskInfo]
    tasks: list[TaskInfo]
    links: list[LinkView]

    @classmethod
    def of(cls, opened: OpenLesson) -> Self:
        return cls(**cls._members(opened))

    @staticmethod
    def _members(opened: OpenLesson) -> dict[str, Any]:
        course, lesson = opened.course, opened.lesson
        times = course.times_of(lesson)
        completion = course.completion  # read from its stored form once
        tasks = [TaskInfo.of(task, completion) for task in course.tasks_of(lesson)]
        return {
            **times_members(times),
            "id": lesson.id,
            "name": lesson.name,
            "description": lesson.description,
            "is_published": times.published,
            "state": course.state_of(lesson),
            "requires": [RequirementView.of(each) for each in course.contents.outline.required(lesson.id)],
            "task": tasks,
            "tasks": tasks,
            "links": [LinkView.of(link) for link in course.links_of(lesson)],
        }


class LessonPage(LessonView):
    """A lesson by itself, with its `text` (Markdown): empty for one that says nothing, or is not open."""

    text: str

    @classmethod
    def of(cls, opened: OpenLesson) -> Self:
        return cls(**cls._members(opened), text=opened.text)


class CourseView(CourseInfo):
    """A course with its lessons."""

    lessons: list[LessonView]

    @classmethod
    def of_open(cls, opened: OpenCourse, languages: Sequence[Language]) -> Self:
        lessons = [LessonView.of(OpenLesson(course=opened, lesson=lesson)) for lesson in opened.lessons]
        card = cards.of_open(opened)
        return cls(**_card(card, languages), **_reached(card), lessons=lessons)


class SampleView(View):
    input: str
    output: str

    @classmethod
    def of(cls, sample: Sample) -> Self:
        return cls(input=sample.input, output=sample.output)


class OwnTaskExtension(View):
    """More time that the reader was given."""

    until: Moment
    reason: str

    @classmethod
    def of(cls, extension: Extension | None) -> Self | None:
        return cls(until=extension.until, reason=extension.reason) if extension else None


class TaskExtension(View):
    """More time for one pupil, and who gave it when. If-Match takes its `version`: "0" where there is none."""

    version: int
    task_id: int
    user_id: int
    login: str | None
    until: Moment
    reason: str
    granted_by: int
    granted_at: Moment

    @classmethod
    def of(cls, granted: Granted) -> Self:
        extension = granted.extension
        return cls(
            version=extension.version,
            task_id=granted.task_id,
            user_id=granted.user_id,
            login=granted.login,
            until=extension.until,
            reason=extension.reason,
            granted_by=extension.granted_by,
            granted_at=extension.granted_at,
        )


class TaskExtensions(ListView):
    items: list[TaskExtension]

    @classmethod
    def of(cls, page: Page[Granted]) -> Self:
        return cls(items=[TaskExtension.of(each) for each in page.items], next=page.next_cursor)


class TaskView(TimesView):
    """`time_limit` in seconds, `memory_limit` in MiB; `tests` are the first two, as examples.

    `previous` and `next` are the tasks around it in the course, of those that the reader sees; `last_submission_id` is
    what the reader sent last, judged or not. A program that names no language is in `language`, the course's.
    `name` and `task_condition` are in the language that the request asks for,
    if there is a statement in it; `statement_language` says in which they are, null where nobody has said.
    The times are what holds for the task in its lesson and course, and for the reader with their `extension`; what is
    closed can be read. `best_points` are less `penalty` percent for being late; `late_days` were spent on it.
    """

    id: int
    name: str
    statement_language: str | None
    statements: list[StatementInfo]
    course_id: int
    course_name: str
    lesson_id: int
    lesson_name: str
    previous: NeighborView | None
    next: NeighborView | None
    last_submission_id: int | None
    task_condition: str
    time_limit: float
    memory_limit: int
    tests: list[SampleView]
    language: str
    languages: list[str]
    points: int
    state: Availability
    is_solved: bool
    attempts: int
    best_points: float
    penalty: float
    late_days: int
    late_policy: LatePolicyView | None
    extension: OwnTaskExtension | None

    @classmethod
    def of(cls, placed: PlacedTask, languages: Sequence[Language], shown: Shown) -> Self:
        opened, allowed = placed.opened, placed.opened.languages
        return cls(
            **times_members(opened.times),
            state=opened.state,
            id=opened.task.id,
            name=opened.name_beside(shown),
            statement_language=shown.language,
            statements=StatementInfo.all_of(opened.problem),
            course_id=opened.course.id,
            course_name=opened.course.name,
            lesson_id=opened.lesson.id,
            lesson_name=opened.lesson.name,
            previous=NeighborView.of(placed.neighbors.previous),
            next=NeighborView.of(placed.neighbors.next),
            last_submission_id=placed.last_submission_id,
            task_condition=shown.text,
            time_limit=float(opened.problem.time_limit_ms) / 1000,
            memory_limit=opened.problem.memory_limit_kb // 1024,
            tests=[SampleView.of(sample) for sample in opened.problem.samples],
            language=opened.course.language,
            languages=offered(languages, allowed),
            points=opened.task.points,
            is_solved=opened.result.solved,
            attempts=opened.result.attempts,
            best_points=opened.result.points(opened.task.points),
            penalty=opened.result.charge.percent,
            late_days=opened.result.charge.days,
            late_policy=LatePolicyView.of(opened.late_policy),
            extension=OwnTaskExtension.of(opened.terms.extensions.get(opened.task.id)),
        )


class DraftInfo(View):
    """That there is a draft in a language, and since when."""

    language: str
    saved_at: Moment

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(language=draft.language, saved_at=draft.saved_at)


class DraftView(DraftInfo):
    source: str

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(language=draft.language, saved_at=draft.saved_at, source=draft.source)


class DraftsView(View):
    """The draft that was asked for, null where there is none; `drafts` are all of the task's, the latest first."""

    draft: DraftView | None
    drafts: list[DraftInfo]

    @classmethod
    def of(cls, found: Drafts) -> Self:
        wanted = found.wanted
        return cls(draft=DraftView.of(wanted) if wanted else None, drafts=[DraftInfo.of(each) for each in found.kept])


class RunView(View):
    """What a program did. `time` in seconds, `memory` in KiB; `outcome` as the judge names it.

    `annotations` are the lines of its source that the compiler or the runtime complained of.
    """

    outcome: Outcome
    output: str
    errors: str
    truncated: bool
    exit_code: int | None
    time: float
    memory: int
    compiler_output: str
    annotations: list[AnnotationView]

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
            annotations=[AnnotationView.of(each) for each in done.annotations],
        )


def times_members(times: Times) -> dict[str, datetime | None]:
    """The members of a `TimesView`."""
    return times.moments


def course_fields(course: Course, languages: Sequence[Language]) -> dict[str, object]:
    name = next((language.name for language in languages if language.id == course.language), course.language)
    return {
        "id": course.id,
        "name": course.name,
        "description": course.description,
        "tags": course.tags,
        "pic": course.pic,
        "language": CourseLanguageView(id=course.language, name=name),
        "is_public": course.is_meant_public,
        "published": course.is_published,
        **times_members(course.times),
    }


def _card(card: CourseSummary, languages: Sequence[Language]) -> dict[str, object]:
    return {
        **course_fields(card.course, languages),
        "state": card.state,
        "author_id": card.course.author_id,
        "author_name": card.author_name,
        "tasks_count": len(card.worth),
        "max_points": sum(card.worth.values()),
    }


def _reached(card: CourseSummary) -> dict[str, object]:
    marks = card.marks
    return {"attends": card.attends, "solved": marks.solved, "points": marks.points}


class CourseCards(View, RootModel[list[CourseCard]]):
    """Virtual School's bare array."""
