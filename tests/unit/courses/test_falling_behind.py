"""Who falls behind in a course."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.common import ids
from chalicelib.common.http.responses import rfc3339
from chalicelib.courses import completion
from chalicelib.courses.availability import Times
from chalicelib.courses.completion import Completion, TaskAttempt
from chalicelib.courses.falling_behind import Watch
from chalicelib.courses.late_work import Extension
from chalicelib.courses.models import Course, Enrollment
from chalicelib.courses.outline import LessonEntry, Outline, Requirement, TaskEntry

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)
Tries = dict[int, list[tuple[float, int | None]]]
"""By task what was sent so many days ago, and the test that it failed on; None for what solved it."""


def ago(days: float) -> datetime:
    return NOW - days * DAY


def outline(*dues: Times, requires: int = 0) -> Outline:
    """Tasks 1, 2, …, in a lesson that may require points of another, whose only task is 90."""
    tasks = tuple(TaskEntry(number, 10, True, times) for number, times in enumerate(dues, 1))
    required = (Requirement(9, requires),) if requires else ()
    other = (TaskEntry(90, 10, True),) if requires else ()
    return Outline((LessonEntry(7, tasks, requires=required), LessonEntry(9, other)))


def results(tries: Tries) -> dict[str, Any]:
    found = {
        task: completion.of_all(
            {
                int((ago(days) - ids.EPOCH).total_seconds() * 1000) << ids.RANDOM_BITS: TaskAttempt(
                    failed is None, float(failed is None), failed
                )
                for days, failed in each
            }
        )
        for task, each in tries.items()
    }
    return Completion(found).to_json()


def behind(
    placed: Outline, tries: Tries | None = None, *, joined: float = 60, **more: Any
) -> list[tuple[str, float, int, int | None]]:
    """Each way in which somebody falls behind, and since how many days."""
    course = Course(id=5, name="Sums", author_id=1)
    enrollment = Enrollment(user_id=3, course_id=5, since=ago(joined), results=results(tries or {}), **more)
    found = Watch(course=course, outline=placed, now=NOW).behind(enrollment)
    return [(each.kind.value, (NOW - each.since) / DAY, each.count, each.test) for each in found]


ALWAYS = outline(Times())


@pytest.mark.parametrize(
    ("sent", "joined", "since"),
    [(6.9, 60, None), (7, 60, 7), (89, 100, 89), (90, 100, None), (None, 6, None), (None, 8, 8), (70, 8, 8)],
)
def test_nothing_came_for_a_week(sent: float | None, joined: float, since: float | None) -> None:
    tries: Tries = {} if sent is None else {1: [(sent, 1)]}
    assert behind(ALWAYS, tries, joined=joined) == ([] if since is None else [("quiet", since, 0, None)])


def test_who_has_nothing_to_solve_is_not_quiet() -> None:
    assert behind(ALWAYS, {1: [(20, None)]}) == []
    assert behind(outline(Times(opens_at=NOW + DAY), Times(closes_at=ago(50)), Times(published=False))) == []
    assert behind(outline(Times(opens_at=ago(3)))) == []
    assert behind(outline(Times(opens_at=ago(10)))) == [("quiet", 10, 0, None)]
    assert behind(outline(Times(), requires=10), {90: [(20, None)]}) == [("quiet", 20, 0, None)]


def test_what_is_locked_counts_for_nothing() -> None:
    locked = outline(Times(due_at=ago(2)), Times(due_at=ago(3)), requires=10)
    assert behind(locked, {90: [(1, 1)]}) == []
    assert behind(locked, {90: [(1, None)]}) == [("missed", 3, 2, None)]


def test_who_never_attended_is_none_of_them() -> None:
    course = Course(id=5, name="Sums", author_id=1)
    assert list(Watch(course=course, outline=ALWAYS, now=NOW).behind(Enrollment(user_id=3, results={}))) == []


def test_what_was_sent_before_its_time_was_kept_says_nothing_of_silence() -> None:
    course = Course(id=5, name="Sums", author_id=1)
    old = Enrollment(user_id=3, since=ago(60), results={"1": [4, 0, 0.0]})
    assert list(Watch(course=course, outline=ALWAYS, now=NOW).behind(old)) == []


def test_due_times_that_passed_are_missed_from_the_second_on() -> None:
    one, two, old, later = (Times(due_at=ago(days)) for days in (1, 3, 31, -1))
    closed = Times(due_at=ago(4), closes_at=ago(2))
    new: Tries = {1: [(0.5, 1)]}
    assert behind(outline(one, later, old), new) == []
    assert behind(outline(one, two), new) == [("missed", 3, 2, None)]
    assert behind(outline(one, closed), new) == [("missed", 4, 2, None)]
    assert behind(outline(one, two), {2: [(0.5, None)]}) == []
    assert behind(outline(one, two), joined=2) == [], "it was due before they came"


def test_more_time_for_one_pupil_is_not_missed() -> None:
    more = Extension(until=NOW + DAY, reason="Ill", granted_by=1, granted_at=ago(5)).to_json()
    assert behind(outline(Times(due_at=ago(1)), Times(due_at=ago(3))), {1: [(0.5, 1)]}, extensions={"1": more}) == []


@pytest.mark.parametrize(
    ("tries", "found"),
    [
        ([(3, 4), (2, 4), (1, 4)], (3, 3, 4)),
        ([(4, 2), (3, 4), (2, 4), (1, 4)], (3, 4, 4)),
        ([(2, 4), (1, 4)], None),
        ([(3, 4), (2, 5), (1, 4)], None),
        ([(3, 4), (2, 4), (1, 4), (0.5, None)], None),
    ],
)
def test_three_failures_on_one_test_make_somebody_stuck(
    tries: list[tuple[float, int | None]], found: tuple[float, int, int] | None
) -> None:
    assert behind(ALWAYS, {1: tries}) == ([] if found is None else [("stuck", *found)])


def test_old_failures_are_no_news_and_of_two_tasks_the_one_with_more_programs_counts() -> None:
    three: list[tuple[float, int | None]] = [(3, 4), (2, 4), (1, 4)]
    two = outline(Times(), Times())
    assert behind(two, {1: three, 2: [(4, 6), *((days, 6) for days, _ in three)]}) == [("stuck", 3, 4, 6)]
    assert behind(outline(Times(closes_at=NOW)), {1: three}) == []
    old: Tries = {1: [(days + 30, test) for days, test in three], 2: [(1, 2)]}
    assert behind(two, old) == []


def test_where_it_is() -> None:
    course = Course(id=5, name="Sums", author_id=1)
    stuck = results({1: [(3, 4), (2, 4), (1, 4)]})
    (found,) = Watch(course=course, outline=ALWAYS, now=NOW).behind(Enrollment(user_id=3, since=ago(60), results=stuck))
    assert (found.user_id, found.place.within, found.place.ids) == (
        3,
        "Sums",
        {"course_id": 5, "lesson_id": 7, "task_id": 1},
    )
    assert rfc3339(found.since) == rfc3339(ago(3))
