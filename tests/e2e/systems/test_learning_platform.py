"""Learning Platform: its README's endpoints and examples, then "How it works". Where we differ:
docs/seeds.md.
"""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.listening import frames_of
from tests.e2e.local_cloud import PATIENCE, wait_until

SUBMISSION_HOURS = 40 / 3600
"""A fifth of it is left to who is reminded: the two seconds in which they hear of it, and time to send in."""
REVIEW_HOURS = 1
"""Its end is never waited for: a stage of reviews ends with the last of them."""
CRITERIA = {"style": "Is it readable?", "tests": "Is it tested?"}
SCORES = {"style": 8.0, "tests": 6.0}


class LearningPlatform:
    """The README, endpoint by endpoint. One client is one user."""

    def __init__(self, url: str, opened: ExitStack) -> None:
        self.http = opened.enter_context(httpx.Client(base_url=url, timeout=40))
        self.url, self.opened = url, opened
        self.token = ""
        self.notices: list[dict[str, Any]] = []

    # ### Аутентификация

    def register(self, email: str, username: str, password: str) -> httpx.Response:
        return self.http.post("/register", json={"email": email, "username": username, "password": password})

    def get_token(self, username: str, password: str) -> httpx.Response:
        form = f"username={username}&password={password}"
        answer = self.http.post("/token", content=form, headers={"Content-Type": "application/x-www-form-urlencoded"})
        self.token = answer.json().get("access_token", "")
        return answer

    def me(self) -> httpx.Response:
        return self.http.get("/me", headers=self._authorization())

    # ### Треки

    def tracks(self) -> httpx.Response:
        return self.http.get("/tracks", headers=self._authorization())

    def my_tracks(self) -> httpx.Response:
        return self.http.get("/tracks/my", headers=self._authorization())

    def track(self, track_id: int) -> httpx.Response:
        return self.http.get(f"/tracks/{track_id}", headers=self._authorization())

    def enroll(self, track_id: int) -> httpx.Response:
        return self.http.post(f"/tracks/{track_id}/enroll", headers=self._authorization())

    def unenroll(self, track_id: int) -> httpx.Response:
        return self.http.delete(f"/tracks/{track_id}/enroll", headers=self._authorization())

    # ### Задания

    def assignments(self, track_id: int) -> httpx.Response:
        return self.http.get(f"/tracks/{track_id}/assignments", headers=self._authorization())

    def current_assignment(self, track_id: int) -> httpx.Response:
        return self.http.get(f"/tracks/{track_id}/assignments/current", headers=self._authorization())

    def submit(self, assignment_id: int, repository_url: str) -> httpx.Response:
        body = {"repository_url": repository_url}
        return self.http.post(f"/assignments/{assignment_id}/submit", json=body, headers=self._authorization())

    # ### Код-ривью

    def submission_for_review(self, assignment_id: int) -> httpx.Response:
        return self.http.get(f"/assignments/{assignment_id}/review/submission", headers=self._authorization())

    def review(self, submission_id: int, criteria_scores: dict[str, float], comment: str) -> httpx.Response:
        body = {"criteria_scores": criteria_scores, "comment": comment}
        return self.http.post(f"/submissions/{submission_id}/review", json=body, headers=self._authorization())

    # ### WebSocket

    def listen(self) -> None:
        """WS /ws/{token}; what comes is in `notices`."""
        socket = self.opened.enter_context(
            connect(f"{self.url.replace('http', 'ws', 1)}/ws/{self.token}", open_timeout=PATIENCE)
        )
        threading.Thread(target=self._keep, args=[socket], daemon=True).start()
        wait_until(lambda: self.notices, PATIENCE)

    # ### Дневник

    def write_diary(self, assignment_id: int, content: str) -> httpx.Response:
        body = {"content": content}
        return self.http.post(f"/assignments/{assignment_id}/diary", json=body, headers=self._authorization())

    def diary(self, assignment_id: int) -> httpx.Response:
        return self.http.get(f"/assignments/{assignment_id}/diary", headers=self._authorization())

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def _keep(self, socket: ClientConnection) -> None:
        for notice in frames_of(socket):
            self.notices.append(notice)


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Callable[[], LearningPlatform]]:
    """Makes a client, which nobody has signed in with."""
    with ExitStack() as opened:
        yield lambda: LearningPlatform(cloud.front_door_url, opened)


@pytest.fixture
def user(client: Callable[[], LearningPlatform]) -> Callable[[], LearningPlatform]:
    """Makes somebody who is registered and signed in."""

    def somebody() -> LearningPlatform:
        platform, name = client(), f"platform-{secrets.token_hex(4)}"
        assert platform.register(f"{name}@example.com", name, "correct horse battery").status_code == 201
        assert platform.get_token(name, "correct horse battery").status_code == 200
        return platform

    return somebody


@pytest.fixture
def new_track(cloud: Cloud) -> Iterator[Callable[[int], int]]:
    """Makes a track for so many, with two assignments; beyond the README, which has no way to make one."""
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as teacher:
        signed_in = teacher.post("/login", json={"login": "teacher", "password": demo.PASSWORD}).json()
        teacher.headers["Authorization"] = f"Bearer {signed_in['jwt_access']}"

        def make(required_participants: int) -> int:
            body = {"title": "T", "required_participants": required_participants, "review_criteria": CRITERIA}
            track_id: int = teacher.post("/tracks", json=body).json()["id"]
            for title in ("First", "Second"):
                hours = {"deadline_hours": SUBMISSION_HOURS, "review_hours": REVIEW_HOURS}
                new = {"title": title, "description": "Write it", **hours}
                assert teacher.post(f"/tracks/{track_id}/assignments", json=new).status_code == 201
            return track_id

        yield make


# --- Примеры использования -------------------------------------------------------------------------------------------


def test_examples(client: Callable[[], LearningPlatform]) -> None:
    """Its three commands with its own user, but another password: see the deviation below."""
    platform = client()

    registered = platform.register("user@example.com", "user", "password123-or-so")
    assert registered.status_code == 201
    assert registered.json().keys() >= {"id", "email", "username", "created_at"}

    token = platform.get_token("user", "password123-or-so")
    assert token.status_code == 200
    assert token.json()["token_type"] == "bearer"

    tracks = platform.tracks()
    assert tracks.status_code == 200
    assert isinstance(tracks.json(), list)


def test_me(user: Callable[[], LearningPlatform]) -> None:
    me = user().me().json()
    assert me.keys() >= {"id", "email", "username", "created_at"}
    assert me["email"] == f"{me['username']}@example.com"


def test_tracks_before_their_start(user: Callable[[], LearningPlatform], new_track: Callable[[int], int]) -> None:
    platform, track_id = user(), new_track(2)
    track = platform.track(track_id).json()
    assert track.keys() >= {
        *("id", "title", "description", "required_participants", "current_participants", "status", "started_at"),
        *("created_at", "review_criteria", "reviews_per_user"),
    }
    assert track in platform.tracks().json()
    assert (track["status"], track["started_at"], track["reviews_per_user"]) == ("waiting", None, 3)
    assert track["review_criteria"] == CRITERIA
    assert platform.my_tracks().json() == []

    enrollment = platform.enroll(track_id)
    assert enrollment.status_code == 200
    assert enrollment.json().keys() >= {"id", "user_id", "track_id", "enrolled_at"}
    assert [mine["id"] for mine in platform.my_tracks().json()] == [track_id]
    assert platform.enroll(track_id).json()["detail"] == "User already enrolled in this track"

    assert platform.unenroll(track_id).json() == {"message": "Successfully unenrolled from track"}
    assert platform.my_tracks().json() == []
    assert platform.track(track_id).json()["current_participants"] == 0


def test_how_it_works(user: Callable[[], LearningPlatform], new_track: Callable[[int], int]) -> None:
    """Its eight steps, for four users: each can review three others."""
    people, track_id = [user() for _ in range(4)], new_track(4)
    for platform in people:
        platform.listen()

    # 3. Запуск трека
    for platform in people:
        assert platform.track(track_id).json()["status"] == "waiting"
        assert platform.enroll(track_id).status_code == 200
    started = people[0].track(track_id).json()
    assert (started["status"], started["current_participants"]) == ("active", 4)
    assert people[0].unenroll(track_id).json()["detail"] == "Cannot unenroll from active or completed track"
    assert user().enroll(track_id).json()["detail"] == "Track has already started"

    # 4. Задания, 5. Дедлайн
    first, second = wait_for(people[0], track_id, "submission")
    assert first.keys() >= {
        *("id", "track_id", "title", "description", "order", "deadline_hours", "created_at", "is_available"),
        *("submission_deadline", "code_review_deadline", "current_stage"),
    }
    assert (first["is_available"], second["is_available"]) == (True, False)
    assert people[0].current_assignment(track_id).json()["id"] == first["id"]
    for number, platform in enumerate(people[:3]):
        submission = platform.submit(first["id"], f"https://github.com/user/{number}")
        assert submission.status_code == 200
        assert submission.json().keys() >= {"id", "user_id", "assignment_id", "repository_url", "submitted_at"}
    assert (
        people[0].submit(first["id"], "https://github.com/user/again").json()["detail"] == "Submission already exists"
    )
    assert people[0].submit(second["id"], "https://github.com/user/early").status_code == 403

    # Дневник
    entry = people[0].write_diary(first["id"], "Раз").json()
    assert entry.keys() >= {"id", "user_id", "assignment_id", "content", "created_at", "username"}
    newer = people[1].write_diary(first["id"], "Два").json()
    assert people[2].diary(first["id"]).json() == [newer, entry]

    # 6. Уведомление
    slow = people[3]
    wait_until(lambda: "DEADLINE_SOON" in types(slow), PATIENCE, lambda: str(slow.notices))
    (soon,) = [notice["payload"] for notice in slow.notices if notice["type"] == "DEADLINE_SOON"]
    assert (soon["assignment_id"], soon["stage"]) == (first["id"], "submission")
    assert "DEADLINE_SOON" not in types(people[0])
    assert slow.submit(first["id"], "https://github.com/user/3").status_code == 200

    # 7. Код-ривью
    wait_for(people[0], track_id, "code_review")
    for platform in people:
        for _ in range(3):
            submission = platform.submission_for_review(first["id"])
            assert submission.status_code == 200, submission.text
            code_review = platform.review(submission.json()["id"], SCORES, "Хорошо")
            assert code_review.status_code == 200, code_review.text
            assert (code_review.json()["criteria_scores"], code_review.json()["comment"]) == (SCORES, "Хорошо")
        done = platform.submission_for_review(first["id"])
        assert (done.status_code, done.json()["detail"]) == (400, "Already completed 3 reviews. Required: 3")

    # 8. Следующее задание
    wait_until(lambda: people[0].current_assignment(track_id).json().get("id") == second["id"], PATIENCE)
    assert people[0].submit(second["id"], "https://github.com/user/second").status_code == 200


def wait_for(platform: LearningPlatform, track_id: int, stage: str) -> list[dict[str, Any]]:
    """The assignments, once the first is at a stage."""

    def assignments() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = platform.assignments(track_id).json()
        return found

    wait_until(lambda: assignments()[0]["current_stage"] == stage, PATIENCE, lambda: str(assignments()))
    return assignments()


def types(platform: LearningPlatform) -> list[str]:
    return [notice["type"] for notice in platform.notices]


# --- Where we differ -------------------------------------------------------------------------------------------------


def test_deviation_the_example_password_is_refused(client: Callable[[], LearningPlatform]) -> None:
    """password123 is among the ten thousand that are tried first."""
    refused = client().register("user-1@example.com", "user-1", "password123")
    assert (refused.status_code, refused.json()["errors"]) == (400, ["password validation error"])


def test_deviation_reviews_are_blind_and_the_next_assignment_waits_for_all(
    user: Callable[[], LearningPlatform], new_track: Callable[[int], int]
) -> None:
    """Who reviews does not learn whom, and who is done first does not go on alone."""
    one, other, track_id = user(), user(), new_track(2)
    for platform in (one, other):
        platform.enroll(track_id)
    first, second = wait_for(one, track_id, "submission")
    for platform in (one, other):
        assert platform.submit(first["id"], "https://github.com/user/two").status_code == 200
    wait_for(one, track_id, "code_review")

    submission = one.submission_for_review(first["id"]).json()
    assert (submission["user_id"], submission["submitted_at"]) == (None, None)
    assert one.review(submission["id"], SCORES, "Хорошо").json()["reviewee_id"] is None

    assert one.submit(second["id"], "https://github.com/user/two").status_code == 403


def test_deviation_repository_must_be_https(
    user: Callable[[], LearningPlatform], new_track: Callable[[int], int]
) -> None:
    platform, other, track_id = user(), user(), new_track(2)
    platform.enroll(track_id)
    other.enroll(track_id)
    first, _ = wait_for(platform, track_id, "submission")
    assert platform.submit(first["id"], "git@github.com:user/one.git").status_code == 400
