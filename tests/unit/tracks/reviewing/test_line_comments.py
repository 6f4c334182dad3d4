"""What comments on lines may be about, and which criteria still want one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks.reviewing import line_comments
from chalicelib.tracks.reviewing.line_comments import LineComment

LINES = {"main.py": 3, "empty.txt": 0}
CRITERIA = ("style", "tests")


def comment(path: str = "main.py", from_line: int = 1, to_line: int = 1, criterion: str | None = None) -> LineComment:
    return LineComment(path=path, from_line=from_line, to_line=to_line, text="Why?", criterion=criterion)


def wrong(*comments: LineComment) -> list[tuple[str, str]]:
    return [(each.place.field, each.code) for each in line_comments.violations_in(comments, LINES, CRITERIA)]


@pytest.mark.parametrize(
    "said",
    [
        comment(),
        comment(from_line=1, to_line=3),
        comment(from_line=3, to_line=3, criterion="tests"),
        comment("empty.txt"),
    ],
)
def test_a_comment_is_about_lines_that_are_there(said: LineComment) -> None:
    assert wrong(said) == []


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (comment("Main.py"), [("path", "no_such_file")]),
        (comment("empty.txt", 1, 2), [("to_line", "beyond_end")]),
        (comment(to_line=4), [("to_line", "beyond_end")]),
        (comment(from_line=4, to_line=4), [("from_line", "beyond_end")]),
        (comment(from_line=3, to_line=2), [("to_line", "ends_before_it_begins")]),
        (comment(criterion="speed"), [("criterion", "no_such_criterion")]),
        (
            comment("x", 2, 1, "y"),
            [("path", "no_such_file"), ("to_line", "ends_before_it_begins"), ("criterion", "no_such_criterion")],
        ),
    ],
)
def test_what_is_not_there_is_named(said: LineComment, found: list[tuple[str, str]]) -> None:
    assert wrong(comment(), said) == [(f"/line_comments/1/{member}", code) for member, code in found]


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 5))
def test_lines_are_refused_just_when_they_are_not_all_there(from_line: int, to_line: int, lines: int) -> None:
    said = comment(from_line=from_line, to_line=to_line)
    refused = line_comments.violations_in([said], {"main.py": lines}, CRITERIA)
    assert (refused == []) is (from_line <= to_line and set(range(from_line, to_line + 1)) <= {1, *range(1, lines + 1)})


def test_a_criterion_is_commented_on_a_line_or_in_general() -> None:
    said = [comment(criterion="style"), comment()]
    assert line_comments.uncommented(["style", "tests"], said, {}) == ["tests"]
    assert line_comments.uncommented(["style", "tests"], said, {"tests": "None at all"}) == []
    assert line_comments.uncommented(["style", "tests"], [], {}) == ["style", "tests"]
    assert line_comments.uncommented([], [], {}) == []
