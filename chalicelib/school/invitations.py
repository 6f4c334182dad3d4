"""Invitations into courses, tracks, contests and groups of pupils: codes that expire, and that can be used up or
revoked. Everybody who has a valid code may join.

Joining by a code is what makes somebody the teachers' own pupil: nobody is without having agreed.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts import accounts
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import Role
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, paging
from chalicelib.common.http.errors import In, Place
from chalicelib.school import group_models, joining, memberships, models, teaching
from chalicelib.school.group_models import Invitation
from chalicelib.school.relations import Group, GroupKind

LIFE, LONGEST = timedelta(days=30), timedelta(days=366)
MOST_USES = 10_000
SECRET_BYTES = 16


@dataclass(frozen=True, slots=True)
class Code:
    """What a code says: which group, and the secret that opens it."""

    group: Group
    secret: str

    def __str__(self) -> str:
        return f"{self.group.kind}-{self.group.id}-{self.secret}"

    @classmethod
    def read(cls, text: str) -> "Code":
        """404 for a text that is no code."""
        kind, _, rest = text.partition("-")
        number, _, secret = rest.partition("-")
        if kind not in set(GroupKind) or not ids.is_id(number) or not secret:
            raise unknown()
        return cls(Group(GroupKind(kind), int(number)), secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """`is_new`: whether the user did not attend the group before."""

    group: Group
    title: str
    is_new: bool


def draw_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def issue(caller: Caller, group: Group, *, expires_at: datetime | None, uses: int | None) -> Invitation:
    """Makes an invitation; 403 for who does not teach the group, 400 for one that ends in the past or too late."""
    _check_teaches(caller, group)
    now = clock.now()
    ends_at = expires_at or now + LIFE
    if not now < ends_at <= now + LONGEST:
        where = Place(In.BODY, "/expires_at")
        raise errors.BadRequest("invitation_end", "An invitation ends within the next 366 days", where=where)
    invitation = made(Code(group, draw_secret()), created_by=caller.id, now=now, expires_at=ends_at, uses=uses)
    transactions.create(invitation)
    observe.logger.info("invitation issued", group=str(group), by=caller.id)
    return invitation


def made(
    code: Code,
    *,
    created_by: int,
    now: datetime,
    expires_at: datetime,
    uses: int | None,
    school_class: int | None = None,
) -> Invitation:
    """Returns a new invitation, which is not stored yet."""
    return Invitation(
        *models.invitation_key(code.group, code.secret),
        code=str(code),
        group=str(code.group),
        created_by=created_by,
        created_at=now,
        expires_at=expires_at,
        uses=uses,
        school_class=school_class,
    )


def of(caller: Caller, group: Group, query: paging.ListQuery) -> paging.Page[Invitation]:
    """Lists the invitations that hold; 403 for who does not teach the group."""
    _check_teaches(caller, group)
    return group_models.invitations_of(group, clock.now(), query)


def revoke(caller: Caller, text: str) -> None:
    """Takes an invitation back; 403 for who does not teach the group, 404 for a code that is none."""
    code = Code.read(text)
    _check_teaches(caller, code.group)
    try:
        group_models.revoke_invitation(code.group, code.secret)
    except transactions.ConditionFailed as gone:
        raise unknown() from gone
    observe.logger.info("invitation revoked", group=str(code.group), by=caller.id)


def find(user_id: int, text: str) -> Invitation:
    """Returns an invitation that holds, or is used up and its group attended by the user; 404 for any other."""
    code, now = Code.read(text), clock.now()
    found = group_models.find_invitation(code.group, code.secret)
    if found is None or found.expires_at <= now or (_is_used_up(found) and not _attends(user_id, code.group)):
        raise unknown()
    return found


def accept(user_id: int, text: str) -> Accepted:
    """Lets a user join the group that an invitation is for; who attends it already uses nothing up.

    404 when it does not hold any more; else what the group refuses.
    """
    invitation = find(user_id, text)
    group = Group.of_text(invitation.group)

    def use(transaction: Transaction) -> None:
        group_models.use_invitation(transaction, invitation, clock.now())

    try:
        is_new = joining.join(user_id, group, use)
    except transactions.ConditionFailed as refused:
        if memberships.MAY_JOIN in refused.failed:
            raise unknown() from refused
        raise
    if invitation.school_class is not None:
        _enter_class(user_id, invitation.school_class)
    observe.logger.info("invitation accepted", group=str(group), account_id=user_id, new=is_new)
    return Accepted(group=group, title=joining.title_of(group), is_new=is_new)


def accept_pending(user_id: int) -> None:
    """Accepts the invitations for which an account was made, once its owner has set the password. Those that do not
    hold any more are dropped.
    """
    codes = [each.code for each in group_models.pending_of(user_id)]
    for code in codes:
        with suppress(errors.LyceumError):  # revoked, expired, or the group refuses
            accept(user_id, code)
    if codes:
        group_models.delete_pending(user_id, codes)


def forget(user_id: int) -> None:
    """Deletes what waits for an account that was erased."""
    group_models.delete_pending(user_id, [each.code for each in group_models.pending_of(user_id)])


def titles_of(invitations: Sequence[Invitation]) -> dict[str, str]:
    """Returns the title of each invitation's group."""
    return {text: joining.title_of(Group.of_text(text)) for text in {each.group for each in invitations}}


def unknown() -> errors.NotFound:
    return errors.NotFound("invitation_not_found", "This invitation does not exist or is no longer valid")


def _check_teaches(caller: Caller, group: Group) -> None:
    known = joining.taught(group)
    teaching.check_may_write(caller, group, known.owner_id, known.refusal)


def _is_used_up(invitation: Invitation) -> bool:
    return invitation.uses is not None and invitation.used >= invitation.uses


def _attends(user_id: int, group: Group) -> bool:
    if group.kind is GroupKind.CLASS:
        return accounts.get(user_id).school_class == group.id
    return bool(memberships.attended_among([user_id], [group]))


def _enter_class(user_id: int, school_class: int) -> None:
    """Gives the account the class that its invitation names, if it has none: an invitation into a class alone takes
    somebody out of another. Who teaches is in none.
    """
    account = accounts.get(user_id)
    if account.role != Role.USER or account.school_class is not None:
        return

    def put(current: Account) -> None:
        current.school_class = school_class

    accounts.change(user_id, put)
