"""Writes logs, metrics and traces (Powertools). A log line is an event with fields, never with secrets or
source text.
"""

import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from chalice.app import Response

from chalicelib.common import settings

logger = Logger(service=settings.load().app_name)
NAMESPACE = "Lyceum"

_account: ContextVar[int | None] = ContextVar("account", default=None)
"""The account that this invocation turned out to be about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What a log line says of a request that was refused: never a path, a name, an e-mail or a token."""

    status: int
    code: str
    method: str
    route: str
    address: str


def trace() -> None:
    """Records every AWS call as a segment, where X-Ray is on.

    The X-Ray SDK is imported only then: its import makes a client, which costs every process a quarter of a second.
    """
    if settings.load().traced:
        from aws_lambda_powertools import Tracer  # noqa: PLC0415 - see above

        Tracer(service=settings.load().app_name, patch_modules=["botocore"])


def request(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice middleware: the request's id in every log line and in the answer, one line per request."""
    context = event.context
    _account.set(None)
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


def invocation(event: Any, get_response: Callable[[Any], Any]) -> Any:
    """Chalice middleware for queues, schedules and sockets: the invocation's id in every log line."""
    _account.set(None)
    logger.append_keys(request_id=getattr(event.context, "aws_request_id", None))
    return get_response(event)


def concerns(account_id: int) -> None:
    """Says which account the invocation is about, as soon as that is known: long before it is known to be good."""
    _account.set(account_id)


def concerned() -> int | None:
    return _account.get()


def refused(refusal: Refusal, *, signing_in: bool) -> None:
    """Logs and counts a refusal, for whoever looks for attacks. `signing_in`: somebody tried to sign in."""
    logger.warning(
        "sign-in failed" if signing_in else "request refused",
        status=refusal.status,
        code=refusal.code,
        method=refusal.method,
        route=refusal.route,
        address=refusal.address,
        account_id=concerned(),
    )
    count("RequestRefused", dimensions={"status": str(refusal.status)})


def count(name: str, value: int = 1, *, dimensions: Mapping[str, str] | None = None) -> None:
    """Adds to a metric. It is written at once, as a log line in CloudWatch's embedded format: there is nothing to
    flush.
    """
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace=NAMESPACE) as metric:
        metric.add_dimension(name="service", value=settings.load().app_name)
        metric.add_dimension(name="stage", value=settings.load().stage)
        for key, text in (dimensions or {}).items():
            metric.add_dimension(name=key, value=text)
