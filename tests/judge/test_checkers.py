import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge import checkers
from chalicelib.judge.checkers import CHECKERS, MAX_QUOTED

OUTPUTS = st.binary(max_size=100) | st.text(alphabet="ab \n\t\r", max_size=40).map(str.encode)
WORDS = st.lists(st.sampled_from([b"1", b"22", b"abc", b"\xff", "ё".encode()]), max_size=8)
BLANKS = st.text(alphabet=" \n\t\r\v\f", min_size=1, max_size=3).map(str.encode)


@pytest.mark.parametrize("name", CHECKERS)
@given(output=OUTPUTS)
def test_the_answer_itself_is_always_right(name: str, output: bytes) -> None:
    assert CHECKERS[name](output, output) is None


@pytest.mark.parametrize("name", CHECKERS)
@given(expected=OUTPUTS, actual=OUTPUTS)
def test_right_is_right_both_ways_round(name: str, expected: bytes, actual: bytes) -> None:
    assert (CHECKERS[name](expected, actual) is None) == (CHECKERS[name](actual, expected) is None)


@pytest.mark.parametrize("name", CHECKERS)
@given(expected=OUTPUTS, actual=OUTPUTS)
def test_a_complaint_is_one_short_printable_line(name: str, expected: bytes, actual: bytes) -> None:
    complaint = CHECKERS[name](expected, actual)
    assert complaint is None or (complaint.isprintable() and 0 < len(complaint) < 3 * MAX_QUOTED + 60)


@given(expected=OUTPUTS, actual=OUTPUTS)
def test_each_checker_takes_what_a_stricter_one_takes(expected: bytes, actual: bytes) -> None:
    taken = [CHECKERS[name](expected, actual) is None for name in ("exact", "lines", "tokens")]
    assert taken == sorted(taken)


@given(words=WORDS, data=st.data())
def test_tokens_do_not_mind_blanks(words: list[bytes], data: st.DataObject) -> None:
    def spread() -> bytes:
        return b"".join(data.draw(BLANKS) + word for word in words) + data.draw(st.just(b"") | BLANKS)

    assert checkers.tokens(spread(), spread()) is None


@given(words=WORDS, other=WORDS)
def test_tokens_mind_every_token(words: list[bytes], other: list[bytes]) -> None:
    assert (checkers.tokens(b" ".join(words), b"\n".join(other)) is None) == (words == other)


@given(st.lists(st.text(alphabet="ab ", max_size=5), max_size=5), st.data())
def test_lines_do_not_mind_what_ends_them(lines: list[str], data: st.DataObject) -> None:
    ends = st.sampled_from(["", " ", "\t", "\r", "  \r"])
    plain = "\n".join(lines).encode()
    ended = "\n".join(line + data.draw(ends) for line in lines).encode() + data.draw(
        st.sampled_from([b"", b"\n", b"\n\n"])
    )
    assert checkers.lines(plain, ended) is None


@pytest.mark.parametrize(
    ("checker", "expected", "actual", "complaint"),
    [
        ("exact", b"1\n", b"1", "the output differs"),
        ("exact", b"1", b"1 ", "the output differs"),
        ("lines", b"1\n2", b"1\n3", "expected 2 in line 2, got 3"),
        ("lines", b"1 2", b"1  2", "expected 1 2 in line 1, got 1  2"),
        ("lines", b"1", b" 1", "expected 1 in line 1, got  1"),
        ("lines", b"1\n2\n", b"1\n", "expected 2 lines, got 1"),
        ("lines", b"1", b"1\n2", "expected 1 lines, got 2"),
        ("lines", b"1", b"", "expected 1 in line 1, got "),
        ("lines", b"1\n\n2", b"1\n2", "expected  in line 2, got 2"),
        ("tokens", b"5", b"4", "expected 5 in line 1, got 4"),
        ("tokens", b"1\n2 3", b"1\n2 4", "expected 3 in line 2, got 4"),
        ("tokens", b"1 2", b"1", "expected 2 in line 1, got the end of the output"),
        ("tokens", b"1", b"1\n2", "unexpected 2 in line 2, after the end"),
        ("tokens", b"12", b"1 2", "expected 12 in line 1, got 1"),
        ("tokens", b"YES", b"yes", "expected YES in line 1, got yes"),
        ("tokens", b"1", b"1.0", "expected 1 in line 1, got 1.0"),
        ("tokens", b"1", b"\xff\x00", "expected 1 in line 1, got \\xff\\x00"),
        ("tokens", "да".encode(), "нет".encode(), "expected да in line 1, got нет"),
        ("tokens", b"1", b"x" * 41, f"expected 1 in line 1, got {'x' * 40}…"),
        ("tokens", b"1", b"x" * 40, f"expected 1 in line 1, got {'x' * 40}"),
    ],
)
def test_what_is_wrong_is_told(checker: str, expected: bytes, actual: bytes, complaint: str) -> None:
    assert CHECKERS[checker](expected, actual) == complaint


@pytest.mark.parametrize(
    ("checker", "expected", "actual"),
    [
        ("lines", b"1\n2\n", b"1  \r\n2\t\n\n\n"),
        ("lines", b"", b"\n \n"),
        ("tokens", b"1 2\n3\n", b"1\n2\n3"),
        ("tokens", b"", b" \n"),
    ],
)
def test_what_does_not_matter(checker: str, expected: bytes, actual: bytes) -> None:
    assert CHECKERS[checker](expected, actual) is None
