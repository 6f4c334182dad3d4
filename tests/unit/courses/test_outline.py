"""The outline of a course: pure."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.courses import outline
from chalicelib.courses.availability import ALWAYS, Availability, Times
from chalicelib.courses.completion import Completion, TaskResult
from chalicelib.courses.outline import Full, Outline, Requirement, TaskEntry

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)


def task(task_id: int, points: int = 1, *, shown: bool = True) -> TaskEntry:
    return TaskEntry(task_id, points, shown)


def lessons(*ids: int) -> Outline:
    made = Outline()
    for lesson_id in ids:
        made = made.with_lesson(lesson_id)
    return made


def ids(made: Outline) -> list[int]:
    return [lesson.id for lesson in made.lessons]


@pytest.mark.parametrize(
    ("order", "expected"), [(None, [1, 2, 9]), (1, [9, 1, 2]), (2, [1, 9, 2]), (3, [1, 2, 9]), (50, [1, 2, 9])]
)
def test_a_lesson_stands_where_it_is_put(order: int | None, expected: list[int]) -> None:
    assert ids(lessons(1, 2).with_lesson(9, order=order)) == expected


@pytest.mark.parametrize(("moved", "order", "expected"), [(1, 3, [2, 3, 1]), (3, 1, [3, 1, 2]), (2, 2, [1, 2, 3])])
def test_a_lesson_is_moved(moved: int, order: int, expected: list[int]) -> None:
    assert ids(lessons(1, 2, 3).moving_lesson(moved, order)) == expected


@pytest.mark.parametrize("wrong", [[], [1], [1, 1], [1, 2, 3], [1, 3]])
def test_an_order_names_all_once(wrong: list[int]) -> None:
    with pytest.raises(ValueError, match=r"\["):
        lessons(1, 2).lessons_in_order(wrong)


def test_points_are_those_of_the_tasks_that_are_shown() -> None:
    made = lessons(1, 2).with_task(1, task(5, 3)).with_task(2, task(6, 4)).with_task(2, task(7, 5, shown=False))
    assert made.shown_points == {5: 3, 6: 4}
    assert made.changing_task(2, task(6, 9)).shown_points == {5: 3, 6: 9}
    assert made.without_task(1, 5).without_lesson(2).shown_points == {}


@pytest.mark.parametrize("kind", ["lessons", "tasks", "links"])
def test_a_course_has_its_limits(kind: str) -> None:
    most = {"lessons": outline.MAX_LESSONS, "tasks": outline.MAX_TASKS, "links": outline.MAX_LINKS}[kind]
    made = lessons(*range(1, outline.MAX_LESSONS + 1))
    if kind != "lessons":
        for number in range(most):
            lesson_id = number % outline.MAX_LESSONS + 1
            made = made.with_task(lesson_id, task(number)) if kind == "tasks" else made.with_link(lesson_id, number)
    with pytest.raises(Full) as full:
        {
            "lessons": lambda: made.with_lesson(10**6),
            "tasks": lambda: made.with_task(1, task(10**6)),
            "links": lambda: made.with_link(1, 10**6),
        }[kind]()
    assert full.value.most == most


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2**53 - 1), st.booleans()), unique_by=lambda it: it[1]))
def test_what_is_stored_is_read_again(placed: list[tuple[int, int, bool]]) -> None:
    made = lessons(1, 2, 3, 4)
    for lesson_id, task_id, shown in placed:
        made = made.with_task(lesson_id, task(task_id, shown=shown)).with_link(lesson_id, task_id)
    assert Outline.of_json(made.to_json()) == made
    assert len(made.tasks) == len(placed)


@pytest.mark.parametrize(
    ("solved", "latest", "expected"),
    [
        ((), None, (1, 10)),
        ((), 12, (2, 12)),  # begun and not solved
        ((12,), 12, (2, 14)),  # the next one, past what is not shown
        ((12, 14), 12, (1, 10)),  # nothing left after it
        ((10, 12, 14), 12, None),
        ((), 99, (1, 10)),  # what they sent something to is gone
        ((), 13, (1, 10)),  # no longer shown
    ],
)
def test_where_a_pupil_goes_on(solved: tuple[int, ...], latest: int | None, expected: tuple[int, int] | None) -> None:
    made = lessons(1, 2)
    for lesson_id, entry in ((1, task(10)), (1, task(11, shown=False)), (2, task(12)), (2, task(13, shown=False))):
        made = made.with_task(lesson_id, entry)
    made = made.with_task(2, task(14))
    assert made.to_continue(latest, among=made.shown_points, solved=frozenset(solved)) == expected


def test_an_empty_course_has_nowhere_to_go_on() -> None:
    assert lessons(1).to_continue(None, among=(), solved=()) is None


@pytest.mark.parametrize(
    ("among", "expected"), [((10, 11, 12), ((1, 10), (2, 12))), ((10, 11), ((1, 10), None)), ((), (None, None))]
)
def test_neighbors_are_of_those_that_a_reader_may_read(
    among: tuple[int, ...], expected: tuple[tuple[int, int] | None, tuple[int, int] | None]
) -> None:
    made = lessons(1, 2).with_task(1, task(10)).with_task(1, task(11)).with_task(2, task(12))
    assert made.around(11, among) == expected
    assert made.around(99, among) == (None, None)


def test_drafts_are_worth_nothing() -> None:
    draft = Times(published=False)
    made = lessons(1, 2).with_task(1, task(10, 3)).with_task(1, TaskEntry(11, 4, shown=True, times=draft))
    made = made.with_task(2, task(12, 5))
    assert made.shown_points == {10: 3, 12: 5}
    assert made.changing_lesson(2, draft).shown_points == {10: 3}
    assert set(made.states(draft, NOW).values()) == {Availability.DRAFT}
    assert made.states(ALWAYS, NOW) == {10: Availability.OPEN, 11: Availability.DRAFT, 12: Availability.OPEN}


def test_what_has_no_times_is_stored_as_it_was_before_there_were_any() -> None:
    made = lessons(1).with_task(1, task(10, 3)).with_link(1, 7)
    assert made.to_json() == [[1, [[10, 3, 1]], [7]]]


def test_times_are_stored() -> None:
    opening = Times(opens_at=NOW, due_at=NOW + timedelta(days=1))
    made = lessons(1).changing_lesson(1, opening).with_task(1, TaskEntry(10, 1, shown=True, times=Times(closes_at=NOW)))
    assert Outline.of_json(json.loads(json.dumps(made.to_json()))) == made


def chained(*requires: tuple[int, int, int]) -> Outline:
    """Lessons 1 to 3 with a task of 10 points each, called 11 to 13. A lesson requires of another so many points."""
    made = lessons(1, 2, 3)
    for lesson_id in (1, 2, 3):
        made = made.with_task(lesson_id, task(10 + lesson_id, 10))
    for lesson_id in (1, 2, 3):
        wanted = [Requirement(other, points) for mine, other, points in requires if mine == lesson_id]
        made = made.changing_lesson(lesson_id, ALWAYS, wanted)
    return made


@pytest.mark.parametrize(
    ("points", "share", "lacking"),
    [
        (5, 0.4, [Requirement(1, 5)]),
        (5, 0.5, []),
        (99, 0.9, [Requirement(1, 10)]),  # there are no more than ten
        (99, 1.0, []),
    ],
)
def test_points_of_one_lesson_open_another(points: int, share: float, lacking: list[Requirement]) -> None:
    made = chained((2, 1, points))
    completion = Completion({11: TaskResult(1, solved=share == 1, share=share)})
    assert made.lacking(2, completion) == lacking
    assert made.locked(completion) == ({12} if lacking else set())
    assert made.lacking(3, completion) == made.lacking(99, completion) == []


def test_nothing_is_required_that_nobody_can_earn() -> None:
    made = chained((2, 1, 5), (3, 2, 5))
    assert made.without_lesson(1).lacking(2, Completion()) == []
    assert made.changing_lesson(1, Times(published=False)).lacking(2, Completion()) == []
    assert made.lacking(3, Completion()) == [Requirement(2, 5)]


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ((), False),
        (((2, 1, 1), (3, 1, 1), (3, 2, 1)), False),
        (((1, 1, 1),), True),
        (((1, 2, 1), (2, 3, 1), (3, 1, 1)), True),
    ],
)
def test_a_lesson_may_not_require_itself(requires: tuple[tuple[int, int, int], ...], *, expected: bool) -> None:
    made = chained(*requires)
    assert made.goes_round() is expected
    assert Outline.of_json(json.loads(json.dumps(made.to_json()))) == made
