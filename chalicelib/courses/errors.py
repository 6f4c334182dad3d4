"""Errors of courses. PyTry's clients compare the `status` of some of them, so those are never translated."""

from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place, Violation
from chalicelib.common.texts import Text


def no_such_course() -> errors.NotFound:
    return errors.NotFound("course_not_found", "Course not found", status="Course not found")


def no_such_lesson() -> errors.NotFound:
    return errors.NotFound("lesson_not_found", "Not found", status="Not found")


def no_such_task() -> errors.NotFound:
    return errors.NotFound("task_not_found", "Not found", status="Not found")


def no_such_link() -> errors.NotFound:
    return errors.NotFound("link_not_found", "There is no such link in this lesson")


def does_not_attend() -> errors.NotFound:
    return errors.NotFound("not_attending", "You do not attend this course")


def not_attending() -> errors.Forbidden:
    return errors.Forbidden("not_at_course", "User not at course", status="User not at course")


def private() -> errors.Forbidden:
    return errors.Forbidden("course_private", "Forbidden", status="Forbidden")


def closed() -> errors.Forbidden:
    return errors.Forbidden("course_closed", "This course is closed")


def task_not_open() -> errors.Forbidden:
    return errors.Forbidden("task_not_open", "This task is not open yet")


def lesson_locked(lesson: str, points: int) -> errors.Forbidden:
    return errors.Forbidden(
        "lesson_locked",
        "This opens with {points} points in the lesson “{lesson}”",
        lesson=lesson,
        points=points,
    )


def requires_unknown(lesson_id: int) -> errors.Unprocessable:
    return errors.Unprocessable(
        "requires_unknown", "There is no lesson {lesson_id} in this course to require", lesson_id=lesson_id
    )


def requires_itself() -> errors.Unprocessable:
    return errors.Unprocessable("requires_itself", "No lesson may require itself, by way of others or not")


def task_closed() -> errors.Forbidden:
    return errors.Forbidden("task_closed", "This task is closed and takes no more programs")


def times_out_of_order(first: str, second: str) -> errors.Unprocessable:
    """At the second: what is wrong may be either."""
    text = Text("times_out_of_order", "{first} must come before {second}", {"first": first, "second": second})
    wrong = Violation(Place(In.BODY, f"/{second}"), text.code, text)
    return errors.Unprocessable(
        "times_out_of_order", "{first} must come before {second}", violations=[wrong], first=first, second=second
    )


def not_your_submissions() -> errors.Forbidden:
    return errors.Forbidden("not_your_submission", "This is somebody else's submission")


def not_yours() -> errors.Forbidden:
    return errors.Forbidden("not_your_course", "This is somebody else's course")


def full(most: int) -> errors.Conflict:
    return errors.Conflict("course_full", "There is no more room in this course: {most} at most", most=most)


def other_order() -> errors.Conflict:
    return errors.Conflict("order_incomplete", "The order must name everything that is there, each once")


def language_not_among(language: str, allowed: list[str]) -> errors.Unprocessable:
    return errors.Unprocessable(
        "course_language_not_allowed",
        "The course's own language, {language}, is not among those allowed: {languages}",
        language=language,
        languages=", ".join(allowed),
    )
