"""Packages of the problem package format as the judge judges them: what once was lost of them."""

import pytest

from chalicelib.judge import languages
from chalicelib.judge.grading import grader
from chalicelib.judge.packages import reader
from chalicelib.judge.problems import testsets
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Program
from tests.sandbox.workers import Worker
from tests.support import zips
from tests.support.school import Person, School

MODERN = "problem_format_version: 2025-09\nname: X\nuuid: 0\nlicense: unknown\nlimits: {time_limit: 2}\n"
SCORED = "name: X\ntype: scoring\nvalidation: custom score\n"
TEN_POINTS = 'import sys\nopen(sys.argv[3] + "score.txt", "w").write("10")\nsys.exit(42)'


def of_group(name: str, *values: str) -> dict[str, str]:
    """Tests whose answers are their inputs."""
    return {f"data/{name}/{value}{ending}": value for value in values for ending in (".in", ".ans")}


CASES = {
    "files beside programs": (
        {
            "problem.yaml": MODERN,
            "data/secret/1.in": "1",
            "data/secret/1.ans": "7",
            "include/python3/lib.py": "def f(): return 7",
            "submissions/accepted/a.py": "from lib import f\nprint(f())",
        },
        [("OK", 1.0, 1.0)],
    ),
    "arguments of the default validator": (
        {
            "problem.yaml": MODERN,
            "data/secret/1.in": "1",
            "data/secret/1.ans": "0.3333333333333333",
            "data/secret/test_group.yaml": "output_validator_args: [float_tolerance, '1e-6']",
            "submissions/accepted/a.py": "print('%.9f' % (int(input()) / 3))",
        },
        [("OK", 1.0, 1.0)],
    ),
    "groups that pass or fail": (
        {
            "problem.yaml": MODERN + "type: scoring",
            "data/secret/test_group.yaml": "score_aggregation: sum\nmax_score: 100",
            "data/secret/g1/test_group.yaml": "max_score: 30\nscore_aggregation: pass-fail",
            "data/secret/g2/test_group.yaml": "max_score: 70\nscore_aggregation: pass-fail",
            **of_group("secret/g1", "0"),
            **of_group("secret/g2", "0", "1"),
            "submissions/accepted/a.py": "print(input())",
            "submissions/wrong_answer/half.py": "print(input().replace('1', '9'))",
        },
        [("OK", 100.0, 100.0), ("WRONG_ANSWER", 30.0, 100.0)],
    ),
    "points beside a sample": (
        {
            "problem.yaml": SCORED,
            "data/secret/g1/testdata.yaml": "range: 0 10",
            **of_group("sample", "1"),
            **of_group("secret/g1", "1"),
            "output_validators/v/v.py": TEN_POINTS,
            "submissions/accepted/a.py": "print(1)",
        },
        [("OK", 10.0, 10.0)],
    ),
    "points that a validator does not name": (
        {
            "problem.yaml": SCORED,
            "data/secret/testdata.yaml": "on_reject: continue",
            "data/secret/g1/testdata.yaml": "range: 0 20\naccept_score: 7\nreject_score: 2\ngrader_flags: sum",
            **of_group("secret/g1", "1", "2"),
            "output_validators/v/v.py": "import sys\nsys.exit(42 if input() == open(sys.argv[2]).read() else 43)",
            "submissions/accepted/a.py": "print(input())",
            "submissions/wrong_answer/b.py": "print(1)",
        },
        [("PARTIAL", 14.0, 20.0), ("WRONG_ANSWER", 9.0, 20.0)],
    ),
    "points that add up": (
        {
            "problem.yaml": SCORED,
            "data/secret/g1/testdata.yaml": "range: 0 20\ngrader_flags: sum",
            **of_group("secret/g1", "1", "2"),
            "output_validators/v/v.py": TEN_POINTS,
            "submissions/accepted/a.py": "print(1)",
        },
        [("OK", 20.0, 20.0)],
    ),
}

# The program doubles what it reads; the validator has it do so as often as the answer says, and counts in a file.
DOUBLES_AGAIN = """
import sys
given, answer, feedback = sys.argv[1:4]
try:
    passes = int(open(feedback + "count").read())
except FileNotFoundError:
    passes = 0
x, printed = int(open(given).read()), sys.stdin.read().split()
open(feedback + "judgemessage.txt", "a").write(f"{x}->{printed};")
if printed != [str(2 * x)]:
    sys.exit(43)
if passes + 1 < int(open(answer).read()):
    open(feedback + "count", "w").write(str(passes + 1))
    open(feedback + "nextpass.in", "w").write(printed[0])
sys.exit(42)
"""
# The same with an interactor.
ASKS_AGAIN = """
import sys
given, answer, feedback = sys.argv[1:4]
x = int(open(given).read())
print(x, flush=True)
if input() != str(2 * x):
    sys.exit(43)
if 2 * x < int(open(answer).read()):
    open(feedback + "nextpass.in", "w").write(str(2 * x))
sys.exit(42)
"""
CASES |= {
    "files and arguments of tests": (
        {
            "problem.yaml": MODERN,
            "data/secret/1.in": "1",
            "data/secret/1.ans": "7 deep --x two words",
            "data/secret/1.files/in/it.txt": "deep",
            "data/secret/1.yaml": "args: [--x, two words]",
            "input_validators/v.py": "import sys\nsys.exit(42 if sys.argv[1:] == ['--x', 'two words'] else 43)",
            "submissions/accepted/a.py": "import sys\nprint(7, open('in/it.txt').read(), *sys.argv[1:])",
        },
        [("OK", 1.0, 1.0)],
    ),
    "unlike flags of the default validator": (
        {
            "problem.yaml": MODERN,
            **of_group("secret", "YES", "1.00001"),
            "data/secret/1.00001.yaml": "output_validator_args: [float_tolerance, '1e-3']",
            "data/secret/YES.yaml": "output_validator_args: [case_sensitive]",
            "submissions/accepted/a.py": "print(input().replace('1.00001', '1'))",
            "submissions/wrong_answer/lower.py": "print(input().lower())",
        },
        [("OK", 1.0, 1.0), ("WRONG_ANSWER", 0.0, 1.0)],
    ),
    "scores without a bound": (
        {
            "problem.yaml": MODERN + "type: scoring",
            "data/secret/test_group.yaml": "max_score: unbounded",
            **of_group("secret", "1", "2"),
            "output_validator/v.py": ("import sys\nopen(sys.argv[3] + 'score.txt', 'w').write(input())\nsys.exit(42)"),
            "submissions/accepted/a.py": "print(1000 * int(input()))",
        },
        [("OK", 3000.0, 0.0)],
    ),
    "answers in place of programs": (
        {
            "problem.yaml": MODERN + "type: [scoring, submit-answer]",
            "data/secret/1.in": "1",
            "data/secret/1.ans": "2",
            "data/secret/2.in": "2",
            "data/secret/2.ans": "4",
            "output_validator/v.py": "import sys\nsys.exit(42 if input() == open(sys.argv[2]).read() else 43)",
            "submissions/accepted/all/1.ans": "2",
            "submissions/accepted/all/2.ans": "4",
            "submissions/wrong_answer/same.txt": "4",
        },
        [("OK", 100.0, 100.0), ("WRONG_ANSWER", 50.0, 100.0)],
    ),
}
MULTI_PASS = MODERN.replace("time_limit: 2", "time_limit: 2, validation_passes: 3")
CASES |= {
    "several passes": (
        {
            "problem.yaml": MULTI_PASS + "type: multi-pass",
            "data/secret/1.in": "1",
            "data/secret/1.ans": "3",
            "data/secret/2.in": "5",
            "data/secret/2.ans": "1",
            "output_validator/v.py": DOUBLES_AGAIN,
            "submissions/accepted/a.py": "print(2 * int(input()))",
            "submissions/wrong_answer/third.py": "x = int(input())\nprint(9 if x == 4 else 2 * x)",
            "submissions/run_time_error/second.py": "x = int(input())\nprint(2 * x if x != 2 else 1 / 0)",
        },
        [("OK", 1.0, 1.0), ("RUNTIME_ERROR", 0.0, 1.0), ("WRONG_ANSWER", 0.0, 1.0)],
    ),
    "more passes than there may be": (
        {
            "problem.yaml": MULTI_PASS + "type: multi-pass",
            "data/secret/1.in": "1",
            "data/secret/1.ans": "4",
            "output_validator/v.py": DOUBLES_AGAIN,
            "submissions/accepted/a.py": "print(2 * int(input()))",
        },
        [("SYSTEM_ERROR", 0.0, 1.0)],
    ),
    "several interactive passes": (
        {
            "problem.yaml": MULTI_PASS + "type: [multi-pass, interactive]",
            "data/secret/1.in": "3",
            "data/secret/1.ans": "24",
            "output_validator/v.py": ASKS_AGAIN,
            "submissions/accepted/a.py": "print(2 * int(input()))",
            "submissions/wrong_answer/third.py": "x = int(input())\nprint(9 if x == 12 else 2 * x)",
        },
        [("OK", 1.0, 1.0), ("WRONG_ANSWER", 0.0, 1.0)],
    ),
}

HALF = """
import sys
lines = [line.split() for line in sys.stdin]
right = sum(code == "AC" for code, _ in lines)
bonus = float(sys.argv[1]) if sys.argv[1:] else 0
print("AC" if 2 * right >= len(lines) else "WA", sum(float(score) for _, score in lines) + bonus)
"""

CASES |= {
    "a grader of one's own, without points": (
        {
            "problem.yaml": "name: X\nlimits: {time_limit: 2}",
            "data/testdata.yaml": "on_reject: continue",
            "data/secret/testdata.yaml": "grading: custom\non_reject: continue",
            **of_group("secret", "1", "2", "3", "4"),
            "graders/half.py": HALF,
            "submissions/accepted/a.py": "x = int(input())\nprint(x if x < 3 else 0)",
            "submissions/wrong_answer/b.py": "x = int(input())\nprint(x if x < 2 else 0)",
        },
        [("OK", 1.0, 1.0), ("WRONG_ANSWER", 0.0, 1.0)],
    ),
    "a grader of one's own, with points": (
        {
            "problem.yaml": "name: X\ntype: scoring\nlimits: {time_limit: 2}",
            "data/testdata.yaml": "on_reject: continue\nrange: 0 50\ngrader_flags: always_accept",
            "data/secret/a/testdata.yaml": (
                "grading: custom\ngrader_flags: '7'\naccept_score: 10\non_reject: continue"
            ),
            **of_group("secret/a", "1", "2"),
            "data/secret/b/testdata.yaml": "accept_score: 20\ngrader_flags: min",
            **of_group("secret/b", "3", "4"),
            "graders/half.py": HALF,
            "submissions/accepted/a.py": "print(input())",
            "submissions/partially_accepted/b.py": "x = int(input())\nprint(0 if x == 2 else x)",
        },
        [("PARTIAL", 47.0, 50.0), ("PARTIAL", 37.0, 50.0)],
    ),
    "one group of points is enough to be accepted": (
        {
            "problem.yaml": "name: X\ntype: scoring\nlimits: {time_limit: 2}",
            "data/testdata.yaml": "on_reject: continue\nrange: 0 100\ngrader_flags: ignore_sample",
            "data/secret/testdata.yaml": "on_reject: continue\ngrader_flags: first_error accept_if_any_accepted",
            "data/sample/0.in": "0",
            "data/sample/0.ans": "0",
            "data/secret/a/testdata.yaml": "on_reject: break\naccept_score: 40\ngrader_flags: min",
            **of_group("secret/a", "1", "2"),
            "data/secret/b/testdata.yaml": "on_reject: break\naccept_score: 60\ngrader_flags: min",
            **of_group("secret/b", "3", "4"),
            "submissions/accepted/a.py": "print(input() or 0)",
            "submissions/partially_accepted/b.py": "x = int(input())\nprint(x if x < 3 else 1 / 0)",
            "submissions/wrong_answer/c.py": "print(0)",
        },
        [("OK", 100.0, 100.0), ("PARTIAL", 40.0, 100.0), ("WRONG_ANSWER", 0.0, 100.0)],
    ),
    "several output validators": (
        {
            "problem.yaml": "name: X\nvalidation: custom\nlimits: {time_limit: 2}",
            **of_group("secret", "6"),
            "output_validators/even.py": "import sys\nsys.exit(42 if int(sys.stdin.read()) % 2 == 0 else 43)",
            "output_validators/third.py": "import sys\nsys.exit(42 if int(sys.stdin.read()) % 3 == 0 else 43)",
            "submissions/accepted/a.py": "print(12)",
            "submissions/wrong_answer/b.py": "print(4)",
            "submissions/wrong_answer/c.py": "print(9)",
        },
        [("OK", 1.0, 1.0), ("WRONG_ANSWER", 0.0, 1.0), ("WRONG_ANSWER", 0.0, 1.0)],
    ),
    "a static validator": (
        {
            "problem.yaml": MODERN + "type: scoring",
            "data/secret/test_group.yaml": "max_score: 100",
            "data/secret/a/test_group.yaml": (
                "max_score: 60\nscore_aggregation: sum\nstatic_validation_score: 20\nstatic_validator_args: ['9']"
            ),
            **of_group("secret/a", "1", "2"),
            "data/secret/b/test_group.yaml": "max_score: 40\nstatic_validation_score: pass-fail",
            **of_group("secret/b", "3"),
            "static_validator/v.py": (
                "import sys\nlanguage, main, feedback, *more = sys.argv[1:]\nsource = open(main).read()\n"
                "if language != 'python3' or 'eval' in source: sys.exit(43)\n"
                "if more: open(feedback + 'score.txt', 'w').write(more[0])\nsys.exit(42)"
            ),
            "submissions/accepted/a.py": "print(input())",
            "submissions/rejected/b.py": "print(eval(input()))",
        },
        [("PARTIAL", 89.0, 100.0), ("WRONG_ANSWER", 40.0, 100.0)],
    ),
    "a grader that says nothing": (
        {
            "problem.yaml": "name: X\nlimits: {time_limit: 2}",
            "data/testdata.yaml": "grading: custom",
            **of_group("secret", "1"),
            "graders/half.py": "import sys\nsys.stdin.read()",
            "submissions/accepted/a.py": "print(input())",
        },
        [("SYSTEM_ERROR", 0.0, 1.0)],
    ),
    "main programs that call the pupil's": (
        {
            "problem.yaml": MODERN,
            "data/secret/1.in": "20",
            "data/secret/1.ans": "41 and more",
            "include/default/words.txt": "and more",
            "include/python3/main.py": "import solve\nprint(solve.f(int(input())), open('words.txt').read())",
            "include/cpp/main.cc": (
                "#include <fstream>\n#include <iostream>\nint f(int x);\nint main() { int x; std::cin >> x;"
                ' std::cout << f(x) << " " << std::ifstream("words.txt").rdbuf(); }'
            ),
            "include/java/Main.java": (
                "public class Main { public static void main(String[] a) throws Exception {"
                ' int x = new java.util.Scanner(System.in).nextInt(); System.out.println(Solve.f(x) + " " +'
                ' java.nio.file.Files.readString(java.nio.file.Path.of("words.txt"))); } }'
            ),
            "include/haskell/Main.hs": (
                "import Solution (f)\nimport System.IO\n"
                'main = do { x <- readLn; words <- readFile "words.txt"; putStrLn (show (f x) ++ " " ++ words) }'
            ),
            "include/pascal/main.pas": (
                "program main; uses SysUtils, Solution; var x: integer; t: text; s: string;"
                " begin read(x); assign(t, 'words.txt'); reset(t); readln(t, s); writeln(f(x), ' ', s) end."
            ),
            "submissions/accepted/a.py": "def f(x): return 2 * x + 1",
            "submissions/accepted/b.cpp": "int f(int x) { return 2 * x + 1; }",
            "submissions/accepted/c.java": "public class Solve { static int f(int x) { return 2 * x + 1; } }",
            "submissions/accepted/d.hs": "module Solution where\nf :: Int -> Int\nf x = 2 * x + 1",
            "submissions/accepted/e.pas": (
                "unit Solution; interface function f(x: integer): integer;"
                " implementation function f(x: integer): integer; begin f := 2 * x + 1 end; end."
            ),
            "submissions/wrong_answer/d.cpp": "int f(int x) { return 2 * x; }",
        },
        [("OK", 1.0, 1.0)] * 5 + [("WRONG_ANSWER", 0.0, 1.0)],
    ),
    "points that a checker of Polygon gives without a bound": (
        {
            "problem.xml": (
                "<problem><judging><testset name='tests'><time-limit>2000</time-limit>"
                "<input-path-pattern>%d</input-path-pattern><answer-path-pattern>%d.a</answer-path-pattern>"
                "<tests><test method='manual' points='0'/><test method='manual' points='0'/></tests>"
                "</testset></judging>"
                "<assets><checker><source path='c.py' type='python.3'/></checker><solutions>"
                "<solution tag='main'><source path='main.py' type='python.3'/></solution>"
                "<solution tag='rejected'><source path='half.py' type='python.3'/></solution>"
                "<solution tag='rejected'><source path='none.py' type='python.3'/></solution>"
                "<solution tag='wrong-answer'><source path='wrong.py' type='python.3'/></solution>"
                "</solutions></assets></problem>"
            ),
            **dict.fromkeys(("1", "1.a", "2", "2.a"), "40"),
            "c.py": (
                "import sys\ngot = int(open(sys.argv[2]).read())\nif got in (0, 1): sys.exit(got)\n"
                "# as testlib's quitp()\nprint('points', got - 10, file=sys.stderr)\nsys.exit(7)"
            ),
            "main.py": "print(0)",
            "half.py": "print(input())",
            "none.py": "print(10)",
            "wrong.py": "print(1)",
        },
        [("OK", 2.0, 0.0), ("PARTIAL", 60.0, 0.0), ("PARTIAL", 0.0, 0.0), ("WRONG_ANSWER", 0.0, 0.0)],
    ),
    "programs of several files": (
        {
            "problem.yaml": MODERN,
            "data/secret/1.in": "20",
            "data/secret/1.ans": "41",
            "submissions/accepted/a/main.py": (
                "from deep.other import f\nprint(f(int(input())) + int(open('one').read()))"
            ),
            "submissions/accepted/a/deep/other.py": "def f(x): return 2 * x",
            "submissions/accepted/a/one": "1",
            "submissions/accepted/b/solve.cc": (
                '#include <iostream>\n#include "f.h"\nint main() { int x; std::cin >> x; std::cout << f(x); }'
            ),
            "submissions/accepted/b/f.cc": '#include "f.h"\nint f(int x) { return 2 * x + 1; }',
            "submissions/accepted/b/f.h": "int f(int x);",
        },
        [("OK", 1.0, 1.0)] * 2,
    ),
}


@pytest.mark.parametrize(("files", "expected"), CASES.values(), ids=CASES)
def test_a_package_is_judged_as_its_format_says(
    school: School,
    worker: Worker,
    pupil: Person,
    files: dict[str, str | bytes],
    expected: list[tuple[str, float, float]],
) -> None:
    package, _ = reader.read(zips.packed(files))
    school.use_judge(lambda event, tenant: worker.answer(event))
    languages.refresh()
    school.queue.held = True
    problem = school.problem(
        ("",) * len(package.tests),
        checker=package.checker,
        checker_options=dict(package.checker_options),
        scoring=package.scoring,
        languages=package.languages,
    )
    testsets.write(problem.id, 1, package.tests, package.programs, package.includes)
    testsets.forget()
    found = []
    for each in package.jury:
        program = Program(language=each.language, source=each.source, own=each.files)
        sent = submissions.submit(pupil.id, problem, program, origin="test#1")
        grader.judge(sent.id)
        judged = submissions.get(sent.id)
        found.append((judged.verdict, judged.points, judged.max_points))
    assert found == expected
