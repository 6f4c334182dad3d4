"""Files that the texts of lessons show: those who teach the course upload, name and delete them.

They are kept as those of statements are (`judge.statements.stored_files`), each lesson's apart.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.http import errors
from chalicelib.common.http.etags import IfMatch
from chalicelib.common.texts import Text
from chalicelib.courses import authoring, lesson_texts, models, text_models
from chalicelib.courses import errors as course_errors
from chalicelib.courses.lesson_texts import Audience
from chalicelib.courses.models import Change, Course, CoursesItem
from chalicelib.courses.text_models import Files, LessonFiles
from chalicelib.judge.statements import pictures, stored_files
from chalicelib.judge.statements.stored_files import File, Upload

MAX_FILES = 60
"""Of one lesson."""
_COPIES_AT_ONCE = 8


def of(caller: Caller, course_id: int, lesson_id: int) -> list[File]:
    """The files of a lesson, for who may write the course; 404, 403 as for every change."""
    _own(caller, course_id, lesson_id)
    return listed(course_id, lesson_id, text_models.find_files(course_id, lesson_id))


def listed(course_id: int, lesson_id: int, files: Files) -> list[File]:
    return [_file(course_id, lesson_id, name, files) for name in sorted(files)]


def invite(caller: Caller, course_id: int, lesson_id: int) -> Upload:
    """Where to upload a file to."""
    _own(caller, course_id, lesson_id)
    upload_id = ids.new_id(clock.now())
    return stored_files.invite(upload_id, _upload_key(course_id, lesson_id, upload_id))


def put(
    caller: Caller, course_id: int, lesson_id: int, name: str, upload_id: int, *, expected: IfMatch = None
) -> tuple[Course, File]:
    """Give an uploaded file its name, in place of one that had it; 404, 422 as for every upload, 409 for too many."""
    _own(caller, course_id, lesson_id, expected)
    data = stored_files.uploaded(_upload_key(course_id, lesson_id, upload_id), name)
    digest = pictures.digest(data)
    stored_files.write(lesson_texts.key(course_id, lesson_id, digest), name, data)
    known: Files = {}

    def attempt() -> tuple[Course, Files]:
        nonlocal known
        course = _own(caller, course_id, lesson_id, expected)
        known = text_models.find_files(course_id, lesson_id)
        if name not in known and len(known) >= MAX_FILES:
            raise errors.Conflict("too_many_lesson_files", "A lesson has at most {limit} files", limit=MAX_FILES)
        files = {**known, name: [digest, len(data)]}
        written = [text_models.new_files(course_id, lesson_id, files)]
        return models.change_course(Change(course=course, written=written)), files

    course, files = authoring.retry_on_conflict(attempt)
    _delete_unnamed(course_id, lesson_id, known)
    observe.logger.info("file of a lesson kept", course_id=course_id, lesson_id=lesson_id, size=len(data))
    return course, _file(course_id, lesson_id, name, files)


def remove(caller: Caller, course_id: int, lesson_id: int, name: str, *, expected: IfMatch = None) -> None:
    """404 when there is no such file. A text that shows it shows its name from then on."""

    def attempt() -> Files:
        course = _own(caller, course_id, lesson_id, expected)
        known = text_models.find_files(course_id, lesson_id)
        if name not in known:
            raise stored_files.no_such_file()
        left = {each: kept for each, kept in known.items() if each != name}
        models.change_course(Change(course=course, written=[text_models.new_files(course_id, lesson_id, left)]))
        return known

    _delete_unnamed(course_id, lesson_id, authoring.retry_on_conflict(attempt))


def read(course_id: int, lesson_id: int, files: Files) -> Iterator[tuple[str, bytes]]:
    """The files of a lesson, each with its name."""
    for name in sorted(files):
        yield name, stored_files.read(lesson_texts.key(course_id, lesson_id, str(files[name][0])))


def faults(given: Mapping[str, bytes]) -> Iterator[Text]:
    """What keeps files from being those of a lesson."""
    for name, data in given.items():
        if not (re.fullmatch(pictures.NAME, name) and pictures.is_shown(name, data)):
            yield Text("no_file_of_statements", "{name} is not what its name says, or too large", {"name": name})
    if len(given) > MAX_FILES:
        yield Text("too_many_lesson_files", "A lesson has at most {limit} files", {"limit": MAX_FILES})


def write(course_id: int, lesson_id: int, given: Mapping[str, bytes]) -> LessonFiles | None:
    """Store files of a lesson that is made, and return the item that names them; None without files."""
    files: dict[str, list[object]] = {name: [pictures.digest(data), len(data)] for name, data in given.items()}
    for name, data in given.items():
        stored_files.write(lesson_texts.key(course_id, lesson_id, str(files[name][0])), name, data)
    return text_models.new_files(course_id, lesson_id, files) if files else None


def erase(course_id: int, lesson_id: int, given: Mapping[str, bytes]) -> None:
    """Delete what `write` stored. Again is no harm."""
    stored_files.delete(*(lesson_texts.key(course_id, lesson_id, pictures.digest(data)) for data in given.values()))


def copy(copied: Iterable[tuple[tuple[int, int], tuple[int, int], Files]]) -> None:
    """Have lessons, each a pair of ids of course and lesson, have the files of others."""
    pairs = {
        (lesson_texts.key(*source, str(digest)), lesson_texts.key(*target, str(digest)))
        for source, target, files in copied
        for digest, _ in files.values()
    }
    with ThreadPoolExecutor(_COPIES_AT_ONCE) as pool:
        for _ in pool.map(lambda pair: stored_files.copy(*pair), sorted(pairs)):
            pass  # what one of them raises is raised here


def forget(course_id: int, items: Iterable[CoursesItem]) -> None:
    """Delete from S3 the files that items name which are about to be deleted. Again is no harm."""
    for item in items:
        if isinstance(item, LessonFiles):
            lesson_id = int(item.sk.removeprefix("FILES#"))
            stored_files.delete(*(lesson_texts.key(course_id, lesson_id, str(each)) for each, _ in item.files.values()))


def _own(caller: Caller, course_id: int, lesson_id: int, expected: IfMatch = None) -> Course:
    course, outline = authoring.own(caller, course_id, expected)
    if outline.lesson(lesson_id) is None:
        raise course_errors.no_such_lesson()
    return course


def _file(course_id: int, lesson_id: int, name: str, files: Files) -> File:
    size = files[name][1]
    return File(
        name=name,
        content_type=pictures.kind_of(name) or "",
        size=size if isinstance(size, int) else 0,
        path=lesson_texts.path(course_id, lesson_id, name, files, Audience.TEACHERS),
    )


def _delete_unnamed(course_id: int, lesson_id: int, before: Files) -> None:
    """Deletes what had a name before and has none now, whoever gave it another meanwhile."""
    named = {digest for digest, _ in text_models.find_files(course_id, lesson_id).values()}
    gone = {str(digest) for digest, _ in before.values() if digest not in named}
    stored_files.delete(*(lesson_texts.key(course_id, lesson_id, digest) for digest in gone))


def _upload_key(course_id: int, lesson_id: int, upload_id: int) -> str:
    return f"uploads/pictures/lessons/{course_id}/{lesson_id}/{upload_id}"
