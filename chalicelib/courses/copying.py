"""Copies a course, for another year or another class: its lessons, texts and their files, links and tasks, no pupils.

The problems are the same ones, placed anew. What is in the copy is written first and its course last, in one
transaction with the outline: a copy that was interrupted is nowhere to be seen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place
from chalicelib.courses import authoring, lesson_files, models, pictures, text_models
from chalicelib.courses.availability import FIRST_YEAR, LAST_YEAR, Times
from chalicelib.courses.models import DRAFT, PRIVATE, PUBLIC, Contents, Course, CoursesItem, Lesson, Link, Task
from chalicelib.courses.outline import LessonEntry, Outline, Requirement, requirements_json
from chalicelib.courses.text_models import Files
from chalicelib.judge import models as judge_models

COPIED = ("description", "tags", "picture_id", "language", "languages", "late_policy", "late_days")
COPIED_OF_TASKS = ("name", "titles", "points", "languages", "shown", "published", "late_policy")
"""Of a course's own fields, beside its name and its times; and of a task's."""


@dataclass(frozen=True, slots=True)
class Copied:
    """A new course, and the tasks whose problems are nobody's business but another author's: these were left out."""

    course: Course
    left_out: tuple[Task, ...]


def copy(caller: Caller, course_id: int, *, name: str | None, shift: timedelta | None) -> Copied:
    """A copy of a course that the caller may write: a draft, which is the caller's. 404, 403 as for every change.

    All times are moved by `shift`; without one there are none in the copy. 400 where one would be moved too far.
    """
    contents = authoring.read(caller, course_id)
    _refuse_far_away(contents, shift)
    left_out = tuple(_not_for(caller, contents))
    contents = _without(contents, {task.id for task in left_out})
    texts, files = text_models.texts_of(course_id), text_models.files_of(course_id)

    def store(new_id: int) -> Course:
        made = _Copy(contents, new_id, shift, first=ids.new_id(clock.now()))
        lesson_files.copy(made.files(files))
        models.write(made.items(texts, files))
        course = made.course(caller, name)
        models.add_course(course, made.outline())
        return course

    course = transactions.with_new_id(store)
    pictures.copy(contents.course, course)
    observe.logger.info("course copied", course_id=course_id, copy_id=course.id, author_id=caller.id)
    return Copied(course, left_out)


@dataclass(frozen=True, slots=True)
class _Copy:
    """What a course becomes under a new id. What is in it has ids in order, from the `first`: were the course's taken,
    what is written beside the one that has it would be nobody's.
    """

    source: Contents
    id: int
    shift: timedelta | None
    first: int
    new_ids: dict[int, int] = field(default_factory=dict)

    def course(self, author: Caller, name: str | None) -> Course:
        source = self.source.course
        fields = {each: getattr(source, each) for each in COPIED}
        return models.new_course(
            self.id,
            author.id,
            clock.now(),
            name=name or source.name,
            visibility=DRAFT,
            meant=PUBLIC if source.is_meant_public else PRIVATE,
            **fields,
            **self._moments(source.times),
        )

    def files(self, files: Mapping[int, Files]) -> Iterator[tuple[tuple[int, int], tuple[int, int], Files]]:
        """Which lessons have the files of which."""
        for lesson in self.source.lessons:
            if lesson.id in files:
                yield (self.source.course.id, lesson.id), (self.id, self._new(lesson.id)), files[lesson.id]

    def items(self, texts: Mapping[int, str], files: Mapping[int, Files]) -> Iterator[CoursesItem]:
        for lesson in self.source.lessons:
            yield self._lesson(lesson)
            if text := texts.get(lesson.id):
                yield text_models.new_text(self.id, self._new(lesson.id), text)
            if lesson.id in files:
                yield text_models.new_files(self.id, self._new(lesson.id), files[lesson.id])
            yield from (self._task(task) for task in self.source.tasks[lesson.id])
            yield from (self._link(link) for link in self.source.links[lesson.id])

    def outline(self) -> Outline:
        return Outline(tuple(self._entry(lesson) for lesson in self.source.lessons))

    def _entry(self, lesson: Lesson) -> LessonEntry:
        copied = self._lesson(lesson)
        tasks = tuple(self._task(task).entry for task in self.source.tasks[lesson.id])
        links = tuple(self._new(link.id) for link in self.source.links[lesson.id])
        return LessonEntry(copied.id, tasks, links, copied.times, copied.requires)

    def _lesson(self, lesson: Lesson) -> Lesson:
        there = {each.id for each in self.source.lessons}
        requires = [
            Requirement(self._new(each.lesson_id), each.points) for each in lesson.requires if each.lesson_id in there
        ]
        return models.new_lesson(
            self.id,
            self._new(lesson.id),
            name=lesson.name,
            description=lesson.description,
            published=lesson.published,
            required=requirements_json(requires) or None,
            **self._moments(lesson.times),
        )

    def _task(self, task: Task) -> Task:
        fields = {each: getattr(task, each) for each in COPIED_OF_TASKS}
        return models.new_task(
            self.id,
            self._new(task.lesson_id),
            self._new(task.id),
            problem_id=task.problem_id,
            **fields,
            **self._moments(task.times),
        )

    def _link(self, link: Link) -> Link:
        return models.new_link(self.id, self._new(link.lesson_id), self._new(link.id), title=link.title, url=link.url)

    def _new(self, old_id: int) -> int:
        return self.new_ids.setdefault(old_id, self.first + len(self.new_ids))

    def _moments(self, times: Times) -> dict[str, object]:
        return {name: moment for name, moment in times.shifted(self.shift).moments.items() if moment is not None}


def _refuse_far_away(contents: Contents, shift: timedelta | None) -> None:
    """What has times that none may write could be put into no archive, nor be copied for ever."""
    tasks = [task.times for placed in contents.tasks.values() for task in placed]
    every = [contents.course.times, *(lesson.times for lesson in contents.lessons), *tasks]
    if any(times.shifted(shift).is_far_away for times in every):
        raise errors.BadRequest(
            "shifted_too_far",
            "A time would be moved out of the years {first} to {last}",
            first=FIRST_YEAR,
            last=LAST_YEAR,
            where=Place(In.BODY, "/shift_days"),
        )


def _not_for(caller: Caller, contents: Contents) -> Iterator[Task]:
    """The tasks whose problems the caller could not place: not published, and not theirs."""
    if caller.may(Permission.ADMINISTER):
        return
    for tasks in contents.tasks.values():
        for task in tasks:
            problem = None if task.shown else judge_models.find_problem(task.problem_id)
            if problem is not None and problem.author_id != caller.id:
                yield task


def _without(contents: Contents, task_ids: set[int]) -> Contents:
    tasks = {
        lesson_id: tuple(task for task in placed if task.id not in task_ids)
        for lesson_id, placed in contents.tasks.items()
    }
    return replace(contents, tasks=tasks)
