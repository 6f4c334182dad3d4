"""Tasks, which are problems placed in lessons: reads them, runs and submits solutions to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging
from chalicelib.courses import completion, courses, enrollments, late_work, models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.availability import Availability, Times
from chalicelib.courses.completion import Completion, TaskAttempt, TaskResult
from chalicelib.courses.late_work import Terms
from chalicelib.courses.models import Course, Enrollment, Lesson, Task
from chalicelib.courses.outline import Outline
from chalicelib.judge import models as judge_models
from chalicelib.judge import origins
from chalicelib.judge.grading import answers
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.origins import TaskOrigin
from chalicelib.judge.problems import library
from chalicelib.judge.problems.statements import Shown
from chalicelib.judge.submissions import announcements, custom_runs, submissions
from chalicelib.judge.submissions.custom_runs import CustomRun
from chalicelib.judge.submissions.submissions import Program, Sought
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.school import teaching

ORIGIN = origins.COURSE
"""The first part of the origin of a submission to a task: course#{course}#{lesson}#{task}."""

NOT_COUNTED = (Verdict.SYSTEM_ERROR, Verdict.CANCELLED)
"""Neither is the pupil's doing: what the submission came to before stays."""


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
        named = origins.read(origin)
        if not isinstance(named, TaskOrigin):
            raise TypeError(f"no task: {origin}")
        return cls(course_id=named.course_id, lesson_id=named.lesson_id, task_id=named.task_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A task as one reader sees it. Without `languages` all are allowed.

    `times` are what holds for it in its lesson and its course, and for the reader by their `terms`; `state` is what it
    is by them. One who `sees_all` writes the course. The `outline` is there when it was asked for.
    """

    course: Course
    lesson: Lesson
    task: Task
    problem: Problem
    result: TaskResult
    terms: Terms
    times: Times
    state: Availability
    sees_all: bool
    outline: Outline | None

    @property
    def languages(self) -> list[str] | None:
        """Those that the course, the task and the problem all allow; the task's own take the place of the course's."""
        if answers.are_wanted(self.problem.languages):
            return [answers.LANGUAGE]
        placed: list[str] | None = self.task.languages or self.course.languages
        if placed is None or self.problem.languages is None:
            return placed or self.problem.languages
        return [language for language in placed if language in self.problem.languages]

    @property
    def late_policy(self) -> Mapping[str, Any] | None:
        """The task's own, or the course's."""
        stored: Mapping[str, Any] | None = (
            self.course.late_policy if self.task.late_policy is None else self.task.late_policy
        )
        return stored

    def name_beside(self, shown: Shown) -> str:
        """The problem's, as a statement calls it; unless the task was given a name of its own."""
        return shown.title if self.task.name in {self.problem.title, *self.problem.titles.values()} else self.task.name

    def program(self, source: str, language: str | None) -> Program:
        """A program as it is sent to this task: in the course's language unless another is named; or answers."""
        usual = answers.LANGUAGE if answers.are_wanted(self.problem.languages) else self.course.language
        return Program(language=language or usual, source=source)


def read(caller: Caller, place: Place, *, with_outline: bool = False) -> OpenTask:
    """403 for one who neither attends nor teaches the course, be there such a course or not; 404 when the task is not
    in that lesson of that course, and when it is a draft or its problem is not published; 403 before it opens. But
    those who teach the course see it.
    """
    where = (place.course_id, place.lesson_id, place.task_id)
    found = models.find_task_for(caller.id, *where, with_outline=with_outline)
    writes = courses.check_attends(caller, found.course, found.enrollment)
    problem = judge_models.find_problem(found.task.problem_id) if found.task else None
    if found.course is None or found.lesson is None or found.task is None or problem is None:
        raise course_errors.no_such_task()
    terms = Terms.of(found.course, found.enrollment)
    times = terms.times(found.task.entry, _times(found.course, found.lesson, found.task, problem))
    state = times.state(clock.now())
    if not writes:
        _check_readable(state)
        _check_unlocked(found)
    return OpenTask(
        course=found.course,
        lesson=found.lesson,
        task=found.task,
        problem=problem,
        result=_completion(found).of(found.task.id),
        terms=terms,
        times=times,
        state=state,
        sees_all=writes,
        outline=found.outline,
    )


def _completion(found: models.FoundTask) -> Completion:
    """Less what lateness costs: the outline, which says what was due when, is read where there is a policy alone."""
    reached = found.enrollment.completion if found.enrollment else Completion()
    if found.course is None or found.task is None or not (found.course.late_policy or found.task.late_policy):
        return reached
    outline = found.outline or models.find_outline(found.course.id) or Outline()
    return late_work.completion_of(found.course, outline, found.enrollment)


def _times(course: Course, lesson: Lesson, task: Task, problem: Problem) -> Times:
    """What holds for a task; whether its problem is published is read from the problem, not from its copy."""
    holding = task.times.within(lesson.times.within(course.times))
    return holding if problem.published else replace(holding, published=False)


def _check_readable(state: Availability) -> None:
    if state is Availability.DRAFT:
        raise course_errors.no_such_task()
    if state is Availability.NOT_OPEN:
        raise course_errors.task_not_open()


def _check_unlocked(found: models.FoundTask) -> None:
    """403 while the lesson requires more points of another; the outline is read for such lessons alone."""
    course, lesson = found.course, found.lesson
    if course is None or lesson is None or not lesson.requires:
        return
    outline = found.outline or models.find_outline(course.id) or Outline()
    for lacking in outline.lacking(lesson.id, late_work.completion_of(course, outline, found.enrollment)):
        other = models.find_lesson(course.id, lacking.lesson_id)
        raise course_errors.lesson_locked(other.name if other else "", lacking.points)


def submit(caller: Caller, place: Place, *, source: str, language: str | None) -> tuple[Task, Submission]:
    """Send a program to a task, in the course's language unless another is named; 422 for one that is not allowed, 403
    when the task is closed, unless one teaches it.
    """
    opened = read(caller, place)
    if opened.state is Availability.CLOSED and not opened.sees_all:
        raise course_errors.task_closed()
    program = opened.program(source, language)
    sent = submissions.submit(caller.id, opened.problem, program, origin=place.origin, allowed=opened.languages)
    return opened.task, sent


def run(caller: Caller, place: Place, *, source: str, language: str | None, given: str) -> CustomRun:
    """Run a program on the caller's own input, by the task's limits. Nothing is stored or counted."""
    opened = read(caller, place)
    program = opened.program(source, language)
    beside = library.includes_of(opened.problem).get(program.language, ())
    return custom_runs.run(
        caller.id,
        replace(program, beside=tuple(beside)),
        given,
        time_limit_ms=opened.problem.time_limit_ms,
        memory_limit_kb=opened.problem.memory_limit_kb,
        allowed=opened.languages,
        files=(opened.problem.input_file, opened.problem.output_file),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFilter:
    """Whose submissions are wanted, of which kind: the caller's own without `user_id`, unless `everybody`'s are."""

    user_id: int | None = None
    everybody: bool = False
    sought: Sought = field(default_factory=Sought)


def history(caller: Caller, place: Place, wanted: HistoryFilter, query: paging.CursorQuery) -> paging.Page[Submission]:
    """What was sent to a task, newest first. 403 for what others sent but one's own pupils, and for what everybody did
    unless one owns or teaches the course.
    """
    opened = read(caller, place)
    if wanted.everybody and not opened.sees_all:
        raise course_errors.not_yours()
    if wanted.everybody and wanted.user_id is None:
        return submissions.seek(lambda at: submissions.list_to(place.origin, at), query, wanted.sought)
    whose = wanted.user_id or caller.id
    teaching.check_may_read_about(caller, whose, course_errors.not_your_submissions())
    return submissions.seek(lambda at: submissions.list_of(whose, at, task_id=place.task_id), query, wanted.sought)


def record(submission: Submission, judgement: Judgement, transaction: Transaction) -> None:
    """Add what a verdict means for its author's progress to the transaction that writes the verdict."""
    if judgement.verdict in NOT_COUNTED:
        return
    place = Place.of_origin(submission.origin)
    user_id, task_id = submission.user_id, place.task_id
    task, enrollment, before = enrollments.find_for_attempt(
        user_id, submission.id, course_id=place.course_id, lesson_id=place.lesson_id, task_id=task_id
    )
    if task is None:
        return
    attempt = completion.attempt(
        solved=judgement.verdict is Verdict.OK,
        points=judgement.points,
        max_points=judgement.max_points,
        failed_on=judgement.failed_on,
    )
    enrolled = enrollment or Enrollment(user_id=user_id, course_id=place.course_id)
    key = models.attempt_key(place.course_id, task_id, user_id, submission.id)
    reached = _result(enrolled.completion, submission, attempt, _others(place, submission) if before else None)
    enrollments.record_attempt(transaction, key, attempt, enrolled, enrolled.completion.having(task_id, reached))


def announce(submission: Submission, is_new: bool) -> None:  # noqa: FBT001 - the grader's `Announcer`
    """Tell the author of a program of its verdict, unless it is what they know, and what it is worth in the task."""
    if not is_new:
        return
    place = Place.of_origin(submission.origin)
    key = models.task_key(place.course_id, place.lesson_id, place.task_id)
    task = models.as_kind(Task, models.batch([key]).get(key))
    announcements.tell(submission, worth=None if task is None else task.points)


def taught_by(caller: Caller, submission: Submission) -> bool:
    """Whether the caller owns or teaches the course that a program was sent to; nobody does once it is gone."""
    course = models.find_course(Place.of_origin(submission.origin).course_id)
    return course is not None and courses.may_write(caller, course)


def _others(place: Place, submission: Submission) -> Mapping[int, TaskAttempt]:
    """What the other submissions of the same author to the same task came to."""
    known = enrollments.attempts_at(place.course_id, place.task_id, submission.user_id)
    return {submission_id: attempt for submission_id, attempt in known.items() if submission_id != submission.id}


def _result(
    before: Completion, submission: Submission, attempt: TaskAttempt, others: Mapping[int, TaskAttempt] | None
) -> TaskResult:
    """A first verdict is one attempt more; a later one takes the first one's place among the others."""
    if others is None:
        return before.of(Place.of_origin(submission.origin).task_id).after(attempt, submission.id)
    return completion.of_all({**others, submission.id: attempt})
