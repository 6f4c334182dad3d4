"""A submission's way through its tests: jobs that fail, authors' programs, thousands of tests, large ones.

The judge is a fake that does what a table says, test by test; what real programs do is tested in the sandbox.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib.accounts.permissions import Role as AccountRole
from chalicelib.common.http import errors, paging
from chalicelib.judge import languages, models
from chalicelib.judge.grading import batches, grader, judge_client, verdict
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.grading.judge_client import Failure, JudgeUnavailable
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import testsets
from chalicelib.judge.submissions import rejudging, submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, File, Job, Language, Outcome, Report, Run, Source, TestInput
from tests.support.log import Log
from tests.support.school import Person, School, stored_items

CHECKER = Source(language="python3", source="the checker", files=(File(name="lib.py", data=b"\x00lib"),))
INTERACTOR = Source(language="cpp17", source="the interactor")

Act = Callable[[TestInput], Run]


def ran(test: TestInput, **changes: Any) -> Run:
    return Run(**{"id": test.id, "outcome": Outcome.OK, "exit_code": 0, "stdout": b"5", **changes})


class Script:
    """A judge that runs each test as `act` says; asked for jobs in `fails_over`, it fails. Remembers the jobs."""

    def __init__(self, act: Act = ran, *, checks: Act = ran, fails_over: Mapping[str, Failure] | None = None) -> None:
        self.act, self.checks, self.fails_over = act, checks, dict(fails_over or {})
        self.jobs: list[Job] = []
        self.tenants: list[str] = []
        self.described = 0
        self.checker_compilation = self.interactor_compilation = Compilation(outcome=Outcome.OK)

    def __call__(self, event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
        if event["kind"] == "describe":
            self.described += 1
            return wire.languages_to_json((), {})
        job = wire.job_from_json(event)
        self.jobs.append(job)
        self.tenants.append(tenant)
        for test in job.tests:
            if test.id in self.fails_over:
                raise JudgeUnavailable("fell over", self.fails_over[test.id])
        return wire.report_to_json(self.report(job))

    def report(self, job: Job) -> Report:
        checks = job.source == CHECKER.source
        compilation = self.checker_compilation if checks else Compilation(outcome=Outcome.OK)
        interactors = self.interactor_compilation if job.interactor else None
        compiled = {compilation.outcome, interactors.outcome if interactors else Outcome.OK} == {Outcome.OK}
        return Report(
            job_id=job.job_id,
            compilation=compilation,
            interactor_compilation=interactors,
            runs=tuple(self._runs(job, self.checks if checks else self.act)) if compiled else (),
            toolchain="fake 1",
        )

    @staticmethod
    def _runs(job: Job, act: Act) -> Iterator[Run]:
        for test in job.tests:
            run = act(test)
            yield run
            if job.stop_on_failure and run.outcome is not Outcome.OK:
                return

    @property
    def asked(self) -> list[list[str]]:
        return [[test.id for test in job.tests] for job in self.jobs]


def judged(school: School, pupil: Person, problem: Problem, script: Script) -> Submission:
    school.queue.held = True
    school.use_judge(script)
    sent = submissions.submit(pupil.id, problem, Program(language="python3", source="a program"), origin="test#1")
    grader.judge(sent.id)
    return submissions.get(sent.id)


def codes(submission: Submission) -> list[str]:
    return [result[1] for result in submission.results]


def fives(tests: int) -> tuple[str, ...]:
    return ("5",) * tests


@pytest.mark.parametrize(
    ("failure", "code", "text"),
    [
        (Failure.CRASHED, "RUNTIME_ERROR", "Runtime error on test 2: the program brought the judge down"),
        (Failure.TIMED_OUT, "TIME_LIMIT", "Time limit exceeded on test 2"),
        (Failure.TOO_LARGE, "OUTPUT_LIMIT", "Output limit exceeded on test 2"),
    ],
)
def test_a_test_over_which_two_judges_fail_is_found_and_gets_the_verdict_it_deserves(
    school: School, pupil: Person, failure: Failure, code: str, text: str
) -> None:
    script = Script(fails_over={"2": failure})
    submission = judged(school, pupil, school.problem(fives(4), stop_at_first_failure=False), script)
    assert (submission.verdict, str(submission.text)) == (code, text)
    assert codes(submission) == ["OK", code, "OK", "OK"]
    assert script.asked == [["1"], ["2", "3", "4"], ["2", "3", "4"], ["2"], ["2"], ["3"], ["4"]]


def test_after_the_test_that_brought_the_judge_down_nothing_is_run_where_it_decides(
    school: School, pupil: Person
) -> None:
    script = Script(fails_over={"1": Failure.CRASHED})
    submission = judged(school, pupil, school.problem(fives(3)), script)
    assert codes(submission) == ["RUNTIME_ERROR", "SKIPPED", "SKIPPED"]
    assert script.asked == [["1"]] * 2


def test_a_program_that_brings_every_judge_down_is_not_run_for_ever(school: School, pupil: Person, log: Log) -> None:
    every = dict.fromkeys(map(str, range(1, 101)), Failure.CRASHED)
    script = Script(fails_over=every)
    submission = judged(school, pupil, school.problem(fives(100), stop_at_first_failure=False), script)
    assert codes(submission) == ["RUNTIME_ERROR"] * 100
    assert len(script.jobs) == 2 * judge_client.MAX_FAILED_JOBS
    assert len(log.events("judge failed over a job")) == judge_client.MAX_FAILED_JOBS


def test_no_program_is_blamed_while_the_judge_fails_at_everything(school: School, pupil: Person) -> None:
    class Broken(Script):
        def __call__(self, event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
            raise JudgeUnavailable("the image is broken", Failure.CRASHED)

    with pytest.raises(JudgeUnavailable):
        judged(school, pupil, school.problem(), Broken())
    assert [item["verdict"] for item in stored_items("judge") if item["kind"] == "submission"] == ["PENDING"]


def test_a_judge_that_is_away_is_nobodys_fault(school: School, pupil: Person) -> None:
    script = Script(fails_over={"1": Failure.AWAY})
    with pytest.raises(JudgeUnavailable):
        judged(school, pupil, school.problem(), script)
    assert script.asked == [["1"]] * 2


def test_what_a_judge_did_before_it_lost_its_footing_counts(school: School, pupil: Person) -> None:
    class Dirty(Script):
        """After a second run something is left, and nothing more is run in this environment."""

        def report(self, job: Job) -> Report:
            whole = super().report(job)
            rest = (replace(run, outcome=Outcome.SYSTEM_ERROR) for run in whole.runs[2:])
            return replace(whole, runs=(*whole.runs[:2], *rest), clean=False)

    script = Dirty()
    submission = judged(school, pupil, school.problem(fives(5)), script)
    assert submission.verdict == "OK"
    assert script.asked == [["1"], ["2", "3", "4", "5"], ["4", "5"]]


@pytest.mark.parametrize(
    ("payload", "failure"),
    [
        ({"errorType": "Runtime.ExitError", "errorMessage": "RequestId: 1 Error: signal: killed"}, Failure.CRASHED),
        ({"errorType": "Runtime.OutOfMemory", "errorMessage": ""}, Failure.CRASHED),
        ({"errorMessage": "2026-11-21T06:30:00.000Z 1 Task timed out after 120.00 seconds"}, Failure.TIMED_OUT),
        ({"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 120.00 seconds"}, Failure.TIMED_OUT),
        ({"errorType": "Function.ResponseSizeTooLarge", "errorMessage": ""}, Failure.TOO_LARGE),
        ({"errorType": "KeyError", "errorMessage": "'tests'"}, Failure.AWAY),
        ({"errorType": "Runtime.ImportModuleError", "errorMessage": ""}, Failure.AWAY),
        ({}, Failure.AWAY),
        ("rubbish", Failure.AWAY),
    ],
)
def test_what_lambda_says_of_a_judge_that_failed(payload: object, failure: Failure) -> None:
    assert judge_client.of_answer(payload) is failure


def test_jobs_are_as_small_as_the_pace_asks(school: School, pupil: Person) -> None:
    def act(test: TestInput) -> Run:
        return ran(test, stdout=b"4" if test.id == "7" else b"5", wall_ms=batches.PACE_MS / 5)

    script = Script(act)
    submission = judged(school, pupil, school.problem(fives(60)), script)
    assert script.asked == [["1"], ["2", "3", "4", "5", "6"], ["7", "8", "9", "10", "11"]]
    assert codes(submission) == ["OK"] * 6 + ["WRONG_ANSWER"] + ["SKIPPED"] * 53


def test_the_clock_of_a_slow_language_makes_smaller_jobs(school: School, pupil: Person) -> None:
    slow = Language(id="python3", name="Python 3", version="3", available=True, source_file="main.py", time_factor=4.0)
    school.judge.languages = (slow,)
    school.use_judge(school.judge)
    languages.refresh()
    script = Script()
    judged(school, pupil, school.problem(fives(14), time_limit_ms=1000), script)
    assert [len(tests) for tests in script.asked] == [1, 10, 3]


GROUPS = {
    "groups": [
        {"name": "easy", "tests": 2, "points": 30, "rule": "all"},
        {"name": "hard", "tests": 2, "points": 70, "rule": "all", "depends_on": ["easy"]},
    ]
}


@pytest.mark.parametrize(
    ("wrong", "told", "points", "text"),
    [
        ("", ["OK"] * 4, 100, "OK"),
        ("2", ["OK", "WRONG_ANSWER", "SKIPPED", "SKIPPED"], 0, "Wrong answer on test 2"),
        ("3", ["OK", "OK", "WRONG_ANSWER", "SKIPPED"], 30, "Wrong answer on test 3"),
    ],
)
def test_groups_are_scored_and_what_they_decide_is_not_run(
    school: School, pupil: Person, wrong: str, told: list[str], points: float, text: str
) -> None:
    def act(test: TestInput) -> Run:
        return ran(test, stdout=b"4" if test.id == wrong else b"5")

    # So slow that each test is a job of its own.
    problem = school.problem(fives(4), scoring=GROUPS, time_limit_ms=30_000)
    script = Script(act)
    submission = judged(school, pupil, problem, script)
    assert (codes(submission), submission.points, submission.max_points) == (told, points, 100)
    assert str(submission.text).startswith(text)
    assert script.asked == [[str(number)] for number, code in enumerate(told, 1) if code != "SKIPPED"]
    shown = school.api.get(f"/submissions/{submission.id}", token=pupil.token).body
    assert (shown["points"], shown["max_points"]) == (points, 100)


def custom(school: School, tests: int = 3, convention: str = "testlib", **overrides: Any) -> Problem:
    return school.problem(
        fives(tests),
        programs={Role.CHECKER: CHECKER, Role.INTERACTOR: INTERACTOR},
        **{"checker": "custom", "checker_options": {"convention": convention}, **overrides},
    )


def exits(code: int, **changes: Any) -> Act:
    outcome = Outcome.OK if code == 0 else Outcome.RUNTIME_ERROR
    return lambda test: ran(test, outcome=outcome, exit_code=code, stdout=b"", **changes)


def test_a_custom_checker_runs_in_a_job_of_its_own_and_only_on_what_was_printed(school: School, pupil: Person) -> None:
    def act(test: TestInput) -> Run:
        return ran(test, stdout=test.id.encode(), outcome=Outcome.TIME_LIMIT if test.id == "2" else Outcome.OK)

    script = Script(act)
    submission = judged(school, pupil, custom(school, stop_at_first_failure=False), script)
    first, first_check, program, check = script.jobs
    assert codes(submission) == ["OK", "TIME_LIMIT", "OK"]
    assert not any(test.files for job in (first, program) for test in job.tests)
    assert (check.language, check.source, check.files) == ("python3", "the checker", CHECKER.files)
    assert check.job_id != program.job_id
    assert "a program" not in str(wire.job_to_json(check))
    assert [[test.id for test in job.tests] for job in (first_check, check)] == [["1"], ["3"]]
    assert {file.name: file.data for file in check.tests[0].files} == {
        "input": b"2 3\n",
        "output": b"3",
        "answer": b"5",
    }
    assert (check.tests[0].args, check.tests[0].input) == (("input", "output", "answer"), b"")


def test_an_icpc_validator_reads_the_output_and_writes_feedback(school: School, pupil: Person) -> None:
    collected = {"feedback/judgemessage.txt": b"close", "feedback/score.txt": b"0.5"}
    script = Script(checks=exits(42, collected=collected))
    submission = judged(school, pupil, custom(school, tests=1, convention="icpc"), script)
    (test,) = script.jobs[1].tests
    assert (test.args, test.input) == (("input", "answer", "feedback/"), b"5")
    assert {file.name for file in test.files} == {"input", "answer"}
    assert set(collected) <= set(test.collect)
    result = TestResult.of_json(submission.results[0])
    assert (submission.verdict, str(result.message), result.share) == ("PARTIAL", "0.5 of 1 points: close", 0.5)


def speaks(wrote: Mapping[str, bytes], code: int = 0) -> Act:
    """A pair of which the interactor exits so, with these words for a checker."""
    outcome = Outcome.OK if code == 0 else Outcome.RUNTIME_ERROR
    return lambda test: ran(
        test, stdout=b"", interactor=ran(test, stdout=b"", outcome=outcome, exit_code=code, collected=wrote)
    )


CHECKED: dict[str, Any] = {"checker": "interactive", "checker_options": {"convention": "testlib", "then_checker": True}}


def test_the_problems_files_are_the_jobs(school: School, pupil: Person) -> None:
    script = Script()
    judged(school, pupil, school.problem(input_file="in.txt", output_file="out.txt"), script)
    assert (script.jobs[0].input_file, script.jobs[0].output_file) == ("in.txt", "out.txt")


def test_a_problem_with_an_interactor_has_no_files(school: School, pupil: Person) -> None:
    submission = judged(school, pupil, custom(school, **CHECKED, input_file="in.txt"), Script())
    assert str(submission.notice) == "A program that talks to an interactor has no files"


def test_what_an_interactor_wrote_is_judged_by_the_checker(school: School, pupil: Person) -> None:
    problem, script = custom(school, **CHECKED), Script(speaks({"output": b"42"}), checks=exits(1, stderr=b"odd"))
    submission = judged(school, pupil, problem, script)
    pairs, check = script.jobs
    assert str(submission.text) == "Wrong answer on test 1: odd"
    assert (pairs.interactor, pairs.tests[0].collect) == (INTERACTOR, ("output",))
    assert check.source == CHECKER.source
    assert {file.name: file.data for file in check.tests[0].files} == {
        "input": b"2 3\n",
        "output": b"42",
        "answer": b"5",
    }
    assert script.tenants == [f"user-{pupil.id}", f"user-{problem.author_id}"]


def test_programs_that_are_run_again_have_jobs_of_their_own(school: School, pupil: Person) -> None:
    options = {**CHECKED["checker_options"], "second_run": "alone"}
    problem = custom(school, tests=2, checker="interactive", checker_options=options)

    def act(test: TestInput) -> Run:
        is_first = "output" in test.collect
        return speaks({"output": b"read me"})(test) if is_first else ran(test, stdout=b"42")

    script = Script(act)
    submission = judged(school, pupil, problem, script)
    assert codes(submission) == ["OK", "OK"]
    runs = [
        (each, job.interactor is not None) for job in script.jobs if job.source == "a program" for each in job.tests
    ]
    assert sorted((each.id, talks, each.input) for each, talks in runs) == [
        ("1", False, b"read me"),
        ("1", True, b"2 3\n"),
        ("2", False, b"read me"),
        ("2", True, b"2 3\n"),
    ]
    (check, *_) = [job for job in script.jobs if job.source == CHECKER.source]
    assert {file.name: file.data for file in check.tests[0].files}["input"] == b"2 3\n"


def test_what_is_too_long_for_a_second_run_is_the_authors_to_know(school: School, pupil: Person) -> None:
    options = {"convention": "testlib", "second_run": "interactive"}
    problem = custom(school, tests=1, checker="interactive", checker_options=options)
    submission = judged(school, pupil, problem, Script(speaks({"output": bytes(256 * 1024)})))
    assert str(submission.notice) == "Test 1: wrote 262144 bytes or more for the checker"
    assert codes(judged(school, pupil, problem, Script(speaks({"output": b"short"})))) == ["OK"]


@pytest.mark.parametrize(
    ("act", "text"),
    [
        (speaks({"output": b"42"}), "OK"),
        (speaks({}), "OK"),
        (speaks({"output": b"42"}, code=1), "Wrong answer on test 1: wrong answer"),
    ],
    ids=["accepted", "nothing written", "refused"],
)
def test_a_checker_is_asked_only_after_an_interactor_that_accepted(
    school: School, pupil: Person, act: Act, text: str
) -> None:
    script = Script(act, checks=exits(0))
    assert str(judged(school, pupil, custom(school, tests=1, **CHECKED), script).text) == text
    assert [job.source for job in script.jobs] == ["a program", *(["the checker"] if text == "OK" else [])]


def test_what_is_too_long_for_the_checker_is_the_authors_to_know(school: School, pupil: Person) -> None:
    script = Script(speaks({"output": bytes(256 * 1024)}), checks=exits(0))
    submission = judged(school, pupil, custom(school, tests=1, **CHECKED), script)
    assert (submission.verdict, str(submission.notice)) == (
        "SYSTEM_ERROR",
        "Test 1: wrote 262144 bytes or more for the checker",
    )


def test_points_may_be_percent_of_a_test(school: School, pupil: Person) -> None:
    options = {"convention": "testlib", "percent": True}
    problem = custom(school, tests=1, checker_options=options, scoring={"points": [40]})
    submission = judged(school, pupil, problem, Script(checks=exits(7, stderr=b"points 25")))
    assert (submission.points, submission.max_points) == (10, 40)


def test_a_checker_never_runs_where_programs_of_pupils_ran(school: School, pupil: Person) -> None:
    problem, script = custom(school), Script()
    judged(school, pupil, problem, script)
    assert [job.source for job in script.jobs] == ["a program", "the checker"] * 2
    assert script.tenants == [f"user-{pupil.id}", f"user-{problem.author_id}"] * 2
    assert problem.author_id != pupil.id


def test_a_custom_checkers_refusal_is_the_students_to_read(school: School, pupil: Person) -> None:
    script = Script(checks=exits(1, stderr=b"wrong answer too short"))
    submission = judged(school, pupil, custom(school), script)
    assert str(submission.text) == "Wrong answer on test 1: too short"
    assert str(submission.notice) == ""


@pytest.mark.parametrize(
    ("checks", "notice"),
    [
        (exits(3, stderr=b"FAIL no answer"), "Test 1: ended with exit code 3: FAIL no answer"),
        (exits(7, stderr=b"points 2"), "Test 1: gave '2' points of 1"),
        (lambda test: ran(test, outcome=Outcome.TIME_LIMIT, signal=9), "Test 1: ended with time limit"),
        (lambda test: ran(test, outcome=Outcome.MEMORY_LIMIT, signal=9), "Test 1: ended with memory limit"),
    ],
)
def test_a_checker_that_fails_is_no_fault_of_the_students(
    school: School, pupil: Person, log: Log, capsys: pytest.CaptureFixture[str], checks: Act, notice: str
) -> None:
    submission = judged(school, pupil, custom(school), Script(checks=checks))
    assert '"SystemError":[1.0]' in capsys.readouterr().out
    assert (submission.verdict, str(submission.text), str(submission.notice)) == (
        "SYSTEM_ERROR",
        "System error",
        notice,
    )
    assert log.events("jury failed")[0]["notice"] == notice
    path = f"/submissions/{submission.id}"
    assert school.api.get(path, token=pupil.token).body["notice"] == ""
    author, own_teacher = school.person(AccountRole.ADMIN), school.person(AccountRole.TEACHER)
    school.teach(own_teacher, pupil)
    assert school.api.get(path, token=own_teacher.token).body["notice"] == ""
    assert school.api.get(path, token=author.token).body["notice"] == notice


def test_a_checker_that_does_not_compile_is_told_to_its_author_alone(school: School, pupil: Person) -> None:
    script = Script()
    script.checker_compilation = Compilation(outcome=Outcome.COMPILE_ERROR, output="line 1: what?")
    submission = judged(school, pupil, custom(school), script)
    assert (submission.verdict, submission.compiler_output) == ("SYSTEM_ERROR", "")
    assert str(submission.notice) == "The checker does not compile: line 1: what?"


@pytest.mark.parametrize("outcome", [Outcome.TIME_LIMIT, Outcome.WALL_TIME_LIMIT])
def test_a_checker_that_once_ran_out_of_time_is_tried_again(school: School, pupil: Person, outcome: Outcome) -> None:
    late = {"1"}

    def checks(test: TestInput) -> Run:
        once = test.id in late
        late.discard(test.id)
        return ran(test, outcome=outcome, exit_code=None) if once else ran(test)

    problem = school.problem(fives(2), checker="custom", programs={Role.CHECKER: CHECKER})
    script = Script(checks=checks)
    assert judged(school, pupil, problem, script).verdict == "OK"
    checked = [[test.id for test in job.tests] for job in script.jobs if job.source == CHECKER.source]
    assert checked == [["1"], ["1"], ["2"]]


def test_a_checker_that_never_ends_is_its_authors_fault_soon(school: School, pupil: Person) -> None:
    problem = school.problem(fives(6), checker="custom", programs={Role.CHECKER: CHECKER})
    script = Script(checks=lambda test: ran(test, outcome=Outcome.TIME_LIMIT, exit_code=None))
    submission = judged(school, pupil, problem, script)
    assert (submission.verdict, str(submission.notice)) == ("SYSTEM_ERROR", "Test 1: ended with time limit")
    assert len([job for job in script.jobs if job.source == CHECKER.source]) == 2


@pytest.mark.parametrize(("said", "tries"), [("The compiler ran out of time.", 2), ("error: x", 1)])
def test_a_checker_whose_compiler_ran_out_of_time_is_compiled_once_more(
    school: School, pupil: Person, said: str, tries: int
) -> None:
    problem = school.problem(fives(1), checker="custom", programs={Role.CHECKER: CHECKER})
    script = Script()
    script.checker_compilation = Compilation(outcome=Outcome.COMPILE_ERROR, output=said)
    assert judged(school, pupil, problem, script).verdict == "SYSTEM_ERROR"
    assert len([job for job in script.jobs if job.source == CHECKER.source]) == tries


@pytest.mark.parametrize(
    ("said", "tries", "verdict"), [("The compiler ran out of time.", 2, "OK"), ("error: x", 1, "SYSTEM_ERROR")]
)
def test_an_interactor_whose_compiler_ran_out_of_time_is_compiled_once_more(
    school: School, pupil: Person, said: str, tries: int, verdict: str
) -> None:
    class Late(Script):
        def report(self, job: Job) -> Report:
            found = super().report(job)
            if len(self.jobs) > 1:
                return found
            late = Compilation(outcome=Outcome.COMPILE_ERROR, output=said)
            return replace(found, interactor_compilation=late, runs=())

    script = Late(lambda test: ran(test, stdout=b"", interactor=ran(test, stdout=b"")))
    submission = judged(school, pupil, custom(school, tests=1, checker="interactive"), script)
    assert (submission.verdict, len(script.jobs)) == (verdict, tries)


def test_a_checker_that_brings_the_judge_down_is_its_authors_fault(school: School, pupil: Person) -> None:
    class Falls(Script):
        def report(self, job: Job) -> Report:
            if job.source == CHECKER.source:
                raise JudgeUnavailable("fell over", Failure.CRASHED)
            return super().report(job)

    submission = judged(school, pupil, custom(school, tests=1), Falls())
    assert submission.verdict == "SYSTEM_ERROR"
    assert "brought the judge down" in str(submission.notice)


def test_an_interactor_gets_the_test_and_decides(school: School, pupil: Person) -> None:
    def act(test: TestInput) -> Run:
        word = ran(test, outcome=Outcome.RUNTIME_ERROR, exit_code=1, stderr=b"wrong answer guess again", stdout=b"")
        good = ran(test, stdout=b"")
        return ran(test, stdout=b"", interactor=word if test.id == "2" else good)

    script = Script(act)
    submission = judged(school, pupil, custom(school, checker="interactive"), script)
    job, second = script.jobs
    assert job.interactor == second.interactor == INTERACTOR
    assert (job.tests[0].input, job.tests[0].args) == (b"2 3\n", ("input", "output", "answer"))
    assert job.tests[0].files == (File(name="answer", data=b"5"),)
    assert str(submission.text) == "Wrong answer on test 2: guess again"


def test_an_interactor_that_does_not_compile_is_told_to_its_author_alone(school: School, pupil: Person) -> None:
    script = Script()
    script.interactor_compilation = Compilation(outcome=Outcome.COMPILE_ERROR, output="line 7")
    submission = judged(school, pupil, custom(school, checker="interactive"), script)
    assert (submission.verdict, str(submission.notice)) == ("SYSTEM_ERROR", "The interactor does not compile: line 7")
    assert submission.compiler_output == ""


@pytest.mark.parametrize(
    ("overrides", "programs", "notice"),
    [
        ({"checker": "rumour"}, {}, "There is no checker 'rumour'"),
        ({"checker": "floats", "checker_options": {"absolute": -1}}, {}, "'absolute' is a number from 0 on"),
        ({"scoring": {"points": [1]}}, {}, "The scoring is about 1 test, and there are 2"),
        ({"time_limit_ms": 0}, {}, "The time limit"),
        ({"time_limit_ms": 10**9}, {}, "The time limit"),
        ({"memory_limit_kb": 10**9}, {}, "The memory limit"),
        ({"checker": "rumour", "memory_limit_kb": 0}, {}, "There is no checker 'rumour'"),
        ({"checker": "custom"}, {}, "There is no checker beside the tests"),
        ({"checker": "interactive"}, {Role.CHECKER: CHECKER}, "There is no interactor beside the tests"),
        (CHECKED, {Role.INTERACTOR: INTERACTOR}, "There is no checker beside the tests"),
        (
            {"checker": "custom"},
            {Role.CHECKER: replace(CHECKER, language="pascal")},
            "The checker is written in 'pascal', which is not available",
        ),
    ],
)
def test_a_problem_that_cannot_be_judged_is_not_the_students_fault(
    school: School, pupil: Person, overrides: dict[str, Any], programs: dict[Role, Source], notice: str
) -> None:
    script = Script()
    submission = judged(school, pupil, school.problem(programs=programs, **overrides), script)
    assert submission.verdict == "SYSTEM_ERROR"
    assert str(submission.notice).startswith(notice)
    assert script.jobs == []


TWENTY_MEGABYTES = b"12345678 " * (20 * 1024 * 1024 // 9)


def test_an_input_that_no_job_can_carry_is_fetched_by_the_judge(school: School, pupil: Person) -> None:
    problem = school.problem(given=TWENTY_MEGABYTES)
    script = Script()
    submission = judged(school, pupil, problem, script)
    assert submission.verdict == "OK"
    for test in script.jobs[0].tests:
        assert test.input is None
        assert test.input_url is not None
        assert f"tests/{problem.id}/1/0000{test.id}.in" in test.input_url
        # The one name that the judge's network resolves: infra/templates/judge_network.yaml.
        assert urlsplit(test.input_url).hostname == "lyceum-test-data.s3.us-east-1.amazonaws.com"
        assert "Signature" in test.input_url
    assert testsets.read(problem.id, 1).size < 100


def test_ten_thousand_tests_are_judged_and_kept_in_small_items(school: School, pupil: Person) -> None:
    def act(test: TestInput) -> Run:
        return ran(test, stdout=b"4" if test.id == "9999" else b"5", cpu_ms=float(test.id) / 7, memory_kb=int(test.id))

    problem = school.problem(fives(10_000), stop_at_first_failure=False, time_limit_ms=1)
    submission = judged(school, pupil, problem, Script(act))
    assert (str(submission.text), submission.tests_passed) == ("Wrong answer on test 9999", 9_999)
    items = [item for item in stored_items("judge") if item["pk"] == f"SUBMISSION#{submission.id}"]
    assert len(items) == 11
    assert all(len(str(item)) < 100_000 for item in items)
    numbers: list[int] = []
    after: int | None = 0
    while after is not None:
        page = school.api.get(f"/submissions/{submission.id}/tests?after={after}", token=pupil.token).body
        numbers += [test["number"] for test in page["tests"]]
        after = page["next"]
    assert numbers == list(range(1, 10_001))
    shown = school.api.get(f"/submissions/{submission.id}", token=pupil.token).body
    assert len(shown["tests"]) == 100


def test_results_are_for_those_who_may_see_the_submission(school: School, pupil: Person) -> None:
    submission = judged(school, pupil, school.problem(fives(3)), Script())
    path = f"/submissions/{submission.id}/tests"
    page = school.api.get(f"{path}?after=2", token=pupil.token)
    assert ([test["number"] for test in page.body["tests"]], page.body["next"]) == ([3], None)
    assert school.api.get(f"{path}?after=3", token=pupil.token).body == {"tests": [], "next": None}
    assert school.api.get(f"{path}?after=9000", token=pupil.token).body == {"tests": [], "next": None}
    assert school.api.get(f"{path}?after=-1", token=pupil.token).status == 400
    assert school.api.get(path, token=school.person().token).status == 403
    assert school.api.get("/submissions/12345/tests", token=pupil.token).status == 404


def test_a_submission_judged_again_keeps_its_history(school: School, pupil: Person) -> None:
    problem = school.problem(fives(150), stop_at_first_failure=False)
    first = judged(school, pupil, problem, Script(lambda test: ran(test, stdout=b"4")))
    testsets.write(problem.id, 2, [testsets.TestCase(b"", b"5")] * 120)
    problem.tests_version, problem.tests_count = 2, 120
    problem.save()
    school.use_judge(Script())
    rejudging.rejudge(first.id)
    reopened = submissions.get(first.id)
    assert (reopened.is_final, reopened.judging, reopened.verdict) == (False, 2, "PENDING")
    assert models.find_submitter(pupil.id).pending == 0, "judging anew takes up no place"
    school.queue.deliver()
    again = submissions.get(first.id)
    assert (again.verdict, again.tests_passed, again.points) == ("OK", 120, 1)
    assert models.find_submitter(pupil.id).pending == 0
    (past,) = models.past_judgings(first.id, paging.CursorQuery()).items
    assert (past.verdict, str(past.text), past.tests_total) == (
        "WRONG_ANSWER",
        "Wrong answer on test 1: expected 5 in line 1, got 4",
        150,
    )
    assert (past.judging, past.tests_version, past.judged_at) == (1, 1, first.judged_at)
    assert [result.number for result in submissions.results_after(again, 100)] == list(range(101, 121))


def test_a_submission_that_waits_is_not_judged_again(school: School, pupil: Person) -> None:
    school.queue.held = True
    program = Program(language="python3", source="5")
    sent = submissions.submit(pupil.id, school.problem(), program, origin="test#1")
    with pytest.raises(errors.Conflict):
        rejudging.rejudge(sent.id)
    school.queue.deliver()
    rejudging.rejudge(sent.id)
    with pytest.raises(errors.Conflict):
        rejudging.rejudge(sent.id)
    assert models.find_submitter(pupil.id).pending == 0


def test_a_verdict_of_an_earlier_judging_comes_too_late(school: School, pupil: Person) -> None:
    submission = judged(school, pupil, school.problem(), Script())
    late = submissions.get(submission.id)
    rejudging.rejudge(submission.id)
    grader.finish(late, verdict.system_error())
    assert submissions.get(submission.id).verdict == "PENDING"


def test_programs_beside_the_tests_are_read_as_they_were_written(school: School) -> None:
    programs = {Role.CHECKER: CHECKER, Role.INTERACTOR: INTERACTOR}
    tests = (testsets.TestCase(b"", b""),)
    testsets.write(1, 1, tests, programs)
    assert testsets.read(1, 1) == testsets.Testset(tests, programs)


def test_what_lies_beside_programs_and_arguments_of_tests_are_read_as_they_were_written(school: School) -> None:
    tests = (testsets.TestCase(b"", b"", arguments=("a b", "1e-6")), testsets.TestCase(b"", b""))
    includes = {"python3": (File(name="lib.py", data=b"\x00"),)}
    testsets.write(1, 1, tests, None, includes)
    assert testsets.read(1, 1) == testsets.Testset(tests, {}, includes)


def test_files_of_its_language_lie_beside_a_program(school: School, pupil: Person) -> None:
    problem, script = school.problem(), Script()
    lib = File(name="lib.py", data=b"x = 1")
    testsets.write(problem.id, 1, [testsets.TestCase(b"", b"5")] * 2, None, {"python3": [lib], "c": []})
    testsets.forget()
    judged(school, pupil, problem, script)
    assert [job.files for job in script.jobs] == [(lib,)] * 2


def test_a_validator_is_given_the_arguments_of_its_test(school: School, pupil: Person) -> None:
    problem, script = custom(school, tests=2, convention="icpc"), Script(checks=exits(42))
    tests = [testsets.TestCase(b"", b"5", arguments=("a b",)), testsets.TestCase(b"", b"5")]
    testsets.write(problem.id, 1, tests, {Role.CHECKER: CHECKER})
    testsets.forget()
    judged(school, pupil, problem, script)
    given = ("input", "answer", "feedback/")
    assert [test.args for check in script.jobs[1::2] for test in check.tests] == [(*given, "a b"), given]


def test_what_is_kept_of_tests_has_a_limit(school: School) -> None:
    half = testsets.TestCase(b"", bytes(testsets.KEPT_BYTES // 2))
    for problem_id in (1, 2, 3):
        testsets.write(problem_id, 1, [half])
    first, _, third = (testsets.read(problem_id, 1) for problem_id in (1, 2, 3))
    assert testsets.read(3, 1) is third
    assert testsets.read(1, 1) is not first
