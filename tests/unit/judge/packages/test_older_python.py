"""Programs in Python 2, told from those in Python 3, and from what only speaks of them."""

import pytest

from chalicelib.judge.packages import older_python, reader
from chalicelib.judge.packages.archive import Refused
from tests.support import zips


@pytest.mark.parametrize(
    "source",
    [
        "#!/usr/bin/env python2\nprint(1)",
        "print 1",
        "if True: print'x'",
        "def f():\n\tprint x, y",
        "n = int(raw_input())",
        "for i in xrange(3): print(i)",
        "s = 'it\\'s'; print s",
    ],
)
def test_what_only_python_2_runs_is_older(source: str) -> None:
    assert older_python.is_older(source)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "print(1)",
        "print (1), 2",
        "print\n\nprint(1)",
        "'''\nprint this\n'''\nprint(2)",
        "# print this\nprint(2)",
        "x = 'print 1; raw_input()'",
        "raw_input = input\nraw_input()",
        "from six.moves import xrange\nxrange(3)",
        "try:\n    raw_input\nexcept NameError:\n    from builtins import input as raw_input\nraw_input()",
        "shell.raw_input()",
        "say = print if loud else hush",
        "''' print 1",
    ],
)
def test_what_python_3_runs_is_not(source: str) -> None:
    assert not older_python.is_older(source)


OLDER = "It is written in Python 2, which is not to be had here"
SCORED = {
    "problem.yaml": "name: X\ntype: scoring\nvalidation: custom\nlimits: {time_limit: 1}",
    "data/secret/testdata.yaml": "grading: custom",
    "data/secret/1.in": "1",
    "data/secret/1.ans": "1",
    "output_validators/v.py": "import sys\nsys.exit(42)",
    "graders/g.py": "print('AC 1')",
    "input_validators/i.py": "import sys\nsys.exit(42)",
    "submissions/accepted/a.py": "print(1)",
}


@pytest.mark.parametrize("file", ["output_validators/v.py", "graders/g.py"])
def test_what_judges_in_python_2_is_refused(file: str) -> None:
    with pytest.raises(Refused) as refused:
        reader.read(zips.packed({**SCORED, file: "print 'AC 0'"}))
    assert [(fault.file, str(fault.reason)) for fault in refused.value.faults] == [(file, OLDER)]


@pytest.mark.parametrize("file", ["input_validators/i.py", "submissions/accepted/a.py"])
def test_what_only_proves_something_in_python_2_is_left_out(file: str) -> None:
    _, warnings = reader.read(zips.packed({**SCORED, file: "print raw_input()"}))
    assert [(warning.file, str(warning.reason)) for warning in warnings] == [(file, OLDER)]


def test_a_language_that_submissions_yaml_names_is_taken_at_its_word() -> None:
    said = {
        "problem.yaml": "problem_format_version: 2025-09\nname: X\nlimits: {time_limit: 1}",
        "data/secret/1.in": "1",
        "data/secret/1.ans": "1",
        "submissions/submissions.yaml": "accepted/a.py: {language: python3}",
        "submissions/accepted/a.py": "raw_input()",
    }
    package, warnings = reader.read(zips.packed(said))
    assert ([each.file for each in package.jury], warnings) == (["submissions/accepted/a.py"], [])
