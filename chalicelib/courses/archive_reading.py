"""Reads a course from an archive: first all of it is looked through, then it is made, once however often that is begun.

The course is a draft of who sent it, and so are its problems theirs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.texts import Text
from chalicelib.courses import authoring, course_format, deletion_models, lesson_files, models, pictures, text_models
from chalicelib.courses.archive_models import ArchiveKind, CourseArchive
from chalicelib.courses.course_format import BadDescription, CourseFile, LessonPart, TaskPart
from chalicelib.courses.models import DRAFT, PRIVATE, PUBLIC, Course, CoursesItem, Lesson, Link, Task
from chalicelib.courses.outline import LessonEntry, Outline, Requirement, requirements_json
from chalicelib.courses.requests import MAX_TEXT_BYTES
from chalicelib.judge import languages
from chalicelib.judge import models as judge_models
from chalicelib.judge.models import Problem
from chalicelib.judge.packages import archive as archives
from chalicelib.judge.packages.archive import Archive, Broken, Fault, Refused
from chalicelib.judge.problems import library, transfer
from chalicelib.judge.problems.transfer import Described

ERASED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ArchivedCourse:
    described: CourseFile
    archive: Archive

    def problem(self, number: int) -> Described:
        directory = course_format.problem_directory(number)
        names = [name.removeprefix(directory) for name in self.archive.entries if name.startswith(directory)]
        return Described(
            self.described.problems[number - 1], names, lambda name: self.archive.read(f"{directory}{name}")
        )

    def text(self, number: int) -> str:
        return self.archive.read(course_format.text_name(number)).decode("utf-8") if self._has_text(number) else ""

    def files(self, number: int) -> dict[str, bytes]:
        """The files that the text of a lesson shows, by name."""
        directory = course_format.files_directory(number)
        names = [name for name in self.archive.entries if name.startswith(directory)]
        return {name.removeprefix(directory): self.archive.read(name) for name in names}

    def _has_text(self, number: int) -> bool:
        return self.described.lessons[number - 1].text

    @property
    def picture(self) -> bytes | None:
        names = [f"{course_format.PICTURE}.{suffix}" for suffix in pictures.SUFFIXES]
        found = next((name for name in names if name in self.archive.entries), None)
        return self.archive.read(found) if found else None


def opened(file: BinaryIO) -> ArchivedCourse:
    """An archive in which nothing is amiss; Refused with every fault that was found."""
    archive = archives.look_through(file)
    if course_format.DESCRIPTION not in archive.entries:
        raise Refused([Fault("", Text("no_course_file", "There is no course.json in it"))])
    try:
        described = course_format.load(archive.read(course_format.DESCRIPTION))
    except BadDescription as bad:
        raise Refused([Fault(f"{course_format.DESCRIPTION}{place}", text) for place, text in bad.faults]) from bad
    course = ArchivedCourse(described, archive)
    try:
        faults = list(_faults(course))
    except Broken as broken:
        raise Refused([Fault("", broken.text)]) from broken
    if faults:
        raise Refused(faults)
    return course


def _faults(course: ArchivedCourse) -> Iterator[Fault]:
    known = {course_format.DESCRIPTION, *(f"{course_format.PICTURE}.{suffix}" for suffix in pictures.SUFFIXES)}
    numbers = range(1, len(course.described.lessons) + 1)
    known |= {course_format.text_name(number) for number in numbers if course.described.lessons[number - 1].text}
    directories = tuple(_directories(course.described))
    for name in course.archive.entries.keys() - known:
        if not name.startswith(directories):
            yield Fault(name, Text("unknown_file", "There is no use for the file {name}", {"name": name}))
    for number in numbers:
        yield from _faults_of_lesson(course, number)
    for number in range(1, len(course.described.problems) + 1):
        for text in transfer.faults(course.problem(number)):
            yield Fault(course_format.problem_directory(number), text)
    if (picture := course.picture) is not None and not pictures.is_picture(picture):
        yield Fault(course_format.PICTURE, Text("no_picture_there", "This is no picture, or too large"))
    yield from _faults_of_description(course.described)


def _faults_of_lesson(course: ArchivedCourse, number: int) -> Iterator[Fault]:
    if course.described.lessons[number - 1].text:
        yield from _faults_of_text(course, course_format.text_name(number))
    for text in lesson_files.faults(course.files(number)):
        yield Fault(course_format.files_directory(number), text)


def _directories(described: CourseFile) -> Iterator[str]:
    """Where files may be that the description does not name one by one."""
    yield from (course_format.problem_directory(each + 1) for each in range(len(described.problems)))
    yield from (course_format.files_directory(each + 1) for each in range(len(described.lessons)))


def _faults_of_description(described: CourseFile) -> Iterator[Fault]:
    required = [[Requirement(each.lesson, each.points) for each in lesson.requires] for lesson in described.lessons]
    entries = [LessonEntry(number, requires=tuple(each)) for number, each in enumerate(required, 1)]
    if Outline(tuple(entries)).goes_round():
        english = "No lesson may require itself, by way of others or not"
        yield Fault(course_format.DESCRIPTION, Text("requires_itself", english))
    course = described.course
    named = [course.language, *(course.languages or ())]
    named += [each for lesson in described.lessons for task in lesson.tasks for each in task.languages or ()]
    known = {language.id for language in languages.list_all()}
    for name in dict.fromkeys(named):
        if name not in known:
            yield Fault(
                course_format.DESCRIPTION,
                Text("course_language_unknown", "There is no language {name}", {"name": name}),
            )
    if course.languages is not None and course.language not in course.languages:
        english = "The course's own language, {language}, is not among those allowed: {languages}"
        told = {"language": course.language, "languages": ", ".join(course.languages)}
        yield Fault(course_format.DESCRIPTION, Text("course_language_not_allowed", english, told))


def _faults_of_text(course: ArchivedCourse, name: str) -> Iterator[Fault]:
    if name not in course.archive.entries:
        yield Fault(name, Text("file_not_there", "There is no such file"))
        return
    data = course.archive.read(name)
    if len(data) > MAX_TEXT_BYTES:
        yield Fault(name, Text("text_too_long", "must have at most {max} bytes in UTF-8", {"max": MAX_TEXT_BYTES}))
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        yield Fault(name, Text("not_utf8", "It is not in UTF-8"))


def take_in(course: ArchivedCourse, archive: CourseArchive) -> None:
    """Make the course and its problems, under the ids that were drawn for them. What is there already stays."""
    made = _Made(course, archive)
    problems = [
        transfer.take_in(made.problem_id(number), archive.user_id, course.problem(number))
        for number in range(1, len(course.described.problems) + 1)
    ]
    models.write(made.items(problems))
    if (picture := course.picture) is not None:
        pictures.write(made.course_id, made.first_id, picture)
    try:
        models.add_course(made.course(), made.outline(problems))
    except transactions.ConditionFailed:
        there = models.find_course(made.course_id)
        if there is None or there.author_id != archive.user_id:
            raise
    observe.logger.info("course imported", course_id=made.course_id, problems=len(problems))


def undo(archive: CourseArchive) -> bool:
    """Take back what was made of an archive without its course; False when that is there. Again is no harm.

    The problems are taken out of the library, as when their author deletes them.
    """
    if archive.direction != ArchiveKind.IMPORT or archive.course_id is None or archive.first_id is None:
        return True
    if deletion_models.find_even_if_deleting(archive.course_id) is not None:
        return False
    for problem_id in range(archive.first_id + 1, archive.first_id + archive.problems + 1):
        problem = judge_models.find_problem(problem_id, consistent=True)
        if problem is not None and problem.author_id == archive.user_id and not problem.is_archived:
            library.remove(problem)
    while left := deletion_models.remains_of_course(archive.course_id, at_most=ERASED_AT_ONCE):
        deletion_models.erase(left)
    observe.logger.info("import of a course undone", archive_id=archive.id, problems=archive.problems)
    return True


def erase_objects(course: ArchivedCourse, archive: CourseArchive) -> None:
    """Delete from S3 what was put there for a course that was taken back. Again is no harm.

    What somebody may have used meanwhile stays: a problem that was published, or is placed in another course.
    """
    made = _Made(course, archive)
    pictures.erase(made.course_id, made.first_id)
    for number in range(1, len(course.described.lessons) + 1):
        lesson_files.erase(made.course_id, made.lesson_id(number), course.files(number))
    for number in range(1, archive.problems + 1):
        if not _may_be_used(made.problem_id(number), archive):
            transfer.erase_objects(made.problem_id(number), course.problem(number))


def _may_be_used(problem_id: int, archive: CourseArchive) -> bool:
    problem = judge_models.find_problem(problem_id, consistent=True)
    if problem is None:
        return False
    is_placed = any(each.course_id != archive.course_id for each in models.placements(problem_id))
    return problem.author_id != archive.user_id or bool(problem.published) or is_placed


class _Made:
    """What an archive becomes. Problems, lessons, and what is in these have ids in order, from the first on."""

    def __init__(self, course: ArchivedCourse, archive: CourseArchive) -> None:
        if archive.course_id is None or archive.first_id is None:
            raise ValueError(archive.id)
        self.course_id, self.first_id, self._author_id = archive.course_id, archive.first_id, archive.user_id
        self._archived, self._described = course, course.described

    def problem_id(self, number: int) -> int:
        return self.first_id + number

    def lesson_id(self, number: int) -> int:
        return self.first_id + len(self._described.problems) + number

    def course(self) -> Course:
        told = self._described.course
        return models.new_course(
            self.course_id,
            self._author_id,
            clock.now(),
            visibility=DRAFT,
            meant=PUBLIC if told.is_public else PRIVATE,
            name=told.name,
            description=told.description,
            tags=told.tags,
            language=told.language,
            languages=told.languages,
            late_policy=told.stored_policy,
            late_days=told.late_days,
            picture_id=None if self._archived.picture is None else self.first_id,
            **told.times.moments,
        )

    def items(self, problems: Sequence[Problem]) -> Iterator[CoursesItem]:
        for number, told in enumerate(self._described.lessons, 1):
            lesson = self._lesson(number, told)
            yield lesson
            if text := self._archived.text(number):
                yield text_models.new_text(self.course_id, lesson.id, text)
            if files := lesson_files.write(self.course_id, lesson.id, self._archived.files(number)):
                yield files
            yield from self._tasks(number, told, problems)
            yield from self._links(number, told)

    def outline(self, problems: Sequence[Problem]) -> Outline:
        return Outline(tuple(self._entry(*each, problems) for each in enumerate(self._described.lessons, 1)))

    def _entry(self, number: int, told: LessonPart, problems: Sequence[Problem]) -> LessonEntry:
        lesson = self._lesson(number, told)
        tasks = tuple(task.entry for task in self._tasks(number, told, problems))
        links = tuple(link.id for link in self._links(number, told))
        return LessonEntry(lesson.id, tasks, links, lesson.times, lesson.requires)

    def _lesson(self, number: int, told: LessonPart) -> Lesson:
        requires = [Requirement(self.lesson_id(each.lesson), each.points) for each in told.requires]
        return models.new_lesson(
            self.course_id,
            self.lesson_id(number),
            name=told.name,
            description=told.description,
            required=requirements_json(requires) or None,
            published=told.published,
            **told.times.moments,
        )

    def _tasks(self, number: int, told: LessonPart, problems: Sequence[Problem]) -> list[Task]:
        first = self._first_in(number)
        return [self._task(number, first + at, each, problems) for at, each in enumerate(told.tasks)]

    def _task(self, lesson: int, task_id: int, told: TaskPart, problems: Sequence[Problem]) -> Task:
        problem = problems[told.problem - 1]
        name = told.name or problem.title
        return models.new_task(
            self.course_id,
            self.lesson_id(lesson),
            task_id,
            problem_id=problem.id,
            name=name,
            titles=authoring.titles_of(problem, name),
            points=told.points,
            languages=told.languages,
            late_policy=told.stored_policy,
            shown=problem.published,
            published=told.published,
            **told.times.moments,
        )

    def _links(self, number: int, told: LessonPart) -> list[Link]:
        first = self._first_in(number) + len(told.tasks)
        return [
            models.new_link(self.course_id, self.lesson_id(number), first + at, title=each.title, url=each.link)
            for at, each in enumerate(told.links)
        ]

    def _first_in(self, number: int) -> int:
        """The id of the first task or link in a lesson."""
        before = sum(len(each.tasks) + len(each.links) for each in self._described.lessons[: number - 1])
        return self.lesson_id(len(self._described.lessons)) + 1 + before
