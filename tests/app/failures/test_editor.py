"""Each request of an edit, in turn, is refused for good or done without an answer: no edit is lost, none doubled."""

from chalicelib.common.dynamo import items
from tests.app.failures import faults
from tests.app.failures.test_database import Faulty, both_ways
from tests.app.tracks import repeated_messages
from tests.app.training.conftest import Three, Training, contest_id, teacher, team_id, three, training
from tests.support.live import Socket

__all__ = ["contest_id", "teacher", "team_id", "three", "training"]


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
    before = repeated_messages.stored()
    for fault in faults.faults_in_turn(faulty):
        repeated_messages.restore(before)
        reader.got.clear()
        with fault:
            heard = try_to_edit(author, "one", 0)
        assert heard or try_to_edit(author, "one", 0)
        assert training.get(three[1], "/code/A") == {"code": "one", "version": 1}
        assert try_to_edit(author, "two", 1)
        assert author.last("CODE_EDITOR_UPDATE")["version"] == 2
        assert training.get(three[1], "/code/A") == {"code": "two", "version": 2}
        assert set(versions(reader)) - {1} == {2}
