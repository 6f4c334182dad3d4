"""Responses about who may attend a course, who does, and how far they are: the portal's (Virtual School)."""

from collections.abc import Iterable
from typing import Any, Self

from chalicelib.common.http.responses import Moment, Named, View
from chalicelib.courses.completion import Completion
from chalicelib.courses.enrollments import CourseAccess
from chalicelib.courses.models import Task
from chalicelib.courses.progress import Estimation, Member, Members, Study
from chalicelib.judge.responses import NeighborView


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
    """How far somebody is with a task that they tried: `points` less `penalty` percent, `late_days` spent.

    `submission_id` is what they sent last of what was judged; null where that was before it was recorded.
    """

    task_id: int
    is_solved: bool
    attempts: int
    points: float
    penalty: float
    late_days: int
    submission_id: int | None


class MemberProgress(MemberView):
    """A row of the table: of the tasks those that were tried."""

    tasks: list[TaskCell]

    @classmethod
    def in_columns(cls, member: Member, columns: Iterable[Task]) -> Self:
        return cls(**_member(member), tasks=_cells(member.completion, columns))


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
            penalty=each.charge.percent,
            late_days=each.charge.days,
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
