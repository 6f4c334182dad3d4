"""Frames `{"type", "payload"}` on a WebSocket: reading them, and the table that says who answers which."""

import json
from collections.abc import Callable, Mapping
from enum import IntEnum, StrEnum
from typing import Any

from pydantic import JsonValue, ValidationError

from chalicelib.common.shapes import Body


class Type(StrEnum):
    PING = "PING"
    PONG = "PONG"
    ERROR = "ERROR"


class Code(IntEnum):
    """WebSocket close codes (RFC 6455, 7.4.1), as ERROR frames carry them."""

    UNSUPPORTED_DATA = 1003
    INVALID_PAYLOAD = 1007


class Frame(Body):
    """A frame from a client."""

    type: str
    payload: dict[str, JsonValue] | None = None


Handler = Callable[[Frame], str | None]
"""What to send back to the sender, if anything."""


def reply_to(text: str) -> str | None:
    """Handle one frame; what is not understood is answered with an ERROR and changes nothing."""
    try:
        frame = Frame.model_validate_json(text)
    except ValidationError:
        return error(Code.INVALID_PAYLOAD, "A frame is a JSON object with `type` and `payload`")
    handler = HANDLERS.get(frame.type)
    return handler(frame) if handler else error(Code.UNSUPPORTED_DATA, f"Unknown type: {frame.type[:40]}")


def write(type_: Type, payload: Mapping[str, Any] | None = None) -> str:
    """A frame from the server."""
    return json.dumps({"type": type_, "payload": payload}, ensure_ascii=False)


def error(code: Code, reason: str) -> str:
    return write(Type.ERROR, {"code": code, "reason": reason})


def _pong(frame: Frame) -> str:
    return write(Type.PONG, frame.payload)


HANDLERS: Mapping[str, Handler] = {Type.PING: _pong}
