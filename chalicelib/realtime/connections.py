"""WebSocket connections: who may open one, and what is answered on it."""

from collections.abc import Mapping

from chalicelib.accounts import guard
from chalicelib.common import errors, observe
from chalicelib.realtime import frames, push

Answer = dict[str, int]
"""What API Gateway wants: 200 accepts a connection, anything else refuses it."""


def connect(query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
    """Accept whoever brings a good access token, as `token` in the query or as a bearer."""
    try:
        caller = guard.caller_of(_token(query, headers))
    except errors.Unauthorized as refused:
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


def _token(query: Mapping[str, str], headers: Mapping[str, str]) -> str:
    return query.get("token") or guard.bearer_token({name.lower(): value for name, value in headers.items()})
