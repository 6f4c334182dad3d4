"""How far somebody is: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.courses import completion
from chalicelib.courses.completion import Completion, Marks, TaskAttempt, TaskResult

ATTEMPTS = st.dictionaries(
    st.integers(1, 2**53 - 1),
    st.builds(TaskAttempt, st.booleans(), st.floats(0, 1), st.none() | st.integers(1, 3)),
)


@pytest.mark.parametrize(
    ("solved", "points", "max_points", "share"),
    [
        (True, 1, 1, 1.0),
        (True, 0, 0, 1.0),
        (True, 99, 100, 1.0),
        (False, 0, 1, 0.0),
        (False, 0, 0, 0.0),
        (False, 1, 3, 0.3333),
        (False, 5, 3, 1.0),
        (False, -1, 3, 0.0),
    ],
)
def test_an_attempt_is_worth_its_share(*, solved: bool, points: float, max_points: float, share: float) -> None:
    assert completion.attempt(solved=solved, points=points, max_points=max_points) == TaskAttempt(solved, share)


@given(ATTEMPTS)
def test_the_result_is_that_of_the_best_attempt(attempts: dict[int, TaskAttempt]) -> None:
    result = completion.of_all(attempts)
    assert result.attempts == len(attempts)
    assert result.solved == any(attempt.solved for attempt in attempts.values())
    assert result.share == max((attempt.share for attempt in attempts.values()), default=0)
    assert result.last == max(attempts, default=None)


@given(ATTEMPTS, st.randoms())
def test_the_order_of_attempts_does_not_matter(attempts: dict[int, TaskAttempt], random: st.randoms) -> None:  # type: ignore[valid-type]
    shuffled = list(attempts.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert completion.of_all(dict(shuffled)) == completion.of_all(attempts)


def tried(*tests: int | None, solved: bool = False) -> TaskResult:
    attempts = [TaskAttempt(False, 0.0, test) for test in tests] + [TaskAttempt(True, 1.0)] * solved
    return completion.of_all(dict(enumerate(attempts, 1)))


def test_who_fails_on_one_test_again_and_again_is_stuck() -> None:
    assert tried(2, 4, 4, 4).stuck_on == 4
    assert tried(4, None, 4, 4).stuck_on == 4, "what did not compile ran no test"
    for other in (tried(4, 4), tried(4, 4, 4, 2), tried(4, 4, 4, solved=True), tried(None, None, None), tried()):
        assert other.stuck_on is None


def test_marks_count_the_tasks_that_are_there() -> None:
    reached = Completion(
        {1: TaskResult(2, solved=True, share=1.0), 2: TaskResult(1, share=0.5), 9: TaskResult(1, True, 1.0)}
    )
    assert reached.marks({1: 3, 2: 5, 3: 7}) == Marks(solved=1, total=3, points=5.5, max_points=15)
    assert Completion().marks({}) == Marks(solved=0, total=0, points=0, max_points=0)


@given(st.dictionaries(st.integers(1, 2**53 - 1), ATTEMPTS.map(completion.of_all)))
def test_what_is_stored_is_read_again(results: dict[int, TaskResult]) -> None:
    assert Completion.of_json(Completion(results).to_json()) == Completion(results)


def test_what_was_stored_before_the_last_submission_was_is_read() -> None:
    read = Completion.of_json({"7": [2, 1, 0.5]})
    assert read.of(7) == TaskResult(2, solved=True, share=0.5, last=None)
    assert read.to_json() == {"7": [2, 1, 0.5]}
    assert read.of(7).after(TaskAttempt(False, 0.0), 99).last == 99


def test_the_latest_task_is_that_of_the_newest_submission() -> None:
    known = Completion({1: TaskResult(1, last=30), 2: TaskResult(2, solved=True, last=50), 3: TaskResult(1, last=40)})
    assert (known.latest, known.solved) == (2, frozenset({2}))
    assert Completion({1: TaskResult(1)}).latest is None  # recorded before it was kept
