"""Frames `{"type", "payload"}` of WebSockets: their declarations, payloads and handlers.

Each package declares its own, and the hook `frames` is the catalogue of all. It validates what comes
in, finds its handler and makes the AsyncAPI document (`asyncapi.py`).
"""

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal, Self, TypedDict, Union

import pydantic
from pydantic import Field, JsonValue, ValidationError, computed_field

from chalicelib.common.hooks import Hook
from chalicelib.common.http import validation
from chalicelib.common.http.requests import Body
from chalicelib.common.http.responses import CamelView, Moment, Nothing, View
from chalicelib.common.http.schemas import ShownAs
from chalicelib.common.texts import ENGLISH, InEnglish, Language, Stored, Text
from chalicelib.realtime.rooms import Room, RoomKind

MAX_FRAME_BYTES = 32 * 1024
"""API Gateway's limit of one WebSocket frame, in both directions: what we send is a frame each time."""
MAX_MESSAGE_BYTES = 120 * 1024
"""What a client may send in several frames; API Gateway closes the connection beyond 128 KB."""
MAX_REASON = 200
MAX_QUOTED = 40
"""Characters. What a client sent may stand in a reason, but never comes back as a whole."""
ALL_ROOMS = frozenset(RoomKind)

Place = tuple[str | int, ...]


class PlacedText(TypedDict):
    """A text of a frame: the names and indexes that lead to it in the payload, and the text as it is stored."""

    place: list[str | int]
    text: Stored


class Type(StrEnum):
    PING = "PING"
    PONG = "PONG"
    ERROR = "ERROR"
    USER_JOIN = "USER_JOIN"
    USER_LEAVE = "USER_LEAVE"
    SNAPSHOT = "SNAPSHOT"
    RESUMED = "RESUMED"


class CloseCode(IntEnum):
    """WebSocket close codes (RFC 6455, 7.4.1), as ERROR frames carry them."""

    UNSUPPORTED_DATA = 1003
    INVALID_PAYLOAD = 1007
    POLICY_VIOLATION = 1008
    TOO_BIG = 1009
    TRY_AGAIN_LATER = 1013


class FrameRefused(Exception):
    """A frame is refused; its sender alone gets the reason."""

    def __init__(self, code: CloseCode, reason: Text) -> None:
        super().__init__(str(reason))
        self.code = code
        self.reason = reason


LAPSED = FrameRefused(
    CloseCode.TRY_AGAIN_LATER, Text("connection_lapsed", "Nothing has come from you for too long, connect again")
)
"""Closes a connection whose lease has run out."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The connection, account and room that a frame comes from."""

    connection_id: str
    user_id: int
    room: Room


class ClientFrame(Body):
    """A frame from a client."""

    type: str
    payload: dict[str, JsonValue] | None = None


class Ping(Body):
    """The payload of a PING: the PONG has the same."""

    model_config = pydantic.ConfigDict(extra="allow")


class ErrorPayload(View):
    """`reason` is in the connection's language; `reason_code` says the same to programs."""

    code: CloseCode
    reason: str
    reason_code: str


class UserPayload(CamelView):
    """Whose a frame is: `user_id` is the id as it is everywhere over HTTP, `userId` the same as Team Training's text.

    `user_id` alone among the members of frames keeps its snake case.
    """

    user_id: int = Field(serialization_alias="user_id")

    @computed_field(alias="userId")  # type: ignore[prop-decorator]  # mypy knows no decorated properties
    @property
    def user_id_as_text(self) -> str:
        """The same as a text."""
        return str(self.user_id)


class SnapshotPayload(CamelView):
    """The state of a room at `seq`: it contains all frames up to that number. Kinds of rooms add their own members.

    `complete` is false when the state is too large for a frame: then the rest is to be read over HTTP.
    """

    seq: int
    users: list[UserPayload]
    complete: bool


class ResumedPayload(View):
    """Every frame after `from_seq` up to `seq`, in order: nothing is missing."""

    from_seq: int
    seq: int
    frames: Annotated[list[dict[str, JsonValue]], ShownAs(lambda: list[told_in(ALL_ROOMS)])]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A frame that clients send. `answer` handles its payload; FrameRefused is answered with an ERROR."""

    name: str
    payload: type[pydantic.BaseModel]
    answer: Callable[[Sender, Any], None]
    rooms: frozenset[RoomKind]
    summary: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A frame that the server sends. Without a `payload` model its payload is null.

    One that is told to a single connection, `alone`, has no number and is not kept. One that `notifies` is in the
    recipient's inbox as well.
    """

    name: str
    payload: type[pydantic.BaseModel] | None
    rooms: frozenset[RoomKind]
    summary: str
    alone: bool = False
    notifies: bool = False


class Catalogue:
    """All frames there are: those that come in by name, those that go out by name and rooms.

    A name may carry another payload in other rooms.
    """

    def __init__(self, declared: Iterable[Incoming | Outgoing]) -> None:
        self.incoming: dict[str, Incoming] = {}
        self.outgoing: dict[tuple[str, frozenset[RoomKind]], Outgoing] = {}
        for frame in declared:
            if isinstance(frame, Incoming):
                self.incoming[frame.name] = frame
            else:
                self.outgoing[frame.name, frame.rooms] = frame


_catalogue = Hook[Catalogue]("frames")


def declared() -> tuple[list[Incoming], list[Outgoing]]:
    catalogue = _catalogue.get()
    return list(catalogue.incoming.values()), list(catalogue.outgoing.values())


# --- Frames as the documents show them ---------------------------------------------------------------------------


class NumberedFrame(View):
    """A frame that everybody in the room gets. `seq` is one more each time, `at` is when it was sent."""

    seq: int = Field(ge=1)
    at: Moment


def told_in(kinds: frozenset[RoomKind]) -> Any:
    """Returns the type of whatever everybody in a room of these kinds may be told, for the documents."""
    shapes = [shape_of(frame) for frame in declared()[1] if frame.rooms & kinds and not frame.alone]
    return Union[*shapes] if len(kinds) > 1 else Annotated[Union[*shapes], Field(discriminator="type")]


def shape_of(frame: Outgoing) -> type[View]:
    """Returns the shape of a whole frame, for the documents. Its name says the rooms if others have one like it."""
    twins = [each for each in declared()[1] if each.name == frame.name]
    rooms = "" if len(twins) == 1 else "".join(room.capitalize() for room in sorted(frame.rooms))
    return _shape(frame, f"{in_camels(frame.name)}{rooms}Frame")


def in_camels(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def may_be_null(shape: type[pydantic.BaseModel] | None) -> bool:
    """Whether a payload may be null: no member is required."""
    return shape is None or not any(field.is_required() for field in shape.model_fields.values())


@functools.cache
def _shape(frame: Outgoing, name: str) -> type[View]:
    payload: Any = Nothing if frame.payload is None else frame.payload
    if frame.payload is not None and may_be_null(frame.payload):
        payload = payload | None
    members: dict[str, Any] = {"type": (Literal[str(frame.name)], ...), "payload": (payload, ...)}
    base = View if frame.alone else NumberedFrame
    return pydantic.create_model(name, __base__=base, __doc__=f"{frame.summary}.", **members)


# --- Frames that come in -----------------------------------------------------------------------------------------


def handle(sender: Sender, text: str) -> None:
    """Handles a frame; FrameRefused when it is no frame, too large, unknown in the room or invalid."""
    if len(text.encode("utf-8", "surrogatepass")) > MAX_MESSAGE_BYTES:
        raise too_large(MAX_MESSAGE_BYTES)
    frame = _read(ClientFrame, text, Text("not_a_frame", "A frame is a JSON object with `type` and `payload`"))
    incoming = _catalogue.get().incoming.get(frame.type)
    if incoming is None or sender.room.kind not in incoming.rooms:
        named = {"type": frame.type[:MAX_QUOTED]}
        raise FrameRefused(CloseCode.UNSUPPORTED_DATA, Text("unknown_frame_type", "Unknown type: {type}", named))
    incoming.answer(sender, _payload(frame, incoming))


def too_large(most: int) -> FrameRefused:
    return FrameRefused(CloseCode.TOO_BIG, Text("frame_too_large", "A message has at most {max} bytes", {"max": most}))


def fits(text: str) -> bool:
    """Whether API Gateway takes it as the frame that it will be."""
    return len(text.encode()) <= MAX_FRAME_BYTES


def to_text(type_: str, payload: Mapping[str, Any] | None = None, **more: object) -> str:
    """Returns the text of a frame from the server; `more` are members beside type and payload."""
    return dumped({"type": type_, "payload": payload, **more})


def read_stored(text: str) -> dict[str, Any]:
    """Returns a frame that was stored as it was sent. One from before `user_id` was told has only `userId`."""
    frame: dict[str, Any] = json.loads(text)
    payload = frame.get("payload")
    if isinstance(payload, dict) and "userId" in payload:
        payload.setdefault("user_id", int(payload["userId"]) if payload["userId"] else None)
    return frame


def error_frame(refused: FrameRefused, language: Language) -> str:
    reason = refused.reason.in_language(language)[:MAX_REASON]
    return to_text(Type.ERROR, {"code": refused.code, "reason": reason, "reason_code": refused.reason.code})


@dataclass(frozen=True, slots=True)
class FrameText:
    """A frame as it is sent: in English, and the texts in its payload, so that it can be sent in other languages.

    The texts stand apart, by their places: nothing that a client has said is ever taken for one.
    """

    english: str
    texts: Sequence[PlacedText] = ()

    @classmethod
    def of(cls, type_: str, payload: Mapping[str, Any] | None, **more: object) -> Self:
        """A text is a `texts.InEnglish` in the payload."""
        return cls(to_text(type_, payload, **more), list(_texts_in(payload, ())))

    def in_language(self, language: Language) -> str:
        return self.english if language == ENGLISH or not self.texts else dumped(self.worded(language))

    def worded(self, language: Language) -> dict[str, Any]:
        """Returns the frame's members in a language."""
        frame = read_stored(self.english)
        for placed in self.texts:
            *way, last = placed["place"]
            holder: Any = frame["payload"]
            for step in way:
                holder = holder[step]
            holder[last] = Text.from_json(placed["text"]).in_language(language)
        return frame


def _texts_in(value: object, place: Place) -> Iterator[PlacedText]:
    if isinstance(value, InEnglish):
        stored = value.text.to_json()
        if not isinstance(stored, str):  # else it is the same in every language
            yield {"place": list(place), "text": stored}
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from _texts_in(member, (*place, name))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _texts_in(item, (*place, index))


def dumped(frame: Mapping[str, Any]) -> str:
    """The text of a whole frame, as it is sent."""
    return json.dumps(frame, ensure_ascii=False)


def _payload(frame: ClientFrame, incoming: Incoming) -> Any:
    try:
        payload = json.dumps(frame.payload or {}, allow_nan=False)
    except ValueError as error:
        reason = Text("no_json_number", "There is a number in it that JSON does not have")
        raise FrameRefused(CloseCode.INVALID_PAYLOAD, reason) from error
    return _read(incoming.payload, payload, Text("not_its_payload", "Not a payload of {type}", {"type": frame.type}))


def _read(shape: type[Any], text: str, otherwise: Text) -> Any:
    try:
        return shape.model_validate_json(text)
    except ValidationError as error:
        first = validation.first_reason(error, validation.parsed(text))
        params = {"what": otherwise, "why": first}
        reason = Text(otherwise.code, "{what}: {why}", params) if first is not None else otherwise
        raise FrameRefused(CloseCode.INVALID_PAYLOAD, reason) from error
