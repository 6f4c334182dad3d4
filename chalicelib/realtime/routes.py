"""Routes of realtime: what a client asks over HTTP before it connects."""

import functools

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import documents, routing
from chalicelib.realtime import asyncapi, tickets
from chalicelib.realtime.responses import TicketView

routes = routing.Routes(__name__, tag="Live")


@routes.post(
    "/ws-tickets",
    access=authentication.USER,
    limit=limits.CountedWithin(str(tickets.ISSUE_LIMIT)),
    status=201,
    creates=False,
    raises=[429],
)
def issue_ticket(caller: Caller) -> TicketView:
    """A ticket that opens one WebSocket, within a minute."""
    return TicketView(ticket=tickets.issue(caller), expires_in=int(tickets.LIFE.total_seconds()))


@routes.get("/asyncapi.json", access=routing.PUBLIC, versioned=True, caching=documents.CACHING, documented=False)
def asyncapi_document() -> routing.Answer[str]:
    """Every frame of the WebSockets, in AsyncAPI's form."""
    return _asyncapi().answer()


@functools.cache
def _asyncapi() -> documents.Document:
    return documents.of(asyncapi.document_json(), routing.JSON)
