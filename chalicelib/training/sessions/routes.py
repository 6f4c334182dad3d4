"""Routes of training sessions. `training_session_id` is a UUID."""

from chalicelib.accounts import authentication, names
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits, settings
from chalicelib.common.http import paging, requests, routing
from chalicelib.judge import languages, spoken
from chalicelib.judge.problems import statements
from chalicelib.judge.requests import SpokenQuery
from chalicelib.judge.submissions import quota
from chalicelib.judge.submissions.submissions import Program
from chalicelib.training import models
from chalicelib.training.frames import CommentServerPayload, ControlPayload
from chalicelib.training.models import Session
from chalicelib.training.sessions import comments, event_log, history, room, sessions, standings, submissions
from chalicelib.training.sessions import requests as session_requests
from chalicelib.training.sessions.editor import EMPTY
from chalicelib.training.sessions.responses import (
    CodeView,
    CommentsList,
    CompilerView,
    ContestRejudgingView,
    EventsView,
    StandingsView,
    StatementView,
    TeamTrainings,
    TrainingProblem,
    TrainingProblems,
    TrainingSubmissionDetail,
    TrainingSubmissionInFull,
    TrainingSubmissionList,
    TrainingSubmissionView,
    TrainingView,
)
from chalicelib.training.sessions.submissions import ListedSubmission
from chalicelib.training.teams.responses import OnlineView

routes = routing.Routes(__name__, tag="Training")
aliases = routing.Routes(__name__, tag="Aliases")

COMMENTS = limits.Limit("comments", settings.load().comments_per_minute, limits.MINUTE)
"""Other paths to the same views."""


# --- Sessions --------------------------------------------------------------------------------------------------------


@routes.post("/training-sessions", access=authentication.USER, status=201, also={200: TrainingView}, raises=[404, 409])
def start_session(caller: Caller, body: session_requests.StartBody) -> routing.Answer[TrainingView]:
    """Start a training of one's team in a contest; 200 for the one that is going on."""
    started = sessions.start(caller, body.team_id, body.contest_id)
    return routing.Answer(body=TrainingView.of(started.session), status=201 if started.is_new else 200)


@routes.get("/training-sessions", access=authentication.USER, raises=[404])
def find_session(caller: Caller, query: session_requests.PairQuery) -> TrainingView:
    """The last training of a team in a contest."""
    return TrainingView.of(sessions.latest(caller, query.contest_id, query.team_id))


@routes.get("/training-sessions/team/{team_id}/reconnect", access=authentication.USER)
def find_running_session(team_id: int, caller: Caller) -> TrainingView:
    """The training that a team is in: for its members."""
    return TrainingView.of(sessions.running(caller, team_id))


@routes.get("/teams/{team_id}/training-sessions", access=authentication.USER, paged=True)
def list_sessions_of_team(team_id: int, caller: Caller, query: paging.ListQuery) -> paging.PageAnswer[TeamTrainings]:
    """The trainings of a team, the latest first, and how it did: for its members and admins, and for a teacher whose
    own pupils they all are.
    """
    page = history.of_team(caller, team_id, query)
    return page.answer(TeamTrainings.of(page))


@routes.get("/training-sessions/{training_session_id}", access=authentication.USER)
def show_session(training_session_id: str, caller: Caller) -> TrainingView:
    """A training: for the members of its team and admins, for who teaches its contest, and for a teacher whose own
    pupils the members all are.
    """
    return TrainingView.of(sessions.readable_by(caller, training_session_id))


@routes.post("/training-sessions/{training_session_id}/complete", access=authentication.USER)
def complete_session(training_session_id: str, caller: Caller) -> TrainingView:
    """Finish a training; once it is finished, nothing more happens."""
    return TrainingView.of(sessions.complete(caller, training_session_id))


@routes.get("/training-sessions/{training_session_id}/events", access=authentication.USER, limit=limits.COSTLY_READS)
def list_events(
    training_session_id: str, caller: Caller, query: session_requests.EventsQuery, request: requests.Request
) -> EventsView:
    """Everything that has happened in a training, in order, a page at a time."""
    session = sessions.readable_by(caller, training_session_id)
    return EventsView.of(event_log.page(session, query.from_seq, at_most=query.limit), request.language)


@routes.get("/training-sessions/{training_session_id}/standings", access=authentication.USER, limit=limits.COSTLY_READS)
def show_standings(training_session_id: str, caller: Caller) -> StandingsView:
    """How the team stands in this training."""
    return StandingsView.of(standings.of_session(sessions.readable_by(caller, training_session_id)))


@routes.get("/contests/{contest_id}/standings", access=authentication.USER, limit=limits.COSTLY_READS)
def show_contest_standings(contest_id: int, caller: Caller) -> StandingsView:
    """How all teams stand in a contest, by the rules of the ICPC."""
    return StandingsView.of(standings.of_contest(caller, contest_id))


@routes.post("/contests/{contest_id}/problems/{alias}/rejudge", access=authentication.TEACHER, status=202, creates=True)
def rejudge_problem(contest_id: int, alias: str, caller: Caller) -> ContestRejudgingView:
    """Judge anew what was sent to a problem in all trainings of a contest, by the tests of now; standings follow."""
    submissions.rejudge_all(caller, contest_id, alias)
    return ContestRejudgingView()


# --- Problems --------------------------------------------------------------------------------------------------------


@routes.get("/training-sessions/{training_session_id}/problems", access=authentication.USER)
def list_problems(training_session_id: str, caller: Caller) -> TrainingProblems:
    """The problems of a training, and how far the team is with each."""
    session = sessions.readable_by(caller, training_session_id)
    attempts, assignees = submissions.attempts_in(session), room.assignees(session, session.aliases)
    problems = [TrainingProblem.of(session, alias, attempts, assignees.get(alias)) for alias in session.aliases]
    return TrainingProblems(problems=problems)


@routes.get("/training-sessions/{training_session_id}/problems/{alias}", access=authentication.USER)
def show_problem(training_session_id: str, alias: str, caller: Caller) -> TrainingProblem:
    """How far the team is with a problem."""
    session = sessions.readable_by(caller, training_session_id)
    comments.check_alias(session, alias)
    assignee = room.assignees(session, [alias]).get(alias)
    return TrainingProblem.of(session, alias, submissions.attempts_in(session), assignee)


@routes.get("/training-sessions/{training_session_id}/problems/{alias}/statement", access=authentication.USER)
def show_statement(
    training_session_id: str, alias: str, caller: Caller, query: SpokenQuery, request: requests.Request
) -> StatementView:
    """What a problem asks, and in which languages it may be solved."""
    session = sessions.readable_by(caller, training_session_id)
    problem = submissions.problem(session, alias)
    shown = statements.shown(problem, spoken.asked(request, query))
    return StatementView.of(alias, problem, languages.list_all_if_described(), shown)


# --- Submissions -----------------------------------------------------------------------------------------------------


@routes.post(
    "/training-sessions/{training_session_id}/submissions",
    access=authentication.USER,
    limit=quota.LIMIT,
    creates=True,
    takes_files=True,
    raises=[409, 422, 429, 503],
)
def submit(training_session_id: str, caller: Caller, body: session_requests.TrainingProgram) -> TrainingSubmissionView:
    """Send a program; the room is told of it at once, and of the verdict when there is one."""
    program = Program(language=body.compiler, source=body.source)
    session, submission = submissions.submit(caller, training_session_id, body.problem, program)
    return TrainingSubmissionView.of(session, submission, {caller.id: names.full_name(caller.account)})


@routes.get("/training-sessions/{training_session_id}/submissions", access=authentication.USER, paged=True)
def list_submissions(
    training_session_id: str, caller: Caller, query: paging.ListQuery
) -> paging.PageAnswer[TrainingSubmissionList]:
    """What the team has sent in, the newest first."""
    session = sessions.readable_by(caller, training_session_id)
    return _listed(session, submissions.page(session, query))


@routes.get(
    "/training-sessions/{training_session_id}/submissions/problem/{alias}", access=authentication.USER, paged=True
)
def list_submissions_to(
    training_session_id: str, alias: str, caller: Caller, query: paging.ListQuery
) -> paging.PageAnswer[TrainingSubmissionList]:
    """What the team has sent to one problem, the newest first."""
    session = sessions.readable_by(caller, training_session_id)
    return _listed(session, submissions.page(session, query, alias=alias))


@routes.get("/training-sessions/{training_session_id}/submissions/{submission_id}", access=authentication.USER)
def show_submission(training_session_id: str, submission_id: int, caller: Caller) -> TrainingSubmissionDetail:
    """A program of the team, and its verdict."""
    session = sessions.readable_by(caller, training_session_id)
    submission = submissions.get(session, submission_id)
    return TrainingSubmissionDetail.of(session, submission, names.full_names([submission.user_id]))


@routes.get("/training-sessions/{training_session_id}/submissions/{submission_id}/full", access=authentication.USER)
def show_submission_in_full(training_session_id: str, submission_id: int, caller: Caller) -> TrainingSubmissionInFull:
    """The same with its source and tests."""
    session = sessions.readable_by(caller, training_session_id)
    submission = submissions.get(session, submission_id)
    return TrainingSubmissionInFull.of(session, submission, names.full_names([submission.user_id]))


# --- What the room shares --------------------------------------------------------------------------------------------


@routes.get("/training-sessions/{training_session_id}/code/{alias}", access=authentication.USER)
def show_code(training_session_id: str, alias: str, caller: Caller) -> CodeView:
    """The text in the editor of a problem."""
    session = sessions.readable_by(caller, training_session_id)
    comments.check_alias(session, alias)
    code = models.find_code(session.id, alias)
    return CodeView(code=code.text, version=code.version) if code else CodeView(code=EMPTY.text, version=EMPTY.version)


@routes.get("/training-sessions/{training_session_id}/control/current", access=authentication.USER)
def show_control(training_session_id: str, caller: Caller) -> ControlPayload:
    """Who has control of the editor; nobody is null, in `userId` an empty text."""
    session = sessions.readable_by(caller, training_session_id)
    return ControlPayload(user_id=room.controller_in(session, sessions.room_of(session.id)))


@routes.get("/training-sessions/{training_session_id}/online", access=authentication.USER)
def list_online_in_session(training_session_id: str, caller: Caller) -> OnlineView:
    """Who is in the room of a training."""
    session = sessions.readable_by(caller, training_session_id)
    return OnlineView(users=room.online(sessions.room_of(session.id)))


@routes.get("/training-sessions/{training_session_id}/compiler/{alias}", access=authentication.USER)
def show_compiler(training_session_id: str, alias: str, caller: Caller) -> CompilerView:
    """The language that is chosen for a problem."""
    session = sessions.readable_by(caller, training_session_id)
    comments.check_alias(session, alias)
    return CompilerView(compiler=session.compiler_of(alias))


# --- Comments --------------------------------------------------------------------------------------------------------


@aliases.post(
    "/training-sessions/{training_session_id}/problem/{alias}/comments/send",
    access=authentication.USER,
    limit=COMMENTS,
    creates=True,
    use_instead="POST /training-sessions/{training_session_id}/problem/{alias}/comments",
)
@routes.post(
    "/training-sessions/{training_session_id}/problem/{alias}/comments",
    access=authentication.USER,
    limit=COMMENTS,
    creates=True,
)
def add_comment(
    training_session_id: str, alias: str, caller: Caller, body: session_requests.CommentBody
) -> CommentServerPayload:
    """Comment on a problem; the room is told."""
    return comments.add(caller, training_session_id, alias, body.content)


@routes.get("/training-sessions/{training_session_id}/problem/{alias}/comments", access=authentication.USER, paged=True)
def list_comments(
    training_session_id: str, alias: str, caller: Caller, query: paging.ListQuery
) -> paging.PageAnswer[CommentsList]:
    """The comments on a problem, the oldest first."""
    page = comments.page(sessions.readable_by(caller, training_session_id), alias, query)
    return page.answer(CommentsList(list(page.items)))


@routes.patch(
    "/training-sessions/{training_session_id}/comments/{comment_id}", access=authentication.USER, limit=COMMENTS
)
def change_comment(
    training_session_id: str, comment_id: int, caller: Caller, body: session_requests.CommentBody
) -> CommentServerPayload:
    """Change a comment of one's own; the room is told."""
    return comments.change(caller, training_session_id, comment_id, body.content)


@routes.delete("/training-sessions/{training_session_id}/comments/{comment_id}", access=authentication.USER, status=204)
def delete_comment(training_session_id: str, comment_id: int, caller: Caller) -> None:
    """Delete a comment of one's own; the room is told."""
    comments.delete(caller, training_session_id, comment_id)


def _listed(session: Session, page: paging.Page[ListedSubmission]) -> paging.PageAnswer[TrainingSubmissionList]:
    senders = names.full_names({each.sent.user_id for each in page.items})
    return page.answer(TrainingSubmissionList.of(session, page.items, senders))
