"""Tasks: problems placed in lessons, and solving them."""

from dataclasses import dataclass

from pynamodb.transactions import TransactWrite

from chalicelib.accounts.guard import Caller
from chalicelib.common import errors
from chalicelib.courses import courses, models
from chalicelib.courses.models import Course, Task, TaskProgress
from chalicelib.judge import models as judge_models
from chalicelib.judge import submissions
from chalicelib.judge.contract import Verdict
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.submissions import Program
from chalicelib.judge.verdict import Judgement

ORIGIN = "course"
"""The first part of the origin of a submission to a task: course#{course}#{lesson}#{task}."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a task is."""

    course_id: int
    lesson_id: int
    task_id: int

    @property
    def origin(self) -> str:
        return f"{ORIGIN}#{self.course_id}#{self.lesson_id}#{self.task_id}"

    @classmethod
    def of_origin(cls, origin: str) -> "Place":
        _, course_id, lesson_id, task_id = origin.split("#")
        return cls(course_id=int(course_id), lesson_id=int(lesson_id), task_id=int(task_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task as one reader sees it."""

    course: Course
    task: Task
    problem: Problem
    progress: TaskProgress | None


def read(caller: Caller, place: Place) -> OpenTask:
    """403 for one who does not attend the course; 404 when the task is not in that lesson of that course."""
    if not caller.teaches and not models.attends(caller.id, place.course_id):
        raise courses.not_attending()
    course = models.find_course(place.course_id)
    task = models.find_task(place.course_id, place.lesson_id, place.task_id)
    problem = judge_models.find_problem(task.problem_id) if task else None
    if course is None or task is None or problem is None:
        raise errors.NotFound("task_not_found", "Not found", status="Not found")
    progress = models.find_task_progress(caller.id, place.course_id, place.task_id)
    return OpenTask(course=course, task=task, problem=problem, progress=progress)


def submit(caller: Caller, place: Place, *, source: str, language: str | None) -> Submission:
    """Send a program to a task, in the course's language unless another is named."""
    opened = read(caller, place)
    program = Program(language=language or opened.course.language, source=source)
    return submissions.submit(caller.id, opened.problem, program, origin=place.origin)


def record(submission: Submission, judgement: Judgement, transaction: TransactWrite) -> None:
    """Add what a verdict means for its author's progress to the transaction that writes the verdict."""
    if judgement.verdict is Verdict.SYSTEM_ERROR:
        return
    place = Place.of_origin(submission.origin)
    task = models.find_task(place.course_id, place.lesson_id, place.task_id)
    if task is not None:
        user_id, points = submission.user_id, task.points
        solved = judgement.verdict is Verdict.OK
        models.record_attempt(transaction, user_id, place.course_id, place.task_id, points if solved else None)
