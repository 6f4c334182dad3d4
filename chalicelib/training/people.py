"""How members of a team are shown to each other: seed 002's user objects."""

from collections.abc import Collection
from typing import Any

from chalicelib.accounts import models as account_models
from chalicelib.accounts.models import Account

UserObject = dict[str, Any]


def accounts_of(user_ids: Collection[int]) -> dict[int, Account]:
    """By id; those that were erased are there without a name."""
    keys = [account_models.account_key(user_id) for user_id in set(user_ids)]
    return {account.id: account for account in Account.batch_get(keys)} if keys else {}


def user_object(user_id: int, account: Account | None) -> UserObject:
    """What somebody is shown as who has not said how. The id is a text, as in the seed."""
    login, name, surname = (account.login, account.name, account.secondname) if account else (None, None, None)
    shown = " ".join(part for part in (name, surname) if part) or login
    return {"id": str(user_id), "login": login, "first_name": name, "last_name": surname, "display_name": shown}
