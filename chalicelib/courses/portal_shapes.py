"""Courses on the wire as the school's portal sees them (seed 003), and who is how far."""

from collections.abc import Iterable
from typing import Any, Self

from pydantic import Field, RootModel

from chalicelib.common.http.requests import Body
from chalicelib.common.http.responses import Moment, View
from chalicelib.courses.grants import Taken
from chalicelib.courses.marks import Estimation, Member, Members
from chalicelib.courses.models import Task
from chalicelib.courses.shapes import CourseInfo
from chalicelib.courses.standing import Standing


class CourseCards(View, RootModel[list[CourseInfo]]):
    """Seed 003's bare array."""


class CourseId(View):
    id: int


class GrantBody(Body):
    course_id: int = Field(ge=1)


class Certification(View):
    """A course that was opened to somebody; `since` when they attend it."""

    course_id: int
    name: str
    granted_at: Moment | None
    since: Moment | None

    @classmethod
    def of(cls, taken: Taken) -> Self:
        return cls(
            course_id=taken.course.id,
            name=taken.course.name,
            granted_at=taken.enrolment.granted_at,
            since=taken.enrolment.since,
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
        marks = estimation.marks
        return cls(
            course_id=estimation.course.id,
            name=estimation.course.name,
            attends=estimation.attends,
            solved=marks.solved,
            total=marks.total,
            points=marks.points,
            max_points=marks.max_points,
        )


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
    name: str
    points: int


class TaskCell(View):
    """How far somebody is with a task that they tried."""

    task_id: int
    is_solved: bool
    attempts: int
    points: float


class MemberProgress(MemberView):
    """A row of the table: of the tasks those that were tried."""

    tasks: list[TaskCell]

    @classmethod
    def in_columns(cls, member: Member, columns: Iterable[Task]) -> Self:
        return cls(**_member(member), tasks=_cells(member.enrolment.standing, columns))


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
    return TaskColumn(id=task.id, lesson_id=task.lesson_id, name=task.name, points=task.points)


def _cells(standing: Standing, columns: Iterable[Task]) -> list[TaskCell]:
    tried = [(task, standing.of(task.id)) for task in columns if task.id in standing.results]
    return [
        TaskCell(task_id=task.id, is_solved=each.solved, attempts=each.attempts, points=each.points(task.points))
        for task, each in tried
    ]


def _member(member: Member) -> dict[str, Any]:
    account, marks = member.account, member.marks
    return {
        "user_id": member.enrolment.user_id,
        "login": account.login if account else None,
        "name": account.name if account else None,
        "secondname": account.secondname if account else None,
        "since": member.enrolment.since,
        "solved": marks.solved,
        "total": marks.total,
        "points": marks.points,
        "max_points": marks.max_points,
    }
