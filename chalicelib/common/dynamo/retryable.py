"""Tells which failures of AWS are transient: they pass by themselves, so that a caller only has to try again."""

from collections.abc import Iterator
from http import HTTPStatus

from botocore import exceptions
from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException

OVERLOADED = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
}
"""What AWS answers, with a status below 500, to too many requests; botocore has tried again a few times by then."""
CONTENDED = "TransactionConflict"


def is_transient(failure: BaseException) -> bool:
    """Whether AWS was overloaded, had an internal error or did not answer. What it refuses, it will refuse again."""
    return any(_is_transient_error(each) for each in _causes(failure))


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    while failure is not None:
        yield failure
        failure = failure.cause if isinstance(failure, PynamoDBException) else failure.__cause__


def _is_transient_error(failure: BaseException) -> bool:
    if isinstance(failure, ClientError):
        return _is_transient_response(failure)
    return isinstance(failure, exceptions.HTTPClientError | exceptions.ConnectionError)


def _is_transient_response(answered: ClientError) -> bool:
    status = answered.response.get("ResponseMetadata", {}).get("HTTPStatusCode", HTTPStatus.BAD_REQUEST)
    reasons = {reason.get("Code") for reason in answered.response.get("CancellationReasons", [])}
    return (
        status >= HTTPStatus.INTERNAL_SERVER_ERROR
        or answered.response["Error"].get("Code") in OVERLOADED
        or CONTENDED in reasons
    )
