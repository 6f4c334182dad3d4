"""Counts attempts before they are made, so that parallel guesses gain nothing, and refuses those that have to wait."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import models, throttling
from chalicelib.accounts.models import AccountsItem, Attempts, Key
from chalicelib.accounts.throttling import Failures, Policy
from chalicelib.common import clock
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.http import errors

COUNT_TRIES = 5
BRIEFLY = timedelta(seconds=1)
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Counter:
    """Failures in a row under a key, and the policy that they follow."""

    key: Key
    policy: Policy


def check(counter: Counter, seen: Attempts | None) -> None:
    """Raises 429 for an attempt that has to wait, or that is not taken any more."""
    failures = _failures(seen)
    if throttling.is_exhausted(failures, counter.policy):
        raise too_many(A_DAY)
    pause = throttling.pause_after(failures, counter.policy, clock.now())
    if pause > throttling.NO_PAUSE:
        raise too_many(pause)


def count(counter: Counter, seen: Attempts | None) -> None:
    """Counts an attempt before it is made; 429 when it has to wait. Of parallel ones exactly the free number pass."""
    for _ in range(COUNT_TRIES):
        check(counter, seen)
        try:
            _store(counter, seen)
        except transactions.ConditionFailed:
            seen = items.find(Attempts, *counter.key, consistent=True)
        else:
            return
    raise too_many(BRIEFLY)


def count_all(counters: Sequence[Counter], seen: Sequence[Attempts | None]) -> None:
    """Counts an attempt under several keys; nothing is counted if one of them has to wait already."""
    for counter, known in zip(counters, seen, strict=True):
        check(counter, known)
    for counter, known in zip(counters, seen, strict=True):
        count(counter, known)


def is_exhausted(counter: Counter, seen: Attempts | None) -> bool:
    return throttling.is_exhausted(_failures(seen), counter.policy)


def too_many(pause: timedelta) -> errors.TooManyRequests:
    return errors.TooManyRequests(
        "too_many_requests", "Too many requests, try again in {retry_after} s", retry_after=errors.whole_seconds(pause)
    )


def _store(counter: Counter, seen: Attempts | None) -> None:
    now, policy = clock.now(), counter.policy
    expires_at = now + policy.forgotten_after
    after = throttling.with_one_more(_failures(seen), policy, now)
    if seen is None or seen.failures < after.number <= policy.free:
        count_attempt(counter.key, below=policy.free, now=now, expires_at=expires_at)
    else:
        counted = Attempts(*counter.key, failures=after.number, last_at=now, expires_at=expires_at)
        replace_attempts(counted, seen=seen)


def _failures(seen: Attempts | None) -> Failures | None:
    return None if seen is None else Failures(seen.failures, seen.last_at)


def count_attempt(key: Key, *, below: int, now: datetime, expires_at: datetime) -> None:
    """Counts an attempt; ConditionFailed unless there are fewer than `below`."""
    attempts = Attempts(*key)
    with transactions.conditional():
        attempts.update(
            actions=[
                Attempts.failures.add(1),
                Attempts.kind.set(Attempts),
                Attempts.last_at.set(now),
                Attempts.expires_at.set(expires_at),
            ],
            condition=Attempts.failures.does_not_exist() | (Attempts.failures < below),
        )


def add_failure(key: Key, now: datetime) -> None:
    """Counts a failure that nobody has to wait for."""
    Attempts(*key).update(
        actions=[
            Attempts.failures.add(1),
            Attempts.kind.set(Attempts),
            Attempts.last_at.set(now),
            Attempts.expires_at.set(now + throttling.LONG),
        ]
    )


def count_code_try(key: Key, *, most: int, expires_at: datetime) -> bool:
    """Counts a try at a code; False when there were so many already."""
    try:
        count_attempt(key, below=most, now=expires_at, expires_at=expires_at)
    except transactions.ConditionFailed:
        return False
    return True


def delete_attempts(key: Key) -> None:
    Attempts(*key).delete()


def forget_failures(account_id: int) -> None:
    """Deletes the failed sign-ins of an account, from wherever they came."""
    with AccountsItem.batch_write() as batch:
        for attempts in Attempts.query(models.account_owner(account_id), Attempts.sk.startswith("ATTEMPTS")):
            batch.delete(attempts)


def replace_attempts(attempts: Attempts, *, seen: Attempts) -> None:
    """Stores a new count in place of the one `seen`; ConditionFailed when another came in between."""
    with transactions.conditional():
        attempts.save(condition=(Attempts.failures == seen.failures) & (Attempts.last_at == seen.last_at))
