"""Transient failures of AWS, and lasting ones."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ReadTimeoutError,
)
from pynamodb.exceptions import PutError, TransactWriteError

from chalicelib.common.dynamo import retryable


def answered(code: str, status: int = 400, **more: Any) -> ClientError:
    response: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(response, "any")


def cancelled(*codes: str) -> ClientError:
    return answered("TransactionCanceledException", CancellationReasons=[{"Code": code} for code in codes])


MOMENTARY = [
    answered("ProvisionedThroughputExceededException"),
    answered("ThrottlingException"),
    answered("SlowDown", 503),
    answered("InternalServerError", 500),
    answered("ServiceUnavailable", 503),
    cancelled("None", "TransactionConflict"),
    ReadTimeoutError(endpoint_url="x"),
    ConnectTimeoutError(endpoint_url="x"),
    EndpointConnectionError(endpoint_url="x"),
]
LASTING: list[Exception] = [
    answered("AccessDeniedException"),
    answered("ValidationException"),
    answered("ResourceNotFoundException"),
    cancelled("None", "ConditionalCheckFailed"),
    ClientError({"Error": {}}, "any"),
    ParamValidationError(report="x"),
    NoCredentialsError(),
    TimeoutError(),
    RuntimeError(),
]
WAYS: dict[str, Callable[[Any], Exception]] = {
    "as it is": lambda cause: cause,
    "from PynamoDB": lambda cause: PutError("Failed to put item", cause),
    "from a transaction": lambda cause: TransactWriteError("Failed to write", cause),
    "raised from": lambda cause: raised_from(PutError("Failed to put item", cause)),
}


def raised_from(cause: Exception) -> Exception:
    error = RuntimeError()
    error.__cause__ = cause
    return error


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("failure", MOMENTARY, ids=repr)
def test_what_is_overloaded_or_away_comes_back(failure: Exception, way: Callable[[Any], Exception]) -> None:
    assert retryable.is_transient(way(failure))


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("failure", LASTING, ids=repr)
def test_what_is_refused_is_refused_again(failure: Exception, way: Callable[[Any], Exception]) -> None:
    assert not retryable.is_transient(way(failure))
