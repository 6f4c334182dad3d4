"""Many accounts at once, for what must not grow with their number."""

from chalicelib.accounts import accounts, models
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.permissions import AccountState, Role

FIRST_ID = 1_000_001


def enrol(many: int, *, role: Role = Role.USER, school_class: int | None = 5, first_id: int = FIRST_ID) -> list[int]:
    """So many accounts that nobody signs in to; their ids, in order."""
    ids = list(range(first_id, first_id + many))
    with models.AccountsItem.batch_write() as batch:
        for account_id in ids:
            new = NewAccount(email=f"{account_id}@example.com", school_class=school_class)
            account = accounts._account(account_id, new, None, role, AccountState.ACTIVATED)
            models._set_list_keys(account)
            batch.save(account)
    return ids
