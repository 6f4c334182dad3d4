"""The record of a session: what resumes and replays it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.realtime import broadcasts
from chalicelib.realtime.broadcasts import RoomFrame
from chalicelib.training import models
from chalicelib.training.sessions import editor, event_log, sessions
from chalicelib.training.sessions.editor import Delta
from chalicelib.training.teams import teams
from tests.app.training.conftest import Three, Training
from tests.support.live import Socket, of_user
from tests.support.school import PASSWORD, Person, School, stored_items


def edit(socket: Socket, code: str, base: int, alias: str = "A") -> None:
    socket.send("CODE_EDITOR_UPDATE", {"problemAlias": alias, "code": code, "baseVersion": base})


def all_events(training: Training, who: Person, limit: int = 200) -> list[dict[str, Any]]:
    """Page by page."""
    events: list[dict[str, Any]] = []
    following: int | None = 1
    while following is not None:
        page = training.get(who, f"/events?from_seq={following}&limit={limit}")
        assert len(page["events"]) <= limit
        events, following = events + page["events"], page["next"]
    return events


def replayed(events: list[dict[str, Any]]) -> dict[str, str]:
    """The texts that the record makes of nothing."""
    texts: dict[str, str] = {}
    for event in events:
        if event["type"] == "CODE_EDITOR_UPDATE":
            alias, change = event["payload"]["problemAlias"], Delta(**event["payload"]["delta"])
            texts[alias] = editor.applied(texts.get(alias, ""), change)
    return texts


def test_frames_from_before_there_was_a_user_id_have_one_as_well(
    school: School, training: Training, three: Three
) -> None:
    room = sessions.room_of(training.id)
    for user_id in ("", str(three[0].id)):
        broadcasts.send(room, "CONTROL_TAKEN", {"userId": user_id})
    events = all_events(training, three[0])
    assert [event["payload"] for event in events] == [{"userId": "", "user_id": None}, of_user(three[0].id)]
    resumed = training.join(three[0], last_seq=1).last("RESUMED")["frames"]
    assert resumed[0] == events[1]


def test_the_record_has_everything_in_order(school: School, training: Training, three: Three) -> None:
    ann = training.join(three[0])
    edit(ann, "print(4)", 0)
    ann.send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    ann.send("PROBLEM_ASSIGNED", {"user": None, "problemAlias": "A"})
    edit(ann, "print(5)", 1)
    training.submit(three[0])
    school.api.post(f"{training.path}/complete", token=three[0].token)
    events = all_events(training, three[1], limit=3)
    assert [event["type"] for event in events] == [
        "USER_JOIN",
        "CODE_EDITOR_UPDATE",
        "CONTROL_TAKEN",
        "PROBLEM_ASSIGNED",
        "CODE_EDITOR_UPDATE",
        "SUBMISSION_VERDICT_PENDING",
        "SUBMISSION_VERDICT_RETRIEVED",
        "PROBLEM_STATUS_UPDATED",
        "TRAINING_FINISHED",
    ]
    assert [event["seq"] for event in events] == list(range(1, 10))


def test_edits_are_recorded_as_deltas_that_make_the_texts(training: Training, three: Three) -> None:
    ann = training.join(three[0])
    texts = ["x = 1", "x = 1\nprint(x)", "x = 2\nprint(x)", "", "привет 🙂", "привет, 🙂"]
    for version, text in enumerate(texts):
        edit(ann, text, version)
    edit(ann, "b", 0, "B")
    events = all_events(training, three[1])
    assert replayed(events) == {"A": texts[-1], "B": "b"}
    assert all("code" not in event["payload"] for event in events if event["type"] == "CODE_EDITOR_UPDATE")
    assert events[2]["payload"]["delta"] == {"at": 5, "removed": 0, "inserted": "\nprint(x)"}


def test_the_record_is_kept_for_good(school: School, training: Training, three: Three) -> None:
    edit(training.join(three[0]), "x", 0)
    events = [item for item in stored_items("realtime") if item["kind"] == "event" and training.id in item["pk"]]
    assert len(events) == 2
    assert all("expires_at" not in item for item in events)


def test_a_page_is_of_a_size_that_can_be_answered(training: Training, three: Three) -> None:
    room = sessions.room_of(training.id)
    for _ in range(12):
        edited = {"code": "x" * 100_000, "problemAlias": "A", "userId": str(three[0].id), "user_id": three[0].id}
        broadcasts.send(room, "CODE_EDITOR_UPDATE", {**edited, "version": 1})
    page = training.get(three[0], "/events")
    assert 1 < len(page["events"]) < 12
    assert sum(len(event["payload"]["code"]) for event in page["events"]) <= event_log.MAX_PAGE_BYTES
    assert len(all_events(training, three[0])) == 12


@pytest.mark.parametrize("query", ["from_seq=0", "from_seq=x", "limit=0", "limit=201", "more=1"])
def test_a_strange_question_is_refused(school: School, training: Training, three: Three, query: str) -> None:
    assert school.api.get(f"{training.path}/events?{query}", token=three[0].token).status == 400


def test_beyond_the_last_event_there_is_nothing(training: Training, three: Three) -> None:
    assert training.get(three[0], "/events?from_seq=1000") == {"events": [], "next": None}


def test_who_resumes_gets_deltas_for_the_edits_they_missed(school: School, training: Training, three: Three) -> None:
    ann, bob = training.join(three[0]), training.join(three[1])
    edit(ann, "one", 0)
    seen = bob.got[-1]["seq"]
    bob.leave()
    school.live.catch_up()
    edit(ann, "one and two", 1)
    back = training.join(three[1], last_seq=seen)
    missed = back.last("RESUMED")["frames"]
    assert [frame["type"] for frame in missed] == ["USER_LEAVE", "CODE_EDITOR_UPDATE", "USER_JOIN"]
    assert missed[1]["payload"]["delta"] == {"at": 3, "removed": 0, "inserted": " and two"}
    assert missed[1]["payload"]["version"] == 2


def test_who_resumes_is_told_of_everything_that_happened(school: School, training: Training, three: Three) -> None:
    ann, bob = training.join(three[0]), training.join(three[1])
    seen = bob.got[-1]["payload"]["seq"]
    bob.leave()
    school.live.catch_up()
    ann.send("CONTROL_TAKEN", {"userId": str(three[0].id)})
    ann.send("PROBLEM_ASSIGNED", {"user": {"id": three[1].id}, "problemAlias": "B"})
    ann.send("COMPILER_SELECTED", {"compiler": "python3", "problemAlias": "A"})
    training.submit(three[0])
    missed = training.join(three[1], last_seq=seen).last("RESUMED")["frames"]
    assert [frame["type"] for frame in missed] == [
        "USER_LEAVE",
        "CONTROL_TAKEN",
        "PROBLEM_ASSIGNED",
        "COMPILER_SELECTED",
        "SUBMISSION_VERDICT_PENDING",
        "SUBMISSION_VERDICT_RETRIEVED",
        "PROBLEM_STATUS_UPDATED",
        "USER_JOIN",
    ]


def test_a_change_that_is_refused_leaves_no_trace(training: Training, three: Three) -> None:
    before = len(all_events(training, three[0]))
    room = sessions.room_of(training.id)

    def impossible(transaction: Any) -> None:
        key = models.team_key(training.team_id)
        transaction.update(
            models.Team(*key),
            actions=[models.Team.name.set("X")],
            condition=models.Team.running == "another",
            named="another_session",
        )

    assert broadcasts.send_with_change(room, RoomFrame("NEWS", {}), impossible) is False
    assert len(all_events(training, three[0])) == before
    assert teams.get(training.team_id).name == "Три медведя"


class Client:
    """A client as it should be: it follows numbers and versions, and comes back with the last number it saw."""

    def __init__(self, training: Training, who: Person) -> None:
        self.training, self.who = training, who
        self.texts: dict[str, str] = {}
        self.versions: dict[str, int] = {}
        self.seen: int | None = None
        self.told: list[int] = []
        self.connect()

    def connect(self) -> None:
        school = self.training.school
        reply = school.api.post("/login", {"login": self.who.account.login, "password": PASSWORD})
        query = {} if self.seen is None else {"last_seq": self.seen}
        self.socket = self.training.join(Person(self.who.account, reply.body["jwt_access"]), **query)

    def edit(self, alias: str, text: str) -> None:
        self.read()
        edit(self.socket, text, self.versions.get(alias, 0), alias)

    def read(self) -> None:
        for frame in self._unpacked():
            if frame["seq"] > (self.seen or 0):
                self.seen = frame["seq"]
                self.told.append(frame["seq"])
                self._take(frame)
        self.socket.got.clear()

    def _unpacked(self) -> Iterator[dict[str, Any]]:
        """In the order of numbers; one's own USER_JOIN comes before what was missed."""
        frames = [frame for frame in self.socket.got if "seq" in frame]
        for frame in self.socket.got:
            if frame["type"] == "SNAPSHOT":
                self._begin(frame["payload"])
            if frame["type"] == "RESUMED":
                frames += frame["payload"]["frames"]
        yield from sorted(frames, key=lambda frame: frame["seq"])

    def _begin(self, snapshot: dict[str, Any]) -> None:
        self.seen = snapshot["seq"]
        for alias, entry in snapshot["codes"].items():
            self.texts[alias], self.versions[alias] = entry["code"], entry["version"]

    def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] != "CODE_EDITOR_UPDATE":
            return
        payload = frame["payload"]
        alias = payload["problemAlias"]
        assert payload["version"] == self.versions.get(alias, 0) + 1
        self.versions[alias] = payload["version"]
        if "code" in payload:
            self.texts[alias] = payload["code"]
        else:
            self.texts[alias] = editor.applied(self.texts[alias], Delta(**payload["delta"]))


def test_five_hours_with_reconnects_every_two_lose_nothing(school: School, training: Training, three: Three) -> None:
    """API Gateway closes what is two hours old; each client edits on while another is away."""
    clients = [Client(training, who) for who in three]
    written: dict[str, str] = {}
    for step in range(29):  # ten minutes each
        for number, client in enumerate(clients):
            alias = "ABC"[number]
            written[alias] = written.get(alias, "") + f"# шаг {step} 🙂\n"
            if (step + 4 * number) % 12 == 11:
                client.socket.leave()
                school.live.catch_up()
                continue_elsewhere(clients, number, alias, written)
                client.connect()
            else:
                client.edit(alias, written[alias])
            for each in clients:
                each.read()
        wait_ten_minutes(school, clients)
    assert [client.texts for client in clients] == [{**written, "D": "", "E": ""}] * 3
    for client in clients:
        assert client.told == list(range(client.told[0], client.told[-1] + 1))
    ann = Person(
        three[0].account,
        school.api.post("/login", {"login": three[0].account.login, "password": PASSWORD}).body["jwt_access"],
    )
    events = all_events(training, ann)
    assert replayed(events) == written
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    wait_ten_minutes(school, clients)
    assert "TRAINING_FINISHED" in clients[0].socket.types


def wait_ten_minutes(school: School, clients: list[Client]) -> None:
    """Ten minutes in which everybody keeps their place."""
    for _ in range(7):
        school.transitions.pass_time(timedelta(minutes=10) / 7)
        for client in clients:
            client.socket.send("PING")


def continue_elsewhere(clients: list[Client], away: int, alias: str, written: dict[str, str]) -> None:
    """While one is away, the next writes that one's text."""
    clients[(away + 1) % 3].edit(alias, written[alias])
