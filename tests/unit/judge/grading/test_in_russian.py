"""What the judge says of a program, as a Russian reads it: only the program's own words are left in English."""

from signal import SIGSEGV

import pytest

from chalicelib.common.texts import Text
from chalicelib.judge.grading import checkers, scoring, validators, verdict
from chalicelib.judge.grading.checkers import BuiltIn
from chalicelib.judge.grading.judge_client import Failure, run_for_failure
from chalicelib.judge.grading.validators import Convention
from chalicelib.judge_protocol.contract import Compilation, Outcome, Run, Verdict
from tests.support.texts import RUSSIAN

COMPILED = Compilation(outcome=Outcome.OK)
LISTED = "1 0\n" * 3


def worded(text: Text) -> str:
    return text.in_language(RUSSIAN)


@pytest.mark.parametrize(
    ("checker", "expected", "actual", "message"),
    [
        ("exact", "1", "2", "вывод отличается от ответа"),
        ("lines", "1", "2", "ожидалось 1 в строке 1, получено 2"),
        ("lines", "1", "1\n2", "ожидалась 1 строка, получено 2"),
        ("lines", LISTED, "1 0", "ожидалось 3 строки, получено 1"),
        ("tokens", "1 2", "1", "ожидалось 2 в строке 1, получено конец вывода"),
        ("tokens", "1", "1\n\n2", "в строке 3 лишнее: 2 — после конца ответа"),
        ("floats", "1", "nan", "nan — не число"),
        ("sorted", "1\n1", "1\n2", "строка 1 ожидалась 2 раза, получено 1"),
        ("sorted", "1\n" * 5, "1", "строка 1 ожидалась 5 раз, получено 1"),
        ("linecount", "1\n2\n3", "1\n2\n4", "верных строк: 2 из 3: ++-"),
    ],
)
def test_what_a_comparison_found(checker: str, expected: str, actual: str, message: str) -> None:
    parsed = checkers.parse(checker, {})
    assert isinstance(parsed, BuiltIn)
    assert worded(parsed.compare(expected.encode(), actual.encode()).message) == message


@pytest.mark.parametrize(
    ("run", "message"),
    [
        (Run(id="1", outcome=Outcome.RUNTIME_ERROR, exit_code=3), "код завершения 3"),
        (
            Run(id="1", outcome=Outcome.RUNTIME_ERROR, exit_code=1, stderr=b"KeyError: 1"),
            "код завершения 1, KeyError: 1",
        ),
        (Run(id="1", outcome=Outcome.RUNTIME_ERROR, signal=SIGSEGV), "SIGSEGV"),
        (Run(id="1", outcome=Outcome.RUNTIME_ERROR, signal=99), "сигнал 99"),
        (run_for_failure("1", Failure.CRASHED), "программа обрушила проверяющую систему"),
    ],
)
def test_why_a_program_ended(run: Run, message: str) -> None:
    result = verdict.of_run(run, number=1, check_result=None)
    assert worded(result.message) == message
    judged = verdict.of_submission(COMPILED, {1: result}, scoring.all_or_nothing(1, stops=True))
    assert worded(judged.text) == f"Ошибка выполнения на тесте 1: {message}"


def test_the_points_of_a_verdict() -> None:
    rules = scoring.parse({"points": [0.5, 2]}, 2)
    results = {
        1: verdict.of_run(Run(id="1", outcome=Outcome.OK, stdout=b"1"), number=1, check_result=validators.RIGHT),
        2: verdict.of_run(Run(id="2", outcome=Outcome.TIME_LIMIT), number=2, check_result=None),
    }
    judged = verdict.of_submission(COMPILED, results, rules)
    assert worded(judged.text) == "Превышен лимит времени на тесте 2 (баллы: 0.5 из 2.5)"


@pytest.mark.parametrize("found", [each for each in verdict.TEXTS if each is not Verdict.OK])
def test_every_verdict_but_ok_is_translated(found: Verdict) -> None:
    assert worded(verdict.TEXTS[found]) != str(verdict.TEXTS[found])


@pytest.mark.parametrize(
    ("exit_code", "stderr", "notice"),
    [
        (3, b"FAIL no answer", "Тест 2: программа завершилась с кодом 3: FAIL no answer"),
        (7, b"points many", "Тест 2: программа не назвала баллы: points many"),
        (7, b"points 11", "Тест 2: программа поставила «11» из 10 возможных баллов"),
    ],
)
def test_what_an_author_reads_of_a_checker_that_failed(exit_code: int, stderr: bytes, notice: str) -> None:
    run = Run(id="2", outcome=Outcome.RUNTIME_ERROR, exit_code=exit_code, stderr=stderr)
    found = validators.read_result(run, Convention.TESTLIB, points=10)
    ran = Run(id="2", outcome=Outcome.OK, stdout=b"1")
    assert worded(verdict.of_run(ran, number=2, check_result=found).notice) == notice


def test_a_checkers_own_words_stay_as_they_are() -> None:
    run = Run(id="1", outcome=Outcome.RUNTIME_ERROR, exit_code=2, stderr=b"wrong output format Expected integer")
    found = validators.read_result(run, Convention.TESTLIB, points=10)
    assert worded(found.message) == "неверный формат вывода: Expected integer"
