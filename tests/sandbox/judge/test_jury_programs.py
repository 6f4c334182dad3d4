"""Authors' checkers and interactors, in the real sandbox: from what they do to what the student and the author read."""

import math
from typing import Any

import pytest

from chalicelib.judge import languages
from chalicelib.judge.grading import grader
from chalicelib.judge.grading.checkers import Role
from chalicelib.judge.models import Submission
from chalicelib.judge.packages.archive import Refused
from chalicelib.judge.packages.making import Workshop
from chalicelib.judge.packages.pages import PageTime
from chalicelib.judge.packages.recipes import Command, Made, Recipe, TestRecipe
from chalicelib.judge.packages.upload import Shelf
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import File, Source
from tests.support.school import Person, School

ECHO = "print(input())"

# What a checker has to say lies in the output: so one checker shows every way to end.
OBEDIENT = """
import sys
words = open("output").read().split(maxsplit=1)
assert open("input").read() and open("answer").read()
sys.stderr.write(words[1] if len(words) > 1 else "")
sys.exit(int(words[0]))
"""
COMPARES = """
#include <fstream>
#include <iostream>
#include "numbers.h"
int main(int argc, char** argv) {
    std::ifstream output(argv[2]), answer(argv[3]);
    long long got, wanted;
    if (!(output >> got)) { std::cerr << "wrong output format a number is missing"; return 2; }
    answer >> wanted;
    if (same(got, wanted)) { std::cerr << "ok"; return 0; }
    std::cerr << "wrong answer " << got << " is not it";
    return 1;
}
"""
NUMBERS = b"inline bool same(long long a, long long b) { return a % 100 == b % 100; }\n"
VALIDATOR = """
import sys
_, _, answer, feedback = sys.argv
wanted, got = open(answer).read().split(), sys.stdin.read().split()
right = sum(a == b for a, b in zip(wanted, got))
open(feedback + "judgemessage.txt", "w").write(f"{right} words are right")
if right == 0:
    sys.exit(43)
open(feedback + "score.txt", "w").write(str(right / len(wanted)))
sys.exit(42)
"""
GUESS = """
import sys
secret, tries = int(open("answer").read()), 0
print("guess", flush=True)
for line in sys.stdin:
    tries += 1
    if not line.strip().isdigit():
        print("wrong answer expected a number", file=sys.stderr)
        sys.exit(1)
    guess = int(line)
    if guess == secret:
        print("right", flush=True)
        sys.exit(0)
    if tries == 10:
        print("wrong answer too many guesses", file=sys.stderr)
        sys.exit(1)
    print("more" if guess < secret else "less", flush=True)
print("wrong answer it never said so", file=sys.stderr)
sys.exit(1)
"""
BINARY_SEARCH = """
input()
low, high = 1, 100
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    word = input()
    if word == "right":
        break
    low, high = (middle + 1, high) if word == "more" else (low, middle - 1)
"""
TEN_GUESSES = "for n in range(10): input(), print(n + 1, flush=True)\ninput()"
# The interactor has ended when its counterpart sees the end of its input.
NONSENSE_THEN_LOOPS = """
import sys
input()
print("a lot", flush=True)
sys.stdin.read()
while True:
    pass
"""
UNHURRIED_MS = 10_000
"""For a solution that no limit shall stop: what it waits for its interactor counts, however busy the machine is."""


def judged(
    school: School,
    pupil: Person,
    program: Source,
    *,
    source: str = ECHO,
    given: str = "1",
    answer: str = "7",
    role: Role = Role.CHECKER,
    **overrides: Any,
) -> Submission:
    """One test, and a program that is checked by the author's."""
    language = languages.find(program.language)
    if language is None or not language.available:
        pytest.skip(f"no toolchain for {program.language}")
    school.queue.held = True
    kind = "custom" if role is Role.CHECKER else "interactive"
    checker: dict[str, Any] = {"checker": kind, "programs": {role: program}, **overrides}
    problem = school.problem((answer,), given=given.encode(), **checker)
    sent = submissions.submit(pupil.id, problem, Program(language="python3", source=source), origin="test#1")
    grader.judge(sent.id)
    return submissions.get(sent.id)


def python(source: str) -> Source:
    return Source(language="python3", source=source)


@pytest.mark.parametrize(("length", "code"), [(200_000, "OK"), (34_000_000, "OUTPUT_LIMIT")])
def test_how_long_an_output_is_the_checker_judges(sandbox: School, pupil: Person, length: int, code: str) -> None:
    checker = python("import sys\nsys.exit(len(open(sys.argv[2]).read()) != 200_001)")
    assert judged(sandbox, pupil, checker, source=f"print('x' * {length})").verdict == code


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("0 ok", "OK"),
        ("1 wrong answer too short", "Wrong answer on test 1: too short"),
        ("2 no number", "Wrong answer on test 1: wrong output format: no number"),
        ("7 points 0.5", "Partially correct"),
        ("7 points 0", "Partially correct"),
        ("7 points 1", "OK"),
    ],
)
def test_a_checker_says_what_an_output_is_worth(sandbox: School, pupil: Person, output: str, text: str) -> None:
    submission = judged(sandbox, pupil, python(OBEDIENT), given=output)
    assert (str(submission.text), str(submission.notice)) == (text, "")


@pytest.mark.parametrize(
    ("output", "notice"),
    [
        ("3 FAIL no such test", "Test 1: ended with exit code 3: FAIL no such test"),
        ("7 points 2", "Test 1: gave '2' points of 1"),
        ("7 points -1", "Test 1: gave '-1' points of 1"),
        ("7 many", "Test 1: named no points: many"),
        ("99", "Test 1: ended with exit code 99"),
        ("zero", "Test 1: ended with exit code 1: Traceback"),
    ],
)
def test_a_checker_that_makes_no_sense_is_not_the_students_fault(
    sandbox: School, pupil: Person, output: str, notice: str
) -> None:
    submission = judged(sandbox, pupil, python(OBEDIENT), given=output)
    assert submission.verdict == "SYSTEM_ERROR"
    assert str(submission.notice).startswith(notice)


@pytest.mark.parametrize(
    ("program", "notice"),
    [
        (python("print("), "The checker does not compile"),
        (Source(language="cpp17", source="int main() { return }"), "The checker does not compile"),
        (python("1 / 0"), "Test 1: ended with exit code 1"),
        (python("import os\nos.abort()"), "Test 1: ended with runtime error"),
        (python("while True: pass"), "Test 1: ended with time limit"),
        (python("x = []\nwhile True: x.append(bytes(10**7))"), "Test 1: ended with memory limit"),
        (python("while True: print('x' * 10**6)"), "Test 1: ended with output limit"),
    ],
)
def test_a_checker_that_does_not_work_is_not_the_students_fault(
    sandbox: School, pupil: Person, program: Source, notice: str
) -> None:
    submission = judged(sandbox, pupil, program)
    assert (submission.verdict, submission.compiler_output) == ("SYSTEM_ERROR", "")
    assert str(submission.notice).startswith(notice)


@pytest.mark.parametrize(
    ("output", "text"),
    [
        ("107", "OK"),
        ("8", "Wrong answer on test 1: 8 is not it"),
        ("eight", "Wrong answer on test 1: wrong output format: a number is missing"),
    ],
)
def test_a_checker_may_have_files_of_its_own(sandbox: School, pupil: Person, output: str, text: str) -> None:
    program = Source(language="cpp17", source=COMPARES, files=(File(name="numbers.h", data=NUMBERS),))
    assert str(judged(sandbox, pupil, program, given=output).text) == text


@pytest.mark.parametrize(
    ("output", "text", "points"),
    [
        ("a b c d", "OK", 80),
        ("a x c x", "Partially correct (40 of 80 points)", 40),
        ("x x x x", "Wrong answer on test 1: 0 words are right (0 of 80 points)", 0),
    ],
)
def test_an_icpc_validator_gives_points(sandbox: School, pupil: Person, output: str, text: str, points: float) -> None:
    scaled = python(VALIDATOR.replace("right / len(wanted)", "80 * right / len(wanted)"))
    submission = judged(
        sandbox,
        pupil,
        scaled,
        given=output,
        answer="a b c d",
        checker_options={"convention": "icpc"},
        scoring={"points": [80]},
    )
    assert (str(submission.text), submission.points, str(submission.notice)) == (text, points, "")


@pytest.mark.parametrize(
    ("source", "time_limit_ms", "text"),
    [
        (BINARY_SEARCH, UNHURRIED_MS, "OK"),
        ("input()\nprint('a lot', flush=True)", UNHURRIED_MS, "Wrong answer on test 1: expected a number"),
        (TEN_GUESSES, UNHURRIED_MS, "Wrong answer on test 1: too many guesses"),
        ("input()", UNHURRIED_MS, "Wrong answer on test 1: it never said so"),
        ("input()\n1 / 0", UNHURRIED_MS, "Runtime error on test 1: exit code 1, ZeroDivisionError: division by zero"),
        ("while True: pass", 300, "Time limit exceeded on test 1"),
        ("input()\ninput()", 300, "Wall time limit exceeded on test 1"),
        (BINARY_SEARCH + "\nwhile True: pass", 1000, "Time limit exceeded on test 1"),
        (NONSENSE_THEN_LOOPS, 1000, "Wrong answer on test 1: expected a number"),
    ],
    ids=["right", "no number", "too many", "leaves", "crashes", "loops", "waits", "loops after", "wrong, then loops"],
)
def test_a_pair_gets_one_verdict(sandbox: School, pupil: Person, source: str, time_limit_ms: int, text: str) -> None:
    submission = judged(
        sandbox, pupil, python(GUESS), source=source, answer="42", role=Role.INTERACTOR, time_limit_ms=time_limit_ms
    )
    assert (str(submission.text), str(submission.notice)) == (text, "")


TELLS = """
import sys
print(open(sys.argv[1]).read().strip(), flush=True)
open(sys.argv[2], "w").write(input())
"""
SAME = """
import sys
if open("output").read() != open("answer").read():
    print("wrong answer not it", file=sys.stderr)
    sys.exit(1)
"""


@pytest.mark.parametrize(("source", "text"), [("print(input())", "OK"), ("print(7)", "Wrong answer on test 1: not it")])
def test_a_checker_judges_what_the_interactor_wrote(sandbox: School, pupil: Person, source: str, text: str) -> None:
    """The jury's wrong solution of Polygon's packages with both: the interactor accepts whatever it is told."""
    submission = judged(
        sandbox,
        pupil,
        python(TELLS),
        source=source,
        given="5",
        answer="5",
        role=Role.INTERACTOR,
        programs={Role.INTERACTOR: python(TELLS), Role.CHECKER: python(SAME)},
        checker_options={"then_checker": True},
        time_limit_ms=UNHURRIED_MS,
    )
    assert (str(submission.text), str(submission.notice)) == (text, "")


@pytest.mark.parametrize(
    ("program", "notice"),
    [
        (python("print("), "The interactor does not compile"),
        (python("1 / 0"), "Test 1: ended with exit code 1"),
        (python("import sys\nsys.exit(3)"), "Test 1: ended with exit code 3"),
    ],
)
def test_an_interactor_that_does_not_work_is_not_the_students_fault(
    sandbox: School, pupil: Person, program: Source, notice: str
) -> None:
    patient = "import sys\nsys.stdin.read()"
    submission = judged(sandbox, pupil, program, source=patient, role=Role.INTERACTOR, time_limit_ms=UNHURRIED_MS)
    assert (submission.verdict, submission.compiler_output) == ("SYSTEM_ERROR", "")
    assert str(submission.notice).startswith(notice)


GENERATES = """
import sys
print(*range(int(sys.argv[1]), int(sys.argv[2])))
"""
SUMS = """
#include <cstdio>
int main() {
    std::freopen("in.txt", "r", stdin);
    int x, sum = 0;
    while (std::scanf("%d", &x) == 1) sum += x;
    std::printf("%d", sum);
}
"""


LEAVES_FILES = """
import sys
print("what it prints is no test")
for number in (4, 5):
    open(str(number), "w").write(str(number * int(sys.argv[1])))
"""


def workshop_with(*, files: tuple[str, str] = ("", "")) -> Workshop:
    return Workshop(name="import-1", tenant="user-1", time=PageTime(math.inf), shelf=Shelf(1, 1), files=files)


def test_generators_and_the_solution_make_the_tests(sandbox: School) -> None:
    recipe = Recipe(
        [
            TestRecipe(Command("gen", ("1", "4")), None),
            TestRecipe(b"20 22", None),
            TestRecipe(Command("gen", ("5", "7")), b"known"),
            TestRecipe(Command("several", ("3",), "4"), b"four"),
            TestRecipe(Command("several", ("3",), "5"), b"five"),
        ],
        {"gen": python(GENERATES), "several": python(LEAVES_FILES)},
        Source(language="cpp17", source=SUMS),
    )
    workshop = workshop_with(files=("in.txt", ""))
    assert [(test.input, test.answer) for test in workshop.make(recipe, Made())] == [
        (b"1 2 3\n", b"6"),
        (b"20 22", b"42"),
        (b"5 6\n", b"known"),
        (b"12", b"four"),
        (b"15", b"five"),
    ]


def test_a_generator_that_leaves_no_file_is_told(sandbox: School) -> None:
    recipe = Recipe([TestRecipe(Command("gen", ("3",), "6"), b"")], {"gen": python(LEAVES_FILES)}, None)
    workshop = workshop_with()
    with pytest.raises(Refused) as refused:
        workshop.make(recipe, Made())
    assert [str(each.reason) for each in refused.value.faults] == ["'gen' leaves no file '6', which is to be test 1"]


ANSWERS_GUESSES = """
import sys
hidden, guesses = int(open(sys.argv[1]).read()), 0
while True:
    guesses += 1
    guess = int(input())
    print("<" if hidden < guess else ">" if hidden > guess else "=", flush=True)
    if guess == hidden:
        break
open(sys.argv[2], "w").write(f"{guesses} guesses")
"""
GUESSES = """
low, high = 1, 100
while True:
    middle = (low + high) // 2
    print(middle, flush=True)
    said = input()
    if said == "=":
        break
    low, high = (low, middle - 1) if said == "<" else (middle + 1, high)
"""


def test_answers_of_interactive_problems_are_what_the_interactor_wrote(sandbox: School) -> None:
    tests = [TestRecipe(b"50", None), TestRecipe(b"25", None), TestRecipe(b"13", b"known")]
    workshop = workshop_with()
    made = workshop.make(Recipe(tests, {}, python(GUESSES), python(ANSWERS_GUESSES)), Made())
    assert [test.answer for test in made] == [b"1 guesses", b"2 guesses", b"known"]


def test_an_interactor_that_makes_no_answer_is_told(sandbox: School) -> None:
    recipe = Recipe([TestRecipe(b"50", None)], {}, python(GUESSES), python("input()\nprint('=')\nexit(3)"))
    workshop = workshop_with()
    with pytest.raises(Refused) as refused:
        workshop.make(recipe, Made())
    assert [str(each.reason) for each in refused.value.faults] == [
        "'interactor', which makes test 1, ended with exit code 3"
    ]


@pytest.mark.parametrize(
    ("generator", "fault"),
    [
        ("import sys\nsys.exit('no')", "'gen', which makes test 1, ended with exit code 1: no"),
        (
            "print('x' * 2**25)",
            "Test 1 is larger than 'gen' can make here (33554432 bytes): take the full package",
        ),
    ],
)
def test_a_generator_that_fails_is_told(sandbox: School, generator: str, fault: str) -> None:
    recipe = Recipe([TestRecipe(Command("gen", ()), b"")], {"gen": python(generator)}, None)
    workshop = workshop_with()
    with pytest.raises(Refused) as refused:
        workshop.make(recipe, Made())
    assert [str(each.reason) for each in refused.value.faults] == [fault]
