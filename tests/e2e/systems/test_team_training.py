"""Team Training: its README's sockets and frames. Where we differ: docs/seeds.md."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from chalicelib.realtime import leases
from infra.local import demo_training
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, wait_until

Frame = dict[str, Any]


class Trainer:
    """The README's two addresses for one user. Its token stands in the header: the README knows of none."""

    def __init__(self, url: str, opened: ExitStack) -> None:
        self.http = opened.enter_context(httpx.Client(base_url=url, timeout=40))
        self.url, self.opened = url.replace("http", "ws", 1), opened
        login = f"trainer-{secrets.token_hex(4)}"
        new = {"login": login, "password": "correct horse battery", "name": "Vasya", "email": f"{login}@example.com"}
        signed_up = self.http.post("/reg", json=new).json()
        self.user_id: int = signed_up["user"]["id"]
        self.token = signed_up["jwt_access"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    # #### Лобби

    def lobby(self, team_id: int) -> "Socket":
        return self.open(f"/ws/lobby?team_id={team_id}&user_id={self.user_id}")

    # #### Тренировка

    def training(self, training_session_id: str) -> "Socket":
        return self.open(f"/ws/training?training_session_id={training_session_id}&user_id={self.user_id}")

    def open(self, address: str) -> "Socket":
        headers = {"Authorization": f"Bearer {self.token}"}
        connection = connect(f"{self.url}{address}", additional_headers=headers, open_timeout=PATIENCE)
        return Socket(self.opened.enter_context(connection))


class Socket:
    """Frames {"type", "payload"}."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, frame: Frame) -> None:
        self.connection.send(json.dumps(frame))

    def receive(self) -> Frame:
        frame: Frame = json.loads(self.connection.recv(timeout=PATIENCE))
        return frame

    def until(self, type_: str) -> Frame:
        """The next frame of a type, as far as the README shows frames: type and payload."""
        while (frame := self.receive())["type"] != type_:
            pass
        return {"type": frame["type"], "payload": frame["payload"]}

    def close(self) -> None:
        self.connection.close()

    def close_code(self) -> int | None:
        """The code that the other side closes with; frames before that are passed over."""
        try:
            while True:
                self.receive()
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else None


@pytest.fixture
def trainers(cloud: Cloud) -> Iterator[list[Trainer]]:
    """Four users; three are a team."""
    with ExitStack() as opened:
        yield [Trainer(cloud.front_door_url, opened) for _ in range(4)]


@pytest.fixture
def team_id(trainers: list[Trainer]) -> int:
    """Of the first three; beyond the README, where teams come from another system."""
    captain, *others = trainers[:3]
    made: int = captain.http.post("/teams", json={"name": "Team"}).json()["id"]
    code = captain.http.post(f"/teams/{made}/invites").json()["code"]
    for other in others:
        assert other.http.post("/teams/join", json={"code": code}).is_success
    return made


@pytest.fixture
def start(trainers: list[Trainer], team_id: int) -> Callable[[], str]:
    """Presses the button that starts a training."""

    def press() -> str:
        pair = {"team_id": str(team_id), "contest_id": str(demo_training.CONTEST_ID)}
        started = trainers[0].http.post("/training-sessions", json=pair)
        assert started.status_code == 201, started.text
        session_id: str = started.json()["id"]
        return session_id

    return press


@pytest.fixture
def rooms(trainers: list[Trainer], start: Callable[[], str]) -> list[Socket]:
    """Two of the team in a training."""
    session_id = start()
    sockets = [trainer.training(session_id) for trainer in trainers[:2]]
    for socket in sockets:
        socket.until("SNAPSHOT")
    return sockets


def both(rooms: list[Socket], type_: str) -> list[Frame]:
    return [socket.until(type_) for socket in rooms]


# --- Лобби, тренировка -----------------------------------------------------------------------------------------------


def test_user_join_and_user_leave_are_sent_to_all(trainers: list[Trainer], team_id: int) -> None:
    first, second, *_ = trainers
    here = first.lobby(team_id)
    joined = here.until("USER_JOIN")["payload"]
    assert (joined["userId"], joined["user_id"]) == (str(first.user_id), first.user_id)
    joining = second.lobby(team_id)
    for socket in (here, joining):
        assert socket.until("USER_JOIN")["payload"]["userId"] == str(second.user_id)
    joining.close()
    assert here.until("USER_LEAVE")["payload"]["userId"] == str(second.user_id)


@pytest.mark.parametrize("where", ["lobby", "training"])
def test_connections_are_limited_to_three(
    where: str, trainers: list[Trainer], team_id: int, start: Callable[[], str]
) -> None:
    """A deviation as well: of one member's two the older is closed, which may be lost; in the README, the newest."""
    room: int | str = team_id if where == "lobby" else start()
    older, *others = [getattr(trainer, where)(room) for trainer in trainers[:3]]
    for socket in (older, *others):
        socket.until("SNAPSHOT")

    fourth = getattr(trainers[0], where)(room)

    users = fourth.until("SNAPSHOT")["payload"]["users"]
    assert [user["userId"] for user in users] == [str(each.user_id) for each in trainers[:3]]
    assert older.until("ERROR")["payload"]["code"] == 1008
    assert older.close_code() == 1008
    others[0].send({"type": "PING", "payload": None})
    assert others[0].until("PONG")


def test_session_id_is_a_uuid_and_ids_are_numbers(trainers: list[Trainer], team_id: int) -> None:
    for address in (
        f"/ws/lobby?team_id=twelve&user_id={trainers[0].user_id}",
        f"/ws/training?training_session_id=04d3f707&user_id={trainers[0].user_id}",
    ):
        with pytest.raises(InvalidStatus):
            trainers[0].open(address)


# --- Типы сообщения --------------------------------------------------------------------------------------------------


def test_code_editor_update(rooms: list[Socket]) -> None:
    rooms[0].send({"type": "CODE_EDITOR_UPDATE", "payload": {"code": "print('hello')", "problemAlias": "A"}})
    for frame in both(rooms, "CODE_EDITOR_UPDATE"):
        assert (frame["payload"]["code"], frame["payload"]["problemAlias"]) == ("print('hello')", "A")


def test_deviation_a_text_that_no_frame_holds_closes_the_connection(rooms: list[Socket]) -> None:
    """It arrives in several frames of one message; `tests/app/training/sessions/test_room.py` says how it is told."""
    rooms[0].send({"type": "CODE_EDITOR_UPDATE", "payload": {"code": "x" * 33_000, "problemAlias": "A"}})
    assert rooms[0].close_code() == 1009


def test_code_editor_update_is_kept(trainers: list[Trainer], start: Callable[[], str]) -> None:
    session_id = start()
    path, socket = f"/training-sessions/{session_id}/code/A", trainers[0].training(session_id)
    socket.send({"type": "CODE_EDITOR_UPDATE", "payload": {"code": "print('hello')", "problemAlias": "A"}})
    wait_until(lambda: trainers[1].http.get(path).json()["code"] == "print('hello')", PATIENCE)


def test_code_editor_update_with_the_other_spelling(rooms: list[Socket]) -> None:
    """Обязательные поля: `code`, `problemALias`."""
    rooms[0].send({"type": "CODE_EDITOR_UPDATE", "payload": {"code": "print('hello')", "problemALias": "A"}})
    for frame in both(rooms, "CODE_EDITOR_UPDATE"):
        assert (frame["payload"]["code"], frame["payload"]["problemAlias"]) == ("print('hello')", "A")


@pytest.mark.parametrize("missing", ["code", "problemAlias"])
def test_code_editor_update_needs_its_fields(rooms: list[Socket], missing: str) -> None:
    payload = {"code": "print('hello')", "problemAlias": "A"}
    del payload[missing]
    rooms[0].send({"type": "CODE_EDITOR_UPDATE", "payload": payload})
    assert rooms[0].until("ERROR")["payload"]["code"] == 1007


def test_control_taken(trainers: list[Trainer], rooms: list[Socket]) -> None:
    user_id = str(trainers[0].user_id)
    rooms[0].send({"type": "CONTROL_TAKEN", "payload": {"userId": user_id}})
    for frame in both(rooms, "CONTROL_TAKEN"):
        assert frame["payload"]["userId"] == user_id


def test_training_started(trainers: list[Trainer], team_id: int, start: Callable[[], str]) -> None:
    lobby = [trainer.lobby(team_id) for trainer in trainers[:3]]
    for socket in lobby:
        socket.until("SNAPSHOT")
    before = datetime.now(UTC)

    session_id = start()

    for socket in lobby:
        frame = socket.until("TRAINING_STARTED")
        assert frame["payload"].keys() == {"id", "status", "dtCreated"}
        assert (frame["payload"]["id"], frame["payload"]["status"]) == (session_id, "IN_PROCESS")
        created = datetime.fromisoformat(frame["payload"]["dtCreated"])
        assert before - timedelta(milliseconds=1) <= created <= datetime.now(UTC)


def test_training_finished(trainers: list[Trainer], start: Callable[[], str]) -> None:
    session_id = start()
    rooms = [trainer.training(session_id) for trainer in trainers[:3]]
    for socket in rooms:
        socket.until("SNAPSHOT")
    assert trainers[1].http.post(f"/training-sessions/{session_id}/complete").is_success
    for socket in rooms:
        assert socket.until("TRAINING_FINISHED") == {"type": "TRAINING_FINISHED", "payload": None}


def test_user(trainers: list[Trainer], rooms: list[Socket]) -> None:
    """Names are another matter: see below."""
    user = {"id": str(trainers[0].user_id), "default_avatar_id": "0/0-0", "sex": "male"}
    rooms[0].send({"type": "USER", "payload": {"user": user}})
    for frame in both(rooms, "USER"):
        assert frame["payload"]["user"].items() >= user.items()


def test_problem_assigned(trainers: list[Trainer], rooms: list[Socket]) -> None:
    payload = {"user": {"id": str(trainers[1].user_id)}, "problemAlias": "B"}
    rooms[0].send({"type": "PROBLEM_ASSIGNED", "payload": payload})
    for frame in both(rooms, "PROBLEM_ASSIGNED"):
        assert frame["payload"].keys() == payload.keys()
        assert frame["payload"]["user"]["id"] == str(trainers[1].user_id)


def test_submission_verdicts_which_are_not_documented(trainers: list[Trainer], start: Callable[[], str]) -> None:
    session_id = start()
    socket = trainers[0].training(session_id)
    socket.until("SNAPSHOT")  # who has not been let in yet finds in it what was sent before
    form = {"compiler": "python3", "problem": "B"}
    program = b"print(sum(map(int, input().split())))"
    sent = trainers[1].http.post(
        f"/training-sessions/{session_id}/submissions", data=form, files={"file": ("b.py", program)}
    )
    assert sent.is_success, sent.text
    pending = socket.until("SUBMISSION_VERDICT_PENDING")["payload"]
    retrieved = socket.until("SUBMISSION_VERDICT_RETRIEVED")["payload"]
    assert sent.json()["runId"] == pending["id"] == retrieved["id"]
    assert (pending["problemAlias"], retrieved["problemAlias"], retrieved["verdict"]) == ("B", "B", "OK")


# --- Run -------------------------------------------------------------------------------------------------------------


def test_docs(cloud: Cloud) -> None:
    page = httpx.get(f"{cloud.front_door_url}/docs", timeout=PATIENCE)
    assert page.status_code == 200
    assert "swagger-ui" in page.text
    assert httpx.get(f"{cloud.front_door_url}/openapi.json", timeout=PATIENCE).json()["openapi"].startswith("3.")


# --- Where we differ -------------------------------------------------------------------------------------------------


def test_deviation_the_bare_example_is_refused(trainers: list[Trainer], team_id: int) -> None:
    """The README believes whatever user_id it is told."""
    address = f"{trainers[0].url}/ws/lobby?team_id={team_id}&user_id={trainers[0].user_id}"
    with pytest.raises(InvalidStatus), connect(address, open_timeout=PATIENCE):
        pass


def test_deviation_a_silent_socket_loses_its_place(trainers: list[Trainer], team_id: int) -> None:
    """The README knows of no PING: who sends nothing for 90 s is closed when something happens."""
    silent, other = trainers[0].lobby(team_id), trainers[1].lobby(team_id)
    for socket in (silent, other):
        socket.until("SNAPSHOT")
    for _ in range(4):
        time.sleep(leases.LEASE.total_seconds() / 4 + 1)
        other.send({"type": "PING", "payload": None})
    other.send({"type": "CONTEST_SELECTED", "payload": {"contestId": str(demo_training.CONTEST_ID)}})
    assert other.until("CONTEST_SELECTED")
    assert silent.until("ERROR")["payload"]["code"] == 1013
    with pytest.raises(ConnectionClosed):
        silent.receive()
    assert other.until("USER_LEAVE")["payload"]["userId"] == str(trainers[0].user_id)


def test_deviation_a_browser_brings_a_ticket(trainers: list[Trainer], team_id: int) -> None:
    """It cannot set headers on sockets."""
    ticket = trainers[0].http.post("/ws-tickets").json()["ticket"]
    address = f"{trainers[0].url}/ws/lobby?team_id={team_id}&user_id={trainers[0].user_id}&ticket={ticket}"
    with connect(address, open_timeout=PATIENCE) as connection:
        assert Socket(connection).until("USER_JOIN")["payload"]["userId"] == str(trainers[0].user_id)


def test_deviation_users_speak_for_themselves(trainers: list[Trainer], rooms: list[Socket]) -> None:
    """And users are objects with an id, no texts."""
    other = str(trainers[1].user_id)
    for type_, payload, code in (
        ("CONTROL_TAKEN", {"userId": other}, 1008),
        ("USER", {"user": {"id": other}}, 1008),
        ("USER", {"user": "<информация_о_пользователе>"}, 1007),
        ("PROBLEM_ASSIGNED", {"user": "<информация_о_пользователе>", "problemAlias": "B"}, 1007),
    ):
        rooms[0].send({"type": type_, "payload": payload})
        assert rooms[0].until("ERROR")["payload"]["code"] == code


def test_deviation_names_come_from_the_accounts(trainers: list[Trainer], rooms: list[Socket]) -> None:
    """The README passes on whatever anybody says of anybody."""
    for type_, who, more in (("USER", trainers[0], {}), ("PROBLEM_ASSIGNED", trainers[1], {"problemAlias": "B"})):
        said = {"id": str(who.user_id), "login": "director", "first_name": "Director", "display_name": "Director"}
        rooms[0].send({"type": type_, "payload": {"user": said, **more}})
        for frame in both(rooms, type_):
            shown = frame["payload"]["user"]
            assert (shown["id"], shown["first_name"], shown["display_name"]) == (said["id"], "Vasya", "Vasya")


def test_deviation_strangers_are_not_let_in(trainers: list[Trainer], team_id: int) -> None:
    stranger = trainers[3].lobby(team_id)
    assert stranger.receive()["payload"]["code"] == 1008
    assert stranger.close_code() == 1008


def test_deviation_writes_have_a_limit(trainers: list[Trainer]) -> None:
    """What is wrong counts as well, and costs least: so sixty-one are sent within two of the limit's minutes."""
    replies = (trainers[0].http.post("/teams", json={}) for _ in range(61))
    refused = next(reply for reply in replies if reply.status_code != 400)
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_deviation_what_is_no_frame_is_not_passed_on(rooms: list[Socket]) -> None:
    """The original tells everything to everybody, the README only what it lists."""
    rooms[0].send({"type": "DANCE", "payload": None})
    assert rooms[0].until("ERROR")["payload"]["code"] == 1003
    rooms[0].send({"type": "CODE_EDITOR_UPDATE", "payload": {"code": "1", "problemAlias": "A"}})
    assert rooms[1].receive()["type"] == "CODE_EDITOR_UPDATE"
