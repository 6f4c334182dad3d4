"""The texts of lessons, as their readers get them: pictures have addresses that only who may read the lesson is told.

A browser fetches a picture without signing in, so its address says who was told it and on which day, with a keyed
digest that nobody else can make. It holds until the end of the next day; told to a pupil, only while pupils may read
the lesson.
"""

import hmac
import re
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.accounts import signing_keys
from chalicelib.common import clock
from chalicelib.courses import models, text_models
from chalicelib.courses.availability import READABLE
from chalicelib.courses.models import Course, Lesson
from chalicelib.courses.text_models import Files, LessonFiles
from chalicelib.judge.statements import dialect, pictures, stored_files

DAY = timedelta(days=1)
_MAC_CHARS = 32
_TICKET = re.compile(rf"(?P<audience>[a-z]+)-(?P<day>[0-9]{{1,6}})-(?P<mac>[0-9a-f]{{{_MAC_CHARS}}})")


class Audience(StrEnum):
    """Who was told an address."""

    PUPILS = "p"
    TEACHERS = "t"


def read(course_id: int, lesson_id: int, audience: Audience) -> str:
    """The text of a lesson for somebody who may read it."""
    text, files = text_models.find_text_and_files(course_id, lesson_id)
    if not files:
        return text

    def address(named: str) -> str | None:
        name = pictures.found(named, files)
        return name and path(course_id, lesson_id, name, files, audience)

    return dialect.with_addresses(text, address)


def as_written(course_id: int, lesson_id: int, text: str) -> str:
    """A text whose pictures have their names again: who changes a lesson may send back what was read."""
    ours = rf"(?<=[(<])/courses/{course_id}/{lesson_id}/pictures/{_TICKET.pattern}/(?={pictures.NAME[1:-1]})"
    return re.sub(ours, "", text)


def path(course_id: int, lesson_id: int, name: str, files: Files, audience: Audience) -> str:
    """Where a file of a lesson is for a day or two; the same all day long, so that browsers keep it."""
    day = _day(clock.now())
    mac = _mac(course_id, lesson_id, _signed(name, files, audience, day))
    return f"/courses/{course_id}/{lesson_id}/pictures/{audience}-{day}-{mac}/{name}"


def address(course_id: int, lesson_id: int, ticket: str, name: str) -> str:
    """Where in S3 a file lies, for an hour; 404 for an address that does not hold."""
    told = _TICKET.fullmatch(ticket)
    if told is None or told["audience"] not in set(Audience):
        raise stored_files.no_such_file()
    audience, day = Audience(told["audience"]), int(told["day"])
    files = _files_for(course_id, lesson_id, audience)
    if name not in files or not 0 <= _day(clock.now()) - day <= 1:
        raise stored_files.no_such_file()
    signed = _signed(name, files, audience, day)
    known = [_mac(course_id, lesson_id, signed, kid) for kid in signing_keys.load().secrets]
    if not any(hmac.compare_digest(each, told["mac"]) for each in known):
        raise stored_files.no_such_file()
    return stored_files.address(key(course_id, lesson_id, str(files[name][0])), name)


def key(course_id: int, lesson_id: int, digest: str) -> str:
    """Where in the bucket a file lies."""
    return f"pictures/lessons/{course_id}/{lesson_id}/{digest}"


def _files_for(course_id: int, lesson_id: int, audience: Audience) -> Files:
    """None for pupils, unless they may read the lesson now. One request."""
    keys = models.course_key(course_id), models.lesson_key(course_id, lesson_id), models.files_key(course_id, lesson_id)
    course, lesson, files = map(models.batch(keys).get, keys)
    if not (isinstance(course, Course) and isinstance(lesson, Lesson) and isinstance(files, LessonFiles)):
        return {}
    if course.doomed or lesson.doomed:
        return {}
    is_open = course.is_published and lesson.times.within(course.times).state(clock.now()) in READABLE
    return files.files if is_open or audience is Audience.TEACHERS else {}


def _day(moment: datetime) -> int:
    return int(moment.timestamp() // DAY.total_seconds())


def _signed(name: str, files: Files, audience: Audience, day: int) -> str:
    return f"{audience}:{day}:{name}:{files[name][0]}"


def _mac(course_id: int, lesson_id: int, signed: str, kid: str | None = None) -> str:
    digest = signing_keys.digest(f"{course_id}:{lesson_id}:{signed}", purpose="lesson-picture", kid=kid)
    return digest.rpartition(":")[2][:_MAC_CHARS]
