"""A package, from its announcement to a problem that its jury has proved, through everything that is deployed."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from infra.local import demo
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.support import zips

IMPORTED_WITHIN = 90.0  # seconds, for five programs of the jury

VALIDATOR = """
import sys
wanted = open(sys.argv[2]).read().split()
sys.exit(42 if sys.stdin.read().split() == wanted else 43)
"""
PACKAGE = {
    "sum/problem.yaml": "name: Sum\nvalidation: custom\nlimits: {time_limit: 1, memory: 128}",
    "sum/problem_statement/problem.en.md": "Add the two numbers.",
    "sum/output_validators/compare/compare.py": VALIDATOR,
    "sum/data/sample/1.in": "1 1\n",
    "sum/data/sample/1.ans": "2\n",
    **{f"sum/data/secret/{number}.in": f"{number} {number}\n" for number in range(2, 7)},
    **{f"sum/data/secret/{number}.ans": f"{2 * number}\n" for number in range(2, 7)},
    "sum/submissions/accepted/right.py": "print(sum(map(int, input().split())))",
    "sum/submissions/wrong_answer/constant.py": "print(2)",
    "sum/submissions/time_limit_exceeded/endless.py": "while True: pass",
    "sum/submissions/run_time_error/divides.py": "1 / 0",
}


@pytest.fixture
def teacher(cloud: Cloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        signed_in = http.post("/login", json={"login": "teacher", "password": demo.PASSWORD})
        http.headers["Authorization"] = f"Bearer {signed_in.json()['jwt_access']}"
        yield http


def test_a_package_becomes_a_proved_problem(teacher: httpx.Client) -> None:
    problem = f"/problems/{teacher.post('/problems', json={'title': 'To come'}).json()['id']}"
    data = zips.packed(PACKAGE)
    announced = teacher.post(f"{problem}/package", json={"size": len(data)}).json()
    assert upload(announced, data + b"more than announced").status_code == 400
    assert upload(announced, data).status_code == 204
    path = f"{problem}/package/{announced['import_id']}"
    done = finished(teacher, path)
    assert (done["state"], done["faults"], [each["is_met"] for each in done["jury"]]) == ("done", [], [True] * 4)
    assert teacher.patch(problem, json={"published": True}).status_code == 200

    assert teacher.patch(problem, json={"time_limit": 1.5}).json()["published"] is False
    assert teacher.patch(problem, json={"published": True}).status_code == 409
    finished(teacher, path)
    assert teacher.patch(problem, json={"published": True}).json()["title"] == "Sum"


def upload(announced: dict[str, Any], data: bytes) -> httpx.Response:
    form = announced["upload"]
    return httpx.post(form["url"], data=form["fields"], files={"file": data}, timeout=PATIENCE)


def finished(teacher: httpx.Client, path: str) -> dict[str, Any]:
    def shown() -> dict[str, Any]:
        found: dict[str, Any] = teacher.get(path).json()
        return found

    wait_until(lambda: shown()["state"] in {"done", "failed"}, IMPORTED_WITHIN, lambda: str(shown()))
    return shown()
