"""Programs in Python 2, told from those in Python 3, and from what only speaks of them."""

import pytest

from chalicelib.judge.packages import older_python


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
