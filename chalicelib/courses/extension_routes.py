"""Routes of extensions: more time for one pupil and one task. For those who own or teach the course, and admins."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import etags, paging, requests, routing
from chalicelib.courses import extensions
from chalicelib.courses.requests import TaskExtensionBody
from chalicelib.courses.responses import TaskExtension, TaskExtensions

routes = routing.Routes(__name__, tag="Authoring")

TASK = "/courses/{course_id}/lessons/{lesson_id}/tasks/{task_id}/extensions"


@routes.get(TASK, access=authentication.TEACHER, paged=True)
def list_extensions(
    course_id: int, lesson_id: int, task_id: int, query: paging.CursorListQuery, caller: Caller
) -> paging.PageAnswer[TaskExtensions]:
    """Who has more time for a task than the others, and why. A page may be short, or empty, before the last."""
    page = extensions.list_all(caller, (course_id, lesson_id, task_id), query)
    return page.answer(TaskExtensions.of(page))


@routes.put(TASK + "/{user_id}", access=authentication.TEACHER, raises=[409], versioned=True)
def grant_extension(
    course_id: int,
    lesson_id: int,
    task_id: int,
    user_id: int,
    body: TaskExtensionBody,
    caller: Caller,
    request: requests.Request,
) -> routing.Answer[TaskExtension]:
    """Give one pupil more time for a task, and tell them."""
    place, expected = (course_id, lesson_id, task_id), etags.if_match(request)
    granted = extensions.grant(caller, place, user_id, body.until, body.reason, expected)
    return routing.Answer(body=TaskExtension.of(granted), headers=etags.header(granted.extension.version))


@routes.delete(TASK + "/{user_id}", access=authentication.TEACHER, status=204, raises=[409], versioned=True)
def take_extension_back(
    course_id: int, lesson_id: int, task_id: int, user_id: int, caller: Caller, request: requests.Request
) -> None:
    """End an extension. What was sent by it stays, and is late."""
    extensions.take_back(caller, (course_id, lesson_id, task_id), user_id, etags.if_match(request))
