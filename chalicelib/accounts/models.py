"""Models of accounts, their sessions, codes and history.

ACCOUNT#{id}   / ACCOUNT          the account
ACCOUNT#{id}   / SESSION#{sid}    one sign-in, as long as its refresh token lives
ACCOUNT#{id}   / CODE#{purpose}   the code that was mailed last, as a digest, and when codes were mailed
ACCOUNT#{id}   / SECOND_FACTOR    its second factor, or one that is being set up
ACCOUNT#{id}   / ATTEMPTS         sign-ins that failed since the last good one, from devices that it does not know
ACCOUNT#{id}   / ATTEMPTS#{from}  the same from one network, or from one device that it knows
ACCOUNT#{id}   / WRONG#{purpose}  wrong codes since the last good one
ACCOUNT#{id}   / TRIES#{version}#{from}  tries at one code by whoever asked for it, or a device that the account knows
ACCOUNT#{id}   / HISTORY#{time}#… a sign-in or sign-out, for 90 days
EMAIL#{email}  / UNIQUE           the account with this address (folded: see `emails.fold`)
EMAIL#{email}  / STAND_IN         the account that a sign-up for somebody else's address got (see `registration.begin`)
LOGIN#{login}  / UNIQUE           the account with this login
LOOKS#{skel.}  / UNIQUE           the account whose login looks like this (see `look_alikes`)
PHONE#{phone}  / CLAIM#{id}       a confirmed account that signed up with this number; a number may have several
WORD#{begin}   / {word}#{id}      an account that is found under this word (see `search_models`)
SUBJECT#{who}  / …                the same of somebody who does not exist, and of a network

Indexes `by_role` and `by_class`: only accounts, without the deleted ones, oldest first.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    ListAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection
from pynamodb.pagination import ResultIterator

from chalicelib.accounts import session_limits
from chalicelib.accounts.permissions import LIVE, AccountState, Role
from chalicelib.common import ids, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import paging

Key = items.Key


class AccountsItem(items.Item):
    class Meta:
        table_name = settings.load().table_name("accounts")


NOBODY = 0
"""The id that no account has: looked up all the same, so that time does not tell who exists."""
UNCHANGED = "account_unchanged"
"""The condition of a change: the account is of the version that was read."""
SESSION_GOES_ON = "session_goes_on"
"""The condition of what ends all sessions but one: that one has not ended."""
NAME_ATTRIBUTES = ["kind", "id", "login", "name", "secondname"]
"""What somebody is called."""
LIST_ATTRIBUTES = [
    "kind",
    "id",
    "login",
    "email",
    "name",
    "secondname",
    "patronymic",
    "birthdate",
    "phone",
    "class",
    "state",
    "verified_mail",
    "created_at",
    "version",
]
"""What lists show: neither secrets nor what only sessions need."""


class RoleIndex(GlobalSecondaryIndex["Account"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_role"
        projection = IncludeProjection(LIST_ATTRIBUTES)

    role = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class ClassIndex(GlobalSecondaryIndex["Account"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "by_class"
        projection = IncludeProjection([*LIST_ATTRIBUTES, "role"])

    class_roll = UnicodeAttribute(hash_key=True)
    listed = UnicodeAttribute(range_key=True)


class EmailHold(StrEnum):
    """How an account has its address when it does not hold it; None is the usual case, that it does."""

    OTHERS = "others"
    """It was another's at the sign-up."""
    STAND_IN = "stand_in"
    """The same, and a repeated sign-up gets this account again."""


class Account(AccountsItem, discriminator="account"):
    """An account, in whichever way it was made.

    `version` grows with every change, so that no change overwrites another made at the same time.
    `generation` counts the times that all sessions were ended at once: a session of an earlier one is over.
    `password_set_at` is when the password was last replaced: devices that were there before are not known any more.
    `sign_up_id` names the one sign-up token that may set the first password.
    `looks` are the skeletons of its login that it holds: of an old login only those that were free.
    `email_hold` says how an account has its address, see `EmailHold`. `claimed_phone` has the digits of the number that
    it signed up with. `import_id` names the list of pupils for which it was made.
    `language` and `time_zone` are what its owner is written to in and lives by (see `localities`).
    `listed` is the id with leading zeros, `class_roll` the class of a pupil: where lists find it, see `_set_list_keys`.
    """

    id = items.IntegerAttribute()
    email = UnicodeAttribute()
    login = items.OptionalTextAttribute()
    password_hash = items.OptionalTextAttribute()
    password_set_at = items.OptionalMomentAttribute()
    role = UnicodeAttribute(default=Role.USER)
    state = UnicodeAttribute(default=AccountState.NEW)
    verified_mail = BooleanAttribute(default=False)
    name = items.OptionalTextAttribute()
    secondname = items.OptionalTextAttribute()
    patronymic = items.OptionalTextAttribute()
    birthdate = items.OptionalTextAttribute()
    phone = items.OptionalTextAttribute()
    school_class = items.OptionalIntegerAttribute(attr_name="class")
    language = items.OptionalTextAttribute()
    time_zone = items.OptionalTextAttribute()
    created_at = UTCDateTimeAttribute()
    version = items.IntegerAttribute(default=0)
    generation = items.IntegerAttribute(default=0)
    pending_email = items.OptionalTextAttribute()
    sign_up_id = items.OptionalTextAttribute()
    has_second_factor = BooleanAttribute(default=False)
    looks: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    words: UnicodeSetAttribute = UnicodeSetAttribute(null=True)
    email_hold = items.OptionalTextAttribute()
    claimed_phone = items.OptionalTextAttribute()
    import_id = items.OptionalIntegerAttribute()
    listed = items.OptionalTextAttribute()
    class_roll = items.OptionalTextAttribute()
    role_index = RoleIndex()
    class_index = ClassIndex()

    @property
    def may_sign_in(self) -> bool:
        return self.state in LIVE


class UniqueName(AccountsItem, discriminator="unique"):
    """Reserves an address or login for one account, or says that it has a number; written in the same transaction as
    the account.
    """

    account_id = items.IntegerAttribute()


class Session(AccountsItem, discriminator="session"):
    """A session: the family of refresh tokens that began with a sign-in. `expires_at`, its end at the latest, never
    changes.

    `refresh_id` is the `jti` of the only refresh token that is good now, `previous_id` that of the one before.
    """

    id = UnicodeAttribute()
    account_id = items.IntegerAttribute()
    generation = items.IntegerAttribute(default=0)
    refresh_id = UnicodeAttribute()
    previous_id = items.OptionalTextAttribute()
    created_at = UTCDateTimeAttribute()
    refreshed_at = UTCDateTimeAttribute()
    source_ip = items.OptionalTextAttribute()
    user_agent = items.OptionalTextAttribute()

    def is_valid(self, account: Account, now: datetime) -> bool:
        """Whether the session is valid. DynamoDB keeps a session for a while after its end."""
        return self.generation == account.generation and self.ends_at > now

    @property
    def ends_at(self) -> datetime:
        """When it is over unless it is refreshed before."""
        idle = timedelta(seconds=settings.load().session_idle_life)
        return session_limits.ends_at(refreshed_at=self.refreshed_at, expires_at=self.expires_at, idle=idle)


class VerificationCode(AccountsItem, discriminator="code"):
    """The code mailed last. A used code has no `digest`; `mailed_at` stays, to keep a pause between mails.

    `askers` are whoever asked for it: devices and networks.
    """

    digest = items.OptionalTextAttribute()
    askers: ListAttribute[str] = ListAttribute(of=UnicodeAttribute, default=list)  # type: ignore[arg-type]
    valid_until = UTCDateTimeAttribute()
    mailed_at: ListAttribute[datetime] = ListAttribute(of=UTCDateTimeAttribute)  # type: ignore[arg-type]
    version = UnicodeAttribute()


class SecondFactor(AccountsItem, discriminator="second_factor"):
    """What makes one-time passwords, and the digests of the recovery codes that are left.

    `secret` is encrypted under a key of KMS. While it is being set up, there is no `enabled_at`, and it expires.
    `last_step` is the 30-second step of the code that was used last; `failures` the wrong codes in a row since then.
    """

    secret = BinaryAttribute(legacy_encoding=False)
    enabled_at = items.OptionalMomentAttribute()
    last_step = items.IntegerAttribute(default=0)
    failures = items.IntegerAttribute(default=0)
    recovery_codes: UnicodeSetAttribute = UnicodeSetAttribute(null=True)

    @property
    def recovery_codes_left(self) -> int:
        return len(self.recovery_codes or ())


class Attempts(AccountsItem, discriminator="attempts"):
    """Failures in a row."""

    failures = items.IntegerAttribute(default=0)
    last_at = UTCDateTimeAttribute()


class LoginEvent(AccountsItem, discriminator="deed"):
    """A sign-in or sign-out in the history."""

    action = UnicodeAttribute()
    device = UnicodeAttribute()
    source_ip = items.OptionalTextAttribute()
    user_agent = items.OptionalTextAttribute()
    done_at = UTCDateTimeAttribute()


def account_key(account_id: int) -> Key:
    return f"ACCOUNT#{account_id}", "ACCOUNT"


def email_key(email: str) -> Key:
    return f"EMAIL#{email}", "UNIQUE"


def login_key(login: str) -> Key:
    return f"LOGIN#{login}", "UNIQUE"


def looks_key(skeleton: str) -> Key:
    return f"LOOKS#{skeleton}", "UNIQUE"


def stand_in_key(email: str) -> Key:
    return f"EMAIL#{email}", "STAND_IN"


def phone_claim_key(digits: str, account_id: int) -> Key:
    return f"PHONE#{digits}", f"CLAIM#{account_id}"


def name_word_key(word: str, account_id: int | None = None) -> Key:
    """Without an account: where the words that begin so begin."""
    return f"WORD#{word[:1]}", word if account_id is None else f"{word}#{ids.sortable(account_id)}"


def session_key(account_id: int, session_id: str) -> Key:
    return f"ACCOUNT#{account_id}", f"SESSION#{session_id}"


def account_owner(account_id: int) -> str:
    """Returns the partition of an account's failures."""
    return f"ACCOUNT#{account_id}"


def subject_owner(subject: str) -> str:
    """Returns the partition of the failures of somebody who does not exist, or of a network."""
    return f"SUBJECT#{subject}"


def attempts_key(owner: str, source: str = "") -> Key:
    return owner, f"ATTEMPTS#{source}" if source else "ATTEMPTS"


def wrong_codes_key(owner: str, purpose: str) -> Key:
    return owner, f"WRONG#{purpose}"


def code_tries_key(owner: str, version: str, source: str) -> Key:
    return owner, f"TRIES#{version}#{source}"


def code_key(owner: str, purpose: str) -> Key:
    return owner, f"CODE#{purpose}"


def second_factor_key(account_id: int) -> Key:
    return f"ACCOUNT#{account_id}", "SECOND_FACTOR"


def login_event_key(account_id: int, done_at: datetime, session_id: str, action: str) -> Key:
    return f"ACCOUNT#{account_id}", f"HISTORY#{done_at:%Y%m%dT%H%M%S.%f}#{session_id}#{action}"


def find_account(account_id: int, *, consistent: bool = False) -> Account | None:
    return items.find(Account, *account_key(account_id), consistent=consistent)


def find_by_email(email: str) -> Account | None:
    """`email` is folded."""
    return _find_unique_name(email_key(email))


def find_holding(key: Key) -> Account | None:
    """Returns the account that holds a key, in two requests whether there is one or not."""
    return find_account(find_holder(key) or NOBODY, consistent=True)


def find_holder(key: Key) -> int | None:
    """Returns the account that holds an address or login."""
    unique = items.find(UniqueName, *key, consistent=True)
    return None if unique is None else unique.account_id


def is_phone_claimed(digits: str) -> bool:
    """Whether a confirmed account signed up with this number."""
    claims = UniqueName.query(f"PHONE#{digits}", UniqueName.sk.startswith("CLAIM#"), consistent_read=True, limit=1)
    return next(iter(claims), None) is not None


def find_account_and_session(account_id: int, session_id: str) -> tuple[Account | None, Session | None]:
    """Reads both in one request, as they are at this moment."""
    found = _batch([account_key(account_id), session_key(account_id, session_id)])
    account, session = (found.get(key) for key in (account_key(account_id), session_key(account_id, session_id)))
    return (
        account if isinstance(account, Account) else None,
        session if isinstance(session, Session) else None,
    )


def find_account_and_sessions(
    account_id: int, session_ids: Collection[str]
) -> tuple[Account | None, dict[str, Session]]:
    """Reads an account and those of the sessions that there are, by id, in one request, as they are at this moment."""
    if not session_ids:
        return None, {}
    found = _batch([account_key(account_id), *(session_key(account_id, each) for each in session_ids)])
    account = found.get(account_key(account_id))
    sessions = {each.id: each for each in found.values() if isinstance(each, Session)}
    return account if isinstance(account, Account) else None, sessions


def find_session(account_id: int, session_id: str) -> Session | None:
    return items.find(Session, *session_key(account_id, session_id), consistent=True)


def find_holder_and_attempts(hold: Key, attempts: Key) -> tuple[int | None, Attempts | None]:
    """Reads the holder of an address or login, and the failures under another key, in one request."""
    found = _batch([hold, attempts])
    unique, failures = found.get(hold), found.get(attempts)
    return (
        unique.account_id if isinstance(unique, UniqueName) else None,
        failures if isinstance(failures, Attempts) else None,
    )


def find_account_and_attempts(account_id: int, keys: Sequence[Key]) -> tuple[Account | None, list[Attempts | None]]:
    """Reads an account and the failures under each key in one request; the account may not exist."""
    found = _batch([account_key(account_id), *keys])
    account, failures = found.get(account_key(account_id)), [found.get(key) for key in keys]
    return (
        account if isinstance(account, Account) else None,
        [each if isinstance(each, Attempts) else None for each in failures],
    )


def add_account(account: Account, *, holds: Mapping[str, Key], also: Callable[[Transaction], None]) -> None:
    """Stores a new account with its addresses, logins and numbers, and what `also` adds.

    ConditionFailed(KEY_FREE) when its id is taken, ConditionFailed(field) when another account holds its value.
    """
    _set_list_keys(account)

    def fill(transaction: Transaction) -> None:
        transaction.save(account, condition=Account.pk.does_not_exist(), named=transactions.KEY_FREE)
        for field, key in holds.items():
            transaction.save(
                UniqueName(*key, account_id=account.id), condition=UniqueName.pk.does_not_exist(), named=field
            )
        also(transaction)

    transactions.transact(fill)


def save_account(
    account: Account,
    *,
    take: Mapping[str, Key] | None = None,
    give: Sequence[Key] = (),
    also: Callable[[Transaction], None] | None = None,
) -> None:
    """Stores a changed account and its unique values.

    ConditionFailed(UNCHANGED) when it was changed since it was read, ConditionFailed(field) when another account holds
    the value to take.
    """
    seen, account.version = account.version, account.version + 1
    _set_list_keys(account)

    def fill(transaction: Transaction) -> None:
        transaction.save(account, condition=Account.version == seen, named=UNCHANGED)
        for field, key in (take or {}).items():
            transaction.save(
                UniqueName(*key, account_id=account.id), condition=UniqueName.pk.does_not_exist(), named=field
            )
        for key in give:
            transaction.delete(UniqueName(*key), condition=UniqueName.account_id == account.id, named="own_value")
        if also is not None:
            also(transaction)

    transactions.transact(fill)


def list_account(account_id: int, limit: int, start: paging.Key | None) -> ResultIterator[Account]:
    """Returns one account as a list, as it is at this moment."""
    pk, sk = account_key(account_id)
    return Account.query(pk, Account.sk == sk, consistent_read=True, limit=limit, last_evaluated_key=start)


def list_names(account_ids: Iterable[int]) -> dict[int, Account]:
    """Returns those of the accounts that exist, with the attributes in `NAME_ATTRIBUTES`."""
    keys = [account_key(each) for each in set(account_ids)]
    found = Account.batch_get(keys, attributes_to_get=NAME_ATTRIBUTES) if keys else ()
    return {account.id: account for account in found}


def list_time_zones(account_ids: Iterable[int]) -> dict[int, str]:
    """Returns the time zones of those of the accounts that have one."""
    keys = [account_key(each) for each in set(account_ids)]
    found = Account.batch_get(keys, attributes_to_get=["kind", "id", "time_zone"]) if keys else ()
    return {account.id: account.time_zone for account in found if account.time_zone}


def find_listed(account_ids: Iterable[int]) -> dict[int, Account]:
    """Returns those of the accounts that exist, as they are at this moment, with the attributes that lists show."""
    keys = [account_key(each) for each in set(account_ids)]
    wanted = [*LIST_ATTRIBUTES, "role"]
    found = Account.batch_get(keys, consistent_read=True, attributes_to_get=wanted) if keys else ()
    return {account.id: account for account in found}


def accounts_of_role(role: Role, limit: int, start: paging.Key | None) -> ResultIterator[Account]:
    """Lists accounts, the oldest first, with the attributes in `LIST_ATTRIBUTES`."""
    return Account.role_index.query(role, limit=limit, last_evaluated_key=start)


def pupils_of_class(school_class: int, limit: int, start: paging.Key | None) -> ResultIterator[Account]:
    """Lists accounts, the oldest first, with the attributes in `LIST_ATTRIBUTES`."""
    return Account.class_index.query(class_roll(school_class), limit=limit, last_evaluated_key=start)


def ids_of_class(school_class: int, *, after: int, at_most: int) -> Iterator[int]:
    """Lists the ids of a class's pupils in order, beyond an id (0: from the first)."""
    beyond = Account.listed > ids.sortable(after)
    return (each.id for each in Account.class_index.query(class_roll(school_class), beyond, limit=at_most))


def start_session(session: Session, event: LoginEvent, *, clear_attempts: Sequence[Key] = ()) -> None:
    """Stores a session and its event of the history, and deletes the failed attempts under `clear_attempts`.
    One request.
    """
    with AccountsItem.batch_write() as batch:
        batch.save(session)
        batch.save(event)
        for key in clear_attempts:
            batch.delete(Attempts(*key))


def rotate_session(session: Session, *, refresh_id: str, now: datetime) -> None:
    """Makes `refresh_id` the valid one; ConditionFailed when the session has ended or been rotated meanwhile."""
    with transactions.conditional():
        session.update(
            actions=[
                Session.refresh_id.set(refresh_id),
                Session.previous_id.set(session.refresh_id),
                Session.refreshed_at.set(now),
            ],
            condition=Session.refresh_id == session.refresh_id,
        )


def keep_session(transaction: Transaction, session: Session) -> None:
    """Adds to a transaction that ends all sessions of an account that this one goes on, unless it has ended already."""
    transaction.update(
        session,
        actions=[Session.generation.add(1)],
        condition=Session.generation == session.generation,
        named=SESSION_GOES_ON,
    )


def end_sessions(sessions: Iterable[Session], events: Iterable[LoginEvent] = ()) -> None:
    """Ends sessions; ending them again changes nothing."""
    with AccountsItem.batch_write() as batch:
        for session in sessions:
            batch.delete(session)
        for event in events:
            batch.save(event)


def all_sessions_of(account_id: int) -> list[Session]:
    """Returns the stored sessions of an account, also those that are over."""
    return list(Session.query(f"ACCOUNT#{account_id}", Session.sk.startswith("SESSION#"), consistent_read=True))


def sessions_of(account_id: int, *, limit: int, cursor: str | None) -> paging.Page[Session]:
    return paging.read(
        Session.query(
            f"ACCOUNT#{account_id}",
            Session.sk.startswith("SESSION#"),
            consistent_read=True,
            limit=limit,
            last_evaluated_key=paging.start_key(cursor),
        )
    )


def history_of(account_id: int, *, limit: int, cursor: str | None) -> paging.Page[LoginEvent]:
    """Lists the history, the latest first."""
    return paging.read(
        LoginEvent.query(
            f"ACCOUNT#{account_id}",
            LoginEvent.sk.startswith("HISTORY#"),
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=paging.start_key(cursor),
        )
    )


def delete_all_but_account(account_id: int) -> None:
    """Deletes sessions, codes, attempts and history of an account."""
    with AccountsItem.batch_write() as batch:
        for item in AccountsItem.query(f"ACCOUNT#{account_id}", consistent_read=True):
            if not isinstance(item, Account):
                batch.delete(item)


def replace_code(code: VerificationCode, *, seen: str | None) -> None:
    """Stores a new code in place of the version `seen`; ConditionFailed when another came in between."""
    condition = VerificationCode.pk.does_not_exist() if seen is None else VerificationCode.version == seen
    with transactions.conditional():
        code.save(condition=condition)


def find_code_and_failures(code_at: Key, failures_at: Key) -> tuple[VerificationCode | None, Attempts | None]:
    """Reads the code mailed last and the wrong codes in a row, in one request."""
    found = _batch([code_at, failures_at])
    code, failures = found.get(code_at), found.get(failures_at)
    return (
        code if isinstance(code, VerificationCode) else None,
        failures if isinstance(failures, Attempts) else None,
    )


def use_code(transaction: Transaction, code: VerificationCode) -> None:
    """Adds to a transaction that the code is used up, on condition that it is still the one that was tried."""
    transaction.update(
        code,
        actions=[VerificationCode.digest.remove()],
        condition=VerificationCode.digest.exists() & (VerificationCode.version == code.version),
        named="code_unused",
    )


def _set_list_keys(account: Account) -> None:
    """Sets the keys of the lists that an account belongs to: none for deleted ones, a class for pupils alone."""
    in_class = account.school_class if account.role == Role.USER else None
    account.listed = None if account.state == AccountState.DELETED else ids.sortable(account.id)
    account.class_roll = None if in_class is None else class_roll(in_class)


def class_roll(school_class: int) -> str:
    return f"CLASS#{school_class}"


def _find_unique_name(key: Key) -> Account | None:
    unique = items.find(UniqueName, *key, consistent=True)
    return None if unique is None else find_account(unique.account_id, consistent=True)


def _batch(keys: Sequence[Key]) -> dict[Key, AccountsItem]:
    """Reads items as they are at this moment: a new account may sign in at once."""
    found = AccountsItem.batch_get(list(keys), consistent_read=True)
    return {(item.pk, item.sk): item for item in found}
