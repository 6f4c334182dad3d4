"""Invitations into teams: codes that expire and can be revoked. Everybody who has a valid code may join."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from chalicelib.common import clock, limits, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors, paging
from chalicelib.common.ids import is_id
from chalicelib.training import models
from chalicelib.training.models import Invite, Team

LIFE = timedelta(days=7)
RANDOM_BYTES = 12

ISSUED = limits.Limit("invites of a team", 20, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a code says: which team, and the secret that opens it."""

    team_id: int
    secret: str


def issue(team: Team) -> Invite:
    """A new code for a team; 429 beyond the limit."""
    limits.hit(ISSUED, str(team.id))
    secret, now = secrets.token_urlsafe(RANDOM_BYTES), clock.now()
    invite = Invite(
        *models.invite_key(team.id, secret),
        team_id=team.id,
        code=f"{team.id}-{secret}",
        created_at=now,
        expires_at=now + LIFE,
    )
    transactions.create(invite)
    observe.logger.info("invite issued", team_id=team.id)
    return invite


def of(team: Team, query: paging.ListQuery) -> paging.Page[Invite]:
    """Those that still hold, in no order. What TTL has not deleted yet is read and left out."""
    return paging.read_list(
        query,
        lambda limit, start: Invite.query(
            models.team_key(team.id)[0],
            Invite.sk.startswith("INVITE#"),
            Invite.expires_at > clock.now(),
            limit=limit,
            last_evaluated_key=start,
            consistent_read=True,
        ),
    )


def revoke(team: Team, code: str) -> None:
    """404 for a code that is none of the team's."""
    invitation = read(code)
    if invitation.team_id != team.id:
        raise unknown()
    try:
        with transactions.conditional():
            Invite(*models.invite_key(team.id, invitation.secret)).delete(condition=Invite.pk.exists())
    except transactions.ConditionFailed as refused:
        raise unknown() from refused
    observe.logger.info("invite revoked", team_id=team.id)


def read(code: str) -> Invitation:
    """404 for a text that is no code."""
    team_id, _, secret = code.partition("-")
    if not is_id(team_id) or not secret:
        raise unknown()
    return Invitation(int(team_id), secret)


def unknown() -> errors.NotFound:
    return errors.NotFound("invite_not_found", "This invitation does not exist or is no longer valid")
