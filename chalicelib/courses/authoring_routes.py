"""Routes for the authors of courses. Those who own or teach a course change it; admins change all."""

from datetime import timedelta

from chalicelib.accounts import authentication, names
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import etags, headers, requests, routing
from chalicelib.courses import authoring, copying, deletion, pictures, teachers
from chalicelib.courses.authoring_responses import (
    AuthoredCourse,
    AuthoredLesson,
    AuthoredTask,
    CopyView,
    DeletingView,
    OutlineView,
    PictureUpload,
    RejudgingView,
)
from chalicelib.courses.models import Course
from chalicelib.courses.requests import (
    CopyBody,
    CourseChange,
    LessonChange,
    LinkChange,
    NewCourse,
    NewLesson,
    NewLink,
    OrderBody,
    PictureBody,
    PlacedTask,
    ShownPicture,
    TaskChange,
)
from chalicelib.courses.responses import LinkView
from chalicelib.courses.tasks import Place
from chalicelib.judge import languages
from chalicelib.judge.packages import announcing
from chalicelib.judge.packages.responses import PackageView
from chalicelib.judge.requests import PackageBody, TestsBody
from chalicelib.judge.responses import ProblemView
from chalicelib.judge.submissions import rejudging
from chalicelib.school.requests import TeacherBody
from chalicelib.school.responses import TeachersView, TeacherView

routes = routing.Routes(__name__, tag="Authoring")

COPIES = limits.Limit("course_copies", 30, timedelta(hours=1))


@routes.post("/courses", access=authentication.TEACHER, status=201, raises=[422, 503], versioned=True)
def create_course(caller: Caller, body: NewCourse) -> routing.Answer[AuthoredCourse]:
    """Make a course with nothing in it."""
    return _authored(authoring.create(caller, body.fields()))


@routes.patch("/courses/{course_id}", access=authentication.TEACHER, raises=[409, 422, 503], versioned=True)
def change_course(
    course_id: int, caller: Caller, body: CourseChange, request: requests.Request
) -> routing.Answer[AuthoredCourse]:
    """Change a course: its name, its languages, who may attend it."""
    return _authored(authoring.change(caller, course_id, body.given(), expected=etags.if_match(request)))


@routes.get("/courses/{course_id}/outline", access=authentication.TEACHER, versioned=True)
def show_outline(course_id: int, caller: Caller) -> routing.Answer[OutlineView]:
    """A course with its lessons, tasks and links, drafts among them, as its teachers write them."""
    contents = authoring.read(caller, course_id)
    author_name = _author_name(contents.course.author_id)
    body = OutlineView.of(contents, languages.list_all_if_described(), author_name)
    return routing.Answer(body=body, headers=etags.header(contents.course.version))


@routes.post(
    "/courses/{course_id}/copy",
    access=authentication.TEACHER,
    limit=COPIES,
    status=201,
    raises=[503],
    headers=["Location"],
)
def copy_course(course_id: int, caller: Caller, body: CopyBody) -> routing.Answer[CopyView]:
    """Copy a course with its lessons, texts, links and tasks: a draft of one's own, without pupils."""
    copied = copying.copy(caller, course_id, name=body.name, shift=body.shift)
    course = AuthoredCourse.of(copied.course, languages.list_all_if_described(), _author_name(caller.id))
    view = CopyView(course=course, left_out=[task.name for task in copied.left_out])
    return routing.Answer(body=view, headers={"Location": f"/courses/{copied.course.id}"})


@routes.delete(
    "/courses/{course_id}", access=authentication.TEACHER, status=204, also={202: DeletingView}, versioned=True
)
def delete_course(course_id: int, caller: Caller, request: requests.Request) -> routing.Answer[DeletingView] | None:
    """Delete a course with all that is in it. Submissions stay. 202 when more is left than one request can erase."""
    gone = deletion.remove_course(caller, course_id, expected=etags.if_match(request))
    return None if gone else routing.Answer(body=DeletingView(), status=202)


@routes.post("/courses/{course_id}/pic", access=authentication.TEACHER, status=201, creates=False)
def invite_picture(course_id: int, caller: Caller, body: PictureBody) -> PictureUpload:
    """Where to upload a picture to: S3 takes one of the named type, and no more than 2 MB."""
    return PictureUpload.of(pictures.invite(caller, course_id, body.content_type))


@routes.put("/courses/{course_id}/pic", access=authentication.TEACHER, raises=[409, 422], versioned=True)
def show_picture(
    course_id: int, caller: Caller, body: ShownPicture, request: requests.Request
) -> routing.Answer[AuthoredCourse]:
    """Show an uploaded picture from now on."""
    return _authored(pictures.show(caller, course_id, body.picture_id, expected=etags.if_match(request)))


@routes.get(
    "/courses/{course_id}/pic",
    access=routing.PUBLIC,
    status=302,
    headers=["Location"],
    caching=headers.kept_for(pictures.KEPT_FOR),
)
def redirect_to_picture(course_id: int) -> routing.Answer[str]:
    """The picture of a course."""
    return routing.Answer(body="", headers={"Location": pictures.address(course_id)})


@routes.delete("/courses/{course_id}/pic", access=authentication.TEACHER, status=204, raises=[409], versioned=True)
def remove_picture(course_id: int, caller: Caller, request: requests.Request) -> None:
    """Show no picture any more."""
    pictures.remove(caller, course_id, expected=etags.if_match(request))


# --- Teachers --------------------------------------------------------------------------------------------------------


@routes.get("/courses/{course_id}/teachers", access=authentication.TEACHER)
def list_teachers(course_id: int, caller: Caller) -> TeachersView:
    """Who teaches a course: for those who do, and admins."""
    return TeachersView.of(teachers.list_all(caller, course_id))


@routes.post("/courses/{course_id}/teachers", access=authentication.TEACHER, status=201, raises=[409, 422])
def add_teacher(course_id: int, caller: Caller, body: TeacherBody) -> TeacherView:
    """Let another teacher do all with the course that its author may do."""
    return TeacherView.of(teachers.add(caller, course_id, body.user_id))


@routes.delete("/courses/{course_id}/teachers/{user_id}", access=authentication.TEACHER, status=204, raises=[409])
def remove_teacher(course_id: int, user_id: int, caller: Caller) -> None:
    """Let somebody teach the course no longer. Its author always does."""
    teachers.remove(caller, course_id, user_id)


# --- Lessons and links -----------------------------------------------------------------------------------------------


@routes.post("/courses/{course_id}/lessons", access=authentication.TEACHER, status=201, raises=[409, 422])
def add_lesson(course_id: int, caller: Caller, body: NewLesson) -> AuthoredLesson:
    """Add a lesson, at the end or where `order` says."""
    return AuthoredLesson.of(authoring.add_lesson(caller, course_id, body.fields(), order=body.order))


@routes.put(
    "/courses/{course_id}/lessons/order", access=authentication.TEACHER, status=204, raises=[409], versioned=True
)
def order_lessons(course_id: int, caller: Caller, body: OrderBody, request: requests.Request) -> None:
    """Put all lessons of a course in an order, at once."""
    authoring.order_lessons(caller, course_id, body.ids, expected=etags.if_match(request))


@routes.patch(
    "/courses/{course_id}/lessons/{lesson_id}", access=authentication.TEACHER, raises=[409, 422], versioned=True
)
def change_lesson(
    course_id: int, lesson_id: int, caller: Caller, body: LessonChange, request: requests.Request
) -> AuthoredLesson:
    """Change a lesson, or move it."""
    changed = authoring.change_lesson(
        caller, course_id, lesson_id, body.fields(), order=body.order, expected=etags.if_match(request)
    )
    return AuthoredLesson.of(changed)


@routes.delete(
    "/courses/{course_id}/lessons/{lesson_id}", access=authentication.TEACHER, status=204, raises=[409], versioned=True
)
def delete_lesson(course_id: int, lesson_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete a lesson with its tasks and links. Submissions stay."""
    deletion.remove_lesson(caller, course_id, lesson_id, expected=etags.if_match(request))


@routes.post("/courses/{course_id}/lessons/{lesson_id}/links", access=authentication.TEACHER, status=201, raises=[409])
def add_link(course_id: int, lesson_id: int, caller: Caller, body: NewLink) -> LinkView:
    """Add something to read beside a lesson."""
    return LinkView.of(authoring.add_link(caller, course_id, lesson_id, body.fields()))


@routes.patch(
    "/courses/{course_id}/lessons/{lesson_id}/links/{link_id}",
    access=authentication.TEACHER,
    raises=[409],
    versioned=True,
)
def change_link(
    course_id: int, lesson_id: int, link_id: int, caller: Caller, body: LinkChange, request: requests.Request
) -> LinkView:
    """Change a link."""
    changed = authoring.change_link(
        caller, course_id, lesson_id, link_id, body.fields(), expected=etags.if_match(request)
    )
    return LinkView.of(changed)


@routes.delete(
    "/courses/{course_id}/lessons/{lesson_id}/links/{link_id}",
    access=authentication.TEACHER,
    status=204,
    raises=[409],
    versioned=True,
)
def delete_link(course_id: int, lesson_id: int, link_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete a link."""
    authoring.remove_link(caller, course_id, lesson_id, link_id, expected=etags.if_match(request))


# --- Tasks -----------------------------------------------------------------------------------------------------------


@routes.post(
    "/courses/{course_id}/lessons/{lesson_id}/tasks", access=authentication.TEACHER, status=201, raises=[409, 422]
)
def add_task(course_id: int, lesson_id: int, caller: Caller, body: PlacedTask) -> AuthoredTask:
    """Place a problem of the library in a lesson, or write one there."""
    new = body.to_task()
    if body.problem_id is not None:
        return AuthoredTask.of(authoring.place_problem(caller, course_id, lesson_id, new, problem_id=body.problem_id))
    return AuthoredTask.of(authoring.write_and_place(caller, course_id, lesson_id, new, body.to_problem()))


@routes.put(
    "/courses/{course_id}/lessons/{lesson_id}/tasks/order",
    access=authentication.TEACHER,
    status=204,
    raises=[409],
    versioned=True,
)
def order_tasks(course_id: int, lesson_id: int, caller: Caller, body: OrderBody, request: requests.Request) -> None:
    """Put all tasks of a lesson in an order, at once."""
    authoring.order_tasks(caller, course_id, lesson_id, body.ids, expected=etags.if_match(request))


@routes.patch(
    "/courses/{course_id}/lessons/{lesson_id}/tasks/{task_id}",
    access=authentication.TEACHER,
    raises=[409, 422],
    versioned=True,
)
def change_task(
    course_id: int, lesson_id: int, task_id: int, caller: Caller, body: TaskChange, request: requests.Request
) -> AuthoredTask:
    """Change a task, and its problem if that is the caller's; or move it within its lesson."""
    expected = etags.if_match(request)
    if fields := body.of_problem():
        authoring.change_problem(caller, course_id, lesson_id, task_id, fields, expected=expected)
    changed = authoring.change_task(
        caller, course_id, lesson_id, task_id, body.of_task(), order=body.order, expected=expected
    )
    return AuthoredTask.of(changed)


@routes.delete(
    "/courses/{course_id}/lessons/{lesson_id}/tasks/{task_id}",
    access=authentication.TEACHER,
    status=204,
    raises=[409],
    versioned=True,
)
def delete_task(course_id: int, lesson_id: int, task_id: int, caller: Caller, request: requests.Request) -> None:
    """Take a task out of its lesson. The problem and the submissions stay."""
    authoring.remove_task(caller, course_id, lesson_id, task_id, expected=etags.if_match(request))


@routes.put("/courses/{course_id}/{lesson_id}/{task_id}/tests", access=authentication.TEACHER, raises=[409])
def replace_tests(course_id: int, lesson_id: int, task_id: int, caller: Caller, body: TestsBody) -> ProblemView:
    """Give the problem of a task other tests. What was judged by the old ones keeps its verdict."""
    tests = body.to_tests()
    problem = authoring.replace_tests(caller, course_id, lesson_id, task_id, tests, samples=body.samples)
    return ProblemView.of(problem, _author_name(problem.author_id))


@routes.post(
    "/courses/{course_id}/{lesson_id}/{task_id}/package",
    access=authentication.TEACHER,
    limit=announcing.COUNTED,
    status=201,
    creates=False,
    headers=["Location"],
    raises=[429],
)
def announce_package(
    course_id: int, lesson_id: int, task_id: int, caller: Caller, body: PackageBody
) -> routing.Answer[PackageView]:
    """Where to send a package for the problem of a task; `Location` tells what becomes of it."""
    problem = authoring.problem_of(caller, course_id, lesson_id, task_id)
    announced = PackageView.of(*announcing.announce(problem, caller.id, size=body.size, sha256=body.sha256))
    location = f"/problems/{problem.id}/package/{announced.import_id}"
    return routing.Answer(body=announced, headers={"Location": location})


@routes.post(
    "/courses/{course_id}/{lesson_id}/{task_id}/rejudge", access=authentication.TEACHER, status=202, creates=True
)
def rejudge_task(course_id: int, lesson_id: int, task_id: int, caller: Caller) -> RejudgingView:
    """Judge anew everything that was sent to a task, by the tests of now."""
    authoring.check_task(caller, course_id, lesson_id, task_id)
    rejudging.rejudge_all(Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id).origin)
    return RejudgingView()


def _authored(course: Course) -> routing.Answer[AuthoredCourse]:
    body = AuthoredCourse.of(course, languages.list_all_if_described(), _author_name(course.author_id))
    return routing.Answer(body=body, headers=etags.header(course.version))


def _author_name(author_id: int) -> str | None:
    return names.full_names([author_id])[author_id]
