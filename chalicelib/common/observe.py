"""Logs, metrics and traces (Powertools). A log line is an event with fields, never with secrets or source text."""

import functools
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Response

from chalicelib.common import settings

logger = Logger(service=settings.load().app_name)
metrics = Metrics(service=settings.load().app_name, namespace="Lyceum")

AnswerT = TypeVar("AnswerT")
Handler = Callable[[dict[str, Any], Any], AnswerT]


def trace() -> None:
    """Make a segment of every AWS call, where X-Ray is on.

    Imported only then: the X-Ray SDK makes a client as it is imported, a quarter of a second in every process.
    """
    if settings.load().traced:
        from aws_lambda_powertools import Tracer  # noqa: PLC0415 - see above

        Tracer(service=settings.load().app_name, patch_modules=["botocore"])


def request(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice middleware: the request's id in every log line and in the answer, one line per request."""
    context = event.context
    logger.append_keys(request_id=context.get("requestId"))
    started = time.monotonic()
    response = get_response(event)
    logger.info(
        "request answered",
        method=event.method,
        route=context.get("resourcePath"),
        status=response.status_code,
        ms=round((time.monotonic() - started) * 1000, 1),
    )
    response.headers["X-Request-Id"] = context.get("requestId", "")
    return response


def function(handler: Handler[AnswerT]) -> Handler[AnswerT]:
    """For queue, stream and schedule handlers: the invocation's id in every log line, metrics sent at the end."""

    @functools.wraps(handler)
    def observed(event: dict[str, Any], context: Any) -> AnswerT:
        logger.append_keys(request_id=getattr(context, "aws_request_id", None))
        try:
            return handler(event, context)
        finally:
            metrics.flush_metrics()

    return observed


def count(name: str, value: int = 1, *, dimensions: Mapping[str, str] | None = None) -> None:
    """Add to a metric; sent when the invocation ends."""
    for key, text in (dimensions or {}).items():
        metrics.add_dimension(key, text)
    metrics.add_metric(name, MetricUnit.Count, value)
