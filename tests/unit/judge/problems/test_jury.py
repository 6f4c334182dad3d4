"""What authors read of a jury whose promises are not met."""

from typing import Any

from chalicelib.common.texts import EMPTY, Text, untranslated
from chalicelib.judge.problems import jury
from chalicelib.judge.problems.jury import ExpectedVerdict
from chalicelib.judge_protocol.contract import Verdict

CRASHED = untranslated("ended with exit code 9")


def promise(file: str, cause: Text = EMPTY, *, test: int = 1, **changes: Any) -> ExpectedVerdict:
    """A program that promises OK; with a cause, the author's checker failed over it on a test."""
    notice = Text("test_notice", "Test {test}: {notice}", {"test": test, "notice": cause}) if cause else EMPTY
    verdict = Verdict.SYSTEM_ERROR if cause else Verdict.WRONG_ANSWER
    fields = {"verdict": verdict, "text": untranslated("on test 1"), "notice": notice, "is_outdated": False}
    return ExpectedVerdict(file=file, submission_id=1, promised=frozenset({Verdict.OK}), **{**fields, **changes})


def told(*promises: ExpectedVerdict) -> list[tuple[str, str]]:
    return [(file, str(reason)) for file, reason in jury.broken_promises(promises)]


def test_a_promise_that_is_met_is_no_complaint() -> None:
    assert told(promise("a", verdict=Verdict.OK)) == []


def test_what_failed_of_the_authors_own_is_said_in_place_of_the_verdicts_words() -> None:
    assert told(promise("a", CRASHED)) == [
        ("a", "a promises OK and got SYSTEM_ERROR: Test 1: ended with exit code 9"),
    ]


def test_a_failure_of_one_kind_is_told_once_however_many_programs_and_tests_it_hit() -> None:
    many = [promise(f"{number}", CRASHED, test=number) for number in range(1, 101)]
    assert told(promise("wrong"), *many, promise("other", untranslated("did not run"))) == [
        ("wrong", "wrong promises OK and got WRONG_ANSWER: on test 1"),
        ("1", "1 promises OK and got SYSTEM_ERROR: Test 1: ended with exit code 9; so did 99 other programs"),
        ("other", "other promises OK and got SYSTEM_ERROR: Test 1: did not run"),
    ]


def test_one_other_program_is_one() -> None:
    ((_, reason),) = told(promise("a", CRASHED), promise("b", CRASHED, test=2))
    assert reason.endswith("; so did 1 other program")


def test_a_notice_that_names_no_test_is_a_kind_as_well() -> None:
    uncompiled = Text("program_not_compiled", "The {role} does not compile", {"role": "checker"})
    ((_, reason),) = told(*(promise(file, CRASHED, notice=uncompiled) for file in "abc"))
    assert reason == "a promises OK and got SYSTEM_ERROR: The checker does not compile; so did 2 other programs"


def test_wrong_programs_are_told_one_by_one() -> None:
    assert [file for file, _ in told(promise("a"), promise("b"))] == ["a", "b"]


def test_what_is_judged_anew_is_told_as_pending() -> None:
    assert told(promise("a", CRASHED, is_outdated=True), promise("b", CRASHED, is_outdated=True)) == [
        ("a", "a is still being judged"),
        ("b", "b is still being judged"),
    ]
