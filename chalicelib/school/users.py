"""Lists, changes and erases users of the school."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.accounts import accounts, administration, sessions
from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import observe
from chalicelib.common.http import errors, etags, paging
from chalicelib.common.http.etags import IfMatch
from chalicelib.school import teaching, visibility
from chalicelib.school.visibility import Visibility


@dataclass(frozen=True, slots=True)
class VisibleUser:
    account: Account
    visibility: Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Changes of an account by an admin; `about` has personal data, by the account's fields."""

    about: Mapping[str, str | int | None]
    role: Role | None = None
    state: AccountState | None = None


def list_visible(
    caller: Caller, query: paging.ListQuery, *, user_id: int | None = None, school_class: int | None = None
) -> paging.Page[VisibleUser]:
    """Lists users whom the caller may see: one, the pupils of a class, or all.

    A page of a teacher's pupils may be shorter than `limit` and still not be the last.
    """
    page = paging.read_sources(query, _sources(caller, user_id, school_class))
    return paging.Page(_visible_user(caller, page.items), page.next_cursor)


def change(caller: Caller, user_id: int, changes: Changes, expected: IfMatch) -> Account:
    """Changes an account in one write. 412 when its version is not expected."""
    if caller.id == user_id and (changes.role is not None or changes.state is not None):
        raise errors.Conflict("not_oneself", "Another admin has to do this to your account")

    def put(account: Account) -> None:
        etags.require(account.version, expected)
        for field, value in changes.about.items():
            setattr(account, field, value)
        account.role = changes.role or account.role
        _enter(account, changes.state)

    changed = accounts.change(user_id, put)
    fields = sorted([*changes.about, *(name for name in ("role", "state") if getattr(changes, name) is not None)])
    observe.logger.info("account changed", account_id=user_id, fields=fields, by=caller.id)
    return changed


def erase(caller: Caller, user_id: int, expected: IfMatch) -> None:
    """Deletes an account with all personal data; 412 when its version is not expected."""
    if expected is not None:
        # Uses the version up: of two who have seen the same, one goes on.
        accounts.change(user_id, lambda account: etags.require(account.version, expected))
    administration.erase(caller, user_id)


def _sources(caller: Caller, user_id: int | None, school_class: int | None) -> Mapping[str, paging.ReadPage[Account]]:
    if caller.role is Role.TEACHER and user_id is None and school_class is None:
        teachers = paging.source(partial(account_models.accounts_of_role, Role.TEACHER))
        return {Role.TEACHER: teachers, "pupils": partial(_pupils, caller.id)}
    return {name: paging.source(run) for name, run in _lists(caller, user_id, school_class).items()}


def _pupils(teacher_id: int, limit: int, start: paging.Key | None) -> paging.Page[Account]:
    """Reads a page of a teacher's pupils: whoever came or left a moment ago is looked at again when it is shown."""
    found = teaching.pupils_after(teacher_id, paging.number_after(start), at_most=limit)
    accounts_found = account_models.find_listed(found)
    page = [accounts_found[each] for each in found if each in accounts_found and accounts_found[each].role == Role.USER]
    return paging.Page(page, paging.cursor_of_number(found[-1]) if len(found) == limit else None)


def _lists(caller: Caller, user_id: int | None, school_class: int | None) -> Mapping[str, paging.RunQuery[Account]]:
    alone = partial(account_models.list_account, user_id or caller.id)
    if user_id is not None:
        return {"id": alone}
    if caller.role is Role.USER and school_class is not None:
        return {"self": alone} if caller.account.school_class == school_class else {}
    if school_class is not None:
        return {"class": partial(account_models.pupils_of_class, school_class)}
    if caller.role is Role.USER:
        return {"self": alone, **_of_roles(Role.TEACHER)}
    return _of_roles(*Role)


def _of_roles(*roles: Role) -> Mapping[str, paging.RunQuery[Account]]:
    return {role: partial(account_models.accounts_of_role, role) for role in roles}


def _visible_user(caller: Caller, found: Sequence[Account]) -> list[VisibleUser]:
    pupils = teaching.pupils_among(caller.id, [each.id for each in found]) if caller.role is Role.TEACHER else set()
    seen = [VisibleUser(account, _visibility(caller, account, pupils)) for account in found]
    return [each for each in seen if each.visibility is not Visibility.NOTHING]


def _visibility(caller: Caller, account: Account, pupils: Collection[int]) -> Visibility:
    return visibility.visibility_of(
        caller.role,
        Role(account.role),
        AccountState(account.state),
        is_self=account.id == caller.id,
        is_own_pupil=account.id in pupils,
    )


def _enter(account: Account, state: AccountState | None) -> None:
    """Blocks an account, or lifts the block: it becomes `new` again if its mail or password is still missing."""
    if state is AccountState.BLOCKED and account.state != AccountState.BLOCKED:
        accounts.change_state(account, AccountState.BLOCKED)
        sessions.end_all_of(account)
    if state is AccountState.ACTIVATED and account.state == AccountState.BLOCKED:
        accounts.change_state(account, AccountState.NEW)
        accounts.activate(account)
