"""Decides which pupils of a course fall behind. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.common import ids
from chalicelib.courses.availability import READABLE, Availability, Times
from chalicelib.courses.completion import TaskResult
from chalicelib.courses.late_work import Terms
from chalicelib.courses.models import Course, Enrollment
from chalicelib.courses.outline import Outline
from chalicelib.school.overviews import Behind, BehindKind, Place

QUIET = timedelta(days=7)
"""For so long nothing came from somebody who has something to solve."""
GONE = timedelta(days=90)
"""Who has sent nothing for so long has left, rather than fallen behind."""
RECENT = timedelta(days=30)
"""Times missed and failures before that are no news."""
FEWEST_MISSED = 2
"""Due times that passed with a task unsolved: one happens to anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A task that a pupil has not solved and is not locked out of, with the times that hold for them."""

    lesson_id: int
    task_id: int
    times: Times
    result: TaskResult
    state: Availability


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A course whose pupils are looked at, at a moment."""

    course: Course
    outline: Outline
    now: datetime

    def behind(self, enrollment: Enrollment) -> Iterator[Behind]:
        """Each way in which somebody falls behind, once."""
        if not enrollment.attends:
            return
        joined_at, work = enrollment.since, self._unsolved(enrollment)
        missed = sorted(each.times.due_at for each in work if self._is_missed(each, joined_at) and each.times.due_at)
        if len(missed) >= FEWEST_MISSED:
            yield self._of(enrollment, BehindKind.MISSED, missed[0], count=len(missed))
        doable = [each for each in work if each.state is Availability.OPEN]
        stuck = [each for each in doable if each.result.stuck_on and self.now - _last_sent(each) <= RECENT]
        if stuck:
            yield self._stuck(enrollment, max(stuck, key=lambda each: each.result.attempts))
        quiet_since = _quiet_since(enrollment, joined_at, doable)
        if quiet_since is not None and QUIET <= self.now - quiet_since < GONE:
            yield self._of(enrollment, BehindKind.QUIET, quiet_since)

    def _unsolved(self, enrollment: Enrollment) -> list[Work]:
        terms = Terms.of(self.course, enrollment)
        reached = terms.charged(enrollment.completion, self.outline, self.course.times)
        left_out = reached.solved | self.outline.locked(reached)
        return [
            Work(lesson_id=lesson_id, task_id=task.id, times=times, result=reached.of(task.id), state=state)
            for lesson_id, task, times in terms.all_times(self.outline, self.course.times)
            if task.id not in left_out and (state := times.state(self.now)) in READABLE
        ]

    def _is_missed(self, work: Work, joined_at: datetime) -> bool:
        due_at = work.times.due_at
        return due_at is not None and joined_at < due_at <= self.now <= due_at + RECENT

    def _stuck(self, enrollment: Enrollment, work: Work) -> Behind:
        """Since the first of the failures that say so."""
        since = ids.moment_of(work.result.failures[0][0])
        more = {"lesson_id": work.lesson_id, "task_id": work.task_id}
        count, test = work.result.attempts, work.result.stuck_on
        return self._of(enrollment, BehindKind.STUCK, since, count=count, test=test, **more)

    def _of(
        self,
        enrollment: Enrollment,
        kind: BehindKind,
        since: datetime,
        *,
        count: int = 0,
        test: int | None = None,
        **more: int,
    ) -> Behind:
        place = Place(within=self.course.name, ids={"course_id": self.course.id, **more})
        return Behind(kind=kind, user_id=enrollment.user_id, place=place, since=since, count=count, test=test)


def _last_sent(work: Work) -> datetime:
    return ids.moment_of(work.result.last or 0)


def _quiet_since(enrollment: Enrollment, joined_at: datetime, doable: Sequence[Work]) -> datetime | None:
    """Since when nothing came, while there was something to solve; None where there is nothing, or where it was not
    recorded yet when somebody sent something.
    """
    results = enrollment.completion.results.values()
    last = max((each.last for each in results if each.last is not None), default=None)
    if not doable or (results and last is None):
        return None
    opened_at = min(each.times.opens_at or joined_at for each in doable)
    return max(joined_at, opened_at, ids.moment_of(last) if last else joined_at)
