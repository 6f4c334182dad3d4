"""Writes a course into an archive, with its problems and without its pupils."""

import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

from chalicelib.common.texts import Text
from chalicelib.courses import course_format, lesson_files, models, pictures, text_models
from chalicelib.courses.course_format import BadDescription
from chalicelib.courses.models import Contents, Lesson, Task
from chalicelib.judge import models as judge_models
from chalicelib.judge.models import Problem
from chalicelib.judge.packages.archive import Fault, Refused
from chalicelib.judge.problems import transfer
from chalicelib.judge.problems.transfer import ProblemPart

HELD_BYTES = 16 * 1024 * 1024
"""Of an archive in memory; a larger one lies on the function's disk."""


OWN = ("name", "description", "tags", "language", "languages", "late_policy", "late_days")
"""Of a course, beside its times and who may see it."""

MayTake = Callable[[Problem], bool]
"""Whether a problem with its tests may leave the school: they are its author's."""


def left_out(course_id: int, may_take: MayTake) -> list[Fault]:
    """What is not in the archive of a course, and why."""
    contents = models.find_contents(course_id)
    if contents is None:
        return []
    problems = _problems(contents, may_take)
    placed = (task for tasks in contents.tasks.values() for task in tasks)
    english = "The task “{task}” was left out: its problem is another author's"
    return [
        Fault("", Text("problem_of_another", english, {"task": task.name}))
        for task in placed
        if task.problem_id not in problems
    ]


@contextmanager
def written(course_id: int, may_take: MayTake, *, at_most: int) -> Iterator[IO[bytes]]:
    """The archive of a course, from its beginning. Refused when the course is gone, or it becomes too large."""
    contents = models.find_contents(course_id)
    if contents is None:
        raise Refused([Fault("", Text("course_gone", "The course was deleted"))])
    with tempfile.SpooledTemporaryFile(HELD_BYTES) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in _files(contents, _problems(contents, may_take)):
                archive.writestr(name, data)
                if file.tell() > at_most:
                    english = "The archive would be larger than {limit} bytes"
                    raise Refused([Fault("", Text("export_too_large", english, {"limit": at_most}))])
        file.seek(0)
        yield file


def _files(contents: Contents, problems: dict[int, Problem]) -> Iterator[tuple[str, bytes]]:
    texts, shown = text_models.texts_of(contents.course.id), text_models.files_of(contents.course.id)
    try:
        yield course_format.DESCRIPTION, course_format.dump(_described(contents, texts, problems))
    except BadDescription as bad:
        raise Refused([Fault(place, text) for place, text in bad.faults]) from bad
    if picture := pictures.read(contents.course):
        suffix, data = picture
        yield f"{course_format.PICTURE}.{suffix}", data
    for number, lesson in enumerate(contents.lessons, 1):
        if text := texts.get(lesson.id):
            yield course_format.text_name(number), text.encode()
        for name, data in lesson_files.read(contents.course.id, lesson.id, shown.get(lesson.id, {})):
            yield f"{course_format.files_directory(number)}{name}", data
    for number, problem in enumerate(problems.values(), 1):
        for name, data in transfer.files_of(problem):
            yield f"{course_format.problem_directory(number)}{name}", data


def _problems(contents: Contents, may_take: MayTake) -> dict[int, Problem]:
    """The problems of a course that may leave, by id, each once, in the order in which they are first placed."""
    placed = dict.fromkeys(task.problem_id for tasks in contents.tasks.values() for task in tasks)
    found = {problem_id: judge_models.find_problem(problem_id) for problem_id in placed}
    return {problem_id: problem for problem_id, problem in found.items() if problem and may_take(problem)}


def _described(contents: Contents, texts: dict[int, str], problems: dict[int, Problem]) -> dict[str, Any]:
    course = contents.course
    own = {name: getattr(course, name) for name in OWN}
    return {
        "course": {**own, "is_public": course.is_meant_public, **_times(course)},
        "lessons": [_lesson(lesson, contents, texts, problems) for lesson in contents.lessons],
        "problems": [ProblemPart.of(problem) for problem in problems.values()],
    }


def _lesson(lesson: Lesson, contents: Contents, texts: dict[int, str], problems: dict[int, Problem]) -> dict[str, Any]:
    numbers = {each.id: number for number, each in enumerate(contents.lessons, 1)}
    there = [each for each in lesson.requires if each.lesson_id in numbers]
    return {
        "name": lesson.name,
        "description": lesson.description,
        "text": lesson.id in texts,
        "requires": [{"lesson": numbers[each.lesson_id], "points": each.points} for each in there],
        "links": [{"title": link.title, "link": link.url} for link in contents.links[lesson.id]],
        "tasks": [_task(task, list(problems)) for task in contents.tasks[lesson.id] if task.problem_id in problems],
        **_times(lesson),
    }


def _task(task: Task, problem_ids: list[int]) -> dict[str, Any]:
    own = {name: getattr(task, name) for name in ("name", "points", "languages", "late_policy")}
    return {"problem": problem_ids.index(task.problem_id) + 1, **own, **_times(task)}


def _times(timed: models.Timed) -> dict[str, Any]:
    return {"published": timed.is_published, **timed.times.moments}
