"""What people are called by others, beside their ids."""

from collections.abc import Collection

from chalicelib.accounts import models
from chalicelib.accounts.models import Account


def full_name(account: Account | None) -> str | None:
    """Name and surname, or the login where there is neither; None for an account that was erased."""
    if account is None:
        return None
    return " ".join(part for part in (account.name, account.secondname) if part) or account.login


def full_names(account_ids: Collection[int]) -> dict[int, str | None]:
    """The same of several, in one request for each hundred."""
    found = models.list_names(account_ids)
    return {account_id: full_name(found.get(account_id)) for account_id in account_ids}
