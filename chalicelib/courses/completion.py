"""Computes a pupil's completion of a course: from attempts at tasks to solved tasks and points. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from chalicelib.judge.grading import scale
from chalicelib.school.late_policy import Charge

NOTHING = Charge()
BEFORE = 0
"""Stands for a submission of which nothing is known but that it is old."""
FAILURES_KEPT = 3
"""Of a task that is not solved: the newest programs that failed on a test. So many on one test are a difficulty."""


@dataclass(frozen=True, slots=True)
class TaskAttempt:
    """What one submission came to. `share` is how much of the task's points it earned, 0 to 1.

    `failed_on` is the number of the first test that it failed on; None where it failed on none, or none was run.
    """

    solved: bool
    share: float
    failed_on: int | None = None


@dataclass(frozen=True, slots=True)
class TaskResult:
    """How far somebody is with a task. `share` is that of the best attempt.

    `last` is the newest submission that was judged; None for what was recorded before this was kept. `tries` are the
    attempts that were better than all sent before, as (share, submission): which of them counts, lateness decides.
    `failures` are the newest that failed, as (submission, test); none once the task is solved.
    `charge` is what lateness has taken from `share`, where it was taken.
    """

    attempts: int = 0
    solved: bool = False
    share: float = 0.0
    last: int | None = None
    tries: tuple[tuple[float, int], ...] = ()
    failures: tuple[tuple[int, int], ...] = ()
    charge: Charge = NOTHING

    @property
    def known_tries(self) -> tuple[tuple[float, int], ...]:
        """What was recorded before tries were kept is as if it had been on time."""
        return self.tries or (((self.share, BEFORE),) if self.share else ())

    @property
    def stuck_on(self) -> int | None:
        """The test on which all of the newest programs failed; None without so many, or on different tests."""
        tests = {test for _, test in self.failures}
        return tests.pop() if len(self.failures) == FAILURES_KEPT and len(tests) == 1 else None

    def points(self, worth: int) -> float:
        return scale.scaled(self.share, worth)

    def after(self, attempt: TaskAttempt, submission_id: int) -> "TaskResult":
        """With one attempt more. Ids grow with time, whichever verdict comes first."""
        solved = self.solved or attempt.solved
        failed = [(submission_id, attempt.failed_on)] if attempt.failed_on else []
        return TaskResult(
            self.attempts + 1,
            solved,
            max(self.share, attempt.share),
            max(self.last or 0, submission_id),
            _better((*self.known_tries, (attempt.share, submission_id))),
            () if solved else tuple(sorted([*self.failures, *failed])[-FAILURES_KEPT:]),
        )

    def to_json(self) -> list[Any]:
        known = [self.attempts, int(self.solved), self.share]
        if self.last is None:
            return known
        lists = [list(self.tries), list(self.failures)] if self.failures else [list(self.tries)] if self.tries else []
        return [*known, self.last, *lists]

    @classmethod
    def of_json(cls, stored: Sequence[Any]) -> Self:
        attempts, solved, share, *more = stored
        absent: list[Any] = [None, (), ()]
        last, tries, failures, *_ = more + absent[len(more) :]
        return cls(attempts, bool(solved), share, last, tuple(map(tuple, tries)), tuple(map(tuple, failures)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """A course in four numbers."""

    solved: int
    total: int
    points: float
    max_points: int


@dataclass(frozen=True, slots=True)
class Completion:
    """Results by task."""

    results: Mapping[int, TaskResult] = field(default_factory=dict)

    def of(self, task_id: int) -> TaskResult:
        return self.results.get(task_id, TaskResult())

    @property
    def solved(self) -> frozenset[int]:
        """The tasks that are solved."""
        return frozenset(task_id for task_id, result in self.results.items() if result.solved)

    @property
    def latest(self) -> int | None:
        """The task that something was sent to last, of what was judged; None where that is not known."""
        known = [(result.last, task_id) for task_id, result in self.results.items() if result.last is not None]
        return max(known)[1] if known else None

    def having(self, task_id: int, result: TaskResult) -> "Completion":
        return Completion({**self.results, task_id: result})

    def marks(self, worth: Mapping[int, int]) -> Marks:
        """Of the tasks in `worth`, which says how many points each has; what came of others does not count."""
        known = {task_id: result for task_id, result in self.results.items() if task_id in worth}
        return Marks(
            solved=sum(result.solved for result in known.values()),
            total=len(worth),
            points=round(sum(result.points(worth[task_id]) for task_id, result in known.items()), scale.POINTS_DIGITS),
            max_points=sum(worth.values()),
        )

    def to_json(self) -> dict[str, Any]:
        return {str(task): each.to_json() for task, each in self.results.items()}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        return cls({int(task): TaskResult.of_json(result) for task, result in stored.items()})


def _better(tries: Iterable[tuple[float, int]]) -> tuple[tuple[float, int], ...]:
    """Those that are better than all that were sent before."""
    found: list[tuple[float, int]] = []
    for share, submission_id in sorted(tries, key=lambda each: each[1]):
        if share > max((each for each, _ in found), default=0.0):
            found.append((share, submission_id))
    return tuple(found)


def attempt(*, solved: bool, points: float, max_points: float, failed_on: int | None = None) -> TaskAttempt:
    """An attempt that earned so many of the problem's points."""
    return TaskAttempt(solved, scale.share(solved=solved, points=points, max_points=max_points), failed_on)


def of_all(attempts: Mapping[int, TaskAttempt]) -> TaskResult:
    """The result of all attempts at a task, which are by submission."""
    result = TaskResult()
    for submission_id, each in attempts.items():
        result = result.after(each, submission_id)
    return result
