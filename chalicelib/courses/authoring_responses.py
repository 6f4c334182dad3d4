"""Responses of courses for those who write them."""

from collections.abc import Sequence
from typing import Any, Literal, Self

from chalicelib.common.http.responses import Moment, View
from chalicelib.courses.models import Contents, Course, Lesson, Task
from chalicelib.courses.pictures import MAX_BYTES, Upload
from chalicelib.courses.responses import (
    CourseFields,
    LinkView,
    RequirementView,
    TimesView,
    course_fields,
    times_members,
)
from chalicelib.judge.responses import UploadView
from chalicelib.judge_protocol.contract import Language
from chalicelib.school.late_responses import LatePolicyView


class CourseId(View):
    id: int


class PictureUpload(View):
    """Upload the picture, then PUT its id to the same path."""

    picture_id: int
    max_bytes: int
    upload: UploadView

    @classmethod
    def of(cls, upload: Upload) -> Self:
        form = UploadView(url=upload.url, fields=upload.fields)
        return cls(picture_id=upload.picture_id, max_bytes=MAX_BYTES, upload=form)


class AuthoredCourse(CourseFields):
    """A course as its author sees it. `version` grows with every change of the course or of anything in it."""

    languages: list[str] | None
    author_id: int
    author_name: str | None
    version: int
    created_at: Moment
    late_policy: LatePolicyView | None
    late_days: int

    @classmethod
    def of(cls, course: Course, languages: Sequence[Language], author_name: str | None) -> Self:
        return cls(
            **course_fields(course, languages),
            languages=course.languages,
            author_id=course.author_id,
            author_name=author_name,
            version=course.version,
            created_at=course.created_at,
            late_policy=LatePolicyView.of(course.late_policy),
            late_days=course.late_days,
        )


class CopyView(View):
    """`left_out` are the names of tasks whose problems are neither published nor the caller's."""

    course: AuthoredCourse
    left_out: list[str]


class AuthoredLesson(TimesView):
    """A lesson as its author sees it, with its own times."""

    id: int
    name: str
    description: str
    published: bool
    requires: list[RequirementView]

    @classmethod
    def of(cls, lesson: Lesson) -> Self:
        return cls(**cls.members(lesson))

    @staticmethod
    def members(lesson: Lesson) -> dict[str, Any]:
        return {
            **times_members(lesson.times),
            "requires": [RequirementView.of(each) for each in lesson.requires],
            "id": lesson.id,
            "name": lesson.name,
            "description": lesson.description,
            "published": lesson.published,
        }


class AuthoredTask(TimesView):
    """A task as its author sees it, with its own times. Pupils see it when it is `published` and its problem is too,
    which `is_published` says. Without a `late_policy` the course's counts.
    """

    id: int
    problem_id: int
    name: str
    points: int
    languages: list[str] | None
    published: bool
    is_published: bool
    late_policy: LatePolicyView | None

    @classmethod
    def of(cls, task: Task) -> Self:
        return cls(
            id=task.id,
            problem_id=task.problem_id,
            name=task.name,
            points=task.points,
            languages=task.languages,
            published=task.published,
            is_published=task.shown and task.published,
            late_policy=LatePolicyView.of(task.late_policy),
            **times_members(task.times),
        )


class OutlinedLesson(AuthoredLesson):
    """A lesson with what is in it."""

    tasks: list[AuthoredTask]
    links: list[LinkView]

    @classmethod
    def in_contents(cls, lesson: Lesson, contents: Contents) -> Self:
        return cls(
            **AuthoredLesson.members(lesson),
            tasks=[AuthoredTask.of(task) for task in contents.tasks[lesson.id]],
            links=[LinkView.of(link) for link in contents.links[lesson.id]],
        )


class OutlineView(View):
    """A course as its authors write it: each thing with its own times, whatever holds for it."""

    course: AuthoredCourse
    lessons: list[OutlinedLesson]

    @classmethod
    def of(cls, contents: Contents, languages: Sequence[Language], author_name: str | None) -> Self:
        return cls(
            course=AuthoredCourse.of(contents.course, languages, author_name),
            lessons=[OutlinedLesson.in_contents(lesson, contents) for lesson in contents.lessons],
        )


class DeletingView(View):
    """Nobody sees the course any more, but not all of it is erased: ask again to go on."""

    status: Literal["deleting"] = "deleting"


class RejudgingView(View):
    """What was sent to the task is judged anew in the background."""

    status: Literal["Checking"] = "Checking"
