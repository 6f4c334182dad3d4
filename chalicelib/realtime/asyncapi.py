"""Makes the AsyncAPI 3.0 document from the models that validate the frames."""

import functools
import json
from collections.abc import Iterable
from typing import Any

import pydantic

from chalicelib.common import settings
from chalicelib.common.http import schemas
from chalicelib.common.http.schemas import Schema
from chalicelib.realtime import frames
from chalicelib.realtime.frames import Incoming, Outgoing
from chalicelib.realtime.rooms import RoomKind

CHANNELS: dict[RoomKind, tuple[str, str, tuple[str, ...]]] = {
    RoomKind.PERSONAL: ("/ws/{token}", "One's own channel: verdicts, deadlines, notifications.", ()),
    RoomKind.LOBBY: ("/ws/lobby", "A team between its trainings.", ("team_id",)),
    RoomKind.TRAINING: ("/ws/training", "A training session of a team.", ("training_session_id",)),
}
"""By room: the path at the front door, what it is for, and the query parameters that name the room."""
QUERY = {
    "user_id": "the caller's own id, if given",
    "token": "an access token; not needed where it stands in the path",
    "ticket": "instead of a token: one from POST /ws-tickets",
    "language": "the language of what it says to people, such as ru; without it, the handshake's Accept-Language",
    "last_seq": "the number of the last frame that was seen: what came after it is told again, or a snapshot",
}


@functools.cache
def document_json() -> str:
    """Returns the document of every registered frame."""
    return json.dumps(document(*frames.declared()), ensure_ascii=False)


def document(incoming: Iterable[Incoming], outgoing: Iterable[Outgoing]) -> Schema:
    received, sent = list(incoming), list(outgoing)
    references, made = _schemas(received, sent)
    messages = {f"{each.name}.client": _message(each, _from_client(each, references)) for each in received}
    messages |= {
        _server_key(each, sent): _message(each, references[frames.shape_of(each), "serialization"]) for each in sent
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Lyceum live",
            "version": settings.VERSION,
            "description": "Frames are JSON texts with `type` and `payload`; those that everybody in a room gets also "
            "have `seq`, one more each time, and `at`. The bare WebSocket API of API Gateway has no paths: there the "
            "query alone names the room, and `token` or `ticket` the caller. A WebSocket frame has at most 32 KB, in "
            "both directions; a client may send a message of at most 120 KB in several. Whatever is larger closes the "
            "connection with 1009 (from 120 to 128 KB it is an `ERROR`).",
        },
        "channels": {kind.value: _channel(kind, received, sent) for kind in CHANNELS},
        "operations": _operations(received, sent),
        "components": {"messages": messages, "schemas": schemas.used(made, within=messages)},
    }


def _channel(kind: RoomKind, received: list[Incoming], sent: list[Outgoing]) -> Schema:
    address, description, named_by = CHANNELS[kind]
    names = [f"{each.name}.client" for each in received if kind in each.rooms]
    names += [_server_key(each, sent) for each in sent if kind in each.rooms]
    query = {name: {"type": "string"} for name in named_by}
    query |= {name: {"type": "string", "description": text} for name, text in QUERY.items()}
    channel: Schema = {
        "address": address,
        "description": description,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {"ws": {"method": "GET", "query": {"type": "object", "properties": query}}},
    }
    if "{token}" in address:
        channel["parameters"] = {"token": {"description": "An access token"}}
    return channel


def _operations(received: list[Incoming], sent: list[Outgoing]) -> Schema:
    """Returns our operations: `receive` for what clients send, `send` for the rest."""
    operations: Schema = {}
    clients = [(f"{each.name}.client", each.rooms) for each in received]
    servers = [(_server_key(each, sent), each.rooms) for each in sent]
    for action, each_list in (("receive", clients), ("send", servers)):
        for kind in CHANNELS:
            names = [name for name, in_rooms in each_list if kind in in_rooms]
            operations[f"{action}_{kind}"] = {
                "action": action,
                "channel": {"$ref": f"#/channels/{kind}"},
                "messages": [{"$ref": f"#/channels/{kind}/messages/{name}"} for name in names],
            }
    return operations


def _server_key(frame: Outgoing, sent: Iterable[Outgoing]) -> str:
    """Returns the key of a frame that we send; it names the rooms if other rooms have a frame of the same name."""
    is_alone = sum(each.name == frame.name for each in sent) == 1
    return f"{frame.name}.server" if is_alone else f"{frame.name}.{'-'.join(sorted(frame.rooms))}.server"


def _message(frame: Incoming | Outgoing, payload: Schema) -> Schema:
    return {
        "name": frame.name,
        "title": frame.name,
        "summary": frame.summary,
        "contentType": "application/json",
        "payload": payload,
    }


def _from_client(frame: Incoming, references: dict[Any, Schema]) -> Schema:
    reference, optional = references[frame.payload, "validation"], frames.may_be_null(frame.payload)
    payload = {"anyOf": [reference, {"type": "null"}]} if optional else reference
    return {
        "type": "object",
        "required": ["type"] if optional else ["type", "payload"],
        "properties": {"type": {"type": "string", "const": frame.name}, "payload": payload},
    }


def _schemas(received: list[Incoming], sent: list[Outgoing]) -> tuple[dict[Any, Schema], Schema]:
    shapes: dict[tuple[type[pydantic.BaseModel], Any], None] = {(each.payload, "validation"): None for each in received}
    shapes |= {(frames.shape_of(each), "serialization"): None for each in sent}
    references, made = schemas.of_models(shapes)
    made = schemas.used(made, within=list(references.values()))
    return references, {name: schemas.in_words(schema) for name, schema in made.items()}
