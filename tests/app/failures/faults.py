"""Faults of DynamoDB: requests that are throttled, refused for good, or done without an answer."""

import io
import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ReadTimeoutError
from moto.core.models import botocore_stubber

from chalicelib.common.dynamo import items
from tests.support import database

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
THROTTLED = {
    "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    "message": "Throughput exceeds the current capacity of your table",
}


class _Body(io.BytesIO):
    """As urllib3 hands it on."""

    def stream(self, **_: object) -> Iterator[bytes]:
        yield self.getvalue()


@contextmanager
def throttled(every: int) -> Iterator[list[str]]:
    """Every so-manyth request is refused once, and botocore sends it again. Yields the operations that were refused."""
    refused: list[str] = []
    sent = 0

    def throttle(**event: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent % every:
            return botocore_stubber(**event)
        refused.append(_operation(event["request"]))
        return AWSResponse(event["request"].url, 400, HTTPHeaders(), _Body(json.dumps(THROTTLED).encode()))

    with database.over_http(items.connection().client, throttle):
        yield refused


@contextmanager
def unanswered(every: int) -> Iterator[list[str]]:
    """Every so-manyth write is done, its answer is lost, and botocore sends it again. Yields the operations.

    As DynamoDB does, and moto does not, a transaction that comes again with its token gets its answer and no more.
    """
    lost: list[str] = []
    answers: dict[bytes, Any] = {}
    written = 0

    def lose(**event: Any) -> Any:
        nonlocal written
        request = event["request"]
        if request.body in answers:
            remembered = answers.pop(request.body)
            return remembered if b"ClientRequestToken" in request.body else botocore_stubber(**event)
        answer = botocore_stubber(**event)
        written += _operation(request) in WRITES
        if _operation(request) not in WRITES or written % every:
            return answer
        answers[request.body] = answer
        lost.append(_operation(request))
        raise ReadTimeoutError(endpoint_url=request.url)

    with database.over_http(items.connection().client, lose):
        yield lost


@dataclass
class Fault:
    """What the so-manyth request meets that is made while this is open. `struck` says whether there were as many."""

    number: int
    event: str
    error: Exception
    struck: bool = False
    _counted: int = 0

    def __enter__(self) -> None:
        _events().register(self.event, self._count)

    def __exit__(self, *_: object) -> None:
        _events().unregister(self.event, self._count)

    def _count(self, **_: object) -> None:
        self._counted += 1
        if self._counted == self.number:
            self.struck = True
            raise self.error


def refused_at(number: int, requests: str = "dynamodb") -> Fault:
    """It is throttled until botocore gives up."""
    error = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException", "Message": "Too much"}}, "any")
    return Fault(number, f"before-call.{requests}", error)


def unanswered_at(number: int) -> Fault:
    """It is done, and nobody hears of it."""
    return Fault(number, "after-call.dynamodb", ReadTimeoutError(endpoint_url="dynamodb"))


def faults_in_turn(faulty: Callable[[int], Fault]) -> Iterator[Fault]:
    """One for the first request, then one for the second, until one has found nothing to strike."""
    for number in itertools.count(1):
        fault = faulty(number)
        yield fault
        if not fault.struck:
            assert number > 1
            return


def _events() -> Any:
    return items.connection().client.meta.events


def _operation(request: Any) -> str:
    name: str = request.headers["X-Amz-Target"].decode().rpartition(".")[2]
    return name
