"""Sends generated requests as every role: each answer is one that the OpenAPI document has, and none is a fault of
ours.

`make fuzz` asks longer, and differently each time.
"""

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from schemathesis import Case, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi import checks

from infra.local import demo, demo_training
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, Run

CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 1}
"""For each operation and role, of the shapes that it asks for and of others: the whole takes minutes."""
ANY_TEXT = {"type": "string"}
DENIED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
LONGEST_ADDRESS = 8192
"""Bytes: CloudFront answers longer ones itself."""
PASSWORD = "correct horse battery"
TOKEN_IS_GOOD_FOR = 240.0
"""Seconds, of the six minutes that an access token lives."""
DEMO = {
    "course_id": 1,
    "lesson_id": 1,
    "task_id": 2,
    "problem_id": 2,
    "track_id": 1,
    "assignment_id": 1,
    "contest_id": demo_training.CONTEST_ID,
    "alias": "A",
}
"""What is there in the demo school: else most answers would be 404."""
Made = tuple[tuple[str, str, dict[str, Any]], ...]
"""Path parameters, where somebody makes one for themselves, and of what."""
MADE_BY_ALL: Made = (
    ("submission_id", "/courses/{course_id}/{lesson_id}/{task_id}", {"code": "print(1)"}),
    ("team_id", "/teams", {"name": "F"}),
    ("training_session_id", "/training-sessions", {"team_id": "{team_id}", "contest_id": "{contest_id}"}),
    ("comment_id", "/training-sessions/{training_session_id}/problem/{alias}/comments", {"content": "F"}),
    ("code", "/teams/{team_id}/invites", {}),
)
MADE_BY_TEACHERS: Made = (
    ("news_id", "/main/news", {"title": "F", "description": "F"}),
    ("notification_id", "/user/notifications", {"title": "F", "description": "F", "class": 1}),
    ("track_id", "/tracks", {"title": "F", "required_participants": 9, "review_criteria": {"style": "F"}}),
    ("assignment_id", "/tracks/{track_id}/assignments", {"title": "F", "description": "F", "deadline_hours": 1}),
)
SUCCEED_IN = {"": 15, "user": 75, "teacher": 95, "admin": 110}
"""So many operations at least, of each role: else little is tested but refusals."""


@dataclass
class Role:
    """Somebody new of a role; nobody has an empty one. Who is signed out by what they ask becomes somebody else."""

    name: str
    url: str
    http: requests.Session = field(default_factory=requests.Session)
    known: dict[str, Any] = field(default_factory=dict)
    """What they may ask for, by the names of path parameters."""
    succeeded_in: set[str] = field(default_factory=set)
    login: str = ""
    signed_in_at: float = 0.0

    def call(self, case: Case[Any]) -> Response:
        if self.login and time.monotonic() > self.signed_in_at + TOKEN_IS_GOOD_FOR:
            self._sign_in_again()
        reply = case.call(base_url=self.url, session=self.http, timeout=PATIENCE)
        if reply.status_code < HTTPStatus.BAD_REQUEST:
            self.succeeded_in.add(case.operation.label)
        elif self.name and reply.status_code in DENIED and not self._is_itself():
            self.become_somebody()
        return reply

    def become_somebody(self) -> None:
        login = f"fuzz-{secrets.token_hex(4)}"
        new = {"login": login, "password": PASSWORD, "name": "F", "email": f"{login}@example.com"}
        signed_up = requests.post(f"{self.url}/reg", json=new, timeout=60).json()
        user_id = signed_up["user"]["id"]
        if self.name != "user":
            self._promote(user_id)
        self.http.headers["Authorization"] = f"Bearer {signed_up['jwt_access']}"
        self.login, self.signed_in_at = login, time.monotonic()
        self.known["user_id"] = user_id

    def _sign_in_again(self) -> None:
        """As who they are: a slow machine makes nobody lose what they have. Who cannot becomes somebody else soon."""
        signed_in = requests.post(f"{self.url}/login", json={"login": self.login, "password": PASSWORD}, timeout=60)
        self.signed_in_at = time.monotonic()
        if signed_in.ok:
            self.http.headers["Authorization"] = f"Bearer {signed_in.json()['jwt_access']}"

    def _promote(self, user_id: int) -> None:
        credentials = {"login": "admin", "password": demo.PASSWORD}
        admin = requests.post(f"{self.url}/login", json=credentials, timeout=60).json()["jwt_access"]
        headers = {"Authorization": f"Bearer {admin}"}
        body = {"role": self.name}
        requests.patch(f"{self.url}/user/users/{user_id}", json=body, headers=headers, timeout=60).raise_for_status()

    def settle(self) -> None:
        """Attend the course, and have one of everything."""
        self.known.update(DEMO)
        self._post("/courses/attend/{course_id}", {})
        for name, path, body in (*MADE_BY_ALL, *(() if self.name == "user" else MADE_BY_TEACHERS)):
            made = self._post(path, body)
            self.known[name] = made["id"] if "id" in made else made[name]

    def _is_itself(self) -> bool:
        me = self.http.get(f"{self.url}/me", timeout=60)
        return me.ok and me.json()["role"] == self.name

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        """Both may name what is known."""
        filled = {key: value.format_map(self.known) if isinstance(value, str) else value for key, value in body.items()}
        reply = self.http.post(f"{self.url}{path.format_map(self.known)}", json=filled, timeout=60)
        assert reply.ok, reply.text
        return reply.json()


@pytest.fixture(scope="module")
def abused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud of its own: afterwards it is not what it was."""
    own = Run(tmp_path_factory.mktemp("abused") / "state", cold=True)
    try:
        yield own.start()
    finally:
        own.end()


@pytest.fixture(params=["", "user", "teacher", "admin"], ids=["nobody", "pupil", "teacher", "admin"])
def role(request: pytest.FixtureRequest, abused: Cloud) -> Role:
    return Role(request.param, abused.front_door_url)


class Questions:
    """What the API is asked. To draw a case costs more than to ask it, and would draw the same for each role: so all
    ask the same cases, but when fuzzing.
    """

    def __init__(self, url: str) -> None:
        """Operations that take something away come last."""
        results = list(schemathesis.openapi.from_url(f"{url}/openapi.json", timeout=PATIENCE).get_all_operations())
        found = [result.ok() for result in results if isinstance(result, Ok)]
        assert len(found) == len(results)
        self.operations: list[Any] = sorted(found, key=lambda operation: operation.method.upper() == "DELETE")
        self._drawn: dict[tuple[str, GenerationMode], list[Case[Any]]] = {}

    def cases(self, operation: Any, mode: GenerationMode) -> list[Case[Any]]:
        """Cases that the caller may change."""
        if fuzzes():
            return drawn(operation, mode)
        key = (operation.label, mode)
        if key not in self._drawn:
            self._drawn[key] = drawn(operation, mode)
        return [case.derive() for case in self._drawn[key]]


@pytest.fixture(scope="module")
def questions(abused: Cloud) -> Questions:
    return Questions(abused.front_door_url)


@pytest.mark.timeout(0)  # each of some thousand requests has its own
def test_every_answer_is_one_that_is_documented(questions: Questions, role: Role, subtests: pytest.Subtests) -> None:
    if role.name:
        role.become_somebody()
        role.settle()
    for operation in questions.operations:
        for mode in modes(operation):
            with subtests.test(operation.label, mode=mode.value):
                for case in questions.cases(operation, mode):
                    keeps_its_word(case, mode, role)
    assert len(role.succeeded_in) >= SUCCEED_IN[role.name]


def modes(operation: Any) -> list[GenerationMode]:
    """Nothing has another shape where all that is sent is any text in the path: a credential would have one."""
    in_path = [parameter.definition["schema"] for parameter in operation.path_parameters]
    has_shape = operation.body or operation.query or any(schema != ANY_TEXT for schema in in_path)
    has_shape = has_shape or (in_path and operation.definition.raw.get("security"))
    return list(EXAMPLES) if has_shape else [GenerationMode.POSITIVE]


def drawn(operation: Any, mode: GenerationMode) -> list[Case[Any]]:
    found: list[Case[Any]] = []

    @settings(limits(mode), phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(operation.as_strategy(generation_mode=mode))
    def draw(case: Case[Any]) -> None:
        assume(len(address(case)) < LONGEST_ADDRESS)
        found.append(case)

    draw()
    return found


def address(case: Case[Any]) -> str:
    sent = case.as_transport_kwargs(base_url="http://localhost:8000")
    return str(requests.Request(sent["method"], sent["url"], params=sent.get("params")).prepare().url)


def keeps_its_word(case: Case[Any], mode: GenerationMode, role: Role) -> None:
    if mode is GenerationMode.POSITIVE:
        case.path_parameters.update({name: role.known[name] for name in case.path_parameters if name in role.known})
    case.validate_response(role.call(case), checks=CHECKS)


def limits(mode: GenerationMode) -> settings:
    if fuzzes():
        return settings()
    return settings(max_examples=EXAMPLES[mode], derandomize=True, deadline=None)


def fuzzes() -> bool:
    return settings.get_current_profile_name() == "fuzz"
