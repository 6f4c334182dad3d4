"""The document of the frames."""

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from chalicelib.realtime import frames
from chalicelib.realtime.frames import Incoming, Outgoing
from chalicelib.realtime.rooms import RoomKind
from tests.support.live import Socket
from tests.support.school import Person, School


@pytest.fixture
def document(school: School) -> Any:
    answer = school.api.get("/asyncapi.json")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    return answer.body


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        for member in value.values():
            yield from references(member)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def declared() -> list[Incoming | Outgoing]:
    received, sent = frames.declared()
    return [*received, *sent]


def message_name(frame: Incoming | Outgoing) -> str:
    if isinstance(frame, Incoming):
        return f"{frame.name}.client"
    alone = [each.name for each in frames.declared()[1]].count(frame.name) == 1
    return f"{frame.name}.server" if alone else f"{frame.name}.{'-'.join(sorted(frame.rooms))}.server"


def resolve(document: Any, reference: str) -> Any:
    assert reference.startswith("#/")
    found = document
    for part in reference[2:].split("/"):
        found = found[part.replace("~1", "/").replace("~0", "~")]
    return found


def test_every_reference_leads_somewhere(document: Any) -> None:
    found = set(references(document))
    assert len(found) > len(frames.Type)
    for reference in found:
        assert isinstance(resolve(document, reference), dict)


def test_it_has_every_frame_that_is_known_and_no_other(document: Any) -> None:
    assert document["components"]["messages"].keys() == {message_name(each) for each in declared()}
    assert {str(type_) for type_ in frames.Type} <= {each.name for each in declared()}


def test_one_name_may_carry_another_payload_in_another_room(document: Any) -> None:
    """A verdict, told to its author and to the room of a training."""
    payloads = {
        kind: resolve(document, f"#/components/messages/SUBMISSION_VERDICT_RETRIEVED.{kind}.server")["payload"]
        for kind in (RoomKind.PERSONAL, RoomKind.TRAINING)
    }
    assert payloads[RoomKind.PERSONAL] != payloads[RoomKind.TRAINING]


def test_a_channel_has_the_frames_of_its_rooms(document: Any) -> None:
    for kind in RoomKind:
        names = {message_name(each) for each in declared() if kind in each.rooms}
        assert document["channels"][kind]["messages"].keys() == names
        operations = [document["operations"][f"{action}_{kind}"] for action in ("receive", "send")]
        listed = [reference["$ref"] for operation in operations for reference in operation["messages"]]
        assert {reference.rpartition("/")[2] for reference in listed} == names


def test_it_is_asyncapi_3(document: Any) -> None:
    assert document["asyncapi"] == "3.0.0"
    assert {channel["address"] for channel in document["channels"].values()} == {
        "/ws/{token}",
        "/ws/lobby",
        "/ws/training",
    }
    for operation in document["operations"].values():
        assert operation["action"] in {"receive", "send"}
        assert resolve(document, operation["channel"]["$ref"])["address"]
    for channel in document["channels"].values():
        names = {part.split("}")[0] for part in channel["address"].split("{")[1:]}
        assert channel.get("parameters", {}).keys() == names


def validator(document: Any, type_: str, kind: RoomKind, *, of: str = "server") -> Any:
    """Of the frames of a type that one side sends in a room."""
    names = document["channels"][kind]["messages"]
    (message,) = [name for name in names if name.startswith(f"{type_}.") and name.endswith(f".{of}")]
    schema = {**document["components"]["messages"][message]["payload"], "components": document["components"]}
    return jsonschema.Draft202012Validator(schema)


def test_what_is_sent_is_what_it_says(school: School, document: Any, pupil: Person) -> None:
    socket = school.live.join(pupil)
    socket.send("PING", {"n": 1})
    socket.send("PING")
    socket.send("NO SUCH TYPE")
    back = school.live.join(pupil, last_seq=1)
    socket.vanish()
    for frame in [*socket.got, *back.got]:
        validator(document, frame["type"], RoomKind.PERSONAL).validate(json.loads(json.dumps(frame)))
    assert {"USER_JOIN", "SNAPSHOT", "PONG", "ERROR"} == set(socket.types)
    assert back.types == ["USER_JOIN", "RESUMED"]


def test_a_frame_that_it_forbids_is_refused(school: School, document: Any, pupil: Person) -> None:
    socket: Socket = school.live.join(pupil)
    for text in ('{"type": "PING", "payload": 5}', '{"payload": {}}'):
        assert list(validator(document, "PING", RoomKind.PERSONAL, of="client").iter_errors(json.loads(text)))
        socket.send_text(text)
        assert socket.types[-1] == "ERROR"
