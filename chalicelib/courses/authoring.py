"""Creates and changes courses: the course itself, its lessons with their links, and its tasks (problems in lessons).

Teachers change their own courses, admins all. Each change is decided on the course as it was read, and stored under the
condition that the course is still the same; otherwise it is read and decided again.
"""

import dataclasses
import functools
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.courses import errors as course_errors
from chalicelib.courses import lesson_texts, models, outline, text_models
from chalicelib.courses.availability import ALWAYS, Times
from chalicelib.courses.models import DRAFT, PRIVATE, PUBLIC, Change, Contents, Course, Lesson, Link, Task
from chalicelib.courses.outline import Outline, requirements_json
from chalicelib.courses.text_models import LessonText
from chalicelib.judge import languages
from chalicelib.judge import models as judge_models
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import library
from chalicelib.judge.problems.testsets import NewTest
from chalicelib.school import enrollment_news, teaching

TRIES = 12
PAUSE = 0.02
"""Seconds before the second try; each further one waits as much longer, and half of it is random."""

T = TypeVar("T")
Fields = Mapping[str, object]


def create(caller: Caller, fields: Fields) -> Course:
    """A new course with nothing in it. `is_public` beside the fields of `Course`; 400 for an unknown language."""
    stored = _stored(fields)

    def store(course_id: int) -> Course:
        course = models.new_course(course_id, caller.id, clock.now(), **stored)
        _check_languages(course.language, course.languages)
        _check_times(course.times)
        models.add_course(course)
        return course

    created = transactions.with_new_id(store)
    observe.logger.info("course created", course_id=created.id, author_id=caller.id)
    return created


def change(caller: Caller, course_id: int, fields: Fields, *, expected: IfMatch = None) -> Course:
    """Change some fields of a course. 412 when it is not as it was seen: so everywhere here."""

    def attempt() -> Course:
        course, _ = own(caller, course_id, expected)
        stored = _stored(fields, course)
        changed = Course(**{**course.attribute_values, **stored})
        _check_languages(changed.language, changed.languages)
        _check_times(changed.times)
        return models.change_course(Change(course=course, fields=stored))

    changed = retry_on_conflict(attempt)
    if changed.is_published and "published" in fields:
        enrollment_news.tell_remembered(models.group_of(course_id))
    return changed


def own(caller: Caller, course_id: int, expected: IfMatch = None) -> tuple[Course, Outline]:
    """A course that the caller may write; 404 for no such course, 403 for another's, 412 unless it was seen so.

    Every change is stored under the version that is read here, so what was seen holds until then.
    """
    found = models.find_course_and_outline(course_id)
    if found is None:
        raise course_errors.no_such_course()
    check_own(caller, found[0])
    etags.require(found[0].version, expected)
    return found


def read(caller: Caller, course_id: int) -> Contents:
    """A course with all that is in it, for who may write it; 404 for no such course, 403 for another's."""
    contents = models.find_contents(course_id)
    if contents is None:
        raise course_errors.no_such_course()
    check_own(caller, contents.course)
    return contents


def check_own(caller: Caller, course: Course) -> None:
    """403 for who neither owns nor teaches the course; admins may write all."""
    teaching.check_may_write(caller, models.group_of(course.id), course.author_id, course_errors.not_yours())


def retry_on_conflict(attempt: Callable[[], T]) -> T:
    """What `attempt` returns, tried anew while others change the course; 409 when that never ends, or without room."""
    for number in range(TRIES):
        try:
            return attempt()
        except outline.Full as full:
            raise course_errors.full(full.most) from full
        except transactions.ConditionFailed:
            time.sleep(PAUSE * number * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
    raise errors.ChangedMeanwhile


# --- Lessons ---------------------------------------------------------------------------------------------------------


def add_lesson(caller: Caller, course_id: int, fields: Fields, *, order: int | None) -> Lesson:
    """A new lesson, at the end unless `order` (from 1) says where. `text` beside the fields of `Lesson`."""

    def attempt() -> Lesson:
        course, known = own(caller, course_id)
        lesson = models.new_lesson(course_id, ids.new_id(clock.now()))
        _assign(lesson, _without_text(fields))
        outlined = _outlined(known.with_lesson(lesson.id, order=order), lesson, fields)
        written, _ = _text(course_id, lesson.id, fields)
        models.change_course(Change(course=course, outline=outlined, created=[lesson], written=written))
        return lesson

    return retry_on_conflict(attempt)


def change_lesson(
    caller: Caller, course_id: int, lesson_id: int, fields: Fields, *, order: int | None, expected: IfMatch = None
) -> Lesson:
    def attempt() -> Lesson:
        course, known = own(caller, course_id, expected)
        lesson = models.find_lesson(course_id, lesson_id)
        if lesson is None or known.lesson(lesson_id) is None:
            raise course_errors.no_such_lesson()
        _assign(lesson, _without_text(fields))
        outlined = _outlined(known, lesson, fields)
        moved = outlined.moving_lesson(lesson_id, order) if order else outlined
        written, removed = _text(course_id, lesson_id, fields)
        models.change_course(Change(course=course, outline=moved, changed=[lesson], written=written, removed=removed))
        return lesson

    return retry_on_conflict(attempt)


def _without_text(fields: Fields) -> Fields:
    return {name: value for name, value in fields.items() if name != "text"}


def _text(course_id: int, lesson_id: int, fields: Fields) -> tuple[Sequence[LessonText], Sequence[LessonText]]:
    """The text to write and the one to remove, of which there is at most one in all: a lesson may say nothing."""
    if "text" not in fields:
        return (), ()
    text = text_models.new_text(
        course_id, lesson_id, lesson_texts.as_written(course_id, lesson_id, str(fields["text"]))
    )
    return ([text], ()) if text.text else ((), [text])


def _outlined(known: Outline, lesson: Lesson, fields: Fields) -> Outline:
    """The outline with what a lesson's fields say; 422 for times that make no sense, and for what can never open.

    A lesson that was required and is gone is required no longer.
    """
    _check_times(lesson.times)
    there = [each for each in lesson.requires if known.lesson(each.lesson_id)]
    if "required" in fields and len(there) < len(lesson.requires):
        raise course_errors.requires_unknown(next(iter({*lesson.requires} - {*there})).lesson_id)
    lesson.required = requirements_json(there) or None
    outlined = known.changing_lesson(lesson.id, lesson.times, lesson.requires)
    if outlined.goes_round():
        raise course_errors.requires_itself()
    return outlined


def order_lessons(caller: Caller, course_id: int, lesson_ids: Sequence[int], *, expected: IfMatch = None) -> None:
    """Put the lessons in this order, which names all of them; 409 when it does not."""

    def attempt() -> Course:
        course, known = own(caller, course_id, expected)
        return models.change_course(Change(course=course, outline=_ordered(known.lessons_in_order, lesson_ids)))

    retry_on_conflict(attempt)


def order_tasks(
    caller: Caller, course_id: int, lesson_id: int, task_ids: Sequence[int], *, expected: IfMatch = None
) -> None:
    """Put a lesson's tasks in this order, which names all of them; 409 when it does not."""

    def attempt() -> Course:
        course, known = own(caller, course_id, expected)
        check_lesson(known, lesson_id)
        ordered = _ordered(lambda wanted: known.tasks_in_order(lesson_id, wanted), task_ids)
        return models.change_course(Change(course=course, outline=ordered))

    retry_on_conflict(attempt)


def check_lesson(known: Outline, lesson_id: int) -> None:
    """404 for a lesson that is not in the course."""
    if known.lesson(lesson_id) is None:
        raise course_errors.no_such_lesson()


# --- Links -----------------------------------------------------------------------------------------------------------


def add_link(caller: Caller, course_id: int, lesson_id: int, fields: Fields) -> Link:
    def attempt() -> Link:
        course, known = own(caller, course_id)
        check_lesson(known, lesson_id)
        link = models.new_link(course_id, lesson_id, ids.new_id(clock.now()), **fields)
        models.change_course(Change(course=course, outline=known.with_link(lesson_id, link.id), created=[link]))
        return link

    return retry_on_conflict(attempt)


def change_link(
    caller: Caller, course_id: int, lesson_id: int, link_id: int, fields: Fields, *, expected: IfMatch = None
) -> Link:
    def attempt() -> Link:
        course, known = own(caller, course_id, expected)
        link = _link(known, course_id, lesson_id, link_id)
        _assign(link, fields)
        models.change_course(Change(course=course, changed=[link]))
        return link

    return retry_on_conflict(attempt)


def remove_link(caller: Caller, course_id: int, lesson_id: int, link_id: int, *, expected: IfMatch = None) -> None:
    def attempt() -> Course:
        course, known = own(caller, course_id, expected)
        link = _link(known, course_id, lesson_id, link_id)
        return models.change_course(
            Change(course=course, outline=known.without_link(lesson_id, link_id), removed=[link])
        )

    retry_on_conflict(attempt)


def _link(known: Outline, course_id: int, lesson_id: int, link_id: int) -> Link:
    lesson = known.lesson(lesson_id)
    link = models.find_link(course_id, lesson_id, link_id) if lesson and link_id in lesson.links else None
    if link is None:
        raise course_errors.no_such_link()
    return link


def _ordered(order: Callable[[Sequence[int]], Outline], wanted: Sequence[int]) -> Outline:
    try:
        return order(wanted)
    except ValueError as error:
        raise course_errors.other_order() from error


def _stored(fields: Fields, before: Course | None = None) -> dict[str, object]:
    """The attributes that hold these fields, in a course that is new or was like this `before`."""
    stored = {name: value for name, value in fields.items() if name not in {"is_public", "published"}}
    if fields.keys() & {"is_public", "published"}:
        public = fields.get("is_public", before.is_meant_public if before else True)
        published = fields.get("published", before.is_published if before else True)
        meant = PUBLIC if public else PRIVATE
        stored |= {"visibility": meant, "meant": None} if published else {"visibility": DRAFT, "meant": meant}
    return stored


def _check_times(times: Times) -> None:
    """422 for what closes before it opens, and the like."""
    if wrong := times.out_of_order():
        raise course_errors.times_out_of_order(*wrong)


def _assign(item: models.CoursesItem, fields: Fields) -> None:
    for name, value in fields.items():
        setattr(item, name, value)


def _check_languages(language: str, allowed: list[str] | None) -> None:
    """400 for a language that nobody knows; 422 when the course's own is not among those allowed."""
    check_known([language, *(allowed or ())])
    if allowed is not None and language not in allowed:
        raise course_errors.language_not_among(language, allowed)


def check_known(language_ids: Sequence[str]) -> None:
    """400 for a language that nobody knows. One that is away for now is known."""
    for language_id in language_ids:
        languages.get_known(language_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """Without a name the task is named as its problem is. `order` counts from 1; None stands for the end."""

    name: str | None = None
    points: int = 1
    languages: list[str] | None = None
    times: Times = ALWAYS
    late_policy: dict[str, object] | None = None
    order: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProblem:
    """A problem that is written with its task. `fields` as the library takes them."""

    fields: library.Fields
    tests: Sequence[NewTest]


def place_problem(caller: Caller, course_id: int, lesson_id: int, new: NewTask, *, problem_id: int) -> Task:
    """Place a problem of the library: one's own, or one that is published."""
    return _place_task(caller, course_id, lesson_id, new, library.readable_by(caller, problem_id))


def write_and_place(caller: Caller, course_id: int, lesson_id: int, new: NewTask, written: NewProblem) -> Task:
    """Write a problem into the library, publish it if it has tests, and place it."""
    _, known = own(caller, course_id)
    check_lesson(known, lesson_id)
    return _place_task(caller, course_id, lesson_id, new, _written(caller, written))


def change_task(
    caller: Caller,
    course_id: int,
    lesson_id: int,
    task_id: int,
    fields: Fields,
    *,
    order: int | None = None,
    expected: IfMatch = None,
) -> Task:
    """Change what is the task's own: name, points, languages, times, late policy, place."""
    languages = fields.get("languages")
    check_known(languages if isinstance(languages, list) else ())

    def attempt() -> Task:
        course, known = own(caller, course_id, expected)
        task = _found(known, course_id, lesson_id, task_id)
        for name, value in fields.items():
            setattr(task, name, value)
        if "name" in fields:
            problem = judge_models.find_problem(task.problem_id)
            task.titles = titles_of(problem, task.name) if problem else {}
        _check_times(task.times)
        changed = known.changing_task(lesson_id, task.entry, order=order)
        models.change_course(Change(course=course, outline=changed, changed=[task]))
        return task

    return retry_on_conflict(attempt)


def change_problem(
    caller: Caller, course_id: int, lesson_id: int, task_id: int, fields: library.Fields, *, expected: IfMatch = None
) -> None:
    """Change the problem of a task, wherever else it is placed; 403 when it is somebody else's."""
    library.change(problem_of(caller, course_id, lesson_id, task_id, expected=expected), **fields)


def replace_tests(
    caller: Caller, course_id: int, lesson_id: int, task_id: int, tests: Sequence[NewTest], *, samples: int
) -> Problem:
    problem = problem_of(caller, course_id, lesson_id, task_id)
    return library.replace_tests(problem, tests, visible=samples)


def problem_of(caller: Caller, course_id: int, lesson_id: int, task_id: int, *, expected: IfMatch = None) -> Problem:
    """The problem of a task in a course that the caller may write; 403 when the problem is somebody else's."""
    _, known = own(caller, course_id, expected)
    return library.editable_by(caller, _found(known, course_id, lesson_id, task_id).problem_id)


def remove_task(caller: Caller, course_id: int, lesson_id: int, task_id: int, *, expected: IfMatch = None) -> None:
    """Take a task out of its lesson. Its problem and what was sent to it stay."""

    def attempt() -> Course:
        course, known = own(caller, course_id, expected)
        task = _found(known, course_id, lesson_id, task_id)
        return models.change_course(
            Change(course=course, outline=known.without_task(lesson_id, task_id), removed=[task])
        )

    retry_on_conflict(attempt)


def check_task(caller: Caller, course_id: int, lesson_id: int, task_id: int) -> None:
    """404 for no such task, 403 for one in somebody else's course."""
    _, known = own(caller, course_id)
    _found(known, course_id, lesson_id, task_id)


def follow(problem_id: int) -> None:
    """Show the tasks that a problem is placed in, or hide them, as the problem is published or not now, and have them
    called what it is called in other languages.
    """
    for placed in models.placements(problem_id):
        retry_on_conflict(functools.partial(_follow, placed, problem_id))


def _follow(placed: Task, problem_id: int) -> None:
    problem = judge_models.find_problem(problem_id, consistent=True)
    found = models.find_course_and_outline(placed.course_id)
    task = models.find_task(placed.course_id, placed.lesson_id, placed.id)
    if problem is None or found is None or task is None:
        return
    name = _name_following(task, problem)
    followed = (problem.published, name, titles_of(problem, name))
    if (task.shown, task.name, task.titles) == followed:
        return
    course, known = found
    task.shown, task.name, task.titles = followed
    shown = known.changing_task(task.lesson_id, task.entry)
    models.change_course(Change(course=course, outline=shown, changed=[task]))
    observe.logger.info("task follows its problem", task_id=task.id, shown=task.shown)


def _name_following(task: Task, problem: Problem) -> str:
    """What a task is called that is called as its problem was until now: in the same language, if it is still there."""
    languages = [language for language, title in task.titles.items() if title == task.name]
    if not languages or task.name in {problem.title, *problem.titles.values()}:
        return task.name
    language = problem.language if problem.language in languages else languages[0]
    return problem.titles.get(language) or problem.title


def titles_of(problem: Problem, name: str) -> dict[str, str]:
    """What a task is called in other languages: nothing, if it has a name of its own."""
    titles: dict[str, str] = problem.titles
    return titles if name in {problem.title, *titles.values()} else {}


def _place_task(caller: Caller, course_id: int, lesson_id: int, new: NewTask, problem: Problem) -> Task:
    check_known(new.languages or ())
    _check_times(new.times)

    def attempt() -> Task:
        course, known = own(caller, course_id)
        check_lesson(known, lesson_id)
        task = models.new_task(
            course_id,
            lesson_id,
            ids.new_id(clock.now()),
            problem_id=problem.id,
            name=new.name or problem.title,
            titles=titles_of(problem, new.name or problem.title),
            points=new.points,
            languages=new.languages,
            shown=problem.published,
            late_policy=new.late_policy,
            **dataclasses.asdict(new.times),
        )
        placed = known.with_task(lesson_id, task.entry, order=new.order)
        models.change_course(Change(course=course, outline=placed, created=[task]))
        return task

    placed = retry_on_conflict(attempt)
    observe.logger.info("task placed", task_id=placed.id, problem_id=problem.id)
    return placed


def _found(known: Outline, course_id: int, lesson_id: int, task_id: int) -> Task:
    lesson = known.lesson(lesson_id)
    listed = lesson is not None and any(entry.id == task_id for entry in lesson.tasks)
    task = models.find_task(course_id, lesson_id, task_id) if listed else None
    if task is None:
        raise course_errors.no_such_task()
    return task


def _written(caller: Caller, written: NewProblem) -> Problem:
    problem = library.create(caller.id, **written.fields)
    if not written.tests:
        return problem
    return library.change(library.replace_tests(problem, written.tests), published=True)
