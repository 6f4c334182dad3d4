"""What outputs consist of, in whatever order: large ones are compared as small ones are."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge.grading import multisets
from chalicelib.judge.grading.multisets import HELD_BYTES, Differing

WORDS = st.lists(st.sampled_from([b"a", b"b", b"ab", b"\xff", b"1"]), max_size=12)


@given(WORDS, WORDS)
def test_what_is_large_is_compared_as_what_is_small(expected: list[bytes], actual: list[bytes]) -> None:
    small, large = (multisets.differing(expected, actual, size=size) for size in (0, HELD_BYTES + 1))
    assert (small is None) == (large is None) == (Counter(expected) == Counter(actual))
    if small is not None and large is not None:
        assert (small.got < small.expected) == (large.got < large.expected)
        assert large == Differing(large.piece, expected.count(large.piece), actual.count(large.piece))


@given(WORDS, WORDS)
def test_lines_of_the_same_tokens_are_the_same_however_long_they_are(one: list[bytes], other: list[bytes]) -> None:
    text = b"x " + b" ".join(one) + b"\n\n y  " + b"   ".join(other)
    usual = list(multisets.sorted_lines(text))
    assert usual == [b" ".join(sorted([b"x", *one])), b" ".join(sorted([b"y", *other]))]
    turned = b"x   " + b" ".join(reversed(one)) + b"\n" + b" ".join(reversed(other)) + b" y"
    long = [list(multisets.sorted_lines(each, held=3)) for each in (text, turned)]
    assert long[0] == long[1]
    same = sorted([b"x", *one]) == sorted([b"y", *other])
    assert (long[0][0] == long[0][1]) is same


@pytest.mark.parametrize("blanks", [b" ", b" " * 40])
def test_blanks_do_not_make_a_line_long(blanks: bytes) -> None:
    assert list(multisets.sorted_lines(b"b" + blanks + b"a", held=10)) == [b"a b"]
