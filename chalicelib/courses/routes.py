"""Routes for pupils, who read courses and solve tasks: PyTry's paths, and a few more."""

import re

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, limits, settings
from chalicelib.common.http import etags, paging, requests, routing, searching
from chalicelib.courses import cards, courses, drafts, places, tasks
from chalicelib.courses.requests import DraftBody, DraftQuery, RunBody, TaskHistoryQuery
from chalicelib.courses.responses import (
    AttendedView,
    CoursesView,
    CourseView,
    DraftInfo,
    DraftsView,
    LessonPage,
    RunView,
    TaskView,
)
from chalicelib.courses.tasks import Place
from chalicelib.judge import languages, spoken
from chalicelib.judge.models import Submission
from chalicelib.judge.problems import statements
from chalicelib.judge.requests import ProgramBody, SpokenQuery
from chalicelib.judge.responses import CheckingView, SolvedView, SubmissionsView
from chalicelib.judge.submissions import custom_runs, quota, submissions
from chalicelib.judge.submissions import places as submission_places
from chalicelib.judge.submissions.submissions import Program

routes = routing.Routes(__name__, tag="Courses")

RUNS = limits.CountedWithin(str(custom_runs.RUNS))
DRAFTS = limits.Limit("drafts", settings.load().drafts_per_minute, limits.MINUTE)


@routes.get("/courses", access=authentication.USER, paged=True)
def list_courses(caller: Caller, query: searching.SearchQuery) -> paging.PageAnswer[CoursesView]:
    """The courses that the caller may see: public ones and their own; all, for teachers and admins."""
    page = paging.read_by_cursor(query, courses.searched(query.sought, lambda at: courses.visible_to(caller, at)))
    named = languages.list_all_if_described()
    return page.answer(CoursesView.of_cards(cards.of_all(page.items, caller.id), named))


@routes.get("/courses/attend/{course_id}", access=authentication.USER, limit=limits.WRITES)
def attend_by_link(course_id: int, caller: Caller) -> AttendedView:
    """Attend a course: PyTry's GET."""
    return _attended(new=courses.attend(caller, course_id))


@routes.post("/courses/attend/{course_id}", access=authentication.USER, creates=True)
def attend(course_id: int, caller: Caller) -> AttendedView:
    """Attend a course."""
    return _attended(new=courses.attend(caller, course_id))


@routes.delete("/courses/attend/{course_id}", access=authentication.USER, status=204)
def leave(course_id: int, caller: Caller) -> None:
    """Attend a course no longer. How far one came is kept."""
    courses.leave(caller, course_id)


@routes.get("/courses/{course_id}", access=authentication.USER, versioned=True)
def show_course(course_id: int, caller: Caller) -> routing.Answer[CourseView]:
    """A course with its lessons: for those who attend it, teachers and admins."""
    opened = courses.read(caller, course_id)
    body = CourseView.of_open(opened, languages.list_all_if_described())
    return routing.Answer(body=body, headers=etags.header(opened.course.version, shown=body))


@routes.get("/courses/{course_id}/{lesson_id}", access=authentication.USER, versioned=True)
def show_lesson(course_id: int, lesson_id: int, caller: Caller) -> routing.Answer[LessonPage]:
    """A lesson with its text, tasks and links. Its ETag is that of the whole course, as this reader sees the lesson."""
    opened = courses.read_lesson(caller, course_id, lesson_id)
    body = LessonPage.of(opened)
    return routing.Answer(body=body, headers=etags.header(opened.course.course.version, shown=body))


@routes.get("/courses/{course_id}/{lesson_id}/{task_id}", access=authentication.USER)
def show_task(
    course_id: int, lesson_id: int, task_id: int, caller: Caller, query: SpokenQuery, request: requests.Request
) -> TaskView:
    """A task: what is asked, the limits, examples, how far the caller is, and where it is in its course."""
    placed = places.read_task(caller, Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id))
    shown = statements.shown(placed.opened.problem, spoken.asked(request, query))
    return TaskView.of(placed, languages.list_all_if_described(), shown)


@routes.post(
    "/courses/{course_id}/{lesson_id}/{task_id}",
    access=authentication.USER,
    limit=quota.LIMIT,
    creates=True,
    also={202: CheckingView},
    headers=["Location"],
    reads=["Prefer"],
    raises=[422, 429, 503],
    incomplete_status="Not all arguments",
)
def solve(
    course_id: int, lesson_id: int, task_id: int, caller: Caller, body: ProgramBody, request: requests.Request
) -> routing.Answer[SolvedView | CheckingView]:
    """Send a program, and wait up to 25 s for its verdict; not at all while many have waited for long.

    When there is none yet, who has sent `Prefer` gets 202, and everybody else, as PyTry's client, an answer whose
    `verdict` is "Checking" and whose `code` is PENDING. `Location` is where to look again.
    """
    place = Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id)
    preference = request.headers.get("prefer", "").lower()
    # What sending in takes is part of the wait: else a slow one outlasts API Gateway's 29 s, and nobody gets an answer.
    answer_by = clock.monotonic() + _patience(preference)
    task, submission = tasks.submit(caller, place, source=body.code, language=body.language)
    judged = submissions.wait_for_verdict(submission, answer_by - clock.monotonic())
    return _answer(judged, task.points, expects_accepted="respond-async" in preference or _wait(preference) is not None)


@routes.post(
    "/courses/{course_id}/{lesson_id}/{task_id}/run",
    access=authentication.USER,
    limit=RUNS,
    raises=[422, 429, 503],
    incomplete_status="Not all arguments",
)
def run(course_id: int, lesson_id: int, task_id: int, caller: Caller, body: RunBody) -> RunView:
    """Run a program on one's own input, by the task's limits. It counts for nothing."""
    place = Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id)
    return RunView.of(tasks.run(caller, place, source=body.code, language=body.language, given=body.input))


@routes.get("/courses/{course_id}/{lesson_id}/{task_id}/submissions", access=authentication.USER, paged=True)
def list_submissions(
    course_id: int, lesson_id: int, task_id: int, caller: Caller, query: TaskHistoryQuery
) -> paging.PageAnswer[SubmissionsView]:
    """What one sent to the task, newest first; what a pupil of one's own or everybody did, for those who teach."""
    wanted = query.to_filter()
    place = Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id)
    page = paging.read_by_cursor(query, lambda at: tasks.history(caller, place, wanted, at))
    return page.answer(SubmissionsView.of(submission_places.named(page.items)))


@routes.get("/courses/{course_id}/{lesson_id}/{task_id}/draft", access=authentication.USER, versioned=True)
def show_draft(
    course_id: int, lesson_id: int, task_id: int, caller: Caller, query: DraftQuery
) -> routing.Answer[DraftsView]:
    """What the caller typed for the task and has not sent, on whichever device. Its ETag is that of `draft`.

    Where there is none in the language, `draft` is null and the ETag says so to a PUT as well: it is saved only while
    there is none.
    """
    place = Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id)
    found = drafts.read(caller, place, query.language)
    body = DraftsView.of(found)
    return routing.Answer(body=body, headers=etags.header(found.version, shown=body))


@routes.put(
    "/courses/{course_id}/{lesson_id}/{task_id}/draft",
    access=authentication.USER,
    versioned=True,
    limit=DRAFTS,
    reads=["If-None-Match"],
    raises=[422, 429, 503],
)
def save_draft(
    course_id: int, lesson_id: int, task_id: int, caller: Caller, body: DraftBody, request: requests.Request
) -> routing.Answer[DraftInfo]:
    """Keep what the caller is typing, of at most 64 KiB, as the draft in its language; for a year.

    A 412 has the ETag of what was saved elsewhere meanwhile: read that with GET, and save under its ETag what is to
    stay.
    Saving the text that is there is no change, whatever If-Match says.
    """
    place = Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id)
    expected = etags.if_match_or_absent(request, absent=drafts.NONE)
    program = Program(language=body.language, source=body.source)
    draft = drafts.save(caller, place, program, expected)
    return routing.Answer(body=DraftInfo.of(draft), headers=etags.header(draft.version))


def _attended(*, new: bool) -> AttendedView:
    return AttendedView(status="success" if new else "Already on course")


def _patience(preference: str) -> float:
    """How long the caller wants to wait (RFC 7240), in seconds, within what we offer."""
    if "respond-async" in preference:
        return 0
    wanted, longest = _wait(preference), settings.load().verdict_wait
    return longest if wanted is None else min(wanted, longest)


def _wait(preference: str) -> int | None:
    wanted = re.search(r"\bwait=(\d{1,3})\b", preference)
    return int(wanted[1]) if wanted else None


def _answer(submission: Submission, worth: int, *, expects_accepted: bool) -> routing.Answer[SolvedView | CheckingView]:
    """PyTry's client reads `verdict`, and a `status` as a refusal: who does not know of 202 gets no `status`."""
    if submission.is_final:
        return routing.Answer(body=SolvedView.of(submission, worth=worth))
    location = {"Location": f"/submissions/{submission.id}"}
    if expects_accepted:
        return routing.Answer(body=CheckingView(submission_id=submission.id), status=202, headers=location)
    return routing.Answer(body=SolvedView.of(submission, worth=worth), headers=location)
