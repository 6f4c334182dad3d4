"""Late work in courses: the policy of a course or a task, more time for one pupil, and what of their points is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

from chalicelib.common import ids
from chalicelib.courses.availability import Times
from chalicelib.courses.completion import Completion, TaskResult
from chalicelib.courses.models import Course, Enrollment
from chalicelib.courses.outline import Outline, TaskEntry
from chalicelib.school.late_policy import ON_TIME, Charge, LatePolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time for one pupil and one task."""

    until: datetime
    reason: str
    granted_by: int
    granted_at: datetime
    version: int = 1

    def to_json(self) -> dict[str, Any]:
        moments = {"until": self.until.isoformat(), "granted_at": self.granted_at.isoformat()}
        return {**moments, "reason": self.reason, "granted_by": self.granted_by, "version": self.version}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        moments = {name: datetime.fromisoformat(stored[name]) for name in ("until", "granted_at")}
        return cls(**{**stored, **moments})


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What holds for one pupil's late work in one course. Pure."""

    policy: LatePolicy | None = None
    late_days: int = 0
    extensions: Mapping[int, Extension] = field(default_factory=dict)

    @classmethod
    def of(cls, course: Course, enrollment: Enrollment | None) -> Self:
        stored = (enrollment.extensions or {}) if enrollment else {}
        return cls(
            policy=LatePolicy.of_json(course.late_policy) if course.late_policy else None,
            late_days=course.late_days,
            extensions={int(task_id): Extension.of_json(each) for task_id, each in stored.items()},
        )

    def policy_of(self, task: TaskEntry) -> LatePolicy | None:
        """A task's own, or the course's."""
        return self.policy if task.late_policy is None else task.late_policy

    def times(self, task: TaskEntry, times: Times) -> Times:
        """What of a task's times holds for the pupil: late work is taken so long, and an extension makes it longer."""
        policy = self.policy_of(task)
        if times.due_at and policy and policy.accepted_hours is not None:
            accepted_until = times.due_at + policy.taken_for
            times = replace(times, closes_at=min(accepted_until, times.closes_at or accepted_until))
        extension = self.extensions.get(task.id)
        if extension is None:
            return times
        return replace(
            times,
            due_at=max(times.due_at, extension.until) if times.due_at else None,
            closes_at=max(times.closes_at, extension.until) if times.closes_at else None,
        )

    def all_times(self, outline: Outline, course: Times) -> Iterator[tuple[int, TaskEntry, Times]]:
        """All tasks, each with its lesson and with what of its times holds for the pupil, in a course with these."""
        for lesson in outline.lessons:
            within = lesson.times.within(course)
            for task in lesson.tasks:
                yield lesson.id, task, self.times(task, task.times_in(within))

    def charged(self, completion: Completion, outline: Outline, course: Times) -> Completion:
        """What is left of results: of each task the attempt that is worth most then. Late days are spent in the order
        in which tasks were due.
        """
        results, left = dict(completion.results), self.late_days
        for due_at, task_id, policy in self._due(outline, course):
            if task_id in results:
                results[task_id] = _charged(results[task_id], due_at, policy, left)
                left -= results[task_id].charge.days
        return Completion(results)

    def _due(self, outline: Outline, course: Times) -> list[tuple[datetime, int, LatePolicy]]:
        """What has a policy, by the common times, for the order; with one's own."""
        found = []
        for lesson in outline.lessons:
            for task in lesson.tasks:
                common, policy = task.times_in(lesson.times.within(course)).due_at, self.policy_of(task)
                if common is not None and policy is not None:
                    extension = self.extensions.get(task.id)
                    found.append((common, task.id, max(common, extension.until) if extension else common, policy))
        return [(own, task_id, policy) for _, task_id, own, policy in sorted(found, key=lambda due: due[:2])]


def completion_of(course: Course, outline: Outline, enrollment: Enrollment | None) -> Completion:
    """What somebody has reached in a course, less what lateness costs."""
    reached = enrollment.completion if enrollment else Completion()
    return Terms.of(course, enrollment).charged(reached, outline, course.times)


def _charged(result: TaskResult, due_at: datetime, policy: LatePolicy, left: int) -> TaskResult:
    """The best of all tries then; of equals the one that takes fewer late days."""
    worth: list[tuple[float, int, Charge]] = []
    for share, submission_id in result.known_tries:
        late = max(ON_TIME, ids.moment_of(submission_id) - due_at)
        charge = policy.charge(late, left)
        worth.append((charge.of(share), -charge.days, charge))
    if not worth:
        return result
    share, _, charge = max(worth, key=lambda each: each[:2])
    return replace(result, share=share, charge=charge)
