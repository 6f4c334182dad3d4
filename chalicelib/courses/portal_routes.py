"""Routes of courses for the school's portal (Virtual School), with the members' progress."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import etags, headers, paging, requests, routing, searching
from chalicelib.courses import authoring, cards, courses, deletion, enrollments, progress
from chalicelib.courses.authoring_responses import CourseId, DeletingView
from chalicelib.courses.progress_responses import (
    Certification,
    CertificationsView,
    EstimationsView,
    EstimationView,
    MembersView,
    MemberView,
    ProgressView,
)
from chalicelib.courses.requests import CourseChange, GrantBody, NewCourse
from chalicelib.courses.responses import CourseCard, CourseCards, CoursesView
from chalicelib.judge import languages

routes = routing.Routes(__name__, tag="Progress")


@routes.get("/main/courses", access=routing.PUBLIC, paged=True, caching=headers.REVALIDATED)
def list_public_courses(query: searching.SearchQuery) -> paging.PageAnswer[CourseCards]:
    """The public courses, newest first: Virtual School's view."""
    page = paging.read_by_cursor(query, courses.searched(query.sought, courses.public))
    named = languages.list_all_if_described()
    body = CourseCards([CourseCard.of(card, named) for card in cards.of_all(page.items)])
    return page.answer(body)


@routes.get("/main/courses/{course_id}", access=routing.PUBLIC, caching=headers.REVALIDATED)
def show_public_course(course_id: int) -> CourseCard:
    """The card of a public course, for those who do not attend it and for visitors."""
    return CourseCard.of(cards.of_public(course_id), languages.list_all_if_described())


@routes.post("/main/courses", access=authentication.ADMIN, status=201, raises=[422, 503])
def create_course(caller: Caller, body: NewCourse) -> CourseId:
    """Make a course: Virtual School's path."""
    return CourseId(id=authoring.create(caller, body.fields()).id)


@routes.patch(
    "/main/courses/{course_id}", access=authentication.ADMIN, status=204, raises=[409, 422, 503], versioned=True
)
def change_course(course_id: int, caller: Caller, body: CourseChange, request: requests.Request) -> None:
    """Change a course: Virtual School's path."""
    authoring.change(caller, course_id, body.given(), expected=etags.if_match(request))


@routes.delete(
    "/main/courses/{course_id}", access=authentication.ADMIN, status=204, also={202: DeletingView}, versioned=True
)
def delete_course(course_id: int, caller: Caller, request: requests.Request) -> routing.Answer[DeletingView] | None:
    """Delete a course: Virtual School's path."""
    gone = deletion.remove_course(caller, course_id, expected=etags.if_match(request))
    return None if gone else routing.Answer(body=DeletingView(), status=202)


@routes.get("/user/courses/{user_id}", access=authentication.USER, paged=True)
def list_courses_of_user(user_id: int, caller: Caller, query: paging.CursorListQuery) -> paging.PageAnswer[CoursesView]:
    """The courses that a user attends, and how far they are: for themselves, teachers and admins."""
    page = paging.read_by_cursor(query, lambda at: enrollments.attended_by(caller, user_id, at))
    named = languages.list_all_if_described()
    shown = cards.of_all([taken.course for taken in page.items], user_id)
    return page.answer(CoursesView.of_cards(shown, named))


@routes.get("/user/estimations/{user_id}", access=authentication.USER, paged=True)
def list_estimations(user_id: int, caller: Caller, query: paging.CursorListQuery) -> paging.PageAnswer[EstimationsView]:
    """A user's marks in each of their courses: for themselves, teachers and admins."""
    page = paging.read_by_cursor(query, lambda at: progress.estimations_for(caller, user_id, at))
    body = EstimationsView(estimations=[EstimationView.of(estimation) for estimation in page.items])
    return page.answer(body)


@routes.get("/user/certification/{user_id}", access=authentication.USER, paged=True)
def list_certifications(
    user_id: int, caller: Caller, query: paging.CursorListQuery
) -> paging.PageAnswer[CertificationsView]:
    """The courses that were opened to a user: for themselves, teachers and admins."""
    page = paging.read_by_cursor(query, lambda at: enrollments.granted_to(caller, user_id, at))
    body = CertificationsView(certifications=[Certification.of(taken) for taken in page.items])
    return page.answer(body)


@routes.post("/user/certification/{user_id}", access=authentication.TEACHER, status=201)
def grant_course(user_id: int, caller: Caller, body: GrantBody) -> Certification:
    """Let a user attend a private course: by its author or an admin."""
    return Certification.of(enrollments.grant(caller, user_id, body.course_id))


@routes.delete("/user/certification/{user_id}", access=authentication.TEACHER, status=204)
def withdraw_course(user_id: int, caller: Caller, body: GrantBody) -> None:
    """Take a course away from a user: by its author or an admin. How far they came is kept."""
    enrollments.withdraw(caller, user_id, body.course_id)


@routes.get("/courses/{course_id}/members", access=authentication.TEACHER, paged=True)
def list_members(course_id: int, caller: Caller, query: paging.CursorListQuery) -> paging.PageAnswer[MembersView]:
    """Who attends a course, and how far they are: for its author and admins."""
    found = progress.members_of(caller, course_id, query)
    body = MembersView(members=[MemberView.of(member) for member in found.page.items])
    return found.page.answer(body)


@routes.get("/courses/{course_id}/progress", access=authentication.TEACHER, limit=limits.COSTLY_READS, paged=True)
def show_progress(course_id: int, caller: Caller, query: paging.CursorListQuery) -> paging.PageAnswer[ProgressView]:
    """Who solved what, a page of members at a time: for the course's author and admins."""
    found = progress.members_of(caller, course_id, query)
    return found.page.answer(ProgressView.of(found))
