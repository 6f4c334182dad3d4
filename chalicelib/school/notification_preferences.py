"""Reads and changes what somebody wants to be told, and how."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts import accounts
from chalicelib.accounts.models import Account
from chalicelib.common import observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.realtime.frames import declared
from chalicelib.school import digests, frames, preference_models, waiting
from chalicelib.school.preferences import Preferences, Switches

TRIES = 5

Edit = Callable[[Preferences], Preferences]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPreferences:
    """What somebody wants; `kinds` has every kind that there is."""

    preferences: Preferences
    kinds: Mapping[str, Switches]


def kinds() -> Sequence[str]:
    """Returns the kinds of notifications, by the types of their frames: people's, then the system's."""
    return [frames.NOTIFICATION, *(str(frame.name) for frame in declared()[1] if frame.notifies)]


def show(user_id: int) -> KnownPreferences:
    return _known(preference_models.find(user_id))


def edit(user_id: int, change: Edit, expected: IfMatch = None) -> KnownPreferences:
    """Stores changed preferences; 412 when they have another version than expected, 404 for nobody's.

    A digest that they want is due at its new time, and what waited is looked at anew.
    """
    account = accounts.get(user_id)
    for _ in range(TRIES):
        before = preference_models.find(user_id)
        etags.require(before.version, expected)
        changed = change(before)
        try:
            _save(account, changed)
        except transactions.ConditionFailed:
            continue
        observe.logger.info("preferences changed", account_id=user_id)
        return show(user_id)
    raise errors.ChangedMeanwhile


def _save(account: Account, changed: Preferences) -> None:
    def follow(transaction: Transaction) -> None:
        digests.schedule(transaction, account, changed)
        waiting.look_anew(transaction, account.id)

    preference_models.save(account.id, changed, follow)


def _known(found: Preferences) -> KnownPreferences:
    return KnownPreferences(preferences=found, kinds={kind: found.switches(kind) for kind in kinds()})
