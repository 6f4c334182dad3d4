"""Routes of tracks: Learning Platform's paths, and those that teachers need."""

from collections.abc import Mapping

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits, settings
from chalicelib.common.http import etags, headers, paging, requests, routing
from chalicelib.school.requests import TeacherBody
from chalicelib.school.responses import TeachersView, TeacherView
from chalicelib.tracks import (
    access,
    assignments,
    diary,
    extensions,
    models,
    responses,
    reviews,
    stage_changes,
    standings,
    submissions,
    teachers,
    tracks,
)
from chalicelib.tracks import requests as track_requests
from chalicelib.tracks.models import Track
from chalicelib.tracks.responses import (
    AssignmentView,
    OwedView,
    ResultsView,
    ReviewView,
    SolutionToReviewView,
    SolutionView,
    TrackCards,
    TracksList,
    TrackView,
)
from chalicelib.tracks.stages import Stage

routes = routing.Routes(__name__, tag="Tracks")

DIARY_ENTRIES = limits.Limit("diary entries", settings.load().diary_entries_per_minute, limits.MINUTE)


# --- Tracks ----------------------------------------------------------------------------------------------------------


@routes.get("/tracks", access=authentication.USER, paged=True)
def list_tracks(query: track_requests.TracksQuery, caller: Caller) -> paging.PageAnswer[TracksList]:
    """All tracks: those that wait for participants, those under way, those that are over; the newest of each first."""
    page = tracks.search(query.statuses, query, query.sought)
    return page.answer(TracksList.of(tracks.for_viewer(caller, page.items)))


@routes.get("/main/tracks", access=routing.PUBLIC, paged=True, caching=headers.REVALIDATED)
def list_public_tracks(query: track_requests.TracksQuery) -> paging.PageAnswer[TrackCards]:
    """The same for visitors: what everybody may know of each."""
    page = tracks.search(query.statuses, query, query.sought)
    return page.answer(TrackCards.of(page))


@routes.get("/tracks/my", access=authentication.USER, paged=True)
def list_own_tracks(query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[TracksList]:
    """The tracks that the caller takes part in, the newest first."""
    page = models.tracks_of(caller.id, query)
    return page.answer(TracksList.of(tracks.for_viewer(caller, page.items)))


@routes.get("/tracks/{track_id}", access=authentication.USER, versioned=True)
def show_track(track_id: int, caller: Caller) -> routing.Answer[TrackView]:
    """A track, and how the caller takes part in it."""
    return _shown(caller, tracks.get(track_id))


@routes.post("/tracks", access=authentication.TEACHER, status=201, versioned=True, headers=["Location"])
def add_track(body: track_requests.TrackBody, caller: Caller) -> routing.Answer[TrackView]:
    """Make a track. Its criteria stay as they are."""
    track = tracks.add(caller, body.new_track())
    return _shown(caller, track, {"Location": f"/tracks/{track.id}"})


@routes.patch("/tracks/{track_id}", access=authentication.TEACHER, raises=[409], versioned=True)
def change_track(
    track_id: int, body: track_requests.TrackChanges, caller: Caller, request: requests.Request
) -> routing.Answer[TrackView]:
    """Change a track that has not started."""
    track = tracks.change(caller, track_id, body.changes(), etags.if_match(request))
    return _shown(caller, track)


@routes.delete("/tracks/{track_id}", access=authentication.TEACHER, raises=[409], versioned=True)
def delete_track(track_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete a track that has not started, with its assignments."""
    tracks.delete(caller, track_id, etags.if_match(request))


@routes.post("/tracks/{track_id}/start", access=authentication.TEACHER, raises=[409], versioned=True)
def start_track(track_id: int, caller: Caller) -> routing.Answer[TrackView]:
    """Start a track that waits, with those who take part: two at least."""
    return _shown(caller, tracks.start(caller, track_id))


@routes.get("/tracks/{track_id}/teachers", access=authentication.TEACHER)
def list_teachers(track_id: int, caller: Caller) -> TeachersView:
    """Who teaches a track: for those who do, and admins."""
    return TeachersView.of(teachers.list_all(caller, track_id))


@routes.post("/tracks/{track_id}/teachers", access=authentication.TEACHER, status=201, raises=[409, 422])
def add_teacher(track_id: int, caller: Caller, body: TeacherBody) -> TeacherView:
    """Let another teacher do all with the track that its author may do."""
    return TeacherView.of(teachers.add(caller, track_id, body.user_id))


@routes.delete("/tracks/{track_id}/teachers/{user_id}", access=authentication.TEACHER, status=204, raises=[409])
def remove_teacher(track_id: int, user_id: int, caller: Caller) -> None:
    """Let somebody teach the track no longer. Its author always does."""
    teachers.remove(caller, track_id, user_id)


@routes.post("/tracks/{track_id}/enroll", access=authentication.USER, creates=True, raises=[400, 409])
def enroll(track_id: int, caller: Caller) -> responses.EnrollmentView:
    """Take part in a track that waits. Whoever fills it starts it."""
    return responses.EnrollmentView.of(tracks.enroll(caller, track_id))


@routes.delete("/tracks/{track_id}/enroll", access=authentication.USER, raises=[400])
def unenroll(track_id: int, caller: Caller) -> responses.UnenrolledView:
    """Leave a track that has not started."""
    tracks.unenroll(caller, track_id)
    return responses.UnenrolledView()


@routes.get("/tracks/{track_id}/standings", access=authentication.USER, limit=limits.COSTLY_READS)
def show_standings(track_id: int, caller: Caller) -> responses.StandingsList:
    """Who takes part, by the sum of their medians: for participants, its teachers and admins."""
    return responses.StandingsList.of(standings.standings(caller, track_id))


# --- Assignments -----------------------------------------------------------------------------------------------------


@routes.get("/tracks/{track_id}/assignments", access=authentication.USER)
def list_assignments(track_id: int, caller: Caller) -> responses.AssignmentsList:
    """The assignments of a track, as far as they are open to the caller: for participants, its teachers and admins."""
    return responses.AssignmentsList.of(assignments.visible_to(caller, track_id))


@routes.get("/tracks/{track_id}/assignments/current", access=authentication.USER)
def show_current_assignment(track_id: int, caller: Caller) -> AssignmentView:
    """The first assignment that the caller can do something for."""
    return AssignmentView.of(assignments.current_for(caller, track_id))


@routes.get("/assignments/{assignment_id}", access=authentication.USER, versioned=True)
def show_assignment(assignment_id: int, caller: Caller) -> routing.Answer[AssignmentView]:
    """An assignment, as far as it is open to the caller, and what they have sent in: for participants, its teachers and
    admins.
    """
    found = assignments.get(caller, assignment_id)
    body = AssignmentView.of(found)
    return routing.Answer(body=body, headers=etags.header(found.assignment.version, shown=body))


@routes.post("/tracks/{track_id}/assignments", access=authentication.TEACHER, status=201, versioned=True, raises=[409])
def add_assignment(
    track_id: int, body: track_requests.AssignmentBody, caller: Caller
) -> routing.Answer[AssignmentView]:
    """Add an assignment to a track that has not started."""
    added = assignments.add(caller, track_id, body.new_assignment())
    return routing.Answer(body=AssignmentView.of(added), headers=etags.header(added.assignment.version))


@routes.patch("/assignments/{assignment_id}", access=authentication.TEACHER, raises=[409], versioned=True)
def change_assignment(
    assignment_id: int, body: track_requests.AssignmentChanges, caller: Caller, request: requests.Request
) -> routing.Answer[AssignmentView]:
    """Change an assignment of a track that has not started."""
    changed = assignments.change(caller, assignment_id, body.changes(), etags.if_match(request))
    return routing.Answer(body=AssignmentView.of(changed), headers=etags.header(changed.assignment.version))


@routes.delete("/assignments/{assignment_id}", access=authentication.TEACHER, raises=[409], versioned=True)
def delete_assignment(assignment_id: int, caller: Caller, request: requests.Request) -> None:
    """Delete an assignment of a track that has not started."""
    assignments.delete(caller, assignment_id, etags.if_match(request))


@routes.patch("/assignments/{assignment_id}/deadline", access=authentication.TEACHER, raises=[409])
def extend_deadline(assignment_id: int, body: track_requests.DeadlineBody, caller: Caller) -> AssignmentView:
    """Give more time for the running stage."""
    return AssignmentView.of(stage_changes.extend_deadline(caller, assignment_id, Stage(body.stage), body.deadline))


@routes.post("/assignments/{assignment_id}/close", access=authentication.TEACHER, raises=[409])
def close_stage(assignment_id: int, body: track_requests.StageBody, caller: Caller) -> AssignmentView:
    """End the running stage now; what follows it comes within a second or two."""
    return AssignmentView.of(stage_changes.close_stage(caller, assignment_id, Stage(body.stage)))


@routes.post("/assignments/{assignment_id}/reopen", access=authentication.TEACHER, raises=[409])
def reopen_stage(assignment_id: int, body: track_requests.DeadlineBody, caller: Caller) -> AssignmentView:
    """Have a stage that is over run again. Reviews that are owed are withdrawn when submissions are reopened."""
    return AssignmentView.of(stage_changes.reopen_stage(caller, assignment_id, Stage(body.stage), body.deadline))


@routes.get("/assignments/{assignment_id}/extensions", access=authentication.TEACHER, paged=True)
def list_extensions(
    assignment_id: int, query: paging.ListQuery, caller: Caller
) -> paging.PageAnswer[responses.ExtensionsView]:
    """Who has more time than the others, and why. A page may be short, or empty, before the last."""
    page = extensions.list_all(caller, assignment_id, query)
    return page.answer(responses.ExtensionsView.of(page))


@routes.put(
    "/assignments/{assignment_id}/extensions/{user_id}", access=authentication.TEACHER, raises=[409], versioned=True
)
def grant_extension(
    assignment_id: int, user_id: int, body: track_requests.ExtensionBody, caller: Caller, request: requests.Request
) -> routing.Answer[responses.ExtensionView]:
    """Give one participant more time, and tell them; nobody else's stage waits for it."""
    granted = extensions.grant(caller, assignment_id, user_id, body.more_time(), etags.if_match(request))
    answer = responses.ExtensionView.of_participant(granted)
    return routing.Answer(body=answer, headers=etags.header(granted.extension.version))


@routes.delete(
    "/assignments/{assignment_id}/extensions/{user_id}", access=authentication.TEACHER, status=204, versioned=True
)
def take_extension_back(assignment_id: int, user_id: int, caller: Caller, request: requests.Request) -> None:
    """End an extension. What was sent in by it stays, and is late."""
    extensions.take_back(caller, assignment_id, user_id, etags.if_match(request))


# --- Solutions and reviews -------------------------------------------------------------------------------------------


@routes.post("/assignments/{assignment_id}/submit", access=authentication.USER, creates=True, raises=[422, 429])
def submit(assignment_id: int, body: track_requests.SolutionBody, caller: Caller) -> SolutionView:
    """Send in a solution: a link to a repository, files, or both. It is judged where the assignment has a problem."""
    return SolutionView.of_own(submissions.submit(caller, assignment_id, body.solution()))


@routes.put("/assignments/{assignment_id}/submit", access=authentication.USER, raises=[409, 422, 429])
def replace_submission(assignment_id: int, body: track_requests.SolutionBody, caller: Caller) -> SolutionView:
    """Replace one's solution before the deadline. Other files are a new version; the older stay readable."""
    return SolutionView.of_own(submissions.replace(caller, assignment_id, body.solution()))


@routes.get("/assignments/{assignment_id}/submit", access=authentication.USER)
def show_own_submission(assignment_id: int, caller: Caller) -> SolutionView:
    """What the caller has sent in, at any time."""
    return SolutionView.of_own(submissions.own(caller, assignment_id))


@routes.get(
    "/assignments/{assignment_id}/review/submission",
    access=authentication.USER,
    limit=limits.WRITES,  # it keeps when something is handed out
    raises=[400, 409],
)
def show_submission_to_review(assignment_id: int, caller: Caller) -> SolutionToReviewView:
    """A submission that the caller is to review, reserved for them for a while; whose it is they do not learn."""
    return SolutionToReviewView.of_handed(reviews.next_for(caller, assignment_id), caller.id)


@routes.post("/submissions/{submission_id}/review", access=authentication.USER, creates=True, raises=[409])
def write_review(submission_id: int, body: track_requests.ReviewBody, caller: Caller) -> ReviewView:
    """Review a submission that was allotted to the caller, or is offered to those who are done."""
    review = reviews.write(caller, submission_id, body.opinion())
    name = access.display_name(caller.account)
    return ReviewView.of(review, reviewer=True, author=review.is_teachers, reviewer_name=name)


@routes.get("/assignments/{assignment_id}/reviews", access=authentication.USER)
def show_reviews(assignment_id: int, caller: Caller) -> ResultsView:
    """What others say of the caller's solution, once the review stage is over; for the track's teachers, of all."""
    return ResultsView.of(standings.visible_to(caller, assignment_id))


@routes.get("/assignments/{assignment_id}/owed", access=authentication.TEACHER, limit=limits.COSTLY_READS)
def show_owed_reviews(assignment_id: int, caller: Caller) -> OwedView:
    """Who still owes reviews, and which submissions wait for some."""
    return OwedView.of(standings.owed_in(caller, assignment_id))


# --- The diary -------------------------------------------------------------------------------------------------------


@routes.post("/assignments/{assignment_id}/diary", access=authentication.USER, limit=DIARY_ENTRIES, creates=True)
def write_diary(assignment_id: int, body: track_requests.EntryBody, caller: Caller) -> responses.EntryView:
    """Note something below an assignment."""
    return responses.EntryView.of(diary.write(caller, assignment_id, body.content), caller.account.login)


@routes.get("/assignments/{assignment_id}/diary", access=authentication.USER, paged=True)
def read_diary(assignment_id: int, query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[responses.DiaryList]:
    """What was noted below an assignment, the newest first: for participants, its teachers and admins."""
    found = diary.read(caller, assignment_id, query)
    return found.page.answer(responses.DiaryList.of(found))


def _shown(caller: Caller, track: Track, more: Mapping[str, str] | None = None) -> routing.Answer[TrackView]:
    """With the ETag of what is shown: people come and go, and are called something else, without the track changing."""
    (seen,) = tracks.for_viewer(caller, [track])
    body = TrackView.of(seen)
    return routing.Answer(body=body, headers={**(more or {}), **etags.header(track.version, shown=body)})
