"""The texts of lessons, as they are stored: each an item of its own, apart from the course that one query reads."""

from pynamodb.attributes import UnicodeAttribute

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.courses import models
from chalicelib.courses.models import CoursesItem


class LessonText(CoursesItem, discriminator="lesson_text"):
    """What a lesson says: Markdown. There is none of a lesson that says nothing."""

    text = UnicodeAttribute()


def new_text(course_id: int, lesson_id: int, text: str) -> LessonText:
    return LessonText(*models.text_key(course_id, lesson_id), text=text)


def find_text(course_id: int, lesson_id: int) -> str:
    """Empty for a lesson that says nothing."""
    found = dynamo_items.find(LessonText, *models.text_key(course_id, lesson_id))
    return found.text if found else ""


def texts_of(course_id: int) -> dict[int, str]:
    """All texts of a course, by lesson."""
    return {int(each.sk.removeprefix("LESSON#")): each.text for each in LessonText.query(models.texts_key(course_id))}
