"""The texts of lessons and the files that they show, as they are stored: items of their own, apart from the course that
one query reads.
"""

from collections.abc import Mapping

from pynamodb.attributes import JSONAttribute, UnicodeAttribute

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.courses import models
from chalicelib.courses.models import CoursesItem


class LessonText(CoursesItem, discriminator="lesson_text"):
    """What a lesson says: Markdown. There is none of a lesson that says nothing."""

    text = UnicodeAttribute()


class LessonFiles(CoursesItem, discriminator="lesson_files"):
    """The files that the text of a lesson may show: [digest, size in bytes] by name."""

    files = JSONAttribute()


Files = Mapping[str, list[object]]


def new_text(course_id: int, lesson_id: int, text: str) -> LessonText:
    return LessonText(*models.text_key(course_id, lesson_id), text=text)


def new_files(course_id: int, lesson_id: int, files: Files) -> LessonFiles:
    return LessonFiles(*models.files_key(course_id, lesson_id), files=dict(files))


def find_text_and_files(course_id: int, lesson_id: int) -> tuple[str, Files]:
    """The text is empty for a lesson that says nothing. One request."""
    keys = models.text_key(course_id, lesson_id), models.files_key(course_id, lesson_id)
    text, files = map(models.batch(keys).get, keys)
    return text.text if isinstance(text, LessonText) else "", files.files if isinstance(files, LessonFiles) else {}


def find_files(course_id: int, lesson_id: int) -> Files:
    """As they are at this moment."""
    found = dynamo_items.find(LessonFiles, *models.files_key(course_id, lesson_id), consistent=True)
    return found.files if found else {}


def texts_of(course_id: int) -> dict[int, str]:
    """All texts of a course, by lesson."""
    return {int(each.sk.removeprefix("LESSON#")): each.text for each in LessonText.query(models.texts_key(course_id))}


def files_of(course_id: int) -> dict[int, Files]:
    """The files of all lessons of a course, by lesson."""
    found = LessonFiles.query(models.texts_key(course_id), LessonFiles.sk.startswith("FILES#"))
    return {int(each.sk.removeprefix("FILES#")): each.files for each in found if each.files}
