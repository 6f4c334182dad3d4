"""What a pupil reads of a program that fails on samples: what it was given, what was wanted, and what it wrote."""

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.judge import models
from chalicelib.judge.grading import grader
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.models import Problem
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import Outcome, Run, TestInput
from tests.app.judge.grading.test_grading import CHECKER, INTERACTOR, Act, Script, ran
from tests.support.school import Person, School

Send = Callable[..., dict[str, Any]]


@pytest.fixture
def send(school: School, pupil: Person) -> Send:
    """Sends a program that does what an act says, and reads what became of it."""

    def sent(act: Act, problem: Problem, checks: Act = ran) -> dict[str, Any]:
        school.queue.held = True
        school.use_judge(Script(act, checks=checks))
        made = submissions.submit(pupil.id, problem, Program(language="python3", source="a program"), origin="test#1#7")
        grader.judge(made.id)
        body: dict[str, Any] = school.api.get(f"/submissions/{made.id}", token=pupil.token).body
        paged = school.api.get(f"/submissions/{made.id}/tests", token=pupil.token).body
        assert paged["tests"] == body["tests"]
        return body

    return sent


def with_samples(school: School, answers: tuple[str, ...] = ("5\n",) * 4, **fields: Any) -> Problem:
    """With two samples, the others hidden."""
    samples = [models.sample("2 3\n", answer) for answer in answers[:2]]
    return school.problem(answers, samples=samples, stop_at_first_failure=False, **fields)


def samples_of(shown: dict[str, Any]) -> list[Any]:
    return [each["sample"] for each in shown["tests"]]


def printing(output: bytes) -> Act:
    return lambda test: ran(test, stdout=output)


@pytest.mark.parametrize("coarse", [False, True])
def test_a_failed_sample_tells_what_was_read_wanted_and_written(school: School, send: Send, *, coarse: bool) -> None:
    shown = send(printing(b"4\n"), with_samples(school, coarse_results=coarse))
    told = {"input": "2 3\n", "expected": "5\n", "got": "4\n", "truncated": [], "annotations": []}
    assert samples_of(shown) == [told, told, None, None]
    assert shown["tests"][0]["difference"] == {"line": 1, "expected": "5", "got": "4"}
    assert [each["difference"] for each in shown["tests"][2:]] == [None, None]


def test_a_sample_that_passed_is_shown_as_well(school: School, send: Send) -> None:
    shown = send(lambda test: ran(test, stdout=b"5" if test.id == "1" else b"4"), with_samples(school))
    assert [each["got"] for each in samples_of(shown)[:2]] == ["5", "4"]


def test_what_was_not_needed_is_not_shown(school: School, send: Send) -> None:
    problem = with_samples(school)
    problem.stop_at_first_failure = True
    problem.save()
    assert [each is not None for each in samples_of(send(printing(b"4"), problem))] == [True, False, False, False]


@pytest.mark.parametrize(
    ("checker", "answer", "output", "difference"),
    [
        ("exact", "1\n2\n", b"1\n3\n", {"line": 2, "expected": "2", "got": "3"}),
        ("lines", "1\n2\n", b"1\n", {"line": 2, "expected": "2", "got": None}),
        ("linecount", "1\n2\n", b"1\n3\n", {"line": 2, "expected": "2", "got": "3"}),
        ("tokens", "1 2\n", b"", {"line": 1, "expected": "1 2", "got": None}),
        ("sorted", "1\n2\n", b"1\n3\n", None),
        ("floats", "1.0 2\n", b"1 nan\n", None),
    ],
)
def test_the_first_difference_is_told_where_lines_are_compared(
    school: School, send: Send, checker: str, answer: str, output: bytes, difference: Any
) -> None:
    shown = send(printing(output), with_samples(school, (answer,) * 3, checker=checker))
    assert [each["difference"] for each in shown["tests"]] == [difference, difference, None]


def test_an_output_that_an_authors_checker_refused_is_shown(school: School, send: Send) -> None:
    def refuses(test: TestInput) -> Run:
        return ran(test, outcome=Outcome.RUNTIME_ERROR, exit_code=1, stderr=b"wrong answer no path")

    problem = with_samples(school, checker="custom", programs={Role.CHECKER: CHECKER})
    shown = send(printing(b"4"), problem, checks=refuses)
    assert (samples_of(shown)[0]["got"], shown["tests"][0]["message"]) == ("4", "no path")
    assert shown["tests"][0]["difference"] is None


def test_of_a_program_that_talked_there_is_no_output(school: School, send: Send) -> None:
    problem = with_samples(school, checker="interactive", programs={Role.INTERACTOR: INTERACTOR})
    shown = send(lambda test: ran(test, interactor=ran(test)), problem)
    assert samples_of(shown)[0] == {
        "input": "2 3\n",
        "expected": "5\n",
        "got": None,
        "truncated": [],
        "annotations": [],
    }


def test_what_a_program_wrote_before_it_failed_is_shown(school: School, send: Send) -> None:
    def dies(test: TestInput) -> Run:
        return ran(test, outcome=Outcome.RUNTIME_ERROR, exit_code=1, stdout=b"half", stderr=b"KeyError: 1")

    assert samples_of(send(dies, with_samples(school)))[0]["got"] == "half"


def test_samples_that_nobody_can_read_are_hidden_tests(school: School, send: Send) -> None:
    assert samples_of(send(printing(b"4"), with_samples(school, visible_tests=1)))[1:] == [None] * 3
    shown = school.problem(("5",) * 3, samples=[], stop_at_first_failure=False)
    assert samples_of(send(printing(b"4"), shown)) == [None] * 3


def test_a_submission_from_before_samples_were_kept_has_none(school: School, send: Send, pupil: Person) -> None:
    stored = models.find_submission(send(printing(b"4"), with_samples(school))["id"])
    assert stored is not None
    stored.update(actions=[models.Submission.samples.remove()])
    shown = school.api.get(f"/submissions/{stored.id}", token=pupil.token).body
    assert samples_of(shown) == [None] * 4


TRACEBACK = b'Traceback (most recent call last):\n  File "main.py", line 1, in <module>\n    a program\nNameError: a\n'


def failing_from(number: int) -> Act:
    def act(test: TestInput) -> Run:
        if int(test.id) < number:
            return ran(test)
        return ran(test, outcome=Outcome.RUNTIME_ERROR, exit_code=1, stderr=TRACEBACK)

    return act


def test_the_line_where_a_program_failed_on_a_sample_is_told(school: School, send: Send) -> None:
    shown = send(failing_from(2), with_samples(school))
    where = [{"line": 1, "column": None, "message": "NameError: a"}]
    assert shown["annotations"] == where
    assert [each and each["annotations"] for each in samples_of(shown)] == [[], where, None, None]


@pytest.mark.parametrize("fields", [{}, {"coarse_results": True}], ids=["exact", "coarse"])
def test_the_line_where_a_program_failed_on_a_hidden_test_is_not_told(
    school: School, send: Send, fields: dict[str, Any]
) -> None:
    shown = send(failing_from(3), with_samples(school, **fields))
    assert (shown["code"], shown["annotations"]) == ("RUNTIME_ERROR", [])
    assert "NameError" not in str(shown)


def test_what_a_compiler_says_is_put_down_to_lines(school: School, pupil: Person) -> None:
    school.judge.outcome = Outcome.COMPILE_ERROR
    school.judge.complaint = '  File "main.py", line 1\n    a program\n      ^\nSyntaxError: invalid syntax'
    made = submissions.submit(
        pupil.id, with_samples(school), Program(language="python3", source="a program"), origin="test#1#7"
    )
    shown = school.api.get(f"/submissions/{made.id}", token=pupil.token).body
    assert shown["code"] == "COMPILE_ERROR"
    assert shown["annotations"] == [{"line": 1, "column": 3, "message": "SyntaxError: invalid syntax"}]
