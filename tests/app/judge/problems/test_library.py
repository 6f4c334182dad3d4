"""The library of problems: writing, changing, publishing and taking out; tests by JSON."""

import threading
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.http import errors
from chalicelib.judge import models
from chalicelib.judge.problems import library, testsets
from chalicelib.judge.problems.testsets import NewTest, TestCase
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import File
from tests.support.school import Person, Reply, School, aws, counted_requests, in_parallel

SUM = {"title": "Sum"}
TESTS = {"tests": [{"input": "1 2", "output": "3"}, {"input": "2 2", "output": "4"}, {"input": "9 9", "output": "18"}]}


def create(school: School, author: Person, **fields: Any) -> Any:
    reply = school.api.post("/problems", {**SUM, **fields}, token=author.token)
    assert reply.status == 201, reply.body
    return reply.body


def patch(school: School, problem_id: int, who: Person, **changes: Any) -> Reply:
    return school.api.request("PATCH", f"/problems/{problem_id}", json_body=changes, token=who.token)


def put_tests(school: School, problem_id: int, who: Person, body: Any = None) -> Reply:
    return school.api.request("PUT", f"/problems/{problem_id}/tests", json_body=body or TESTS, token=who.token)


def titles(reply: Reply) -> list[str]:
    return [problem["title"] for problem in reply.body["problems"]]


def test_a_problem_is_written_with_what_is_usual(school: School, teacher: Person) -> None:
    made = create(school, teacher)
    assert made.pop("id") > 0
    assert made == {
        "title": "Sum",
        "tags": [],
        "author_id": teacher.id,
        "author_name": teacher.account.name,
        "published": False,
        "version": 1,
        "tests_version": 0,
        "tests_count": 0,
        "time_limit": 1.0,
        "memory_limit": 256,
        "output_limit": None,
        "checker": "tokens",
        "statement": "",
        "statement_language": None,
        "statements": [],
        "limits": {},
        "input_file": "",
        "output_file": "",
        "checker_options": {},
        "scoring": None,
        "stop_at_first_failure": True,
        "coarse_results": False,
        "languages": None,
        "samples": [],
        "created_at": "2026-09-01T09:00:00.000Z",
    }


def test_everything_that_is_written_is_read_again(school: School, teacher: Person) -> None:
    fields = {
        "title": "Сумма",
        "statement": "Сложите *a* и *b*.",
        "time_limit": 2.5,
        "memory_limit": 64,
        "output_limit": 0.5,
        "limits": {"python3": {"time_limit": 5.0, "memory_limit": None}},
        "input_file": "input.txt",
        "output_file": "output.txt",
        "checker": "floats",
        "checker_options": {"absolute": 0.001},
        "scoring": {"points": [1, 2]},
        "stop_at_first_failure": False,
        "coarse_results": True,
        "languages": ["python3", "cpp17"],
    }
    made = create(school, teacher, **fields)
    shown = school.api.get(f"/problems/{made['id']}", token=teacher.token).body
    assert shown == made
    assert {name: shown[name] for name in fields} == fields


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"input_file": "../in"}, "No file can be called '../in'"),
        ({"output_file": "a/b"}, "No file can be called 'a/b'"),
        ({"input_file": "x.txt", "output_file": "x.txt"}, "Input and output are different files"),
    ],
)
def test_files_have_names_of_their_own(school: School, teacher: Person, fields: dict[str, str], fault: str) -> None:
    reply = school.api.post("/problems", {**SUM, **fields}, token=teacher.token)
    assert (reply.status, reply.body["errors"]) == (400, [fault])


@pytest.mark.parametrize(("name", "is_refused"), [("data.txt", True), ("lib", True), ("input.txt", False)])
def test_the_input_lies_in_no_file_that_lies_beside_programs(
    school: School, teacher: Person, name: str, *, is_refused: bool
) -> None:
    problem_id = create(school, teacher)["id"]
    problem = library.get(problem_id)
    problem.tests_version, problem.tests_count, known = 1, 1, problem.version
    beside = {"python3": [File(name="data.txt", data=b"1")], "c": [File(name="lib/a.h", data=b"")]}
    testsets.write(problem_id, 1, [TestCase(b"", b"")], None, beside)
    library.store(problem, known)
    reply = patch(school, problem_id, teacher, input_file=name)
    fault = [f"Beside programs lies a file that '{name}' cannot lie beside"]
    assert (reply.status, reply.body.get("errors")) == ((400, fault) if is_refused else (200, None))


def test_every_fault_of_a_problem_is_told(school: School, teacher: Person) -> None:
    faulty = {
        "time_limit": 100.0,
        "limits": {"python3": {"time_limit": 50.0}, "klingon": {}},
        "checker": "guess",
        "scoring": {"points": [-1]},
        "languages": ["elvish"],
    }
    reply = school.api.post("/problems", {**SUM, **faulty}, token=teacher.token)
    assert (reply.status, reply.body["code"]) == (400, "bad_problem")
    assert [fault.split(";")[0] for fault in reply.body["errors"]] == [
        "There is no checker 'guess'",
        "Points are a number from 0 to 1000000",
        "The time limit is outside what one invocation of the judge can keep",
        "python3: The time limit is outside what one invocation of the judge can keep",
        "klingon: The time limit is outside what one invocation of the judge can keep",
        "There is no language 'elvish'",
        "There is no language 'klingon'",
    ]
    assert [(each["field"], each["code"]) for each in reply.body["violations"]] == [
        ("/checker", "unknown_checker"),
        ("/scoring", "points_range"),
        ("/time_limit", "time_limit_outside"),
        ("/limits/python3/time_limit", "time_limit_outside"),
        ("/limits/klingon/time_limit", "time_limit_outside"),
        ("/languages", "no_such_language"),
        ("/languages", "no_such_language"),
    ]
    assert titles(school.api.get("/problems", token=teacher.token)) == []


def test_the_faults_of_a_problem_are_told_in_the_readers_language(school: School, teacher: Person) -> None:
    body = {**SUM, "checker_options": {"absolute": 1}, "limits": {"python3": {"time_limit": 50.0}}}
    reply = school.api.post("/problems", body, token=teacher.token, headers={"Accept-Language": "ru"})
    assert reply.body["errors"] == [
        "У чекера «tokens» нет таких параметров: absolute",
        "python3: С таким лимитом времени один запуск проверки не справится",
    ]
    assert reply.body["detail"] == f"Задачу нельзя проверять: {'; '.join(reply.body['errors'])}"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"checker": "custom"}, "The checker is a program: it comes with a package"),
        ({"checker": "interactive"}, "The interactor is a program: it comes with a package"),
        ({"checker_options": {"absolute": 1}}, "The checker 'tokens' takes no absolute"),
        ({"scoring": {"points": [1.5] * 20_000}}, "More than 10000 tests"),
        ({"scoring": {"groups": []}, "time_limit": 44.6}, "The time limit is outside"),
    ],
)
def test_a_change_that_makes_no_problem_changes_nothing(
    school: School, teacher: Person, changes: dict[str, Any], fault: str
) -> None:
    made = create(school, teacher)
    reply = patch(school, made["id"], teacher, **changes)
    assert reply.status == 400
    assert any(each.startswith(fault) for each in reply.body["errors"]), reply.body["errors"]
    assert school.api.get(f"/problems/{made['id']}", token=teacher.token).body == made


def test_a_statement_must_fit_its_item(school: School, teacher: Person) -> None:
    problem = library.get(create(school, teacher)["id"])
    with pytest.raises(errors.BadRequest, match="The statement is larger than 131072 bytes"):
        library.change(problem, statement="я" * 65_537)
    assert len(library.change(library.get(problem.id), statement="я" * 65_536).statement) == 65_536
    body = '{"statement": "' + "я" * 65_537 + '"}'
    reply = school.api.request("PATCH", f"/problems/{problem.id}", raw_body=body.encode(), token=teacher.token)
    (violation,) = reply.body["violations"]
    assert (violation["field"], violation["code"]) == ("/statement", "statement_too_large")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "x" * 201},
        {"title": 5},
        {**SUM, "time_limit": 0},
        {**SUM, "time_limit": "1"},
        {**SUM, "memory_limit": 1025},
        {**SUM, "languages": []},
        {**SUM, "limits": {"": {}}},
        {**SUM, "limits": []},
        {**SUM, "published": True},
        {**SUM, "tests": []},
        {**SUM, "scoring": []},
    ],
)
def test_a_body_that_is_no_problem_is_refused(school: School, teacher: Person, body: dict[str, Any]) -> None:
    assert school.api.post("/problems", body, token=teacher.token).status == 400


def test_one_changes_ones_own_problems_and_admins_all(school: School, teacher: Person, admin: Person) -> None:
    made = create(school, teacher)
    other = school.person(Role.TEACHER)
    path = f"/problems/{made['id']}"
    assert [school.api.get(path, token=who.token).status for who in (teacher, admin, other)] == [200, 200, 403]
    assert [patch(school, made["id"], who, title="New").status for who in (teacher, admin, other)] == [200, 200, 403]
    assert put_tests(school, made["id"], other).status == 403
    assert school.api.request("DELETE", path, token=other.token).status == 403
    assert school.api.post(f"{path}/package", {"size": 1}, token=other.token).status == 403


def test_a_published_problem_is_read_by_every_teacher(school: School, teacher: Person) -> None:
    made = create(school, teacher)
    put_tests(school, made["id"], teacher)
    assert patch(school, made["id"], teacher, published=True).body["published"] is True
    assert school.api.get(f"/problems/{made['id']}", token=school.person(Role.TEACHER).token).status == 200


def test_those_that_one_may_use_are_ones_own_and_the_published(school: School, teacher: Person) -> None:
    other = school.person(Role.TEACHER)

    def add(who: Person, title: str, *, published: bool = False) -> None:
        school.clock.forward(timedelta(seconds=1))
        made = create(school, who, title=title, tags=["графы"])
        if published:
            put_tests(school, made["id"], who)
            assert patch(school, made["id"], who, published=True).status == 200

    add(other, "Shared", published=True)
    add(other, "Hidden")
    add(teacher, "Own")
    add(other, "Shared too", published=True)

    def found(query: str, who: Person = teacher) -> list[list[str]]:
        pages, cursor = [], ""
        while True:
            reply = school.api.get(f"/problems?{query}{cursor}", token=who.token)
            pages.append(titles(reply))
            if "x-next-cursor" not in reply.headers:
                return pages
            cursor = f"&cursor={reply.headers['x-next-cursor']}"

    assert found("limit=5") == [["Own"]]
    assert found("with_published=true") == found("with_published=true&tag=Графы") == [["Shared too", "Own", "Shared"]]
    assert [page for page in found("with_published=true&limit=1") if page] == [["Shared too"], ["Own"], ["Shared"]]
    assert found("with_published=true&q=shared&limit=1")[:2] == [["Shared too"], ["Shared"]]
    assert not any(found("with_published=true&q=hidden"))
    everything = ["Shared too", "Own", "Hidden", "Shared"]
    assert found("with_published=true", school.person(Role.ADMIN)) == [everything]


def test_a_change_touches_what_it_names_alone(school: School, teacher: Person) -> None:
    made = create(school, teacher, statement="Add.", scoring={"points": [1]}, languages=["python3"])
    changed = patch(school, made["id"], teacher, title="Other", scoring=None).body
    assert changed == {**made, "title": "Other", "scoring": None, "version": 2}
    assert patch(school, made["id"], teacher).body == {**changed, "version": 3}


def test_of_two_changes_at_once_one_is_told_to_look_again(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher)["id"]
    read = [library.get(problem_id), library.get(problem_id)]
    library.change(read[0], title="First")
    with pytest.raises(errors.Conflict):
        library.change(read[1], title="Second")
    assert library.get(problem_id).title == "First"


def test_tests_are_put_and_the_first_two_shown(school: School, teacher: Person) -> None:
    made = create(school, teacher)
    put = put_tests(school, made["id"], teacher)
    assert (put.status, put.body["tests_count"], put.body["tests_version"], put.body["version"]) == (200, 3, 1, 2)
    assert put.body["samples"] == [{"input": "1 2", "output": "3"}, {"input": "2 2", "output": "4"}]
    stored = testsets.read(made["id"], 1).tests
    assert [(test.input, test.answer) for test in stored] == [(b"1 2", b"3"), (b"2 2", b"4"), (b"9 9", b"18")]


@pytest.mark.parametrize("samples", [0, 1, 3])
def test_of_hidden_tests_nothing_is_told(school: School, teacher: Person, samples: int) -> None:
    problem_id = create(school, teacher, stop_at_first_failure=False)["id"]
    put = put_tests(school, problem_id, teacher, {**TESTS, "samples": samples})
    assert len(put.body["samples"]) == samples
    program = Program(language="python3", source="wrong")
    sent = submissions.submit(teacher.id, library.get(problem_id), program, origin="test#1")
    shown = school.api.get(f"/submissions/{sent.id}", token=teacher.token).body["tests"]
    assert [bool(test["message"]) for test in shown] == [number < samples for number in range(3)]


def test_samples_that_do_not_fit_are_not_shown(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher)["id"]
    large = [NewTest(input="x" * 40_000, output="1"), NewTest(input="y" * 40_000, output="2")]
    assert [len(each.input) for each in library.replace_tests(library.get(problem_id), large).samples] == [40_000]


@pytest.mark.parametrize(
    ("tests", "scoring"),
    [
        ([{"points": 1.0}, {"points": 2.5}], {"points": [1.0, 2.5]}),
        (
            [{"points": 1.0, "group": "a"}, {"points": 2.0, "group": "a"}, {"points": 5.0, "group": "b"}],
            {
                "groups": [
                    {"name": "a", "tests": 2, "points": 3.0, "rule": "all"},
                    {"name": "b", "tests": 1, "points": 5.0, "rule": "all"},
                ]
            },
        ),
    ],
)
def test_points_and_groups_make_the_scoring(school: School, teacher: Person, tests: Any, scoring: Any) -> None:
    problem_id = create(school, teacher)["id"]
    put = put_tests(school, problem_id, teacher, {"tests": [{"input": "", "output": "1", **each} for each in tests]})
    assert put.body["scoring"] == scoring


@pytest.mark.parametrize(
    ("tests", "fault"),
    [
        ([{"points": 1}, {}], "Either every test has points or none has"),
        ([{"group": "a"}, {}], "Either every test has a group or none has"),
        ([{"group": "a"}], "Groups without points earn nothing: give each test its points"),
        ([{"group": name, "points": 1} for name in "aba"], "Two groups are called 'a'"),
    ],
)
def test_points_and_groups_that_do_not_go_together_are_refused(
    school: School, teacher: Person, tests: Any, fault: str
) -> None:
    problem_id = create(school, teacher)["id"]
    reply = put_tests(school, problem_id, teacher, {"tests": [{"input": "", "output": "", **each} for each in tests]})
    assert (reply.status, reply.body["errors"]) == (400, [fault])
    assert [each["field"] for each in reply.body["violations"]] == ["/tests"]
    assert library.get(problem_id).tests_count == 0


def test_a_scoring_that_is_about_other_tests_is_refused(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher, scoring={"points": [1, 2]})["id"]
    reply = put_tests(school, problem_id, teacher)
    assert reply.body["errors"] == ["The scoring is about 2 tests, and there are 3"]
    assert [each["field"] for each in reply.body["violations"]] == ["/tests"]


@pytest.mark.parametrize(
    "body", [{"tests": []}, {"tests": [{"input": "1"}]}, {"tests": [{"input": 1, "output": 2}]}, []]
)
def test_a_body_that_is_no_tests_is_refused(school: School, teacher: Person, body: Any) -> None:
    problem_id = create(school, teacher)["id"]
    path = f"/problems/{problem_id}/tests"
    assert school.api.request("PUT", path, json_body=body, token=teacher.token).status == 400


def test_tests_that_are_larger_than_a_body_may_be_are_refused(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher)["id"]
    assert put_tests(school, problem_id, teacher, {"tests": [{"input": "x" * 262_144, "output": ""}]}).status == 413


def test_of_two_uploads_at_once_one_wins_and_keeps_its_tests(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher)["id"]

    def put(number: int) -> models.Problem:
        problem = library.get(problem_id)
        together.wait()
        return library.replace_tests(problem, [NewTest(input=str(number), output=str(number))])

    together = threading.Barrier(4)
    results = in_parallel(4, put)
    won = [result for result in results if isinstance(result, models.Problem)]
    assert sum(isinstance(result, errors.Conflict) for result in results) == 3
    stored = library.get(problem_id)
    testsets.forget()
    (test,) = testsets.read(problem_id, stored.tests_version).tests
    assert [(each.tests_version, each.samples[0].input) for each in won] == [
        (stored.tests_version, (test.input or b"").decode())
    ]


def test_what_was_judged_keeps_the_tests_it_was_judged_by(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher)["id"]
    put_tests(school, problem_id, teacher)
    school.queue.held = True
    program = Program(language="python3", source="3")
    sent = submissions.submit(teacher.id, library.get(problem_id), program, origin="test#1")
    put_tests(school, problem_id, teacher, {"tests": [{"input": "", "output": "3"}]})
    school.queue.deliver()
    judged = submissions.get(sent.id)
    assert (judged.tests_version, judged.tests_total, judged.verdict) == (1, 3, "WRONG_ANSWER")


def test_a_language_may_have_limits_of_its_own(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher, limits={"cpp17": {"time_limit": 0.5, "memory_limit": 16}})["id"]
    put_tests(school, problem_id, teacher)
    for language in ("python3", "cpp17"):
        program = Program(language=language, source="3")
        submissions.submit(teacher.id, library.get(problem_id), program, origin="test#1")
    kept = dict.fromkeys((job.tests[0].time_limit_ms, job.tests[0].memory_limit_kb) for job in school.judge.jobs)
    assert list(kept) == [(1000, 256 * 1024), (500, 16 * 1024)]


def test_a_problem_may_take_some_languages_alone(school: School, teacher: Person) -> None:
    path = school.task_path(teacher, school.problem(languages=["cpp17"]))
    refused = school.api.post(path, {"code": "5", "language": "python3"}, token=teacher.token)
    assert (refused.status, refused.body["code"]) == (422, "language_not_allowed")
    assert "cpp17" in refused.body["detail"]
    assert school.api.post(path, {"code": "5", "language": "cpp17"}, token=teacher.token).status == 200


def test_a_problem_without_tests_is_not_published(school: School, teacher: Person) -> None:
    made = create(school, teacher)
    reply = patch(school, made["id"], teacher, published=True)
    assert (reply.status, reply.body["code"], reply.body["errors"]) == (
        409,
        "not_publishable",
        ["There are no tests yet"],
    )
    put_tests(school, made["id"], teacher)
    assert patch(school, made["id"], teacher, published=True).status == 200
    assert patch(school, made["id"], teacher, published=False).body["published"] is False


def test_a_problem_that_is_taken_out_goes_on_working_where_it_is(
    school: School, teacher: Person, pupil: Person
) -> None:
    made = create(school, teacher)
    put_tests(school, made["id"], teacher, {"tests": [{"input": "", "output": "5"}]})
    patch(school, made["id"], teacher, published=True)
    problem = library.get(made["id"])
    task = school.task_path(pupil, problem)
    path = f"/problems/{made['id']}"
    assert school.api.request("DELETE", path, token=teacher.token).status == 204
    assert school.api.get(path, token=teacher.token).status == 404
    assert patch(school, made["id"], teacher, title="x").status == 404
    assert school.api.request("DELETE", path, token=teacher.token).status == 404
    assert titles(school.api.get("/problems", token=teacher.token)) == []
    assert school.api.get(task, token=pupil.token).status == 200
    sent = school.api.post(task, {"code": "5"}, token=pupil.token)
    assert (sent.status, sent.body["code"]) == (200, "OK")
    admin = school.person(Role.ADMIN)
    rejudged = school.api.post(f"/submissions/{sent.body['submission_id']}/rejudge", token=admin.token)
    assert rejudged.status == 202
    with pytest.raises(errors.Conflict):
        library.change(problem, title="late")


def test_problems_are_listed_to_their_author_and_all_to_admins(school: School, teacher: Person, admin: Person) -> None:
    for title in ("A", "B", "C"):
        create(school, teacher, title=title)
        school.clock.forward(timedelta(milliseconds=5))
    create(school, school.person(Role.TEACHER), title="D")
    assert titles(school.api.get("/problems", token=teacher.token)) == ["C", "B", "A"]
    assert titles(school.api.get("/problems", token=admin.token)) == ["D", "C", "B", "A"]
    first = school.api.get("/problems?limit=2", token=teacher.token)
    rest = school.api.get(f"/problems?limit=2&cursor={first.headers['x-next-cursor']}", token=teacher.token)
    assert (titles(first), titles(rest)) == (["C", "B"], ["A"])
    assert school.api.get("/problems?cursor=rubbish", token=teacher.token).status == 400


@pytest.mark.parametrize("count", [10, 100, 1000])
def test_a_page_of_problems_costs_the_same_however_many_there_are(
    school: School, teacher: Person, admin: Person, count: int
) -> None:
    with models.Problem.batch_write() as batch:
        for number in range(count):
            now = school.clock.now + timedelta(seconds=number)
            batch.save(models.new_problem(number + 1, teacher.id, now, title=f"P{number}"))
    for who in (teacher, admin):
        with counted_requests() as requests:
            page = school.api.get("/problems?limit=10", token=who.token)
        assert titles(page) == [f"P{number}" for number in range(count - 1, count - 11, -1)]
        assert requests == {"BatchGetItem": 3, "Query": 1}


def test_tests_lie_under_a_version_of_their_own(school: School, teacher: Person) -> None:
    problem_id = create(school, teacher)["id"]
    for _ in range(3):
        put_tests(school, problem_id, teacher)
    listed = aws("s3").list_objects_v2(Bucket="lyceum-test-data", Prefix=f"tests/{problem_id}/")["Contents"]
    assert [item["Key"] for item in listed] == [f"tests/{problem_id}/{version}.zip" for version in (1, 2, 3)]
