"""Validators of a package's tests, in the real sandbox: a package with a bad test is refused with the test's name."""

import math

import pytest

from chalicelib.judge.packages import reader
from chalicelib.judge.packages.archive import Refused
from chalicelib.judge.packages.checking import Inspector
from chalicelib.judge.packages.pages import PageTime
from chalicelib.judge.packages.recipes import Checked
from tests.support import zips
from tests.support.school import School

Files = dict[str, str | bytes]

FROM_ONE_TO = """
import sys
lines = sys.stdin.read().split("\\n")
assert lines[-1] == "" and len(lines) == 2
if not 1 <= int(lines[0]) <= int(sys.argv[1]):
    print("out of range", file=sys.stderr)
    sys.exit(43)
sys.exit(42)
"""
IS_DOUBLE = """
import sys
sys.exit(42 if int(sys.stdin.read()) == 2 * int(open(sys.argv[1]).read()) else 43)
"""
PACKAGE: Files = {
    "problem.yaml": "problem_format_version: 2025-09\nname: Twice\nlimits: {time_limit: 1}",
    "data/secret/test_group.yaml": "input_validator_args: ['9']",
    "data/secret/1.in": "4\n",
    "data/secret/1.ans": "8\n",
    "data/secret/2.in": "9\n",
    "data/secret/2.ans": "18\n",
    "data/invalid_input/test_group.yaml": "input_validator_args: ['9']",
    "data/invalid_input/spaces.in": "4",
    "input_validators/range.py": FROM_ONE_TO,
    "answer_validators/twice.py": IS_DOUBLE,
}
POLYGON: Files = {
    "problem.xml": """<problem><judging><testset name="tests"><input-path-pattern>tests/%02d</input-path-pattern>
<answer-path-pattern>tests/%02d.a</answer-path-pattern><tests><test method="manual"/>
<test method="manual" group="small"/></tests></testset></judging>
<assets><checker name="std::wcmp.cpp"><source path="check.cpp"/></checker>
<validators><validator><source path="files/val.cpp" type="cpp.g++17"/></validator></validators></assets></problem>""",
    "files/val.cpp": """#include <cstring>
#include <iostream>
int main(int argc, char** argv) {
    int n, most = argc == 5 && !strcmp(argv[4], "small") ? 10 : 1000;
    if (!(std::cin >> n) || n > most) { std::cerr << "FAIL n is too large"; return 3; }
}""",
    "tests/01": "500",
    "tests/01.a": "500",
    "tests/02": "5",
    "tests/02.a": "5",
}


def checked(files: Files, *, until: float = math.inf) -> list[tuple[str, str]]:
    package, _ = reader.read(zips.packed(files))
    inspector = Inspector(name="import-1", tenant="user-1", time=PageTime(until))
    return [(fault.file, str(fault.reason)) for fault in inspector.check(package, Checked())]


@pytest.mark.parametrize("files", [PACKAGE, POLYGON])
def test_good_tests_pass(sandbox: School, files: Files) -> None:
    assert checked(files) == []


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {**PACKAGE, "data/secret/2.in": "10\n", "data/secret/2.ans": "20\n"},
            ("data/secret/2.in", "The validator input_validators/range.py refuses it: out of range"),
        ),
        (
            {**PACKAGE, "data/secret/2.ans": "19\n"},
            ("data/secret/2.in", "The validator answer_validators/twice.py refuses it"),
        ),
        (
            {**POLYGON, "tests/02": "11"},
            ("tests/02", "The validator files/val.cpp refuses it: FAIL n is too large"),
        ),
    ],
)
def test_a_bad_test_is_refused_by_its_name(sandbox: School, files: Files, told: tuple[str, str]) -> None:
    with pytest.raises(Refused) as refused:
        checked(files)
    assert [(fault.file, str(fault.reason)) for fault in refused.value.faults] == [told]


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"input_validators/range.py": "while True: pass"},
            (
                "input_validators/range.py",
                "It did not read data/secret/1.in, and ended with time limit: it is not run any further",
            ),
        ),
        (
            {"input_validators/range.py": "print("},
            ("input_validators/range.py", "It is not run, since it does not compile"),
        ),
        (
            {"data/invalid_input/fine.in": "4\n"},
            ("data/invalid_input/fine.in", "It is meant to be invalid, and no validator refuses it"),
        ),
    ],
    ids=["loops", "does not compile", "refuses too little"],
)
def test_what_proves_nothing_is_a_warning(sandbox: School, files: Files, told: tuple[str, str]) -> None:
    file, reason = checked({**PACKAGE, **files})[0]
    assert (file, reason[: len(told[1])]) == told
