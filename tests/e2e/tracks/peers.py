"""People who take part in a track through everything that is deployed, and how punctually they are told."""

import secrets
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from infra.aws import stack
from infra.local import demo, warming
from infra.local.cloud import Cloud
from tests.e2e.heartbeat import ResponseTimeMonitor
from tests.e2e.listening import frames_of
from tests.e2e.local_cloud import PATIENCE, wait_until

PROMPT = timedelta(seconds=2)
"""What is promised: so long after its time everybody knows."""
BESIDE_EACH_OTHER = 3
"""Files of tests that advance tracks."""
ANSWERS = 25
"""That long may it take where answers are slow: so many of the slowest."""
POINTS = {"style": 8, "tests": 6}
NOTHING_LEFT = frozenset({"no_submission_available", "reviews_completed"})
"""Codes of the answer to somebody who owed no review, or has written all of them."""


@dataclass
class Participant:
    """Somebody who takes part and listens."""

    http: httpx.Client
    id: int
    socket: ClientConnection
    heard: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def listen(self) -> None:
        for frame in frames_of(self.socket):
            self.heard.append((datetime.now(UTC), frame))

    def when_told(self, type_: str, assignment_id: int | None = None, stage: str | None = None) -> datetime:
        """When they heard it; exactly once."""
        (moment,) = [
            moment
            for moment, frame in self.heard
            if frame["type"] == type_
            and assignment_id in {None, frame["payload"].get("assignment_id")}
            and stage in {None, frame["payload"].get("stage")}
        ]
        return moment

    def types(self) -> list[str]:
        return [frame["type"] for _, frame in self.heard if frame["type"] not in {"USER_JOIN", "SNAPSHOT", "PONG"}]


@dataclass
class Track:
    teacher: httpx.Client
    id: int
    assignments: list[int]

    def state(self) -> Any:
        return good(self.teacher.get(f"/tracks/{self.id}"))

    def assignment(self, number: int) -> Any:
        return good(self.teacher.get(f"/tracks/{self.id}/assignments"))[number]

    def deadline(self, number: int, stage: str) -> datetime:
        return datetime.fromisoformat(self.assignment(number)[f"{stage}_deadline"])

    def wait_for(self, number: int, stage: str) -> None:
        wait_until(
            lambda: self.assignment(number)["current_stage"] == stage, PATIENCE, lambda: str(self.assignment(number))
        )


def good(answer: httpx.Response) -> Any:
    assert answer.is_success, answer.text
    return answer.json()


@pytest.fixture
def teacher(cloud: Cloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        signed_in = good(http.post("/login", json={"login": "teacher", "password": demo.PASSWORD}))
        http.headers["Authorization"] = f"Bearer {signed_in['jwt_access']}"
        yield http


@pytest.fixture
def join(cloud: Cloud) -> Iterator[Callable[[], Participant]]:
    """Makes people, who all leave in the end."""
    with ExitStack() as opened:

        def somebody() -> Participant:
            http = opened.enter_context(httpx.Client(base_url=cloud.front_door_url, timeout=40))
            login = f"peer-{secrets.token_hex(4)}"
            new = {"login": login, "password": "a long enough one", "name": "Peer", "email": f"{login}@example.com"}
            token = good(http.post("/reg", json=new))["jwt_access"]
            http.headers["Authorization"] = f"Bearer {token}"
            url = f"{cloud.front_door_url.replace('http', 'ws', 1)}/ws/{token}"
            socket = opened.enter_context(connect(url, open_timeout=PATIENCE))
            participant = Participant(http, good(http.get("/me"))["id"], socket)
            threading.Thread(target=participant.listen, daemon=True).start()
            wait_until(lambda: len(participant.heard) >= 2, PATIENCE)
            return participant

        yield somebody


def make_track(teacher: httpx.Client, people: int, *stages: tuple[int, int]) -> Track:
    """A track of an assignment for each pair of `stages`: seconds to send in, and seconds to review."""
    body = {"title": "E2E", "required_participants": people, "review_criteria": {"style": "Clean?", "tests": "Any?"}}
    track_id = good(teacher.post("/tracks", json=body))["id"]

    def add(submission: int, review: int) -> int:
        times = {"deadline_hours": submission / 3600, "review_hours": review / 3600}
        work = {"title": "Sort", "description": "It", **times}
        return int(good(teacher.post(f"/tracks/{track_id}/assignments", json=work))["id"])

    return Track(teacher, track_id, [add(*pair) for pair in stages])


def enrol(track: Track, *people: Participant) -> None:
    for person in people:
        good(person.http.post(f"/tracks/{track.id}/enroll"))


def submit(track: Track, number: int, *people: Participant) -> None:
    for person in people:
        url = f"https://git.example/{person.id}"
        good(person.http.post(f"/assignments/{track.assignments[number]}/submit", json={"repository_url": url}))


def review(track: Track, number: int, *people: Participant) -> int:
    """Everything that these owe; how many reviews that were."""
    written = 0
    for person in people:
        while (answer := person.http.get(f"/assignments/{track.assignments[number]}/review/submission")).is_success:
            body = {"criteria_scores": POINTS, "comment": "Fine"}
            good(person.http.post(f"/submissions/{answer.json()['id']}/review", json=body))
            written += 1
        # Any other answer is a fault, which a lower count alone would not explain.
        assert answer.json()["code"] in NOTHING_LEFT, answer.text
    return written


@dataclass(frozen=True)
class Punctuality:
    pulse: ResponseTimeMonitor

    def check(self, told: datetime, due: datetime) -> None:
        allowed = max(PROMPT, timedelta(seconds=ANSWERS * self.pulse.slowest))
        # The times of answers end with milliseconds.
        assert timedelta(milliseconds=-1) <= told - due <= allowed, f"due {due}, told {told}, allowed {allowed}"


def _warm_side_by_side(cloud: Cloud) -> None:
    """Starts as many processes of `advance` as tests of tracks run beside each other: the promise is one without the
    cold start that the second of two tracks in the same second would have.
    """
    client = cloud.aws.client("lambda")
    name = f"lyceum-{cloud.stage}-advance"
    with ThreadPoolExecutor(BESIDE_EACH_OTHER) as pool:
        failures = list(
            pool.map(lambda _: stack.failure_of(client, name, warming.EMPTY_BATCH), range(BESIDE_EACH_OTHER))
        )
    assert failures == [None] * BESIDE_EACH_OTHER


@pytest.fixture
def punctuality(cloud: Cloud) -> Iterator[Punctuality]:
    _warm_side_by_side(cloud)
    with ResponseTimeMonitor(f"{cloud.front_door_url}/health") as pulse:
        yield Punctuality(pulse)
