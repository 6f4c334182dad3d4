"""Sending programs in, and looking at them."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common import texts
from chalicelib.common.http import errors
from chalicelib.judge import language_models, languages, models
from chalicelib.judge.grading.judge_client import JudgeUnavailable
from chalicelib.judge.models import Submission
from chalicelib.judge.submissions import quota, submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES, Outcome
from tests.support.school import Person, Reply, School, in_parallel, stored_items

ASYNC = {"Prefer": "respond-async"}


def send(school: School, path: str, pupil: Person, code: str = "5", **more: Any) -> Reply:
    return school.api.post(path, {"code": code, **more}, token=pupil.token, headers=ASYNC)


def stored_submissions() -> list[dict[str, Any]]:
    return [item for item in stored_items("judge") if item["kind"] in {"submission", "submitter"}]


def test_two_may_be_pending_and_a_third_must_wait(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    assert [send(school, path, pupil).status for _ in range(2)] == [202, 202]
    refused = send(school, path, pupil)
    assert (refused.status, refused.body["code"]) == (429, "too_many_submissions")
    assert refused.headers["retry-after"] == str(quota.PENDING_RETRY)
    assert len([item for item in stored_submissions() if item["kind"] == "submission"]) == 2


def test_a_verdict_gives_the_place_back(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    for _ in range(2):
        send(school, path, pupil)
    school.queue.deliver()
    assert send(school, path, pupil).status == 202


def test_of_many_sent_at_once_exactly_two_get_in(school: School, pupil: Person) -> None:
    school.queue.held = True
    problem = school.problem()
    program = Program(language="python3", source="5")
    results = in_parallel(12, lambda _: submissions.submit(pupil.id, problem, program, origin="test#1"))
    assert sum(isinstance(result, Submission) for result in results) == 2
    assert sum(isinstance(result, errors.TooManyRequests) for result in results) == 10
    assert len(school.queue.waiting) == 2
    assert models.find_submitter(pupil.id).pending == 2


def test_twenty_a_minute_may_be_sent(school: School, path: str, pupil: Person) -> None:
    school.clock.forward(timedelta(seconds=15))
    assert {send(school, path, pupil).status for _ in range(quota.MAX_PER_MINUTE)} == {200}
    refused = send(school, path, pupil)
    assert (refused.status, refused.headers["retry-after"]) == (429, "45")
    school.clock.forward(timedelta(seconds=45))
    assert send(school, path, pupil).status == 200


def test_everybody_has_limits_of_their_own(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    other = school.person()
    school.api.post(f"/courses/attend/{path.split('/')[2]}", token=other.token)
    for _ in range(2):
        send(school, path, pupil)
    assert send(school, path, other).status == 202


def test_a_refusal_uses_nothing_up(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    for _ in range(4):
        send(school, path, pupil)
    used = models.find_submitter(pupil.id)
    assert (used.pending, used.in_minute, used.in_day) == (2, 2, 2)


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("", 400, "empty_source"),
        (" \n\t", 400, "empty_source"),
        ("print(1)\0", 400, "source_not_text"),
        ("x" * (MAX_SOURCE_BYTES + 1), 413, "source_too_large"),
        ("я" * (MAX_SOURCE_BYTES // 2 + 1), 413, "source_too_large"),
        ("x" * 70 * 1024, 413, "source_too_large"),
    ],
    ids=["empty", "blank", "NUL", "64 KB and one", "64 KB and two", "70 KB"],
)
def test_a_source_that_no_compiler_could_read_is_refused(
    school: School, path: str, pupil: Person, code: str, status: int, error: str
) -> None:
    reply = send(school, path, pupil, code)
    assert (reply.status, reply.body["code"]) == (status, error)
    assert stored_submissions() == []
    assert school.queue.waiting == []


@pytest.mark.parametrize("code", ["x" * MAX_SOURCE_BYTES, "я" * (MAX_SOURCE_BYTES // 2), "\ufeffx", "😀"])
def test_a_source_of_up_to_64_kb_is_judged(school: School, path: str, pupil: Person, code: str) -> None:
    reply = send(school, path, pupil, code)
    assert (reply.status, reply.body["code"]) == (200, "WRONG_ANSWER")
    shown = school.api.get(f"/submissions/{reply.body['submission_id']}", token=pupil.token)
    assert shown.body["source"] == code


@pytest.mark.parametrize(
    "raw", [b'{"code": "\\ud800"}', b'{"code": "a\\udfffb"}', b'{"code": "5", "language": "\\ud83d"}']
)
def test_half_a_character_is_broken_json(school: School, path: str, pupil: Person, raw: bytes) -> None:
    reply = school.api.request("POST", path, raw_body=raw, token=pupil.token)
    assert (reply.status, reply.body["errors"]) == (400, ["invalid json data in request"])
    assert stored_submissions() == []


@pytest.mark.parametrize(
    ("body", "status", "listed"),
    [
        ({}, "Not all arguments", ["'code' is a required property"]),
        ({"code": 5}, None, ["code validation error"]),
        ({"code": None}, None, ["code validation error"]),
        ({"code": "5", "language": ""}, None, ["language validation error"]),
        ({"code": "5", "language": "x" * 41}, None, ["language validation error"]),
        ({"code": "5", "tests": []}, None, ["'tests' is an unknown property"]),
    ],
)
def test_a_body_that_is_no_program_is_refused(
    school: School, path: str, pupil: Person, body: Any, status: str | None, listed: list[str]
) -> None:
    reply = school.api.post(path, body, token=pupil.token)
    assert (reply.status, reply.body["errors"]) == (400, listed)
    assert status is None or reply.body["status"] == status
    assert stored_submissions() == []


def test_a_program_is_in_the_courses_language_unless_it_names_another(school: School, path: str, pupil: Person) -> None:
    send(school, path, pupil)
    send(school, path, pupil, language="cpp17")
    send(school, path, pupil, language=None)
    assert [job.language for job in school.judge.jobs if job.tests[0].id == "1"] == ["python3", "cpp17", "python3"]


@pytest.mark.parametrize(
    ("language", "status", "code"),
    [
        ("brainfuck", 400, "unknown_language"),
        ("Python3", 400, "unknown_language"),
        ("{language}", 400, "unknown_language"),
        ("pascal", 422, "language_unavailable"),
    ],
)
def test_a_language_that_cannot_be_judged_is_refused(
    school: School, path: str, pupil: Person, language: str, status: int, code: str
) -> None:
    reply = send(school, path, pupil, language=language)
    assert (reply.status, reply.body["code"]) == (status, code)
    assert stored_submissions() == []


def forget_languages() -> None:
    language_models.Languages("JUDGE", "LANGUAGES").delete()
    languages._described.cache_clear()


def test_until_the_judge_described_itself_nothing_is_taken(school: School, path: str, pupil: Person) -> None:
    forget_languages()
    for reply in (send(school, path, pupil), school.api.get("/languages")):
        assert (reply.status, reply.body["code"]) == (503, "languages_unknown")
    assert stored_submissions() == []
    languages.refresh()
    assert send(school, path, pupil).status == 200


def test_a_course_can_be_read_before_the_judge_described_itself(school: School, path: str, pupil: Person) -> None:
    forget_languages()
    course = school.api.get(path.rpartition("/")[0].rpartition("/")[0], token=pupil.token)
    assert (course.status, course.body["language"]) == (200, {"id": "python3", "name": "python3"})
    listed = school.api.get("/courses", token=pupil.token)
    assert (listed.status, len(listed.body["courses"])) == (200, 1)
    task = school.api.get(path, token=pupil.token)
    assert (task.status, task.body["languages"]) == (200, [])


def test_languages_are_listed_as_the_judge_described_them(school: School) -> None:
    reply = school.api.get("/languages")
    assert reply.status == 200
    assert reply.body["languages"] == [
        {"id": "python3", "name": "Python 3", "version": "3.11", "available": True},
        {"id": "cpp17", "name": "C++17", "version": "12.2", "available": True},
        {"id": "pascal", "name": "Pascal", "version": None, "available": False},
    ]


def test_a_judge_that_is_away_leaves_the_languages_as_they_were(school: School) -> None:
    school.judge.failures = [JudgeUnavailable("away"), JudgeUnavailable("away")]
    with pytest.raises(JudgeUnavailable):
        languages.refresh()
    assert len(languages.list_all()) == 3


def test_a_problem_without_tests_takes_nothing(school: School, pupil: Person) -> None:
    path = school.task_path(pupil, school.problem(tests_count=0))
    reply = send(school, path, pupil)
    assert (reply.status, reply.body["code"]) == (422, "problem_without_tests")


def test_a_submission_is_shown_whole_to_its_author(school: School, path: str, pupil: Person) -> None:
    submission_id = send(school, path, pupil, "4").body["submission_id"]
    shown = school.api.get(f"/submissions/{submission_id}", token=pupil.token).body
    assert shown.pop("problem_id") > 0
    assert list(shown.pop("origin").values()) == [int(part) for part in path.split("/")[2:]]
    assert shown.pop("place")["task_name"] == "Sum"
    assert shown.pop("progress") is None
    assert shown == {
        "id": submission_id,
        "user_id": pupil.id,
        "user_name": pupil.account.name,
        "status": "Checked",
        "is_checked": True,
        "language": "python3",
        "source": "4",
        "verdict": "Wrong answer on test 1: expected 5 in line 1, got 4",
        "code": "WRONG_ANSWER",
        "time": 0.012,
        "memory": 9000,
        "tests_passed": 0,
        "tests_total": 2,
        "points": 0,
        "max_points": 1,
        "task_points": 0,
        "task_max_points": 1,
        "tests": [
            {
                "number": 1,
                "verdict": "WRONG_ANSWER",
                "time": 0.012,
                "memory": 9000,
                "message": "expected 5 in line 1, got 4",
                "share": 0,
                "difference": {"line": 1, "expected": "5", "got": "4"},
                "sample": None,
            },
            {
                "number": 2,
                "verdict": "SKIPPED",
                "time": 0,
                "memory": 0,
                "message": "",
                "share": 0,
                "difference": None,
                "sample": None,
            },
        ],
        "annotations": [],
        "notice": "",
        "coarse_results": False,
        "compiler_output": "",
        "submitted_at": "2026-09-01T09:00:00.000Z",
        "judged_at": "2026-09-01T09:00:00.000Z",
    }


def test_a_verdict_is_worded_in_the_language_of_whoever_reads_it(school: School, path: str, pupil: Person) -> None:
    answer = send(school, path, pupil, "4").body
    assert answer["verdict"] == "Wrong answer on test 1: expected 5 in line 1, got 4"
    russian = {"Accept-Language": "ru"}
    shown = school.api.get(f"/submissions/{answer['submission_id']}", token=pupil.token, headers=russian).body
    assert shown["verdict"] == "Неправильный ответ на тесте 1: ожидалось 5 в строке 1, получено 4"
    assert shown["tests"][0]["message"] == "ожидалось 5 в строке 1, получено 4"
    listed = school.api.get("/submissions", token=pupil.token, headers=russian).body
    assert listed["submissions"][0]["verdict"] == shown["verdict"]


def test_a_right_answer_is_ok_in_every_language_as_pytry_compares_it(school: School, path: str, pupil: Person) -> None:
    answer = school.api.post(path, {"code": "5"}, token=pupil.token, headers={"Accept-Language": "ru"}).body
    assert (answer["verdict"], answer["code"]) == ("OK", "OK")


def test_what_was_stored_before_texts_were_reads_as_it_stands(school: School, path: str, pupil: Person) -> None:
    submission_id = send(school, path, pupil, "4").body["submission_id"]
    stored = models.find_submission(submission_id)
    assert stored is not None
    stored.text = texts.untranslated("Wrong answer on test 1: expected 5")
    stored.results = [[1, "WRONG_ANSWER", 12, 9000, "expected 5", 0]]
    stored.save()
    shown = school.api.get(f"/submissions/{submission_id}", token=pupil.token, headers={"Accept-Language": "ru"}).body
    assert (shown["verdict"], shown["tests"][0]["message"], shown["tests"][0]["difference"]) == (
        "Wrong answer on test 1: expected 5",
        "expected 5",
        None,
    )


def test_a_hidden_test_tells_its_verdict_alone(school: School, pupil: Person) -> None:
    problem = school.problem(("5", "5", "hidden answer"), stop_at_first_failure=False)
    reply = send(school, school.task_path(pupil, problem), pupil)
    assert reply.body["verdict"] == "Wrong answer on test 3"
    shown = school.api.get(f"/submissions/{reply.body['submission_id']}", token=pupil.token).body
    assert [test["message"] for test in shown["tests"]] == ["", "", ""]
    assert "hidden answer" not in str(shown)


def test_what_the_compiler_said_is_shown(school: School, path: str, pupil: Person) -> None:
    school.judge.outcome = Outcome.COMPILE_ERROR
    reply = send(school, path, pupil)
    assert (reply.body["verdict"], reply.body["code"]) == ("Compilation error", "COMPILE_ERROR")
    assert reply.body["compiler_output"] == "line 1: no"


def test_a_submission_is_shown_to_its_author_and_to_those_whose_pupil_that_is(
    school: School, path: str, pupil: Person
) -> None:
    submission_id = send(school, path, pupil).body["submission_id"]
    people = {role: school.person(role) for role in Role}
    school.teach(teacher := school.person(Role.TEACHER), pupil)
    expected = ((people[Role.USER], 403), (people[Role.TEACHER], 403), (people[Role.ADMIN], 200), (teacher, 200))
    for person, status in expected:
        for part in ("", "/tests", "/judgings"):
            reply = school.api.get(f"/submissions/{submission_id}{part}", token=person.token)
            assert reply.status == status
            assert ("source" in reply.body) is (status == 200 and not part)
    assert school.api.get(f"/submissions/{submission_id}").status == 401


def test_a_submission_that_is_not_there_is_not_found(school: School, pupil: Person) -> None:
    reply = school.api.get("/submissions/12345", token=pupil.token)
    assert (reply.status, reply.body["code"]) == (404, "submission_not_found")
