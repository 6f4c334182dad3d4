"""The main job, as a newcomer does it, through everything that is deployed."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE

ADD = "print(sum(map(int, input().split())))"
ADD_IN_CPP = "#include <iostream>\nint main() { long long a, b; std::cin >> a >> b; std::cout << a + b << '\\n'; }"
TASK = "/courses/1/1/2"


@dataclass
class Pupil:
    """Somebody new, signed up and attending the demo course."""

    http: httpx.Client
    email: str
    token: str

    def send(self, code: str, **options: Any) -> httpx.Response:
        return self.http.post(TASK, json={"code": code, **options.pop("body", {})}, **options)

    def judged(self, code: str, **body: str) -> Any:
        """The submission with its verdict. The answer has it too, unless the machine is so busy that it is PENDING."""
        answer = self.send(code, body=body)
        assert answer.status_code == 200, answer.text
        path = f"/submissions/{answer.json()['submission_id']}"
        kept = _until(lambda: self.http.get(path).json(), _is_checked)
        assert answer.json()["code"] in {"PENDING", kept["code"]}
        return kept


@pytest.fixture
def pupil(cloud: Cloud) -> Iterator[Pupil]:
    """A new account for each test: limits and progress are theirs alone."""
    login = f"pupil-{secrets.token_hex(4)}"
    email = f"{login}@example.com"
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        new = {"login": login, "password": "a long enough one", "name": "Pupil", "email": email}
        signed_up = http.post("/reg", json=new)
        assert signed_up.status_code == 201, signed_up.text
        token = signed_up.json()["jwt_access"]
        http.headers["Authorization"] = f"Bearer {token}"
        assert http.post("/courses/attend/1").json() == {"status": "success"}
        yield Pupil(http, email, token)


@pytest.mark.parametrize(("language", "code"), [("python3", ADD), ("cpp17", ADD_IN_CPP)])
def test_from_sign_up_to_the_verdict(pupil: Pupil, language: str, code: str) -> None:
    assert pupil.http.get("/me").json()["email"] == pupil.email
    assert 1 in [course["id"] for course in pupil.http.get("/courses").json()["courses"]]
    _need(pupil.http, language)
    lesson = pupil.http.get("/courses/1/1").json()
    assert [task["name"] for task in lesson["tasks"]] == ["Hello, Lyceum!", "A + B"]
    kept = pupil.judged(code, language=language)
    assert (kept["verdict"], kept["code"], kept["tests_passed"]) == ("OK", "OK", 6), kept
    assert pupil.http.get(TASK).json()["is_solved"] is True
    assert (kept["source"], len(kept["tests"])) == (code, 6)


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("print(5)", "WRONG_ANSWER"),
        ("1/0", "RUNTIME_ERROR"),
        ("print(", "COMPILE_ERROR"),
        ("while True: pass", "TIME_LIMIT"),
        ("import time; time.sleep(60)", "WALL_TIME_LIMIT"),
        ("x = bytearray(10**9)", "MEMORY_LIMIT"),
        ("while True: print(1)", "OUTPUT_LIMIT"),
    ],
)
def test_each_failure_gets_its_verdict(pupil: Pupil, code: str, verdict: str) -> None:
    assert pupil.judged(code)["code"] == verdict
    assert pupil.http.get(TASK).json()["is_solved"] is False


def test_a_hostile_program_leaves_the_next_one_alone(pupil: Pupil) -> None:
    bomb = "import os, signal\nwhile True:\n  try: os.fork()\n  except OSError: os.kill(os.getppid(), signal.SIGKILL)"
    assert pupil.judged(bomb)["code"] not in {"OK", "SYSTEM_ERROR"}
    assert pupil.judged(ADD)["code"] == "OK"


def test_who_does_not_want_to_wait_gets_the_verdict_later(pupil: Pupil) -> None:
    answer = pupil.send(ADD, headers={"Prefer": "respond-async"})
    assert (answer.status_code, answer.json()["status"]) == (202, "Checking")
    judged = _until(lambda: pupil.http.get(answer.headers["Location"]).json(), _is_checked)
    assert judged["code"] == "OK"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b'{"code": ', 400, "invalid_body"),
        (b'{"cod": "x"}', 400, "invalid_body"),
        (b'{"code": "x", "more": 1}', 400, "invalid_body"),
        (b'{"code": 1}', 400, "invalid_body"),
        (b'{"code": ""}', 400, "empty_source"),
        (b'{"code": "x", "language": "cobol"}', 400, "unknown_language"),
        (json.dumps({"code": "#" * 70_000}).encode(), 413, "source_too_large"),
        (json.dumps({"code": "#" * 300_000}).encode(), 413, "body_too_large"),
    ],
)
def test_bad_input_is_refused_and_nothing_is_stored(pupil: Pupil, content: bytes, status: int, code: str) -> None:
    answer = pupil.http.post(TASK, content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    assert pupil.http.get(TASK).json()["attempts"] == 0


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/submissions/1", 404, "submission_not_found"),
        ("/courses/2", 404, "course_not_found"),
        ("/courses/one", 404, "not_found"),
        ("/courses/1/2/2", 404, "task_not_found"),
        ("/no/such/path", 404, "route_not_found"),
    ],
)
def test_what_is_not_there_is_404(pupil: Pupil, path: str, status: int, code: str) -> None:
    answer = pupil.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("header", "code"), [(None, "token_missing"), ("Bearer nonsense", "invalid_token"), ("Basic x", "token_missing")]
)
def test_without_a_good_token_nobody_gets_in(cloud: Cloud, header: str | None, code: str) -> None:
    answer = httpx.get(
        f"{cloud.front_door_url}/me", headers={"Authorization": header} if header else {}, timeout=PATIENCE
    )
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    challenge = 'Bearer realm="lyceum"' + (', error="invalid_token"' if code == "invalid_token" else "")
    assert answer.headers["WWW-Authenticate"] == challenge


def test_a_stranger_cannot_read_a_submission(pupil: Pupil, cloud: Cloud) -> None:
    submission_id = pupil.send(ADD).json()["submission_id"]
    credentials = {"login": "pupil", "password": demo.PASSWORD}
    other = httpx.post(f"{cloud.front_door_url}/login", json=credentials, timeout=PATIENCE).json()["jwt_access"]
    path = f"{cloud.front_door_url}/submissions/{submission_id}"
    answer = httpx.get(path, headers={"Authorization": f"Bearer {other}"}, timeout=PATIENCE)
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_submission")


def test_the_welcome_mail_is_kept_by_the_local_mailbox(pupil: Pupil, cloud: Cloud) -> None:
    kept = httpx.get(f"{cloud.endpoint_url}/_ministack/ses/messages", timeout=PATIENCE).text
    assert pupil.email in kept
    assert "Welcome to Lyceum" in kept


def test_the_documents_are_served_from_here(cloud: Cloud) -> None:
    with httpx.Client(base_url=cloud.front_door_url, timeout=PATIENCE) as http:
        assert http.get("/openapi.json").json()["openapi"] == "3.1.0"
        page = http.get("/docs")
        assert page.headers["Content-Type"].startswith("text/html")
        assert "//" not in page.text.replace("<!DOCTYPE html>", "")
        for part in ("swagger-ui.js", "swagger-ui.css", "start.js"):
            assert http.get(f"/docs/{part}").status_code == 200


def test_languages_say_what_their_toolchains_say(cloud: Cloud) -> None:
    languages = httpx.get(f"{cloud.front_door_url}/languages", timeout=PATIENCE).json()["languages"]
    python = next(language for language in languages if language["id"] == "python3")
    assert python["available"] is True
    assert python["version"].startswith("Python 3.")


def test_a_socket_answers_its_owner(pupil: Pupil, cloud: Cloud) -> None:
    url = cloud.front_door_url.replace("http", "ws", 1)
    with connect(f"{url}/ws/{pupil.token}", open_timeout=PATIENCE) as socket:
        socket.send('{"type": "PING", "payload": {"n": 1}}')
        assert _until_type(socket, "PONG") == {"type": "PONG", "payload": {"n": 1}}
        socket.send("not a frame")
        assert _until_type(socket, "ERROR")["payload"]["code"] == 1007


def _until_type(socket: ClientConnection, type_: str) -> Any:
    """The next frame of a type; a newcomer's greeting comes in between."""
    while (frame := json.loads(socket.recv(timeout=PATIENCE)))["type"] != type_:
        pass
    return frame


def _need(http: httpx.Client, language_id: str) -> None:
    languages = http.get("/languages").json()["languages"]
    if not next(language for language in languages if language["id"] == language_id)["available"]:
        pytest.skip(f"the toolchain of {language_id} is not on this machine")


def _is_checked(submission: Any) -> bool:
    return bool(submission["is_checked"])


def _until(look: Callable[[], Any], good: Callable[[Any], bool], *, seconds: float = 90) -> Any:
    """What `look` sees once it is good. The time is for a stuck system, not a promise of speed."""
    deadline = time.monotonic() + seconds
    while not good(seen := look()):
        assert time.monotonic() < deadline, seen
        time.sleep(0.1)
    return seen
