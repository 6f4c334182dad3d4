"""Accounts and their sessions as they are stored.

ACCOUNT#{id}   / ACCOUNT        the account
ACCOUNT#{id}   / SESSION#{sid}  one sign-in, as long as its refresh token lives
EMAIL#{email}  / UNIQUE         who has this address (folded: see `emails.fold`)
LOGIN#{login}  / UNIQUE         who has this login
"""

from collections.abc import Sequence
from enum import StrEnum

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.transactions import TransactWrite

from chalicelib.common import settings, table


class Role(StrEnum):
    """What an account is for. Each later one may do more."""

    USER = "user"
    TEACHER = "teacher"
    ADMIN = "admin"


class State(StrEnum):
    NEW = "new"
    ACTIVATED = "activated"
    BLOCKED = "blocked"
    DELETED = "deleted"


class AccountsItem(table.Item):
    class Meta:
        table_name = settings.load().table_name("accounts")


class Account(AccountsItem, discriminator="account"):
    """One account, however it was made."""

    id = table.IntegerAttribute()
    email = UnicodeAttribute()
    login = UnicodeAttribute(null=True)
    password_hash = UnicodeAttribute(null=True)
    role = UnicodeAttribute(default=Role.USER)
    state = UnicodeAttribute(default=State.NEW)
    verified_mail = BooleanAttribute(default=False)
    name = UnicodeAttribute(null=True)
    secondname = UnicodeAttribute(null=True)
    patronymic = UnicodeAttribute(null=True)
    birthdate = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    school_class = table.IntegerAttribute(null=True, attr_name="class")
    created_at = UTCDateTimeAttribute()

    @property
    def may_sign_in(self) -> bool:
        return self.state not in {State.BLOCKED, State.DELETED}


class Unique(AccountsItem, discriminator="unique"):
    """Holds an address or login for one account: written in the same transaction as the account."""

    account_id = table.IntegerAttribute()


class Session(AccountsItem, discriminator="session"):
    """A sign-in: the family of refresh tokens that began with it. `expires_at` never moves.

    `refresh_id` is the `jti` of the only refresh token that is good now.
    """

    id = UnicodeAttribute()
    account_id = table.IntegerAttribute()
    refresh_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    source_ip = UnicodeAttribute(null=True)
    user_agent = UnicodeAttribute(null=True)


def account_key(account_id: int) -> tuple[str, str]:
    return f"ACCOUNT#{account_id}", "ACCOUNT"


def email_key(email: str) -> tuple[str, str]:
    return f"EMAIL#{email}", "UNIQUE"


def login_key(login: str) -> tuple[str, str]:
    return f"LOGIN#{login}", "UNIQUE"


def session_key(account_id: int, session_id: str) -> tuple[str, str]:
    return f"ACCOUNT#{account_id}", f"SESSION#{session_id}"


def find_account(account_id: int) -> Account | None:
    return table.find(Account, *account_key(account_id))


def find_by_email(email: str) -> Account | None:
    """`email` is folded."""
    return _holder(email_key(email))


def find_by_login(login: str) -> Account | None:
    """`login` is folded."""
    return _holder(login_key(login))


def add_account(account: Account, *, holds: Sequence[tuple[str, str]]) -> None:
    """Store a new account with the addresses and logins it holds.

    ConditionFailed(0) when its id is taken, ConditionFailed(n) when another account holds the n-th (from 1).
    """

    def fill(transaction: TransactWrite) -> None:
        transaction.save(account, condition=Account.pk.does_not_exist())
        for key in holds:
            transaction.save(Unique(*key, account_id=account.id), condition=Unique.pk.does_not_exist())

    table.transact(fill)


def add_session(session: Session) -> None:
    table.create(session)


def _holder(key: tuple[str, str]) -> Account | None:
    unique = table.find(Unique, *key)
    return None if unique is None else find_account(unique.account_id)
