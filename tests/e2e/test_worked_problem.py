"""The worked problem of docs/problems.md, whose files are taken out of the page: what it says is what happens."""

import json
import re
import subprocess
import sys
from pathlib import Path

import httpx

from infra.local import demo
from infra.local.cloud import Cloud

PAGE = Path(__file__).resolve().parents[2] / "docs" / "problems.md"
SECTION = "## A problem from nothing to published\n"
IMPORTED_WITHIN = 120.0
"""Seconds, for three programs of the jury."""

_FILE = re.compile(r"^`([a-z_/.0-9]+)`[^\n]*(?:\n[^\n`][^\n]*)*\n```[a-z]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BECAME = re.compile(r"^```json\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def section() -> str:
    return PAGE.read_text().partition(SECTION)[2].partition("\n## ")[0]


def test_the_worked_problem_is_published_and_its_jury_proves_it(cloud: Cloud, tmp_path: Path) -> None:
    for name, content in _FILE.findall(section()):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    said = subprocess.run(
        [sys.executable, "send.py", cloud.front_door_url, "teacher", demo.PASSWORD],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=IMPORTED_WITHIN,
        check=False,
    )
    assert said.stdout.splitlines()[:-1] == [
        "solutions/halves.py OK as promised",
        "solutions/one_by_one.py WRONG_ANSWER as promised",
        "solutions/silent.py WRONG_ANSWER as promised",
    ], said
    published = said.stdout.split()[-1]
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as teacher:
        signed_in = teacher.post("/login", json={"login": "teacher", "password": demo.PASSWORD}).json()
        teacher.headers["Authorization"] = f"Bearer {signed_in['jwt_access']}"
        problem = teacher.get(published).json()
        [became] = _BECAME.findall(section())
        assert {name: problem[name] for name in json.loads(became)} == json.loads(became)
        assert problem["published"] is True
