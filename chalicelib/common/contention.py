"""Transactions that meet another on the same items: DynamoDB refuses them, and they only have to come again."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import ClientError
from pynamodb.exceptions import PynamoDBException, TransactGetError, TransactWriteError

TRIES = 8
PAUSE = 0.02
"""Seconds before the second try; doubles with each, and half of it is random."""

Result = TypeVar("Result")


def outlast(transact: Callable[[], Result]) -> Result:
    """What a transaction gives, tried as often as it has to be; what fails for another reason is raised at once."""
    for attempt in range(TRIES - 1):
        try:
            return transact()
        except (TransactGetError, TransactWriteError) as error:
            if not _is_contended(error):
                raise
            time.sleep(PAUSE * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 - not a secret
    return transact()


def cause_of(error: PynamoDBException) -> str | None:
    """DynamoDB's code. PynamoDB's own `cause_response_code` breaks on a cause that is no answer, such as a timeout."""
    return error.cause.response["Error"].get("Code") if isinstance(error.cause, ClientError) else None


def failed_conditions(error: TransactWriteError) -> tuple[int, ...]:
    """The positions of the items whose conditions did not hold."""
    return tuple(position for position, code in enumerate(_codes(error)) if code == "ConditionalCheckFailed")


def _is_contended(error: TransactGetError | TransactWriteError) -> bool:
    codes = _codes(error)
    if "ConditionalCheckFailed" in codes:
        return False
    return "TransactionConflict" in codes or cause_of(error) == "TransactionInProgressException"


def _codes(error: TransactGetError | TransactWriteError) -> list[str | None]:
    return [reason.code if reason else None for reason in error.cancellation_reasons]
