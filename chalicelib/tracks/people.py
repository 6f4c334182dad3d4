"""What people of a track are called."""

from collections.abc import Collection

from chalicelib.accounts import models as account_models


def names_of(user_ids: Collection[int]) -> dict[int, str | None]:
    """Usernames, or names where there are none; None for accounts that were erased."""
    found = account_models.names_of(user_ids)
    return {user_id: found[user_id].login or found[user_id].name if user_id in found else None for user_id in user_ids}
