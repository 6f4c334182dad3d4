"""Composition root: what Lyceum is made of, and every entry point that is not HTTP.

Chalice deploys a schedule, queue or socket handler under the module that declares it. Declared here, they all are
`app.…`, pass through the app's middleware, and stand in one place.
"""

import gc

gc.disable()  # What is imported stays: to look for garbage among it took 8 % of a cold start (ADR 72).

from typing import Any

from chalice.app import Chalice, CloudWatchEvent, CORSConfig, Rate, WebsocketEvent

from chalicelib import wiring
from chalicelib.common import observe, origins, settings
from chalicelib.common.events import timers
from chalicelib.common.http import headers, routing
from chalicelib.judge import handlers as judge_handlers
from chalicelib.judge import languages
from chalicelib.judge.submissions import recovery
from chalicelib.realtime import connections, stream
from chalicelib.school import handlers as school_handlers
from chalicelib.tracks.fetching import handlers as fetching_handlers

wiring.install()
observe.trace()

app = Chalice(app_name=settings.load().app_name)
app.experimental_feature_flags.add("WEBSOCKETS")
app.api.cors = CORSConfig(
    allow_origin=origins.named_to(None, settings.load().allowed_origins),
    allow_headers=[
        "Authorization",
        "Content-Type",
        "Accept-Language",
        "Prefer",
        "Idempotency-Key",
        "If-Match",
        "If-None-Match",
    ],
    expose_headers=["X-Request-Id", "X-Next-Cursor", "Link", "Location", "ETag", "Retry-After", "Date"],
    allow_credentials=True,
    max_age=3600,
)
app.register_middleware(observe.request, "http")
app.register_middleware(headers.name_origin, "http")
app.register_middleware(headers.protect, "http")
app.register_middleware(routing.uniform_errors, "http")
for kind in ("pure_lambda", "scheduled", "websocket"):
    app.register_middleware(observe.invocation, kind)

PACKAGES = tuple(wiring.WIRING.routes()) if settings.load().serves_http else ()
for package in PACKAGES:
    app.register_blueprint(package)


@app.lambda_function()
def dispatch(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the submissions queue."""
    return judge_handlers.judge_submissions(event, context)


@app.lambda_function()
def import_package(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the imports queue, where S3 reports packages."""
    return judge_handlers.import_packages(event, context)


@app.lambda_function()
def fetch_code(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the fetches queue."""
    return fetching_handlers.fetch_code(event, context)


@app.lambda_function()
def rejudge_page(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the rejudges queue."""
    return judge_handlers.rejudge_pages(event, context)


@app.lambda_function()
def send_letters(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the letters queue."""
    return school_handlers.send_letters(event, context)


@app.lambda_function()
def fan_out(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the fan-out queue."""
    return school_handlers.deliver_notifications(event, context)


@app.lambda_function()
def enroll_page(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """On the enrollments queue."""
    return school_handlers.enroll_pages(event, context)


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


gc.freeze()
gc.enable()
