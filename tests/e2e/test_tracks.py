"""Tracks that run themselves through everything that is deployed: timers, queue, frames."""

import json
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from infra.local import demo
from infra.local.cloud import Cloud
from infra.local.options import child_environment
from infra.packaging.package import ROOT
from tests.e2e.heartbeat import Pulse
from tests.e2e.local_cloud import PATIENCE, wait_until

PROMPT = timedelta(seconds=2)
"""What is promised: so long after its time everybody knows."""
ANSWERS = 25
"""That long may it take where answers are slow: so many of the slowest."""
STAGE = 20
"""Seconds that each stage takes: in four fifths of them people answer some thirty times, however busy the machine."""
SLOW_STAGE = 125
"""Seconds: too long for anybody but a sweep to hear of the reminder."""
POINTS = {"style": 8, "tests": 6}


@dataclass
class Participant:
    """Somebody who takes part and listens."""

    http: httpx.Client
    id: int
    socket: ClientConnection
    heard: list[tuple[datetime, dict[str, Any]]] = field(default_factory=list)

    def listen(self) -> None:
        try:
            for text in self.socket:
                self.heard.append((datetime.now(UTC), json.loads(text)))
        except ConnectionClosed:
            return

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
        return [frame["type"] for _, frame in self.heard if frame["type"] not in {"USER_JOIN", "SNAPSHOT"}]


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


def make_track(teacher: httpx.Client, people: int, assignments: int, seconds: int) -> Track:
    body = {"title": "E2E", "required_participants": people, "review_criteria": {"style": "Clean?", "tests": "Any?"}}
    track_id = good(teacher.post("/tracks", json=body))["id"]
    hours = seconds / 3600
    work = {"title": "Sort", "description": "It", "deadline_hours": hours, "review_hours": hours}
    added = [good(teacher.post(f"/tracks/{track_id}/assignments", json=work))["id"] for _ in range(assignments)]
    return Track(teacher, track_id, added)


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
    return written


@dataclass(frozen=True)
class Punctuality:
    pulse: Pulse

    def check(self, told: datetime, due: datetime) -> None:
        allowed = max(PROMPT, timedelta(seconds=ANSWERS * self.pulse.slowest))
        # The times of answers end with milliseconds.
        assert timedelta(milliseconds=-1) <= told - due <= allowed, f"due {due}, told {told}, allowed {allowed}"


@pytest.fixture
def punctuality(cloud: Cloud) -> Iterator[Punctuality]:
    with Pulse(f"{cloud.front_door_url}/health") as pulse:
        yield Punctuality(pulse)


def test_a_whole_track_of_four_people_and_two_assignments(
    teacher: httpx.Client, join: Callable[[], Participant], punctuality: Punctuality
) -> None:
    track = make_track(teacher, 4, 2, STAGE)
    people = [join() for _ in range(4)]
    *diligent, slow = people
    enrol(track, *people)
    started_at = datetime.fromisoformat(track.state()["started_at"])
    track.wait_for(0, "submission")
    submit(track, 0, *diligent)
    submitting_until = track.deadline(0, "submission")
    track.wait_for(0, "code_review")
    assert review(track, 0, *diligent) == 6
    reviewing_until = track.deadline(0, "code_review")
    track.wait_for(1, "submission")
    barred = slow.http.post(f"/assignments/{track.assignments[1]}/submit", json={"repository_url": "https://x.example"})
    assert (barred.status_code, barred.json()["code"]) == (403, "reviews_owed")
    assert review(track, 0, slow) == 3
    submit(track, 1, *people)
    second_until = track.deadline(1, "submission")
    track.wait_for(1, "code_review")
    assert review(track, 1, *people) == 12
    wait_until(lambda: track.state()["status"] == "completed", PATIENCE)

    first, second = track.assignments
    soon = timedelta(seconds=0.2 * STAGE)
    for person in people:
        punctuality.check(person.when_told("TRACK_STARTED"), started_at)
        punctuality.check(person.when_told("ASSIGNMENT_OPENED", first), started_at)
        punctuality.check(person.when_told("REVIEW_STARTED", first), submitting_until)
        punctuality.check(person.when_told("ASSIGNMENT_OPENED", second), reviewing_until)
        punctuality.check(person.when_told("REVIEW_STARTED", second), second_until)
    punctuality.check(slow.when_told("DEADLINE_SOON", first, "submission"), submitting_until - soon)
    punctuality.check(slow.when_told("DEADLINE_SOON", first, "code_review"), reviewing_until - soon)
    assert {"DEADLINE_SOON"} & {type_ for person in diligent for type_ in person.types()} == set()
    kept = [each["type"] for each in good(slow.http.get("/user/notifications"))]
    assert sorted(kept) == sorted(slow.types())
    places = good(slow.http.get(f"/tracks/{track.id}/standings"))
    assert [(each["score"], each["assignments"]) for each in places] == [(28.0, 2)] * 3 + [(14.0, 1)]
    (result,) = good(people[0].http.get(f"/assignments/{second}/reviews"))["results"]
    assert (result["median"], len(result["reviews"])) == ({"style": 8.0, "tests": 6.0}, 3)


def test_sweeps_fire_what_is_due_later(
    teacher: httpx.Client, join: Callable[[], Participant], punctuality: Punctuality
) -> None:
    """The reminder is more than a sweep's reach away: only EventBridge's minutes lead to it."""
    track = make_track(teacher, 2, 1, SLOW_STAGE)
    people = [join() for _ in range(2)]
    enrol(track, *people)
    track.wait_for(0, "submission")
    due = track.deadline(0, "submission") - timedelta(seconds=0.2 * SLOW_STAGE)
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    wait_until(lambda: all("DEADLINE_SOON" in person.types() for person in people), PATIENCE)
    for person in people:
        punctuality.check(person.when_told("DEADLINE_SOON"), due)


def test_a_deadline_that_is_moved_away_does_not_fire_at_its_old_moment(
    teacher: httpx.Client, join: Callable[[], Participant]
) -> None:
    track = make_track(teacher, 2, 1, STAGE)
    people = [join() for _ in range(2)]
    enrol(track, *people)
    track.wait_for(0, "submission")
    old = track.deadline(0, "submission")
    body = {"stage": "submission", "deadline": (old + timedelta(hours=1)).isoformat()}
    good(teacher.patch(f"/assignments/{track.assignments[0]}/deadline", json=body))
    time.sleep((old - datetime.now(UTC)).total_seconds() + PROMPT.total_seconds())
    assert track.assignment(0)["current_stage"] == "submission"
    submit(track, 0, *people)
    good(teacher.post(f"/assignments/{track.assignments[0]}/close", json={"stage": "submission"}))
    track.wait_for(0, "code_review")
    assert [person.types().count("DEADLINE_SOON") for person in people] == [0, 0]


def test_of_two_hundred_who_enrol_at_once_as_many_get_in_as_are_wanted(cloud: Cloud, teacher: httpx.Client) -> None:
    track = make_track(teacher, 30, 1, 3600)
    function = cloud.aws.client("lambda").get_function_configuration(FunctionName=f"lyceum-{cloud.stage}-api")
    environment = {
        **child_environment(),
        "AWS_DEFAULT_REGION": cloud.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        **function["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
        "POWERTOOLS_TRACE_DISABLED": "true",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "tests.e2e.enrolments", str(track.id)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"enrolled": 30, "track_started": 170}
    assert (track.state()["status"], track.state()["current_participants"]) == ("active", 30)
    track.wait_for(0, "submission")
