"""Responses of courses: with PyTry's names, with those of the portal (Virtual School), and for authors."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal, Self

from pydantic import RootModel

from chalicelib.common.http.responses import Moment, Named, View
from chalicelib.courses import cards
from chalicelib.courses.cards import CourseSummary
from chalicelib.courses.completion import Completion
from chalicelib.courses.courses import OpenCourse, OpenLesson
from chalicelib.courses.drafts import Drafts
from chalicelib.courses.enrollments import CourseAccess
from chalicelib.courses.models import Course, Draft, Lesson, Link, Task
from chalicelib.courses.pictures import MAX_BYTES, Upload
from chalicelib.courses.places import PlacedTask
from chalicelib.courses.progress import Estimation, Member, Members, Study
from chalicelib.judge.languages import offered
from chalicelib.judge.models import Sample
from chalicelib.judge.problems.statements import Shown
from chalicelib.judge.responses import AnnotationView, NeighborView, StatementInfo, UploadView
from chalicelib.judge.submissions.custom_runs import CustomRun
from chalicelib.judge_protocol.contract import Language, Outcome


class CourseLanguageView(View):
    id: str
    name: str


class CourseFields(View):
    """A course's own fields."""

    id: int
    name: str
    description: str
    pic: str | None
    language: CourseLanguageView
    is_public: bool


class CourseCard(CourseFields):
    """A course as visitors see it: who wrote it, how many tasks are published, and what they are worth together."""

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


class TaskInfo(View):
    """A task in a lesson. Only who teaches sees one that is not published."""

    id: int
    name: Named
    points: int
    is_published: bool
    is_solved: bool
    attempts: int
    best_points: float

    @classmethod
    def of(cls, task: Task, completion: Completion) -> Self:
        reached = completion.of(task.id)
        return cls(
            id=task.id,
            name=task.spoken_name,
            points=task.points,
            is_published=task.shown,
            is_solved=reached.solved,
            attempts=reached.attempts,
            best_points=reached.points(task.points),
        )


class LessonView(View):
    """`task` is the name of the tasks in PyTry's README, `tasks` in its code."""

    id: int
    name: str
    description: str
    task: list[TaskInfo]
    tasks: list[TaskInfo]
    links: list[LinkView]

    @classmethod
    def of(cls, opened: OpenLesson) -> Self:
        course, lesson = opened.course, opened.lesson
        tasks = [TaskInfo.of(task, course.completion) for task in course.tasks_of(lesson)]
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
        card = cards.of_open(opened)
        return cls(**_card(card, languages), **_reached(card), lessons=lessons)


class SampleView(View):
    input: str
    output: str

    @classmethod
    def of(cls, sample: Sample) -> Self:
        return cls(input=sample.input, output=sample.output)


class TaskView(View):
    """`time_limit` in seconds, `memory_limit` in MiB; `tests` are the first two, as examples.

    `previous` and `next` are the tasks around it in the course, of those that the reader sees; `last_submission_id` is
    what the reader sent last, judged or not. A program that names no language is in `language`, the course's.
    `name` and `task_condition` are in the language that the request asks for,
    if there is a statement in it; `statement_language` says in which they are, null where nobody has said.
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
    is_solved: bool
    attempts: int
    best_points: float

    @classmethod
    def of(cls, placed: PlacedTask, languages: Sequence[Language], shown: Shown) -> Self:
        opened, allowed = placed.opened, placed.opened.languages
        return cls(
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


def _card(card: CourseSummary, languages: Sequence[Language]) -> dict[str, object]:
    return {
        **_info(card.course, languages),
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


class CourseId(View):
    id: int


class Certification(View):
    """A course that was opened to somebody; `since` when they attend it."""

    course_id: int
    name: str
    granted_at: Moment | None
    since: Moment | None

    @classmethod
    def of(cls, taken: CourseAccess) -> Self:
        return cls(
            course_id=taken.course.id,
            name=taken.course.name,
            granted_at=taken.enrollment.granted_at,
            since=taken.enrollment.since,
        )


class CertificationsView(View):
    certifications: list[Certification]


class EstimationView(View):
    """How far somebody is in a course."""

    course_id: int
    name: str
    attends: bool
    solved: int
    total: int
    points: float
    max_points: int

    @classmethod
    def of(cls, estimation: Estimation) -> Self:
        return cls(**_estimation(estimation))


class StudyView(EstimationView):
    """How far the caller is in a course. `next` is the task where they go on: what they sent something to last, unless
    it is solved, else the next that is not; null for who does not attend or has solved all.
    """

    next: NeighborView | None

    @classmethod
    def of_study(cls, study: Study) -> Self:
        task = study.next
        to_next = NeighborView(lesson_id=task.lesson_id, task_id=task.id, name=task.spoken_name) if task else None
        return cls(**_estimation(study.estimation), next=to_next)


class EstimationsView(View):
    estimations: list[EstimationView]


class MemberView(View):
    """One who attends a course. Without names: the account was deleted."""

    user_id: int
    login: str | None
    name: str | None
    secondname: str | None
    since: Moment | None
    solved: int
    total: int
    points: float
    max_points: int

    @classmethod
    def of(cls, member: Member) -> Self:
        return cls(**_member(member))


class MembersView(View):
    members: list[MemberView]


class TaskColumn(View):
    """A task of the table."""

    id: int
    lesson_id: int
    name: Named
    points: int


class TaskCell(View):
    """How far somebody is with a task that they tried.

    `submission_id` is what they sent last of what was judged; null where that was before it was recorded.
    """

    task_id: int
    is_solved: bool
    attempts: int
    points: float
    submission_id: int | None


class MemberProgress(MemberView):
    """A row of the table: of the tasks those that were tried."""

    tasks: list[TaskCell]

    @classmethod
    def in_columns(cls, member: Member, columns: Iterable[Task]) -> Self:
        return cls(**_member(member), tasks=_cells(member.enrollment.completion, columns))


class ProgressView(View):
    """Who solved what: a page of a course's members by its tasks."""

    tasks: list[TaskColumn]
    members: list[MemberProgress]

    @classmethod
    def of(cls, found: Members) -> Self:
        columns = [task for tasks in found.contents.tasks.values() for task in tasks if task.shown]
        return cls(
            tasks=[_column(task) for task in columns],
            members=[MemberProgress.in_columns(member, columns) for member in found.page.items],
        )


def _column(task: Task) -> TaskColumn:
    return TaskColumn(id=task.id, lesson_id=task.lesson_id, name=task.spoken_name, points=task.points)


def _cells(completion: Completion, columns: Iterable[Task]) -> list[TaskCell]:
    tried = [(task, completion.of(task.id)) for task in columns if task.id in completion.results]
    return [
        TaskCell(
            task_id=task.id,
            is_solved=each.solved,
            attempts=each.attempts,
            points=each.points(task.points),
            submission_id=each.last,
        )
        for task, each in tried
    ]


def _estimation(estimation: Estimation) -> dict[str, Any]:
    marks = estimation.marks
    return {
        "course_id": estimation.course.id,
        "name": estimation.course.name,
        "attends": estimation.attends,
        "solved": marks.solved,
        "total": marks.total,
        "points": marks.points,
        "max_points": marks.max_points,
    }


def _member(member: Member) -> dict[str, Any]:
    account, marks = member.account, member.marks
    return {
        "user_id": member.enrollment.user_id,
        "login": account.login if account else None,
        "name": account.name if account else None,
        "secondname": account.secondname if account else None,
        "since": member.enrollment.since,
        "solved": marks.solved,
        "total": marks.total,
        "points": marks.points,
        "max_points": marks.max_points,
    }


class PictureUpload(View):
    """Upload the picture, then PUT its id to the same path."""

    picture_id: int
    max_bytes: int
    upload: UploadView

    @classmethod
    def of(cls, upload: Upload) -> Self:
        form = UploadView(url=upload.url, fields=upload.fields)
        return cls(picture_id=upload.picture_id, max_bytes=MAX_BYTES, upload=form)


class AuthoredCourse(CourseFields):
    """A course as its author sees it. `version` grows with every change of the course or of anything in it."""

    languages: list[str] | None
    author_id: int
    author_name: str | None
    version: int
    created_at: Moment

    @classmethod
    def of(cls, course: Course, languages: Sequence[Language], author_name: str | None) -> Self:
        return cls(
            **_info(course, languages),
            languages=course.languages,
            author_id=course.author_id,
            author_name=author_name,
            version=course.version,
            created_at=course.created_at,
        )


class AuthoredLesson(View):
    id: int
    name: str
    description: str

    @classmethod
    def of(cls, lesson: Lesson) -> Self:
        return cls(id=lesson.id, name=lesson.name, description=lesson.description)


class AuthoredTask(View):
    """A task as its author sees it. Pupils see it when `is_published`: when its problem is."""

    id: int
    problem_id: int
    name: str
    points: int
    languages: list[str] | None
    is_published: bool

    @classmethod
    def of(cls, task: Task) -> Self:
        return cls(
            id=task.id,
            problem_id=task.problem_id,
            name=task.name,
            points=task.points,
            languages=task.languages,
            is_published=task.shown,
        )


class DeletingView(View):
    """Nobody sees the course any more, but not all of it is erased: ask again to go on."""

    status: Literal["deleting"] = "deleting"
