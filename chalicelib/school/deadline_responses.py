"""Answers about what is due."""

from typing import Self

from chalicelib.common.http.responses import Moment, Named, View
from chalicelib.school.calendar_models import Calendar
from chalicelib.school.deadlines import Deadline, DeadlineKind


class CalendarView(View):
    """`since` is when the calendar was opened; null while there is none."""

    since: Moment | None

    @classmethod
    def of(cls, calendar: Calendar | None) -> Self:
        return cls(since=None if calendar is None else calendar.since)


class OpenedCalendarView(View):
    """`path` is the calendar's, below the address of the API. It is shown this once."""

    path: str


class DueView(View):
    """What somebody has to do by `due_at`: a task of a course, or of a track's assignment a submission or reviews.

    `within` is the name of the course or track. What is past its time is here while it can still be done.
    """

    kind: DeadlineKind
    title: Named
    within: str
    due_at: Moment
    course_id: int | None
    lesson_id: int | None
    task_id: int | None
    track_id: int | None
    assignment_id: int | None
    reviews_left: int

    @classmethod
    def of(cls, deadline: Deadline) -> Self:
        places = ("course_id", "lesson_id", "task_id", "track_id", "assignment_id")
        return cls(
            kind=deadline.kind,
            title=deadline.title,
            within=deadline.within,
            due_at=deadline.due_at,
            reviews_left=deadline.reviews_left,
            **{name: deadline.ids.get(name) for name in places},
        )
