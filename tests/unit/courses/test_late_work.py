"""What of a pupil's points lateness leaves: the attempts that count, the order of late days, extensions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common import ids
from chalicelib.courses import completion, outline
from chalicelib.courses.availability import ALWAYS, Times
from chalicelib.courses.completion import Completion, TaskAttempt, TaskResult
from chalicelib.courses.late_work import Extension, Terms
from chalicelib.courses.outline import LessonEntry, Outline, TaskEntry
from chalicelib.school.late_policy import Charge, LatePolicy

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
POLICY = LatePolicy(percent_per_day=10, accepted_hours=72)
DUE = {1: START + 10 * DAY, 2: START + 5 * DAY}
OUTLINE = Outline((LessonEntry(7, tuple(TaskEntry(task, 10, True, Times(due_at=due)) for task, due in DUE.items())),))


def sent(task: int, late: timedelta) -> int:
    """The id of a submission that was sent so long after the task was due."""
    return int((DUE[task] + late - ids.EPOCH).total_seconds() * 1000) << ids.RANDOM_BITS


def result(*tries: tuple[float, int]) -> TaskResult:
    return completion.of_all({sent: TaskAttempt(share == 1, share) for share, sent in tries})


def extension(task: int, by: timedelta) -> dict[int, Extension]:
    return {task: Extension(until=DUE[task] + by, reason="Ill", granted_by=1, granted_at=START)}


def charged(terms: Terms, **results: TaskResult) -> dict[int, tuple[float, Charge]]:
    reached = Completion({int(name[1:]): each for name, each in results.items()})
    found = terms.charged(reached, OUTLINE, ALWAYS)
    return {task: (each.share, each.charge) for task, each in found.results.items()}


def test_the_attempt_counts_that_is_worth_most_after_the_penalty() -> None:
    late = result((0.5, sent(1, -HOUR)), (0.6, sent(1, HOUR)), (0.7, sent(1, 3 * DAY)))
    assert charged(Terms(policy=POLICY), t1=late) == {1: (0.54, Charge(percent=10))}
    worse = result((0.5, sent(1, -HOUR)), (0.55, sent(1, HOUR)))
    assert charged(Terms(policy=POLICY), t1=worse) == {1: (0.5, Charge())}


def test_late_days_are_spent_where_tasks_were_due_first() -> None:
    one, two = result((1.0, sent(1, HOUR))), result((1.0, sent(2, HOUR)))
    assert charged(Terms(policy=POLICY, late_days=1), t1=one, t2=two) == {
        1: (0.9, Charge(percent=10)),
        2: (1.0, Charge(days=1)),
    }


def test_an_extension_takes_the_penalty_away_and_spends_no_late_day() -> None:
    late = result((1.0, sent(1, 20 * HOUR)))
    terms = Terms(policy=POLICY, late_days=1, extensions=extension(1, DAY))
    assert charged(terms, t1=late) == {1: (1.0, Charge())}


def test_what_was_recorded_before_tries_were_kept_was_on_time() -> None:
    old = TaskResult.of_json([3, 1, 1.0, 55])
    assert charged(Terms(policy=POLICY), t1=old) == {1: (1.0, Charge())}
    assert old.after(TaskAttempt(True, 1.0), sent(1, DAY)).tries == ((1.0, 0),)


def test_a_task_has_a_policy_of_its_own_beside_the_courses() -> None:
    """One without a penalty takes no late day, though it is due first, and keeps the course's from counting."""
    (lesson,) = OUTLINE.lessons
    one, two = lesson.tasks
    own = Outline((replace(lesson, tasks=(one, replace(two, late_policy=LatePolicy(accepted_hours=1)))),))
    reached = Completion({1: result((1.0, sent(1, 25 * HOUR))), 2: result((1.0, sent(2, 25 * HOUR)))})
    found = Terms(policy=POLICY, late_days=1).charged(reached, Outline.of_json(own.to_json()), ALWAYS).results
    assert {task: each.charge for task, each in found.items()} == {1: Charge(days=1, percent=10), 2: Charge()}
    times = Terms(policy=POLICY).times(own.lessons[0].tasks[1], Times(due_at=DUE[2]))
    assert times.closes_at == DUE[2] + HOUR


def test_a_course_has_so_many_policies_at_most() -> None:
    task = TaskEntry(1, 1, True, late_policy=LatePolicy())
    full = Outline((LessonEntry(7, tuple(replace(task, id=number) for number in range(outline.MAX_POLICIES))),))
    with pytest.raises(outline.Full):
        full.with_task(7, replace(task, id=9999))
    placed = full.with_task(7, TaskEntry(9999, 1, True))
    with pytest.raises(outline.Full):
        placed.changing_task(7, replace(task, id=9999))


def test_without_a_policy_and_without_a_time_nothing_is_taken() -> None:
    late = result((1.0, sent(1, 5 * DAY)))
    assert charged(Terms(late_days=3), t1=late) == {1: (1.0, Charge())}
    assert charged(Terms(policy=POLICY), t9=late) == {9: (1.0, Charge())}


@pytest.mark.parametrize(
    ("terms", "times", "due", "closes"),
    [
        (Terms(), Times(due_at=DUE[1]), 0, None),
        (Terms(policy=POLICY), Times(due_at=DUE[1]), 0, 3),
        (Terms(policy=POLICY), Times(due_at=DUE[1], closes_at=DUE[1] + DAY), 0, 1),
        (Terms(policy=LatePolicy(percent_per_day=10)), Times(due_at=DUE[1]), 0, None),
        (Terms(extensions=extension(1, 5 * DAY)), Times(due_at=DUE[1], closes_at=DUE[1] + DAY), 5, 5),
        (Terms(policy=POLICY, extensions=extension(1, DAY)), Times(due_at=DUE[1]), 1, 3),
        (Terms(extensions=extension(1, 5 * DAY)), Times(closes_at=DUE[1]), None, 5),
    ],
)
def test_a_task_closes_when_no_late_work_is_taken_any_more(
    terms: Terms, times: Times, due: int | None, closes: int | None
) -> None:
    own = terms.times(TaskEntry(1, 10, True, times), times)
    expected = tuple(None if days is None else DUE[1] + days * DAY for days in (due, closes))
    assert (own.due_at, own.closes_at) == expected


Tries = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10**9)), max_size=6, unique_by=lambda each: each[1])


@given(Tries, st.randoms())
def test_the_order_of_verdicts_does_not_matter(tries: list[tuple[int, int]], random: st.DataObject) -> None:
    given_ = {sent: TaskAttempt(share == 10, share / 10) for share, sent in tries}
    shuffled = list(given_)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = completion.of_all(given_), completion.of_all({each: given_[each] for each in shuffled})
    assert one == other
    assert TaskResult.of_json(one.to_json()) == one
    assert [share for share, _ in one.tries] == sorted({share for share, _ in one.tries})
    assert max((share for share, _ in one.tries), default=0) == one.share
