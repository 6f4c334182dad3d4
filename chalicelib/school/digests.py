"""Digests: when they are due. `advance` moves an account's timer from day to day; `mailing` writes the mail."""

from datetime import datetime

from chalicelib.accounts import accounts, localities
from chalicelib.accounts import models as account_models
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState
from chalicelib.common import clock
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.school import preference_models, queues
from chalicelib.school.preferences import NOTHING_SAID, Preferences
from chalicelib.school.queues import Letter, LetterKind

TOPIC = "digest"
"""Of the timers."""


def begin(transaction: Transaction, account: Account) -> None:
    """Adds to what makes an account's address confirmed the timer of its digests."""
    schedule(transaction, account, NOTHING_SAID)


def schedule(transaction: Transaction, account: Account, wanted: Preferences) -> None:
    """Sets the timer of the next digest, or removes it from who wants none."""
    if wanted.digest.is_wanted:
        due_at = wanted.next_digest(clock.now(), localities.zone_of(account), account.id)
        timers.start(transaction, TOPIC, str(account.id), due_at)
    else:
        timers.stop(transaction, TOPIC, str(account.id))


def advance(subject: str, now: datetime) -> None:
    """Has a digest mailed, and the next one follow; no more follow for an account that is gone or wants none."""
    timer, account = timers.find(TOPIC, subject), account_models.find_account(int(subject), consistent=True)
    if timer is None:
        return
    wanted = preference_models.find(int(subject))
    if account is None or account.state == AccountState.DELETED or not wanted.digest.is_wanted:
        timers.move(timer, None)
        return
    if accounts.is_reachable(account):
        queues.letters.put(Letter(LetterKind.DIGEST, account.id, timer.due_at))
    timers.move(timer, wanted.next_digest(now, localities.zone_of(account), account.id))
