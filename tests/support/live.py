"""WebSockets without sockets: does what API Gateway and the table's stream do, in process."""

import itertools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import app as application
from chalicelib.realtime import push
from chalicelib.realtime.frames import MAX_FRAME_BYTES
from tests.support import database

CONTEXT = {"apiId": "a", "domainName": "x", "stage": "api"}
TABLE = "lyceum-local-realtime"

Record = dict[str, Any]

_numbers = itertools.count(1)  # not a generator: threads ask at the same time
"""API Gateway gives none twice, and what counts frames remembers them."""


def of_user(user_id: int) -> dict[str, Any]:
    """How a frame names a user."""
    return {"userId": str(user_id), "user_id": user_id}


class HasToken(Protocol):
    @property
    def token(self) -> str: ...


@dataclass
class Socket:
    """A client's end of a WebSocket."""

    id: str
    is_open: bool = True
    got: list[dict[str, Any]] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [frame["type"] for frame in self.got]

    def last(self, type_: str) -> Any:
        """The payload of the last frame of a type."""
        return [frame["payload"] for frame in self.got if frame["type"] == type_][-1]

    def send(self, type_: str, payload: object = None) -> None:
        self.send_text(json.dumps({"type": type_, "payload": payload}))

    def send_text(self, text: str) -> None:
        event = {"requestContext": {**CONTEXT, "connectionId": self.id, "eventType": "MESSAGE"}, "body": text}
        assert application.websocket_message(event, None)["statusCode"] == 200

    def leave(self) -> None:
        """Close it from the client's side."""
        self.is_open = False
        event = {"requestContext": {**CONTEXT, "connectionId": self.id, "eventType": "DISCONNECT"}}
        assert application.websocket_disconnect(event, None)["statusCode"] == 200

    def vanish(self) -> None:
        """Be gone without API Gateway having reported it."""
        self.is_open = False


class Live:
    """Stands in for API Gateway. The stream is handed on when a test asks for it, with `catch_up`."""

    def __init__(self) -> None:
        self.sockets: dict[str, Socket] = {}
        self.failures: dict[str, Exception] = {}
        """What posting to a connection raises."""
        self._read = 0

    def status(self, query: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None) -> int:
        """What API Gateway is answered to a connect."""
        return self._connect(f"C{next(_numbers)}", query, headers)

    def connect(
        self, who: HasToken, *, opens: bool = True, headers: Mapping[str, str] | None = None, **query: Any
    ) -> Socket:
        """A socket that was accepted; unless it `opens`, its answer has not reached API Gateway yet."""
        socket = Socket(f"C{next(_numbers)}", is_open=opens)
        asked = {"token": who.token, **{name: str(value) for name, value in query.items()}}
        self.sockets[socket.id] = socket
        assert self._connect(socket.id, asked, headers) == 200
        return socket

    def join(self, who: HasToken, **query: Any) -> Socket:
        """Returns a socket whose USER_JOIN was sent."""
        socket = self.connect(who, **query)
        self.catch_up()
        return socket

    def catch_up(self) -> list[Record]:
        """Hand on what the stream has, until it has nothing more; what it had."""
        seen: list[Record] = []
        while records := self.records():
            assert deliver(records) == []
            seen += records
        return seen

    def records(self) -> list[Record]:
        """What the stream has had since the last time."""
        records = database.stream_of(TABLE, after=self._read)
        self._read += len(records)
        return records

    def post(self, connection_id: str, text: str) -> None:
        self.find(connection_id)
        assert len(text.encode()) <= MAX_FRAME_BYTES, "API Gateway would close the connection"
        if connection_id in self.failures:
            raise self.failures[connection_id]
        self.sockets[connection_id].got.append(json.loads(text))

    def close(self, connection_id: str) -> None:
        self.find(connection_id)
        self.sockets[connection_id].is_open = False

    def find(self, connection_id: str) -> None:
        socket = self.sockets.get(connection_id)
        if socket is None or not socket.is_open:
            raise push.Gone

    def _connect(self, connection_id: str, query: Mapping[str, str] | None, headers: Mapping[str, str] | None) -> int:
        context = {**CONTEXT, "connectionId": connection_id, "eventType": "CONNECT"}
        event = {"requestContext": context, "headers": headers, "queryStringParameters": query}
        answer: dict[str, int] = application.websocket_connect(event, None)
        return answer["statusCode"]


def deliver(records: list[Record]) -> list[str]:
    """Hand records to the function; the numbers of those that must come again."""
    answer = application.tell_presence({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
