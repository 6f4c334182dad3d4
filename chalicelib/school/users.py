"""Lists, changes and erases users of the school."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.accounts import accounts, administration, name_words, search_models, sessions
from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import observe
from chalicelib.common.http import errors, etags, paging, searching
from chalicelib.common.http.etags import IfMatch
from chalicelib.common.http.searching import Sought
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


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedUsers:
    """Whom a list is of: one user, the pupils of a class, or all; of these those who have the words."""

    user_id: int | None = None
    school_class: int | None = None
    words: str | None = None


def list_visible(caller: Caller, query: paging.ListQuery, wanted: WantedUsers) -> paging.Page[VisibleUser]:
    """Lists users whom the caller may see. A page may be shorter than `limit` and still not be the last.

    Words are looked for in what the caller sees of each: of a teacher, a pupil sees the names alone.
    """
    sought = Sought.of(wanted.words)
    sources = _sources(caller, wanted)

    def read(at: paging.CursorQuery) -> paging.Page[VisibleUser]:
        page = paging.read_sources(paging.ListQuery(limit=at.limit, cursor=at.cursor), sources)
        return paging.Page(_visible_user(caller, page.items), page.next_cursor)

    if sought.words:
        return paging.read_by_cursor(query, lambda at: searching.seek(read, at, sought, _seen_texts))
    page = paging.read_sources(query, sources)
    return paging.Page(_visible_user(caller, page.items), page.next_cursor)


def _seen_texts(seen: VisibleUser) -> tuple[str | None, ...]:
    account = seen.account
    names = (account.name, account.secondname, account.patronymic)
    return (*names, account.login, account.email) if seen.visibility is Visibility.ALL else names


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


def _sources(caller: Caller, wanted: WantedUsers) -> Mapping[str, paging.ReadPage[Account]]:
    user_id, school_class = wanted.user_id, wanted.school_class
    sought = Sought.of(wanted.words).words
    if caller.role is Role.ADMIN and user_id is None and school_class is None and sought:
        return {"words": partial(_with_word, name_words.best_of(sought))}
    if caller.role is Role.TEACHER and user_id is None and school_class is None:
        teachers = paging.source(partial(account_models.accounts_of_role, Role.TEACHER))
        return {Role.TEACHER: teachers, "pupils": partial(_pupils, caller.id)}
    return {name: paging.source(run) for name, run in _lists(caller, user_id, school_class).items()}


def _with_word(word: str, limit: int, start: paging.Key | None) -> paging.Page[Account]:
    """Reads a page of the accounts that have a word which begins so. Who has several comes with the first of them."""
    page = paging.read(search_models.words_that_begin(word, limit, start))
    known = account_models.find_listed(each.account_id for each in page.items)
    found = [known[each.account_id] for each in page.items if _is_first(each, word, known.get(each.account_id))]
    return paging.Page(found, page.next_cursor)


def _is_first(found: search_models.NameWord, word: str, account: Account | None) -> bool:
    if account is None:
        return False
    begin_so = [each for each in search_models.words_of(account) if each.startswith(word)]
    return min(begin_so, default=None) == found.word


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
