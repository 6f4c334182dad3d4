"""What people of a track are called."""

from collections.abc import Collection

from chalicelib.accounts import models as account_models
from chalicelib.accounts.models import Account


def names_of(user_ids: Collection[int]) -> dict[int, str | None]:
    """Usernames, or names where there are none; None for accounts that were erased."""
    keys = [account_models.account_key(user_id) for user_id in set(user_ids)]
    found = {account.id: account.login or account.name for account in Account.batch_get(keys)} if keys else {}
    return {user_id: found.get(user_id) for user_id in user_ids}
