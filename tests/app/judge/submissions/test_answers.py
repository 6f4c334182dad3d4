"""Answers that are sent in place of programs: by whom, to what, and what they are worth."""

import json
from typing import Any

import pytest

from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES
from tests.support.school import Person, Reply, School


@pytest.fixture
def path(school: School, pupil: Person) -> str:
    """A task that wants answers, in a course of Python."""
    return school.task_path(pupil, school.problem(("5", "7"), languages=["answers"], scoring={"points": [30, 70]}))


def sent(school: School, path: str, pupil: Person, code: str, **more: Any) -> Reply:
    return school.api.post(path, {"code": code, **more}, token=pupil.token)


@pytest.mark.parametrize(
    ("code", "verdict", "points"),
    [
        (json.dumps({"1": "5", "2": "7"}), "OK", 100),
        (json.dumps({"2": "7"}), "WRONG_ANSWER", 70),
        (json.dumps({"1": "5", "9": "7"}), "WRONG_ANSWER", 30),
        ("5", "WRONG_ANSWER", 30),
        (json.dumps(5), "WRONG_ANSWER", 30),
    ],
)
def test_answers_are_judged_without_running_anything(
    school: School, path: str, pupil: Person, code: str, verdict: str, points: float
) -> None:
    reply = sent(school, path, pupil, code)
    submission = school.api.get(f"/submissions/{reply.body['submission_id']}", token=pupil.token).body
    assert (submission["code"], submission["points"], submission["language"]) == (verdict, points, "answers")
    assert school.judge.jobs == []


def test_a_task_of_answers_says_so_and_takes_no_program(school: School, path: str, pupil: Person) -> None:
    assert school.api.get(path, token=pupil.token).body["languages"] == ["answers"]
    refused = sent(school, path, pupil, "print(5)", language="python3")
    assert (refused.status, refused.body["code"]) == (422, "language_not_allowed")
    assert sent(school, path, pupil, "x" * (MAX_SOURCE_BYTES + 1)).status == 413


def test_answers_are_no_program_to_run(school: School, path: str, pupil: Person) -> None:
    refused = school.api.post(f"{path}/run", {"code": "5", "input": ""}, token=pupil.token)
    assert (refused.status, refused.body["code"]) == (422, "answers_not_run")


def test_other_tasks_take_no_answers(school: School, pupil: Person) -> None:
    path = school.task_path(pupil)
    refused = sent(school, path, pupil, "5", language="answers")
    assert (refused.status, refused.body["code"]) == (400, "unknown_language")
