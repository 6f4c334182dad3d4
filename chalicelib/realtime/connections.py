"""WebSocket connections: who may open one, and what is answered on it."""

from collections.abc import Mapping

from chalicelib.accounts import guard
from chalicelib.accounts.guard import Caller
from chalicelib.common import errors, observe
from chalicelib.realtime import frames, push, tickets

Answer = dict[str, int]
"""What API Gateway wants: 200 accepts a connection, anything else refuses it."""


def connect(query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """Accept whoever brings a good access token or ticket."""
    try:
        caller = _caller(query, headers)
    except (errors.Unauthorized, errors.Forbidden) as refused:
        observe.logger.info("connection refused", code=refused.code)
        return {"statusCode": refused.STATUS_CODE}
    named = query.get("user_id")
    if named is not None and named != str(caller.id):
        return {"statusCode": errors.Forbidden.STATUS_CODE}
    observe.logger.info("connection accepted", account_id=caller.id)
    return {"statusCode": 200}


def receive(connection_id: str, text: str) -> Answer:
    """Answer one frame, to its sender alone."""
    reply = frames.reply_to(text)
    if reply is not None:
        push.send(connection_id, reply)
    return {"statusCode": 200}


def _caller(query: Mapping[str, str], headers: Mapping[str, str]) -> Caller:
    """By `token` or `ticket` in the query, or by a bearer token. The first decides: the others are not looked at."""
    if token := query.get("token"):
        return guard.caller_of(token)
    if ticket := query.get("ticket"):
        return tickets.redeem(ticket)
    return guard.caller_of(guard.bearer_token({name.lower(): value for name, value in headers.items()}))
