"""Tickets open a WebSocket: there a browser cannot send a header, and a token in the URL would end up in logs."""

import hashlib
import secrets
from datetime import timedelta

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, limits, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.realtime import models
from chalicelib.realtime.models import Ticket

LIFE = timedelta(seconds=60)
RANDOM_BYTES = 32

ISSUE_LIMIT = limits.Limit("tickets", 30, timedelta(minutes=1))
"""Per account."""


def issue(caller: Caller) -> str:
    """Issues a ticket that connects once, within `LIFE`; 429 beyond the limit. Only its digest is stored."""
    limits.hit(ISSUE_LIMIT, str(caller.id))
    ticket = secrets.token_urlsafe(RANDOM_BYTES)
    models.add_ticket(
        Ticket(
            *models.ticket_key(_digest(ticket)),
            account_id=caller.id,
            session_id=caller.session_id,
            expires_at=clock.now() + LIFE,
        )
    )
    observe.logger.info("ticket issued", account_id=caller.id)
    return ticket


def redeem(ticket: str) -> Caller:
    """Returns the caller of a ticket. 401 when it is unknown, used or expired, or its session has ended; 403
    when blocked.
    """
    try:
        taken = models.take_ticket(_digest(ticket), clock.now())
    except transactions.ConditionFailed as refused:
        raise errors.InvalidToken("invalid_ticket", "The ticket is not valid") from refused
    return authentication.caller_of_session(taken.account_id, taken.session_id)


def _digest(ticket: str) -> str:
    """Returns a plain digest: it is enough for 256 random bits, which need neither salt nor a slow hash."""
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
