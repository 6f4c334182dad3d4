"""Recipes of tests: which commands are understood."""

import pytest

from chalicelib.judge.packages import recipes
from chalicelib.judge.packages.recipes import Command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gen", Command("gen", ())),
        ("gen  1 -n 5", Command("gen", ("1", "-n", "5"))),
        ("gen 'a b' \"c|d\"", Command("gen", ("a b", "c|d"))),
        ("", None),
        ("gen 'open", None),
        ("gen 1 | shuffle", None),
        ("gen 1 > 5", None),
    ],
)
def test_a_command_is_one_program_with_its_arguments(text: str, expected: Command | None) -> None:
    assert recipes.command(text) == expected
