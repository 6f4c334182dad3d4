"""The pure rules of the shared editor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.training.sessions import editor
from chalicelib.training.sessions.editor import MAX_TEXT_BYTES, Delta, Refusal, Text

ANN, BOB = 1, 2
CURRENT = Text(5, "print(1)")


def edited(text: str = "print(2)", **overrides: object) -> Text | Refusal:
    facts: dict[str, object] = {"base": 5, "editor": ANN, "controller": None, "over": False, **overrides}
    return editor.edited(CURRENT, text, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({}, Text(6, "print(2)")),
        ({"base": None}, Text(6, "print(2)")),
        ({"base": 4}, Refusal.STALE),
        ({"base": 6}, Refusal.STALE),
        ({"base": 0}, Refusal.STALE),
        ({"controller": ANN}, Text(6, "print(2)")),
        ({"controller": BOB}, Refusal.CONTROLLED),
        ({"controller": BOB, "base": 4}, Refusal.CONTROLLED),
        ({"over": True}, Refusal.OVER),
        ({"text": ""}, Text(6, "")),
        ({"text": "x" * MAX_TEXT_BYTES}, Text(6, "x" * MAX_TEXT_BYTES)),
        ({"text": "x" * (MAX_TEXT_BYTES + 1)}, Refusal.TOO_LARGE),
        ({"text": "й" * (MAX_TEXT_BYTES // 2)}, Text(6, "й" * (MAX_TEXT_BYTES // 2))),
        ({"text": "й" * (MAX_TEXT_BYTES // 2) + "x"}, Refusal.TOO_LARGE),
    ],
)
def test_what_becomes_of_an_edit(facts: dict[str, object], outcome: Text | Refusal) -> None:
    assert edited(**facts) == outcome  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ("", "abc", Delta(0, 0, "abc")),
        ("abc", "", Delta(0, 3, "")),
        ("abc", "abc", Delta(3, 0, "")),
        ("abc", "aXc", Delta(1, 1, "X")),
        ("aa", "aaa", Delta(2, 0, "a")),
        ("aaa", "aa", Delta(2, 1, "")),
        ("при🙂вет", "при🙃вет", Delta(3, 1, "🙃")),
    ],
)
def test_a_delta_is_the_one_place_that_differs(before: str, after: str, change: Delta) -> None:
    assert editor.delta(before, after) == change


TEXTS = st.text(alphabet='ab\n"й🙂', max_size=12)


@given(TEXTS, TEXTS)
def test_a_delta_makes_the_new_text_of_the_old(before: str, after: str) -> None:
    change = editor.delta(before, after)
    assert editor.applied(before, change) == after
    assert change.removed + len(change.inserted) <= len(before) + len(after)
    if before and after and before != after:
        assert change.inserted[:1] != before[change.at : change.at + min(change.removed, 1)] or not change.inserted


@given(st.lists(TEXTS, max_size=8))
def test_a_text_is_what_its_deltas_make_of_nothing(texts: list[str]) -> None:
    before, rebuilt = "", ""
    for text in texts:
        rebuilt = editor.applied(rebuilt, editor.delta(before, text))
        before = text
    assert rebuilt == (texts[-1] if texts else "")
