"""Each request of an edit, in turn, is refused for good or done without an answer: no edit is lost, none doubled."""

import pytest

from chalicelib.common.dynamo import items
from tests.abuse import faults
from tests.abuse.test_failing_database import Faulty, both_ways
from tests.live import Socket
from tests.tracks import replays
from tests.training.conftest import Three, Training, contest_id, teacher, team_id, three, training

__all__ = ["contest_id", "teacher", "team_id", "three", "training"]

pytestmark = pytest.mark.abuse


def edit(socket: Socket, code: str, base: int) -> None:
    socket.send("CODE_EDITOR_UPDATE", {"problemAlias": "A", "code": code, "baseVersion": base})


def try_to_edit(socket: Socket, code: str, base: int) -> bool:
    """Whether the sender heard anything of it; the function may have broken off, as API Gateway would not tell."""
    socket.got.clear()
    try:
        edit(socket, code, base)
    except items.DATABASE_FAILURES:
        return False
    return bool({"CODE_EDITOR_UPDATE", "CODE_EDITOR_REJECTED"} & set(socket.types))


def versions(socket: Socket) -> list[int]:
    return [frame["payload"]["version"] for frame in socket.got if frame["type"] == "CODE_EDITOR_UPDATE"]


@both_ways
def test_an_edit_is_one_version_however_often_it_is_tried(training: Training, three: Three, faulty: Faulty) -> None:
    author, reader = training.join(three[0]), training.join(three[1])
    before = replays.stored()
    for fault in faults.faults_in_turn(faulty):
        replays.restore(before)
        reader.got.clear()
        with fault:
            heard = try_to_edit(author, "one", 0)
        assert heard or try_to_edit(author, "one", 0)
        assert training.get(three[1], "/code/A") == {"code": "one", "version": 1}
        assert try_to_edit(author, "two", 1)
        assert author.last("CODE_EDITOR_UPDATE")["version"] == 2
        assert training.get(three[1], "/code/A") == {"code": "two", "version": 2}
        assert set(versions(reader)) - {1} == {2}
