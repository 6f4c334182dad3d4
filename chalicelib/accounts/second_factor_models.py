"""Queries and writes of second factors. The item and its key are in `models`, which stays readable that way."""

from collections.abc import Iterable
from datetime import datetime

from chalicelib.accounts import models
from chalicelib.accounts.models import SecondFactor
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction


def find(account_id: int) -> SecondFactor | None:
    return items.find(SecondFactor, *models.second_factor_key(account_id), consistent=True)


def begin(factor: SecondFactor) -> None:
    """Stores a second factor that is not enabled yet, in place of another such; ConditionFailed when one is enabled."""
    with transactions.conditional(named="not_enabled"):
        factor.save(condition=SecondFactor.enabled_at.does_not_exist())


def enable(
    transaction: Transaction, factor: SecondFactor, *, step: int, recovery_codes: Iterable[str], now: datetime
) -> None:
    """Adds to a transaction that a second factor counts, on condition that it is still the one that was tried."""
    transaction.update(
        factor,
        actions=[
            SecondFactor.enabled_at.set(now),
            SecondFactor.last_step.set(step),
            SecondFactor.failures.set(0),
            SecondFactor.recovery_codes.set(set(recovery_codes)),
            SecondFactor.expires_at.remove(),
        ],
        condition=SecondFactor.enabled_at.does_not_exist() & (SecondFactor.secret == factor.secret),
        named="second_factor_begun",
    )


def remove(transaction: Transaction, account_id: int) -> None:
    transaction.delete(SecondFactor(*models.second_factor_key(account_id)))


def count_code(account_id: int, *, most: int) -> SecondFactor:
    """Counts a one-time password as wrong before it is compared, and returns the second factor.

    ConditionFailed when there is none, or when there have been `most` wrong ones in a row.
    """
    factor = SecondFactor(*models.second_factor_key(account_id))
    with transactions.conditional(named="codes_accepted"):
        factor.update(
            actions=[SecondFactor.failures.add(1)],
            condition=SecondFactor.enabled_at.exists() & (SecondFactor.failures < most),
        )
    return factor


def use_step(factor: SecondFactor, step: int) -> None:
    """Stores that the code of a step was used; ConditionFailed when it, or a later one, was used before."""
    with transactions.conditional(named="step_unused"):
        factor.update(
            actions=[SecondFactor.last_step.set(step), SecondFactor.failures.set(0)],
            condition=(SecondFactor.secret == factor.secret) & (SecondFactor.last_step < step),
        )


def use_recovery_code(account_id: int, digest: str) -> SecondFactor:
    """Uses up a recovery code and returns what is left; ConditionFailed when there is no such code."""
    factor = SecondFactor(*models.second_factor_key(account_id))
    with transactions.conditional(named="recovery_code_unused"):
        factor.update(
            actions=[SecondFactor.recovery_codes.delete({digest}), SecondFactor.failures.set(0)],
            condition=SecondFactor.recovery_codes.contains(digest),
        )
    return factor


def replace_recovery_codes(account_id: int, digests: Iterable[str]) -> None:
    """Stores new recovery codes in place of those that were left; ConditionFailed without a second factor."""
    factor = SecondFactor(*models.second_factor_key(account_id))
    with transactions.conditional(named="enabled"):
        factor.update(
            actions=[SecondFactor.recovery_codes.set(set(digests))], condition=SecondFactor.enabled_at.exists()
        )
