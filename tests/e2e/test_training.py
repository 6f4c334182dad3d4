"""A training of three, with real clients, through everything that is deployed."""

import json
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from infra.local import demo, demo_training
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE
from tests.e2e.test_live import Person, Socket

A_PLUS_B = "B"
RIGHT = "print(sum(map(int, input().split())))"
WRONG = "print(0)"
FULL = {"code": 1008, "reason": "Too many connections", "reason_code": "room_full"}
NOT_IN_TEAM = {"code": 1008, "reason": "You are not in this team", "reason_code": "not_in_team"}
DURATION = 30
"""Seconds: time to come in, however busy the machine."""


class Member:
    """Somebody of the team: their requests, and their sockets."""

    def __init__(self, cloud: Cloud, person: Person, opened: ExitStack) -> None:
        self.cloud, self.person, self._opened = cloud, person, opened

    @property
    def id(self) -> str:
        return str(self.person.id)

    def connect(self, query: str) -> Socket:
        url = self.cloud.front_door_url.replace("http", "ws", 1)
        socket = self._opened.enter_context(Socket(f"{url}/ws/{query}&token={self.person.token}"))
        socket.until("USER_JOIN")
        return socket

    def turned_away(self, query: str) -> tuple[Any, int | None]:
        """The ERROR that is told instead of letting somebody in, and the close code after it."""
        url = self.cloud.front_door_url.replace("http", "ws", 1)
        with Socket(f"{url}/ws/{query}&token={self.person.token}") as socket:
            code = socket.close_code()
        (frame,) = socket.got
        assert frame["type"] == "ERROR"
        return frame["payload"], code

    def post(self, path: str, body: Any = None, status: int = 200) -> Any:
        reply = self.person.http.post(path, json=body)
        assert reply.status_code == status, reply.text
        return reply.json()

    def get(self, path: str) -> Any:
        reply = self.person.http.get(path)
        assert reply.status_code == 200, reply.text
        return reply.json()


def send(socket: Socket, type_: str, payload: object) -> None:
    socket.send(json.dumps({"type": type_, "payload": payload}, ensure_ascii=False))


def signed_up(cloud: Cloud, opened: ExitStack) -> Member:
    login = f"member-{secrets.token_hex(4)}"
    http = opened.enter_context(httpx.Client(base_url=cloud.front_door_url, timeout=40))
    new = {"login": login, "password": "a long enough one", "name": "Member", "email": f"{login}@example.com"}
    signed_up = http.post("/reg", json=new)
    assert signed_up.status_code == 201, signed_up.text
    token = signed_up.json()["jwt_access"]
    http.headers["Authorization"] = f"Bearer {token}"
    return Member(cloud, Person(http, http.get("/me").json()["id"], token), opened)


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def people(cloud: Cloud, opened: ExitStack) -> list[Member]:
    """Three of a team, and one who is in none."""
    return [signed_up(cloud, opened) for _ in range(4)]


@pytest.fixture
def team(people: list[Member]) -> int:
    captain, *others = people[:3]
    team_id: int = captain.post("/teams", {"name": "Три медведя"}, status=201)["id"]
    code = captain.post(f"/teams/{team_id}/invites", status=201)["code"]
    for other in others:
        other.post("/teams/join", {"code": code})
    return team_id


def test_three_play_a_whole_training(people: list[Member], team: int) -> None:
    ann, bob, eve, stranger = people
    lobby = [member.connect(f"lobby?team_id={team}") for member in people[:3]]
    send(lobby[1], "CONTEST_SELECTED", {"contestId": str(demo_training.CONTEST_ID)})
    assert lobby[2].until("CONTEST_SELECTED")["payload"] == {"contestId": str(demo_training.CONTEST_ID)}

    start = {"team_id": team, "contest_id": demo_training.CONTEST_ID}
    session = ann.post("/training-sessions", start, status=201)
    assert bob.post("/training-sessions", start)["id"] == session["id"]
    for socket in lobby:
        assert socket.until("TRAINING_STARTED")["payload"]["id"] == session["id"]
    room, path = f"training?training_session_id={session['id']}", f"/training-sessions/{session['id']}"

    a, b, e = (member.connect(room) for member in people[:3])
    assert e.until("SNAPSHOT")["payload"]["codes"]["A"] == {"code": "", "version": 0}
    assert stranger.turned_away(room) == (NOT_IN_TEAM, 1008)

    send(a, "CODE_EDITOR_UPDATE", {"code": "ann's", "problemAlias": "A", "baseVersion": 0})
    send(b, "CODE_EDITOR_UPDATE", {"code": "bob's", "problemAlias": "A", "baseVersion": 0})
    won = e.until("CODE_EDITOR_UPDATE")["payload"]
    loser, winner = (b, ann) if won["userId"] == ann.id else (a, bob)
    assert loser.until("CODE_EDITOR_REJECTED")["payload"] == {"code": won["code"], "problemAlias": "A", "version": 1}
    assert (won["version"], won["userId"]) == (1, winner.id)

    send(a, "CONTROL_TAKEN", {"userId": ann.id})
    assert e.until("CONTROL_TAKEN")["payload"]["userId"] == ann.id
    send(b, "CODE_EDITOR_UPDATE", {"code": "no", "problemAlias": "A", "baseVersion": 1})
    assert b.until("ERROR")["payload"]["code"] == 1008
    send(a, "PROBLEM_ASSIGNED", {"user": {"id": bob.id, "login": "bob"}, "problemAlias": "B"})
    assert e.until("PROBLEM_ASSIGNED")["payload"]["user"]["id"] == bob.id

    seen = max(frame["seq"] for frame in b.got if "seq" in frame)
    b.__exit__()
    assert e.until("USER_LEAVE")["payload"]["userId"] == bob.id
    text = '"привет" 🙂\n' * 400  # what a frame has room for, however it is escaped
    send(a, "CODE_EDITOR_UPDATE", {"code": text, "problemAlias": "A", "baseVersion": 1})
    assert e.until("CODE_EDITOR_UPDATE")["payload"]["code"] == text
    back = bob.connect(f"{room}&last_seq={seen}")
    missed = back.until("RESUMED")["payload"]["frames"]
    assert [frame["seq"] for frame in missed] == list(range(seen + 1, seen + 1 + len(missed)))
    assert [frame["payload"]["version"] for frame in missed if frame["type"] == "CODE_EDITOR_UPDATE"] == [2]

    for code, verdict, status in ((WRONG, "WRONG_ANSWER", "FAILED"), (RIGHT, "OK", "PASSED")):
        sent = bob.post(f"{path}/submissions", {"problem": A_PLUS_B, "compiler": "python3", "code": code})
        assert e.until("SUBMISSION_VERDICT_PENDING")["payload"]["id"] == sent["id"]
        retrieved = e.until("SUBMISSION_VERDICT_RETRIEVED")["payload"]
        assert (retrieved["id"], retrieved["code"]) == (sent["id"], verdict)
        assert e.until("PROBLEM_STATUS_UPDATED")["payload"]["status"] == status
    (row,) = eve.get(f"{path}/standings")["rows"]
    assert (row["solved"], row["penalty"] >= 20) == (1, True)

    ann.post(f"{path}/complete")
    for socket in (a, back, e):
        assert socket.until("TRAINING_FINISHED")["payload"] is None
    events = eve.get(f"{path}/events")["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[-1]["type"] == "TRAINING_FINISHED"


def test_lobby_and_room_turn_away_a_fourth_member_and_a_stranger(
    cloud: Cloud, people: list[Member], team: int, opened: ExitStack
) -> None:
    *three, fourth = people
    start = {"team_id": team, "contest_id": demo_training.CONTEST_ID}
    session = three[0].post("/training-sessions", start, status=201)
    rooms = [f"lobby?team_id={team}", f"training?training_session_id={session['id']}"]
    for member in three:
        for room in rooms:
            member.connect(room)
    for room in rooms:
        assert fourth.turned_away(room) == (NOT_IN_TEAM, 1008)
    take_in(cloud, team, fourth)
    for room in rooms:
        assert fourth.turned_away(room) == (FULL, 1008)
    three[2].person.http.delete(f"/teams/{team}/members/{three[2].id}").raise_for_status()
    for room in rooms:
        fourth.connect(room)


def take_in(cloud: Cloud, team: int, member: Member) -> None:
    """As if teams could have more members than rooms have places: a matter of settings."""
    cloud.aws.client("dynamodb").update_item(
        TableName=f"lyceum-{cloud.stage}-training",
        Key={"pk": {"S": f"TEAM#{team}"}, "sk": {"S": "TEAM"}},
        UpdateExpression="SET member_ids = list_append(member_ids, :one)",
        ExpressionAttributeValues={":one": {"L": [{"N": member.id}]}},
    )


def test_a_training_ends_by_itself(cloud: Cloud, people: list[Member], team: int, opened: ExitStack) -> None:
    http = opened.enter_context(httpx.Client(base_url=cloud.front_door_url, timeout=PATIENCE))
    signed_in = http.post("/login", json={"login": "teacher", "password": demo.PASSWORD})
    http.headers["Authorization"] = f"Bearer {signed_in.json()['jwt_access']}"
    (problem, *_) = http.get(f"/contests/{demo_training.CONTEST_ID}").json()["problems"]
    new = {"name": "Блиц", "duration": DURATION, "problems": [{"problem_id": problem["problem_id"]}]}
    contest = http.post("/contests", json=new).raise_for_status().json()
    ann, bob, *_ = people
    session = ann.post("/training-sessions", {"team_id": team, "contest_id": contest["id"]}, status=201)
    room = bob.connect(f"training?training_session_id={session['id']}")
    assert room.until("TRAINING_FINISHED")["payload"] is None
    ended = ann.get(f"/training-sessions/{session['id']}")
    assert (ended["status"], ended["finished_at"], ended["time_left"]) == ("FINISHED", session["ends_at"], 0)
    send(room, "CODE_EDITOR_UPDATE", {"code": "late", "problemAlias": "A"})
    assert room.until("ERROR")["payload"] == {
        "code": 1008,
        "reason": "The training is finished",
        "reason_code": "training_finished",
    }
    assert ann.person.http.get(f"/training-sessions/team/{team}/reconnect").status_code == 404


def test_the_demo_team_is_ready(cloud: Cloud) -> None:
    with httpx.Client(base_url=cloud.front_door_url, timeout=PATIENCE) as http:
        signed_in = http.post("/login", json={"login": "vera", "password": demo.PASSWORD})
        http.headers["Authorization"] = f"Bearer {signed_in.json()['jwt_access']}"
        team = http.get(f"/teams/{demo_training.TEAM_ID}").json()
        assert [member["login"] for member in team["members"]] == ["pupil", "boris", "vera"]
        contest = http.get(f"/contests/{demo_training.CONTEST_ID}").json()
        assert [problem["alias"] for problem in contest["problems"]] == list("ABCDE")
