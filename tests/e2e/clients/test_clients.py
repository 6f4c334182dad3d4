"""Generators make clients of the document as it is served, and each client does what people do.

All are in one file, since they share the folder that they generate into.
"""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from chalicelib.tracks.stages import Stage
from infra.local import demo, demo_peers
from infra.local.cloud import Cloud
from tests.e2e.clients import generators
from tests.e2e.clients.pupils import Pupil
from tests.e2e.local_cloud import PATIENCE

DEMO_TRACKS = {plan.track for plan in demo_peers.PLANS}
(COMPLETED,) = (plan.track for plan in demo_peers.PLANS if {stage for stage, _ in plan.stages} == {Stage.COMPLETED})


@pytest.fixture(scope="module")
def document(cloud: Cloud) -> None:
    """The running system's own document, for the generators."""
    generators.fetch_document(cloud.front_door_url)


@pytest.fixture(scope="module")
def typescript(document: None) -> None:
    """The clients in TypeScript, and all programs' types checked."""
    generators.with_openapi_typescript()
    generators.with_hey_api()
    generators.check_typescript()


@pytest.mark.usefixtures("typescript")
@pytest.mark.parametrize("program", ["openapi_fetch.ts", "hey_api.ts"])
def test_a_client_in_typescript_goes_the_whole_way(pupil: Pupil, program: str) -> None:
    assert_whole_way(pupil, generators.run_program("node", program, *pupil))


@pytest.mark.usefixtures("document")
def test_a_client_in_python_goes_the_whole_way(pupil: Pupil) -> None:
    generators.with_openapi_python_client()
    generators.check_python("python_client.py")
    assert_whole_way(pupil, generators.run_program("python", "python_client.py", *pupil))


def assert_whole_way(pupil: Pupil, found: Mapping[str, Any]) -> None:
    """Sign in, send three programs (the last without waiting), page the list of them, be refused in Russian."""
    assert found["signedIn"] == pupil.login
    assert found["verdicts"] == ["WRONG_ANSWER", "OK", "COMPILE_ERROR"]
    assert found["pages"] == found["verdicts"][::-1]
    # Others start tracks meanwhile: one that starts between two pages is on both.
    assert set(found["tracks"]) >= DEMO_TRACKS
    assert found["tracks"].count(COMPLETED) == 1
    refusal = found["refusal"]
    assert (refusal["success"], refusal["code"], refusal["result"]) == (False, "invalid_body", None)
    [violation] = refusal["violations"]
    assert violation == {
        "in": "body",
        "field": "/language",
        "code": "too_short",
        "limits": {"min": 1},
        "message": "Нужен хотя бы 1 знак",
    }


@pytest.mark.usefixtures("typescript")
def test_a_pupil_signs_up_with_a_form_that_knows_violations_alone(cloud: Cloud, pupil: Pupil) -> None:
    answers = {
        "/email": ["ann", f"{pupil.login}@school.example"],
        "/password": ["short", "Correct-horse-7"],
        "/name": ["А", "Анна"],
        "/secondname": ["Ли"],
        "/patronymic": ["Ивановна"],
        "/birthdate": ["soon", "2010-05-01"],
        "/phone": ["+79990001122"],
        "/class": ["nine", "12", "9"],
    }
    found = filled_in(cloud, "/auth/registration", answers)
    assert found["status"] == 201
    assert found["rounds"] == [list(answers), ["/email", "/password", "/name", "/birthdate", "/class"], ["/class"]]
    inputs = found["inputs"]
    assert {field: each["type"] for field, each in inputs.items() if each["type"] != "text"} == {
        "/email": "email",
        "/birthdate": "date",
        "/class": "integer",
    }
    assert all(each["attributes"]["required"] for each in inputs.values())
    assert inputs["/password"]["said"] == ["fill this in", "at least 8 characters"]
    assert inputs["/class"]["said"] == ["fill this in", "this is no integer", "11 or less"]


@pytest.mark.usefixtures("typescript")
def test_a_form_that_knows_violations_alone_makes_a_list(cloud: Cloud) -> None:
    credentials = {"login": "teacher", "password": demo.PASSWORD}
    signed_in = httpx.post(f"{cloud.front_door_url}/login", json=credentials, timeout=PATIENCE).raise_for_status()
    answers = {"/name": ["Spring"], "/duration": ["long", "0", "5400"], "/problems/0/problem_id": ["second", "2"]}
    found = filled_in(cloud, "/contests", answers, signed_in.json()["jwt_access"])
    assert found["status"] == 201
    assert found["body"] == {"name": "Spring", "duration": 5400, "problems": [{"problem_id": 2}]}
    assert found["inputs"]["/problems"]["type"] == "array"


def filled_in(cloud: Cloud, path: str, answers: Mapping[str, list[str]], token: str = "") -> Any:
    return generators.run_program("node", "form.ts", cloud.front_door_url, path, token, json.dumps(answers))
