"""Placing problems in lessons, as tasks."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.http.etags import IfMatch
from chalicelib.courses import authoring, models, refusals
from chalicelib.courses.models import Change, Course, Task
from chalicelib.courses.outline import Outline, TaskEntry
from chalicelib.judge import models as judge_models
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import library
from chalicelib.judge.problems.testsets import NewTest


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """Without a name the task is named as its problem is. `order` counts from 1; None stands for the end."""

    name: str | None = None
    points: int = 1
    languages: list[str] | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProblem:
    """A problem that is written with its task. `fields` as the library takes them."""

    fields: library.Fields
    tests: Sequence[NewTest]


def place(caller: Caller, course_id: int, lesson_id: int, new: NewTask, *, problem_id: int) -> Task:
    """Place a problem of the library: one's own, or one that is published."""
    return _place(caller, course_id, lesson_id, new, library.readable_by(caller, problem_id))


def write_and_place(caller: Caller, course_id: int, lesson_id: int, new: NewTask, written: NewProblem) -> Task:
    """Write a problem into the library, publish it if it has tests, and place it."""
    _, known = authoring.own(caller, course_id)
    authoring.check_lesson(known, lesson_id)
    return _place(caller, course_id, lesson_id, new, _written(caller, written))


def change(
    caller: Caller,
    course_id: int,
    lesson_id: int,
    task_id: int,
    fields: authoring.Fields,
    *,
    order: int | None = None,
    seen: IfMatch = None,
) -> Task:
    """Change what is the task's own: name, points, languages, place."""
    languages = fields.get("languages")
    authoring.check_known(languages if isinstance(languages, list) else ())

    def attempt() -> Task:
        course, known = authoring.own(caller, course_id, seen)
        task = _found(known, course_id, lesson_id, task_id)
        for name, value in fields.items():
            setattr(task, name, value)
        entry = TaskEntry(task.id, task.points, task.shown)
        changed = known.changing_task(lesson_id, entry, order=order)
        models.change_course(Change(course=course, outline=changed, changed=[task]))
        return task

    return authoring.persistently(attempt)


def change_problem(
    caller: Caller, course_id: int, lesson_id: int, task_id: int, fields: library.Fields, *, seen: IfMatch = None
) -> None:
    """Change the problem of a task, wherever else it is placed; 403 when it is somebody else's."""
    library.change(problem_of(caller, course_id, lesson_id, task_id, seen=seen), **fields)


def replace_tests(
    caller: Caller, course_id: int, lesson_id: int, task_id: int, tests: Sequence[NewTest], *, samples: int
) -> Problem:
    problem = problem_of(caller, course_id, lesson_id, task_id)
    return library.replace_tests(problem, tests, visible=samples)


def problem_of(caller: Caller, course_id: int, lesson_id: int, task_id: int, *, seen: IfMatch = None) -> Problem:
    """The problem of a task in a course that the caller may write; 403 when the problem is somebody else's."""
    _, known = authoring.own(caller, course_id, seen)
    return library.editable_by(caller, _found(known, course_id, lesson_id, task_id).problem_id)


def remove(caller: Caller, course_id: int, lesson_id: int, task_id: int, *, seen: IfMatch = None) -> None:
    """Take a task out of its lesson. Its problem and what was sent to it stay."""

    def attempt() -> Course:
        course, known = authoring.own(caller, course_id, seen)
        task = _found(known, course_id, lesson_id, task_id)
        return models.change_course(
            Change(course=course, outline=known.without_task(lesson_id, task_id), removed=[task])
        )

    authoring.persistently(attempt)


def check_task(caller: Caller, course_id: int, lesson_id: int, task_id: int) -> None:
    """404 for no such task, 403 for one in somebody else's course."""
    _, known = authoring.own(caller, course_id)
    _found(known, course_id, lesson_id, task_id)


def follow(problem_id: int) -> None:
    """Show the tasks that a problem is placed in, or hide them, as the problem is published or not now."""
    for placed in models.placements(problem_id):
        authoring.persistently(functools.partial(_follow, placed, problem_id))


def _follow(placed: Task, problem_id: int) -> None:
    problem = judge_models.find_problem(problem_id, consistent=True)
    found = models.find_course_and_outline(placed.course_id)
    task = models.find_task(placed.course_id, placed.lesson_id, placed.id)
    if problem is None or found is None or task is None or task.shown == problem.published:
        return
    course, known = found
    task.shown = problem.published
    shown = known.changing_task(task.lesson_id, TaskEntry(task.id, task.points, task.shown))
    models.change_course(Change(course=course, outline=shown, changed=[task]))
    observe.logger.info("task follows its problem", task_id=task.id, shown=task.shown)


def _place(caller: Caller, course_id: int, lesson_id: int, new: NewTask, problem: Problem) -> Task:
    authoring.check_known(new.languages or ())

    def attempt() -> Task:
        course, known = authoring.own(caller, course_id)
        authoring.check_lesson(known, lesson_id)
        task = models.new_task(
            course_id,
            lesson_id,
            ids.new_id(clock.now()),
            problem_id=problem.id,
            name=new.name or problem.title,
            points=new.points,
            languages=new.languages,
            shown=problem.published,
        )
        entry = TaskEntry(task.id, task.points, task.shown)
        placed = known.with_task(lesson_id, entry, order=new.order)
        models.change_course(Change(course=course, outline=placed, created=[task]))
        return task

    placed = authoring.persistently(attempt)
    observe.logger.info("task placed", task_id=placed.id, problem_id=problem.id)
    return placed


def _found(known: Outline, course_id: int, lesson_id: int, task_id: int) -> Task:
    lesson = known.lesson(lesson_id)
    listed = lesson is not None and any(entry.id == task_id for entry in lesson.tasks)
    task = models.find_task(course_id, lesson_id, task_id) if listed else None
    if task is None:
        raise refusals.no_such_task()
    return task


def _written(caller: Caller, written: NewProblem) -> Problem:
    problem = library.create(caller.id, **written.fields)
    if not written.tests:
        return problem
    return library.change(library.replace_tests(problem, written.tests), published=True)
