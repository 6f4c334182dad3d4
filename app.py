"""Composition root: what Lyceum is made of, and every entry point that is not HTTP.

Chalice deploys a schedule, queue or socket handler under the module that declares it. Declared here, they all are
`app.…`, pass through the app's middleware, and stand in one place.
"""

import functools
from typing import Any

from chalice.app import Chalice, CloudWatchEvent, CORSConfig, Rate, WebsocketEvent

from chalicelib.accounts import accounts as account_store
from chalicelib.accounts import handlers, signing_keys
from chalicelib.accounts.routes import routes as accounts
from chalicelib.common import observe, settings
from chalicelib.common.events import timers
from chalicelib.common.http import documents, idempotency, routing
from chalicelib.common.http.routes import routes as service
from chalicelib.courses import authoring as course_authoring
from chalicelib.courses import dashboard as course_dashboard
from chalicelib.courses import enrollments, tasks
from chalicelib.courses.authoring_routes import routes as authoring
from chalicelib.courses.portal_routes import routes as portal
from chalicelib.courses.routes import routes as courses
from chalicelib.judge import frames as judge_frames
from chalicelib.judge import handlers as judge_handlers
from chalicelib.judge import languages
from chalicelib.judge.grading import grader
from chalicelib.judge.problems import library
from chalicelib.judge.routes import routes as judge
from chalicelib.judge.submissions import announcements, recovery
from chalicelib.realtime import broadcasts, connections, frame_handlers, frames, rooms, stream
from chalicelib.realtime.rooms import Kind
from chalicelib.realtime.routes import routes as realtime
from chalicelib.school import dashboard, notifications, users
from chalicelib.school import frames as school_frames
from chalicelib.school import handlers as school_handlers
from chalicelib.school.routes import aliases as school_aliases
from chalicelib.school.routes import routes as school
from chalicelib.tracks import dashboard as track_dashboard
from chalicelib.tracks import frames as track_frames
from chalicelib.tracks import models as track_models
from chalicelib.tracks import scheduler
from chalicelib.tracks.routes import routes as tracks
from chalicelib.training import dashboard as training_dashboard
from chalicelib.training import frame_handlers as training_frame_handlers
from chalicelib.training.sessions import room, sessions, snapshots, submissions
from chalicelib.training.sessions.routes import aliases as training_aliases
from chalicelib.training.sessions.routes import routes as training
from chalicelib.training.teams import lobby, teams
from chalicelib.training.teams.routes import routes as training_teams

observe.trace()

app = Chalice(app_name=settings.load().app_name)
app.experimental_feature_flags.add("WEBSOCKETS")
app.api.cors = CORSConfig(
    allow_origin=settings.load().allowed_origin,
    allow_headers=[
        "Authorization",
        "Content-Type",
        "Accept-Language",
        "Prefer",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
    ],
    expose_headers=["X-Request-Id", "X-Next-Cursor", "Link", "Location", "ETag", "Retry-After"],
    allow_credentials=True,
    max_age=3600,
)
app.register_middleware(observe.request, "http")
app.register_middleware(routing.uniform_errors, "http")
for kind in ("pure_lambda", "scheduled", "websocket"):
    app.register_middleware(observe.invocation, kind)

PACKAGES = (
    service,
    accounts,
    realtime,
    school,
    school_aliases,
    judge,
    courses,
    authoring,
    portal,
    tracks,
    training,
    training_teams,
    training_aliases,
)
for package in PACKAGES:
    app.register_blueprint(package)
documents.publish(PACKAGES)

idempotency.sign_with(functools.partial(signing_keys.digest, purpose="idempotency"))
grader.register_recorders({tasks.ORIGIN: tasks.record, submissions.ORIGIN: submissions.record})
grader.register_tellers(announcements.announce, submissions.tell)
frames.register(frame_handlers.FRAMES)
frames.register(school_frames.FRAMES)
frames.register(judge_frames.FRAMES)
frames.register(track_frames.FRAMES)
frames.register(training_frame_handlers.FRAMES)
rooms.register_kind(Kind.LOBBY, admission=teams.admit_to_lobby, snapshot=snapshots.of_lobby, departure=lobby.left)
rooms.register_kind(Kind.TRAINING, admission=sessions.admit, snapshot=snapshots.of_training, departure=room.left)
users.register_pupils(enrollments.pupils_among)
dashboard.register_sections(
    {
        "progress": course_dashboard.progress,
        "assignments": track_dashboard.assignments,
        "trainings": training_dashboard.trainings,
    }
)
notifications.register_teller(broadcasts.tell_users)
timers.handle_with({track_models.TOPIC: scheduler.advance, sessions.TOPIC: sessions.end})
account_store.on_sessions_ended(connections.close_all)
account_store.on_erased(teams.forget)
library.register_follower(course_authoring.follow)


@app.lambda_function()
def dispatch(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the submissions queue."""
    return judge_handlers.judge_submissions(event, context)


@app.lambda_function()
def import_package(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the imports queue, where S3 reports packages."""
    return judge_handlers.import_packages(event, context)


@app.lambda_function()
def rejudge_page(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the rejudges queue."""
    return judge_handlers.rejudge_pages(event, context)


@app.lambda_function()
def send_letters(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the letters queue."""
    return handlers.send_mails(event, context)


@app.lambda_function()
def fan_out(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the fan-out queue."""
    return school_handlers.deliver_notifications(event, context)


@app.schedule(Rate(1, unit=Rate.HOURS))
def refresh_languages(event: CloudWatchEvent) -> None:
    """Also run once after every deployment."""
    languages.refresh()


@app.schedule(Rate(1, unit=Rate.MINUTES))
def requeue_waiting(event: CloudWatchEvent) -> None:
    recovery.recover()


@app.schedule(Rate(1, unit=Rate.MINUTES))
def sweep(event: CloudWatchEvent) -> None:
    timers.sweep()


@app.lambda_function()
def advance(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the transitions queue."""
    return timers.handle_messages(event, context)


@app.on_ws_connect()
def websocket_connect(event: WebsocketEvent) -> dict[str, int]:
    raw = event.to_dict()
    return connections.connect(event.connection_id, raw.get("queryStringParameters") or {}, raw.get("headers") or {})


@app.on_ws_message()
def websocket_message(event: WebsocketEvent) -> dict[str, int]:
    return connections.receive(event.connection_id, event.body)


@app.on_ws_disconnect()
def websocket_disconnect(event: WebsocketEvent) -> dict[str, int]:
    return connections.disconnect(event.connection_id)


@app.lambda_function()
def tell_presence(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the stream of the realtime table."""
    return stream.handle_records(event, context)
