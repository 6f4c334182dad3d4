"""Programs that are run twice on a test: what the second run reads, and whose failure it is."""

import pytest

from chalicelib.judge.grading.checkers import Role, SecondRun
from chalicelib.judge.packages.recipes import Made, Recipe, TestRecipe
from tests.sandbox.judge.test_jury_programs import UNHURRIED_MS, judged, python, workshop_with
from tests.support.school import Person, School

ASKS = """
import sys
kind, value = open(sys.argv[1]).read().split()
print("encode" if kind == "first" else "decode", value, flush=True)
said = input()
if len(said) > 9:
    print("wrong answer too long", file=sys.stderr)
    sys.exit(1)
open(sys.argv[2], "w").write(f"{'second' if kind == 'first' else 'third'} {said}")
"""
CHANNEL = ASKS.replace("{'second' if kind == 'first' else 'third'}", "decode")
CHECKS = """
import sys
if open("output").read().split()[-1] != open("input").read().split()[-1]:
    print("wrong answer not the number", file=sys.stderr)
    sys.exit(1)
"""
SOLVES = """
word, value = input().split()
print(int(value) + 7 if word == "encode" else int(value) - 7)
"""
KEEPS = """
import os
word, value = input().split()
if word == "encode":
    open("kept", "w").write(value)
    print(0)
else:
    print(open("kept").read() if os.path.exists("kept") else "forgotten")
"""


@pytest.mark.parametrize("second_run", ["alone", "interactive"])
@pytest.mark.parametrize(
    ("source", "text"),
    [
        (SOLVES, "OK"),
        (SOLVES.replace("+ 7", "+ 8"), "Wrong answer on test 1: not the number"),
        (SOLVES.replace("+ 7", "+ 10**12"), "Wrong answer on test 1: too long"),
        (SOLVES.replace("- 7", "- 7 / 0"), "Runtime error on test 1: exit code 1, ZeroDivisionError: division by zero"),
        (KEEPS, "Wrong answer on test 1: not the number"),
    ],
    ids=["right", "wrong", "refused", "crashes the second time", "keeps a file"],
)
def test_a_program_is_run_again_on_what_the_interactor_wrote(
    sandbox: School, pupil: Person, second_run: str, source: str, text: str
) -> None:
    interactor = python(CHANNEL if second_run == "alone" else ASKS)
    submission = judged(
        sandbox,
        pupil,
        interactor,
        source=source,
        given="first 35",
        answer="",
        role=Role.INTERACTOR,
        programs={Role.INTERACTOR: interactor, Role.CHECKER: python(CHECKS)},
        checker_options={"then_checker": True, "second_run": second_run},
        time_limit_ms=UNHURRIED_MS,
    )
    assert (str(submission.text), str(submission.notice)) == (text, "")


@pytest.mark.parametrize(("second_run", "answer"), [(SecondRun.ALONE, b"35\n"), (SecondRun.INTERACTIVE, b"third 35")])
@pytest.mark.usefixtures("sandbox")
def test_answers_are_what_comes_of_the_second_run(second_run: SecondRun, answer: bytes) -> None:
    interactor = python(CHANNEL if second_run is SecondRun.ALONE else ASKS)
    recipe = Recipe([TestRecipe(b"first 35", None)], {}, python(SOLVES), interactor, second_run)
    made = Made()
    (test,) = workshop_with().make(recipe, made)
    assert test.answer == answer
    assert made.firsts == {1: b"decode 42" if second_run is SecondRun.ALONE else b"second 42"}
