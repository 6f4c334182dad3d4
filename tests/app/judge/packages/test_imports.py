"""Packages from their announcement to a problem that is proved: what comes twice, what breaks off, what is refused."""

import base64
import hashlib
import itertools
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from chalicelib.common import hooks
from chalicelib.common.dynamo import items
from chalicelib.common.http import errors
from chalicelib.common.texts import Text
from chalicelib.judge import models
from chalicelib.judge.grading import batches
from chalicelib.judge.packages import announcing, imports, inspection
from chalicelib.judge.problems import library, testsets
from chalicelib.judge.problems.testsets import NewTest
from chalicelib.judge.submissions import rejudging, submissions
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, File, Job, Outcome, Report, Run, TestInput
from tests.app.judge.packages.sending import (
    PACKAGE,
    STANDARD,
    VALIDATED,
    Files,
    announce,
    deliver,
    imported,
    message,
    pages_of,
    report,
    send,
    shown,
)
from tests.support import zips
from tests.support.log import Log
from tests.support.school import Person, Queue, School, aws, in_parallel, stored_items


def compiles_nothing(job: Job) -> Report:
    return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.COMPILE_ERROR, output="no"))


def crashes(job: Job) -> Report:
    runs = tuple(Run(id=test.id, outcome=Outcome.RUNTIME_ERROR, exit_code=3) for test in job.tests)
    return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs)


@contextmanager
def hurried(school: School) -> Iterator[None]:
    """Time passes so fast that each page makes one job's tests."""
    moments = itertools.count(step=1000)
    with hooks.override(monotonic=lambda: float(next(moments))):
        yield


def publish(school: School, teacher: Person, problem_id: int, **more: Any) -> Any:
    changes = {"published": True, **more}
    return school.api.request("PATCH", f"/problems/{problem_id}", json_body=changes, token=teacher.token)


MADE = tuple(testsets.TestCase(given, b"5") for given in (b"one", b"two", b"three"))


def test_tests_that_a_package_only_describes_are_made(school: School, teacher: Person, problem_id: int) -> None:
    told = imported(school, teacher, problem_id, STANDARD)
    assert (told["faults"], told["state"]) == ([], "done")
    assert testsets.read(problem_id, told["tests_version"]).tests == MADE


def test_large_tests_are_read_one_by_one_here_and_when_they_judge(
    school: School, teacher: Person, problem_id: int
) -> None:
    tests = [(b"%d" % number, os.urandom(17 * 1024 * 1024)) for number in range(1, 3)]
    files = {f"{number}.in": given for number, (given, _) in enumerate(tests, 1)}
    files |= {f"{number}.out": answer for number, (_, answer) in enumerate(tests, 1)}
    assert sum(len(data) for data in files.values()) > max(inspection.HELD_BYTES, testsets.HELD_BYTES)
    told = imported(school, teacher, problem_id, zips.packed(files, compressed=False))
    assert (told["faults"], told["state"]) == ([], "done")
    stored = testsets.read(problem_id, told["tests_version"])
    assert not isinstance(stored.tests, tuple)
    assert [(test.input, test.answer) for test in stored.tests] == tests
    assert stored.tests[1:][0] == stored.tests[1]


def test_making_tests_goes_on_in_pages(school: School, teacher: Person, problem_id: int) -> None:
    data = zips.packed(STANDARD)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    pages = pages_of(import_id)
    with hurried(school):
        assert deliver(report(import_id))
        assert shown(school, teacher, problem_id, import_id)["state"] == "importing"
        assert deliver(next(pages))
        assert deliver(next(pages))
        assert shown(school, teacher, problem_id, import_id)["state"] == "importing"
    last = next(pages)
    assert deliver(last)
    told = shown(school, teacher, problem_id, import_id)
    assert told["state"] == "done"
    assert testsets.read(problem_id, told["tests_version"]).tests == MADE
    assert deliver(last)


def test_a_page_after_which_another_was_begun_is_done_with(school: School, teacher: Person, problem_id: int) -> None:
    data = zips.packed(STANDARD)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    with hurried(school):
        assert deliver(report(import_id))
        assert deliver(next(pages_of(import_id)))
    asked = len(school.judge.jobs)
    assert deliver(report(import_id, times=2))
    assert deliver(report(import_id, times=4))
    assert (len(school.judge.jobs), shown(school, teacher, problem_id, import_id)["state"]) == (asked, "importing")


def stores_outputs(job: Job, *, size: int, reported: int) -> Report:
    """A judge whose programs print so much that it puts that where the job says."""

    def run(test: TestInput) -> Run:
        key = urlsplit(str(test.output_url)).path.rpartition("made/")
        aws("s3").put_object(Bucket="lyceum-test-data", Key="".join(key[1:]), Body=job.source.encode() * size)
        return Run(id=test.id, outcome=Outcome.OK, exit_code=0, stored_bytes=reported)

    runs = tuple(map(run, job.tests))
    return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs)


def test_large_tests_are_made_where_the_judge_puts_them(school: School, teacher: Person, problem_id: int) -> None:
    size = batches.MAX_INPUT_BYTES
    asked: list[Job] = []

    def judge(event: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        asked.append(wire.job_from_json(event))
        length = len(asked[-1].source) * size
        return wire.report_to_json(stores_outputs(asked[-1], size=size, reported=length))

    school.use_judge(judge)
    data = zips.packed(STANDARD)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    with hurried(school):
        assert deliver(report(import_id))
        pages = pages_of(import_id)
        while shown(school, teacher, problem_id, import_id)["state"] == "importing":
            assert deliver(next(pages))
    told = shown(school, teacher, problem_id, import_id)
    stored = testsets.read(problem_id, told["tests_version"]).tests
    assert [test.answer == b"5" * size for test in stored] == [True, True, True]
    assert [(test.input, bool(test.kept_at)) for test in stored] == [(b"one", False), (None, True), (None, True)]
    assert [test.input_url is not None for job in asked for test in job.tests if job.source == "5"][:3] == [
        False,
        True,
        True,
    ]


def test_a_judge_that_put_something_else_than_it_says_makes_no_tests(
    school: School, teacher: Person, problem_id: int
) -> None:
    school.use_judge(
        lambda event, _: wire.report_to_json(stores_outputs(wire.job_from_json(event), size=2, reported=7))
    )
    told = imported(school, teacher, problem_id, STANDARD)
    reason = "What was made of test 1.out is not there as it was reported: send the package again"
    assert (told["state"], [each["reason"] for each in told["faults"]]) == ("failed", [reason])


def refuses(*words: str) -> Callable[[Job], Report]:
    """A judge whose programs print their source, and whose validators refuse inputs with these words."""

    def judge(job: Job) -> Report:
        def run(test: TestInput) -> Run:
            bad = "validator" in job.job_id and any(word.encode() in (test.input or b"") for word in words)
            outcome, code = (Outcome.RUNTIME_ERROR, 3) if bad else (Outcome.OK, 0)
            return Run(id=test.id, outcome=outcome, exit_code=code, stdout=job.source.encode())

        runs = tuple(map(run, job.tests))
        return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs)

    return judge


@pytest.mark.parametrize(
    ("words", "faults"),
    [
        (["never"], []),
        (
            ["three", "one"],
            [
                {"file": "tests/01", "reason": "The validator v.py refuses it: x"},
                {"file": "tests/03", "reason": "The validator v.py refuses it: x"},
            ],
        ),
    ],
)
def test_tests_are_validated_also_those_that_are_made(
    school: School, teacher: Person, problem_id: int, words: list[str], faults: list[dict[str, str]]
) -> None:
    judge = refuses(*words)
    school.use_judge(lambda event, _: wire.report_to_json(judge(wire.job_from_json(event))))
    data = zips.packed(VALIDATED)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    assert deliver(report(import_id))
    told = shown(school, teacher, problem_id, import_id)
    assert (told["faults"], told["state"]) == (faults, "failed" if faults else "done")


def test_validating_goes_on_in_pages(school: School, teacher: Person, problem_id: int) -> None:
    judge, asked = refuses("three"), []

    def answer(event: Mapping[str, Any], _: str) -> Mapping[str, Any]:
        job = wire.job_from_json(event)
        asked.append(job.job_id)
        return wire.report_to_json(judge(job))

    school.use_judge(answer)
    large = "x" * batches.MAX_INPUT_BYTES
    data = zips.packed({**VALIDATED, "tests/01": large})
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    with hurried(school):
        assert deliver(report(import_id))
        for page in itertools.islice(pages_of(import_id), 6):
            assert deliver(page)
    assert shown(school, teacher, problem_id, import_id)["faults"] == [
        {"file": "tests/03", "reason": "The validator v.py refuses it: x"}
    ]
    assert [each for each in asked if "validator" in each] == [
        f"import-{import_id}-validator-1-1",
        f"import-{import_id}-validator-1-2",
        f"import-{import_id}-validator-1-3",
    ]


@pytest.mark.parametrize(
    ("judge", "fault"),
    [
        (compiles_nothing, "'gen' makes tests and does not compile: no"),
        (crashes, "'gen', which makes test 2, ended with exit code 3"),
    ],
)
def test_a_program_that_makes_no_tests_is_told(
    school: School, teacher: Person, problem_id: int, judge: Callable[[Job], Report], fault: str
) -> None:
    school.use_judge(lambda event, _: wire.report_to_json(judge(wire.job_from_json(event))))
    told = imported(school, teacher, problem_id, STANDARD)
    assert (told["state"], [each["reason"] for each in told["faults"]]) == ("failed", [fault])


def test_a_package_is_sent_where_the_answer_says(school: School, teacher: Person, problem_id: int) -> None:
    reply = school.api.post(f"/problems/{problem_id}/package", {"size": 1234}, token=teacher.token)
    import_id, upload = reply.body["import_id"], reply.body["upload"]
    assert "lyceum-test-data" in upload["url"]
    assert upload["fields"]["key"] == f"imports/{import_id}.zip"
    policy = json.loads(base64.b64decode(upload["fields"]["policy"]))
    assert ["content-length-range", 1234, 1234] in policy["conditions"]
    assert shown(school, teacher, problem_id, import_id) == {
        "import_id": import_id,
        "problem_id": problem_id,
        "state": "waiting_for_upload",
        "tests_version": 0,
        "faults": [],
        "warnings": [],
        "jury": [],
    }


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"size": 0}, 400),
        ({"size": "1"}, 400),
        ({"size": 1, "sha256": "abc"}, 400),
        ({"size": announcing.MAX_PACKAGE_BYTES + 1}, 413),
        ({"size": announcing.MAX_PACKAGE_BYTES}, 201),
    ],
)
def test_what_may_be_announced(school: School, teacher: Person, problem_id: int, body: Any, status: int) -> None:
    assert school.api.post(f"/problems/{problem_id}/package", body, token=teacher.token).status == status


def test_sixty_packages_an_hour_may_be_announced(school: School, teacher: Person, problem_id: int) -> None:
    problem = library.get(problem_id)
    for _ in range(announcing.IMPORTS.allowed):
        announcing.announce(problem, teacher.id, size=1)
    with pytest.raises(errors.TooManyRequests):
        announcing.announce(problem, teacher.id, size=1)


def test_an_import_is_shown_with_its_own_problem_alone(school: School, teacher: Person, problem_id: int) -> None:
    import_id = announce(school, teacher, problem_id, b"x")
    other = school.api.post("/problems", {"title": "Other"}, token=teacher.token).body["id"]
    assert school.api.get(f"/problems/{other}/package/{import_id}", token=teacher.token).status == 404
    assert school.api.get(f"/problems/{problem_id}/package/1", token=teacher.token).status == 404


def test_a_package_becomes_the_problem(school: School, teacher: Person, problem_id: int) -> None:
    done = imported(school, teacher, problem_id)
    assert (done["state"], done["tests_version"], done["faults"]) == ("done", 1, [])
    assert [(each["file"], each["promised"], each["verdict"], each["is_met"]) for each in done["jury"]] == [
        ("submissions/accepted/right.py", ["OK"], "OK", True),
        ("submissions/wrong_answer/wrong.py", ["OUTPUT_LIMIT", "WRONG_ANSWER"], "WRONG_ANSWER", True),
    ]
    problem = school.api.get(f"/problems/{problem_id}", token=teacher.token).body
    assert (problem["title"], problem["statement"], problem["tests_count"]) == ("Five", "Print five.", 2)
    assert problem["samples"] == [{"input": "", "output": "5"}]
    assert publish(school, teacher, problem_id).body["published"] is True


def test_the_jury_uses_up_nobodys_quota_and_is_in_nobodys_history(
    school: School, teacher: Person, problem_id: int
) -> None:
    imported(school, teacher, problem_id, {**PACKAGE, **{f"submissions/accepted/{n}.py": "5" for n in range(30)}})
    assert models.find_submitter(teacher.id).in_day == 0
    assert models.find_submitter(teacher.id).pending == 0
    assert school.api.get("/submissions", token=teacher.token).body == {"submissions": []}


def test_until_the_jury_is_judged_the_import_is_judging(school: School, teacher: Person, problem_id: int) -> None:
    school.queue.held = True
    judging = imported(school, teacher, problem_id)
    assert (judging["state"], [each["verdict"] for each in judging["jury"]]) == ("judging", ["PENDING", "PENDING"])
    refused = publish(school, teacher, problem_id)
    assert (refused.status, refused.body["errors"]) == (
        409,
        [
            "submissions/accepted/right.py is still being judged",
            "submissions/wrong_answer/wrong.py is still being judged",
        ],
    )
    school.queue.deliver()
    assert shown(school, teacher, problem_id, judging["import_id"])["state"] == "done"


def test_a_promise_that_is_not_kept_forbids_publishing(school: School, teacher: Person, problem_id: int) -> None:
    done = imported(school, teacher, problem_id, {**PACKAGE, "submissions/accepted/right.py": "6"})
    complaint = "promises OK and got WRONG_ANSWER: Wrong answer on test 1: expected 5 in line 1, got 6"
    assert done["state"] == "done"
    assert done["faults"] == [
        {"file": "submissions/accepted/right.py", "reason": f"submissions/accepted/right.py {complaint}"}
    ]
    refused = publish(school, teacher, problem_id)
    assert (refused.status, refused.body["code"]) == (409, "not_publishable")
    assert refused.body["errors"] == [f"submissions/accepted/right.py {complaint}"]
    assert library.get(problem_id).published is False


@pytest.mark.parametrize(
    ("said", "broken"),
    [
        ("{secret/2: {permitted: [AC]}, secret/1: {required: [WA]}}", None),
        ("{secret/2: {required: [WA, RTE]}}", "secret/2: no test got MEMORY_LIMIT or OUTPUT_LIMIT or RUNTIME_ERROR or"),
        ("{message: expected 5 in line 1, sample: {message: expected 6}}", "sample: 'expected 6' was said of no test"),
    ],
)
def test_what_is_promised_of_single_tests_is_looked_at_in_all_of_them(
    school: School, teacher: Person, problem_id: int, said: str, broken: str | None
) -> None:
    """By its verdict alone the program would stop at the sample, which it fails."""
    files = {**PACKAGE, "data/secret/2.in": "", "data/secret/2.ans": "4"}
    done = imported(school, teacher, problem_id, {**files, "submissions/submissions.yaml": f"wrong_answer/*: {said}"})
    told = {each["file"]: each for each in done["jury"]}["submissions/wrong_answer/wrong.py"]
    assert (done["state"], told["is_met"]) == ("done", broken is None)
    reasons = [each["reason"] for each in done["faults"] if each["file"] == told["file"]]
    assert len(reasons) == (0 if broken is None else 1)
    assert broken is None or broken in reasons[0]
    rejudging.rejudge(told["submission_id"])
    again = {each["file"]: each for each in shown(school, teacher, problem_id, done["import_id"])["jury"]}
    assert again[told["file"]]["is_met"] is (broken is None)


def test_what_a_package_lets_programs_print_is_the_problems(school: School, teacher: Person, problem_id: int) -> None:
    imported(school, teacher, problem_id, {**PACKAGE, "problem.yaml": "limits: {time_limit: 1, output: 2}"})
    assert library.get(problem_id).output_limit_kb == 2048
    imported(school, teacher, problem_id)
    assert library.get(problem_id).output_limit_kb is None


def test_a_program_of_several_files_is_judged_with_all_of_them(
    school: School, teacher: Person, problem_id: int
) -> None:
    pair = {"submissions/accepted/pair/main.py": "5", "submissions/accepted/pair/other.py": "6"}
    done = imported(school, teacher, problem_id, {**PACKAGE, **pair})
    (judged,) = (each for each in done["jury"] if each["file"] == "submissions/accepted/pair/")
    assert judged["is_met"]
    jobs = [job for job in school.judge.jobs if job.job_id.startswith(str(judged["submission_id"]))]
    assert {(job.files, job.files_at_run) for job in jobs} == {((File(name="other.py", data=b"6"),), True)}


def test_an_import_says_how_the_authors_own_program_failed(school: School, teacher: Person, problem_id: int) -> None:
    done = imported(school, teacher, problem_id)
    for program in done["jury"]:
        judged = submissions.get(program["submission_id"])
        judged.verdict, judged.notice = "SYSTEM_ERROR", Text("did_not_run", "did not run")
        judged.save()
    (told,) = shown(school, teacher, problem_id, done["import_id"])["faults"]
    complaint = "promises OK and got SYSTEM_ERROR: did not run; so did 1 other program"
    assert told == {
        "file": "submissions/accepted/right.py",
        "reason": f"submissions/accepted/right.py {complaint}",
    }
    assert publish(school, teacher, problem_id).body["errors"] == [told["reason"]]


def test_a_package_that_promises_nothing_may_be_published_at_once(
    school: School, teacher: Person, problem_id: int
) -> None:
    assert imported(school, teacher, problem_id, {"1.in": "", "1.out": "5"})["jury"] == []
    assert publish(school, teacher, problem_id).status == 200


@pytest.mark.parametrize(
    "change",
    [
        lambda problem: library.change(problem, checker="exact"),
        lambda problem: library.change(problem, time_limit_ms=2000),
        lambda problem: library.replace_tests(problem, [NewTest(input="", output="5")] * 3),
    ],
    ids=["checker", "limits", "tests"],
)
def test_what_may_change_verdicts_withdraws_the_proof_and_has_the_jury_judged_anew(
    school: School, teacher: Person, problem_id: int, change: Callable[[models.Problem], models.Problem]
) -> None:
    imported(school, teacher, problem_id)
    publish(school, teacher, problem_id)
    school.clock.forward(timedelta(seconds=1))
    school.queue.held = True
    assert change(library.get(problem_id)).published is False
    assert publish(school, teacher, problem_id).status == 409
    school.queue.deliver()
    assert publish(school, teacher, problem_id).status == 200


def test_a_change_that_breaks_a_promise_is_found_out(school: School, teacher: Person, problem_id: int) -> None:
    imported(school, teacher, problem_id)
    school.clock.forward(timedelta(seconds=1))
    library.replace_tests(library.get(problem_id), [NewTest(input="", output="4")])
    refused = publish(school, teacher, problem_id)
    assert [each.partition(" promises")[0] for each in refused.body["errors"]] == [
        "submissions/accepted/right.py",
        "submissions/wrong_answer/wrong.py",
    ]


def test_a_verdict_by_rules_that_no_longer_hold_proves_nothing(
    school: School, teacher: Person, problem_id: int
) -> None:
    """A judge that began before the change, and ends after it."""
    school.queue.held = True
    imported(school, teacher, problem_id)
    school.clock.forward(timedelta(seconds=1))
    school.rejudges.held = True
    library.replace_tests(library.get(problem_id), [NewTest(input="", output="5")])
    stale = [each for each in stored_items("judge") if each["kind"] == "submission"]
    assert {each["tests_version"] for each in stale} == {1}
    school.rejudges.deliver()
    school.queue.deliver()
    assert publish(school, teacher, problem_id).status == 200
    judged = [each for each in stored_items("judge") if each["kind"] == "submission"]
    assert {(each["tests_version"], each["rules_version"]) for each in judged} == {(2, 3)}


def test_other_changes_leave_the_proof(school: School, teacher: Person, problem_id: int) -> None:
    imported(school, teacher, problem_id)
    publish(school, teacher, problem_id)
    assert library.change(library.get(problem_id), title="Other", statement="New").published is True


def test_publishing_and_changing_at_once_needs_a_new_proof(school: School, teacher: Person, problem_id: int) -> None:
    imported(school, teacher, problem_id)
    assert publish(school, teacher, problem_id, checker="exact").status == 409
    assert library.get(problem_id).checker == "tokens"


def test_another_package_takes_the_place_of_the_first(school: School, teacher: Person, problem_id: int) -> None:
    first = imported(school, teacher, problem_id)
    publish(school, teacher, problem_id)
    second = imported(school, teacher, problem_id, {**PACKAGE, "problem.yaml": "name: Five again"})
    assert (second["state"], second["tests_version"]) == ("done", 2)
    problem = library.get(problem_id)
    assert (problem.title, problem.published, problem.jury_import) == ("Five again", False, second["import_id"])
    assert shown(school, teacher, problem_id, first["import_id"])["state"] == "done"


def test_a_refused_package_changes_nothing_and_says_why(school: School, teacher: Person, problem_id: int) -> None:
    before = school.api.get(f"/problems/{problem_id}", token=teacher.token).body
    failed = imported(school, teacher, problem_id, {"1.in": "", "2.out": "", "../x.in": ""})
    assert failed["state"] == "failed"
    assert failed["faults"] == [{"file": "../x.in", "reason": "Its name leads elsewhere"}]
    assert school.api.get(f"/problems/{problem_id}", token=teacher.token).body == before
    assert publish(school, teacher, problem_id).status == 409


def test_what_is_wrong_with_a_package_is_told_in_the_readers_language(
    school: School, teacher: Person, problem_id: int
) -> None:
    """Also of the jury's programs, whose verdicts are worded anew, and when the problem is to be published."""
    russian = {"Accept-Language": "ru"}
    failed = imported(school, teacher, problem_id, {**PACKAGE, "problem.yaml": "a: *b"})
    path = f"/problems/{problem_id}/package"
    told = school.api.get(f"{path}/{failed['import_id']}", token=teacher.token, headers=russian).body
    assert told["faults"] == [
        {"file": "problem.yaml", "reason": "Файл не читается как YAML: псевдонимы не поддерживаются"}
    ]
    broken = imported(school, teacher, problem_id, {**PACKAGE, "submissions/accepted/right.py": "4"})
    told = school.api.get(f"{path}/{broken['import_id']}", token=teacher.token, headers=russian).body
    complaint = (
        "submissions/accepted/right.py: обещано OK, а получено WRONG_ANSWER: "
        "Неправильный ответ на тесте 1: ожидалось 5 в строке 1, получено 4"
    )
    assert told["faults"] == [{"file": "submissions/accepted/right.py", "reason": complaint}]
    refused = school.api.request(
        "PATCH", f"/problems/{problem_id}", json_body={"published": True}, token=teacher.token, headers=russian
    )
    assert (refused.status, refused.body["errors"]) == (409, [complaint])
    assert [(each["field"], each["code"]) for each in refused.body["violations"]] == [("/published", "promise_broken")]


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({**PACKAGE, "problem.yaml": "limits: {time_limit: 300}"}, "The time limit is outside what one invocation"),
        (
            {**PACKAGE, "problem.yaml": "validation: custom", "output_validators/v.rs": "fn main() {}"},
            "There is no language 'rust'",
        ),
        ({**PACKAGE, **{f"submissions/accepted/{n}.py": "5" for n in range(100)}}, "There are more than 100 programs"),
    ],
)
def test_a_package_that_could_not_be_judged_is_refused(
    school: School, teacher: Person, problem_id: int, files: Files, reason: str
) -> None:
    failed = imported(school, teacher, problem_id, files)
    assert (failed["state"], failed["faults"][0]["reason"][: len(reason)]) == ("failed", reason)
    assert library.get(problem_id).tests_count == 0
    assert [item for item in stored_items("judge") if item["kind"] == "submission"] == []


@pytest.mark.parametrize("data", [b"", b"rubbish", zips.packed(PACKAGE)[:200]])
def test_what_is_no_archive_is_refused(school: School, teacher: Person, problem_id: int, data: bytes) -> None:
    import_id = announce(school, teacher, problem_id, data or b"x")
    send(import_id, data)
    assert deliver(report(import_id))
    assert shown(school, teacher, problem_id, import_id)["state"] == "failed"


def test_programs_in_languages_that_are_not_there_are_left_out(
    school: School, teacher: Person, problem_id: int
) -> None:
    done = imported(school, teacher, problem_id, {**PACKAGE, "submissions/accepted/x.pas": "begin end."})
    assert {"file": "submissions/accepted/x.pas", "reason": "pascal is not available now"} in done["warnings"]
    assert len(done["jury"]) == 2


def test_a_package_must_be_the_one_that_was_announced(school: School, teacher: Person, problem_id: int) -> None:
    data = zips.packed(PACKAGE)
    for announced, fault in (
        ({"size": len(data) + 1}, "bytes, and"),
        ({"size": len(data), "sha256": hashlib.sha256(b"other").hexdigest()}, "It has another SHA-256"),
    ):
        reply = school.api.post(f"/problems/{problem_id}/package", announced, token=teacher.token)
        import_id = reply.body["import_id"]
        send(import_id, data)
        assert deliver(report(import_id))
        (found,) = shown(school, teacher, problem_id, import_id)["faults"]
        assert fault in found["reason"]
    good = announce(school, teacher, problem_id, data, sha256=hashlib.sha256(data).hexdigest())
    send(good, data)
    assert deliver(report(good))
    assert shown(school, teacher, problem_id, good)["state"] == "done"


@pytest.mark.parametrize(
    "event", [message({"Service": "Amazon S3", "Event": "s3:TestEvent"}), report(0, key="imports/x.zip"), report(12345)]
)
def test_a_report_of_no_package_is_done_with(school: School, event: dict[str, Any]) -> None:
    assert deliver(event)


def test_a_report_that_comes_twice_does_no_harm(school: School, teacher: Person, problem_id: int) -> None:
    done = imported(school, teacher, problem_id)
    jobs = len(school.judge.jobs)
    version = library.get(problem_id).version
    assert deliver(report(done["import_id"], times=2))
    assert shown(school, teacher, problem_id, done["import_id"]) == done
    assert (len(school.judge.jobs), library.get(problem_id).version) == (jobs, version)


def test_reports_at_once_import_once(school: School, teacher: Person, problem_id: int) -> None:
    data = zips.packed(PACKAGE)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    results = in_parallel(3, lambda _: imports.run(import_id))
    assert any(result is None for result in results)
    assert deliver(report(import_id, times=2))
    assert shown(school, teacher, problem_id, import_id)["state"] == "done"
    assert len([item for item in stored_items("judge") if item["kind"] == "submission"]) == 2
    problem = library.get(problem_id)
    testsets.forget()
    assert len(testsets.read(problem_id, problem.tests_version).tests) == 2


class BreaksOff(Queue):
    """A queue that fails at the second program, as a function does that ends in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.held = True

    def put(self, submission_id: int, user_id: int) -> None:
        if self.waiting:
            raise KeyError("ended")
        super().put(submission_id, user_id)


@pytest.mark.parametrize("times", [2, 4])
def test_an_import_that_broke_off_is_gone_on_with(school: School, teacher: Person, problem_id: int, times: int) -> None:
    """Also the last time, when its tests are in: it is not given up any more."""
    data = zips.packed(PACKAGE)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    school.sqs.submissions = BreaksOff()
    assert not deliver(report(import_id))
    version = library.get(problem_id).version
    school.sqs.submissions = school.queue
    assert deliver(report(import_id, times=times))
    assert shown(school, teacher, problem_id, import_id)["state"] == "done"
    assert library.get(problem_id).version == version
    assert len([item for item in stored_items("judge") if item["kind"] == "submission"]) == 2


def test_a_package_that_is_not_there_yet_is_waited_for(school: School, teacher: Person, problem_id: int) -> None:
    data = zips.packed(PACKAGE)
    import_id = announce(school, teacher, problem_id, data)
    assert not deliver(report(import_id))
    assert shown(school, teacher, problem_id, import_id)["state"] == "importing"
    send(import_id, data)
    assert deliver(report(import_id, times=2))
    assert shown(school, teacher, problem_id, import_id)["state"] == "done"


def test_what_nobody_could_import_is_given_up(school: School, teacher: Person, problem_id: int, log: Log) -> None:
    import_id = announce(school, teacher, problem_id, b"x")
    assert [deliver(report(import_id, times=times)) for times in (1, 2, 3)] == [False, False, False]
    assert shown(school, teacher, problem_id, import_id)["state"] == "importing"
    assert not deliver(report(import_id, times=4))
    assert school.sqs.imports.postponed == [("R", 60), ("R", 300), ("R", 0), ("R", 0)]
    failed = shown(school, teacher, problem_id, import_id)
    assert (failed["state"], failed["faults"][0]["reason"]) == ("failed", "We failed to import it, and have been told")


@contextmanager
def before_next_transaction(act: Callable[[], object]) -> Iterator[None]:
    """Something that happens between what was read and what is written."""
    pending = [act]

    def once(**_: object) -> None:
        if pending:
            pending.pop()()

    events = items.connection().client.meta.events
    events.register("before-call.dynamodb.TransactWriteItems", once)
    yield
    events.unregister("before-call.dynamodb.TransactWriteItems", once)
    assert pending == []


def test_a_problem_that_is_changed_meanwhile_keeps_the_change(school: School, teacher: Person, problem_id: int) -> None:
    with before_next_transaction(lambda: library.change(library.get(problem_id), languages=["python3"])):
        assert imported(school, teacher, problem_id)["state"] == "done"
    problem = library.get(problem_id)
    assert (problem.languages, problem.title) == (["python3"], "Five")


def test_a_package_for_a_problem_that_was_taken_out_is_refused(
    school: School, teacher: Person, problem_id: int
) -> None:
    data = zips.packed(PACKAGE)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    library.remove(library.get(problem_id))
    assert deliver(report(import_id))
    stored = announcing.get(problem_id, import_id)
    ((file, reason),) = stored.faults
    assert (stored.state, file) == ("failed", "")
    assert str(Text.from_json(reason)) == "The problem was taken out of the library"


def test_a_jurys_failure_is_shown_to_its_author(school: School, teacher: Person, problem_id: int) -> None:
    school.judge.outcome = Outcome.COMPILE_ERROR
    done = imported(school, teacher, problem_id)
    assert {each["verdict"] for each in done["jury"]} == {"COMPILE_ERROR"}
    assert len(done["faults"]) == 2


def test_an_id_that_is_somebody_elses_is_never_written_over(
    school: School, teacher: Person, pupil: Person, problem_id: int
) -> None:
    drawn = iter([7, 107, 1, 6, 8])  # of a submission, an import, its attempt, two programs of its jury
    school.override(random_bits=lambda bits: next(drawn))
    sent = submissions.submit(
        pupil.id, school.problem(), submissions.Program(language="python3", source="5"), origin="test#1"
    )
    for_the_jury, instead = sent.id - 1, sent.id + 1
    done = imported(school, teacher, problem_id)
    assert [each["submission_id"] for each in done["jury"]] == [for_the_jury, instead]
    assert [each["verdict"] for each in done["jury"]] == ["OK", "WRONG_ANSWER"]
    stored = submissions.get(sent.id)
    assert (stored.user_id, stored.origin) == (pupil.id, "test#1")


def test_a_database_that_fails_has_the_report_come_again(
    school: School, teacher: Person, problem_id: int, log: Log
) -> None:
    def fail() -> None:
        raise ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "PutItem")

    data = zips.packed(PACKAGE)
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    with before_next_transaction(fail):
        assert not deliver(report(import_id))
    [told] = log.events("message failed, and comes again")
    assert (told["source"], told["record_id"], told["exception_name"]) == ("SQS", "M", "TransactWriteError")
    assert library.get(problem_id).tests_count == 0
    assert deliver(report(import_id, times=2))
    assert shown(school, teacher, problem_id, import_id)["state"] == "done"


def told(school: School, who: Person, act: Callable[[], object]) -> list[Any]:
    """What somebody's own channel hears of imports meanwhile."""
    socket = school.live.join(who)
    act()
    return [frame["payload"] for frame in socket.got if frame["type"] == "PACKAGE_IMPORTED"]


def test_who_sent_a_package_hears_when_its_tests_are_in_and_when_its_jury_is_judged(
    school: School, teacher: Person, problem_id: int
) -> None:
    school.queue.held = True
    heard = told(school, teacher, lambda: imported(school, teacher, problem_id))
    assert [(each["problemId"], each["state"]) for each in heard] == [(problem_id, "judging")]
    assert shown(school, teacher, problem_id, heard[0]["importId"])["state"] == "judging"
    after = told(school, teacher, school.queue.deliver)
    assert after == [{"importId": heard[0]["importId"], "problemId": problem_id, "state": "done"}]


def test_a_package_without_a_jury_is_done_at_once(school: School, teacher: Person, problem_id: int) -> None:
    plain = {name: data for name, data in PACKAGE.items() if not name.startswith("submissions")}
    heard = told(school, teacher, lambda: imported(school, teacher, problem_id, plain))
    assert [each["state"] for each in heard] == ["done"]


def test_a_refused_package_is_told_under_the_same_number_however_often_it_is_reported(
    school: School, teacher: Person, problem_id: int
) -> None:
    import_id = announce(school, teacher, problem_id, b"no zip")
    send(import_id, b"no zip")
    socket = school.live.join(teacher)
    assert [deliver(report(import_id)) for _ in range(2)] == [True, True]
    heard = [frame for frame in socket.got if frame["type"] == "PACKAGE_IMPORTED"]
    assert {each["payload"]["state"] for each in heard} == {"failed"}
    assert len({each["seq"] for each in heard}) == 1


def test_a_package_says_what_lies_beside_programs_and_which_languages_are_allowed(
    school: School, teacher: Person, problem_id: int
) -> None:
    said = {"problem.yaml": "name: Five\nlanguages: [python3]", "include/python3/lib.py": "x = 1"}
    imported(school, teacher, problem_id, {**PACKAGE, **said})
    problem = library.get(problem_id)
    assert problem.languages == ["python3"]
    included = testsets.read(problem_id, problem.tests_version).includes
    assert [file.name for file in included["python3"]] == ["lib.py"]
    library.replace_tests(problem, [NewTest(input="", output="5")])
    assert testsets.read(problem_id, problem.tests_version).includes == included


def test_statements_in_all_languages_and_their_pictures_come_with_a_package(
    school: School, teacher: Person, problem_id: int
) -> None:
    files = {
        **PACKAGE,
        "problem.yaml": "name: {en: Five, sv: Fem}",
        "problem_statement/problem.en.tex": "\\problemname{No}Print \\textbf{five}. \\includegraphics{img/p}",
        "problem_statement/problem.sv.tex": "Skriv fem. \\includegraphics{q.eps}",
        "problem_statement/img/p.png": zips.PNG,
    }
    done = imported(school, teacher, problem_id, files)
    assert [each["file"] for each in done["warnings"]] == ["problem_statement/problem.sv.tex", "problem.yaml"]
    english = school.api.get(f"/problems/{problem_id}", token=teacher.token).body
    swedish = school.api.get(f"/problems/{problem_id}?language=sv", token=teacher.token).body
    (picture,) = school.api.get(f"/problems/{problem_id}/files", token=teacher.token).body["items"]
    assert (english["title"], english["statement"]) == ("Five", "Print five.")  # Markdown comes before TeX
    assert (swedish["title"], swedish["statement"]) == ("Fem", "Skriv fem. [q.eps]")
    assert school.api.get(picture["path"]).status == 302


def test_a_statement_that_is_too_large_is_left_out(school: School, teacher: Person, problem_id: int) -> None:
    done = imported(school, teacher, problem_id, {**PACKAGE, "problem_statement/problem.md": "x" * 140_000})
    assert {"file": "problem_statement/problem.md", "reason": "The statement is too large, and is left out"} in done[
        "warnings"
    ]
    assert school.api.get(f"/problems/{problem_id}", token=teacher.token).body["statement"] == ""
