"""Built-in checkers: what they take, what they refuse, what they say."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.judge.grading import checkers
from chalicelib.judge.grading.checkers import BUILT_IN, BadChecker, BuiltIn, ByProgram, Role
from chalicelib.judge.grading.outputs import BLOCK, MAX_QUOTED
from chalicelib.judge.grading.validators import CheckResult, Convention
from chalicelib.judge_protocol.contract import Verdict

OUTPUTS = st.binary(max_size=100) | st.text(alphabet="ab \n\t\r", max_size=40).map(str.encode)
WORDS = st.lists(st.sampled_from([b"1", b"22", b"abc", b"\xff", "ё".encode()]), max_size=8)
BLANKS = st.text(alphabet=" \n\t\r\v\f", min_size=1, max_size=3).map(str.encode)
BOTH_WAYS = [name for name in BUILT_IN if name not in {"floats", "linecount"}]

AC, WA = Verdict.OK, Verdict.WRONG_ANSWER


def comparison(name: str, **options: Any) -> Callable[[bytes, bytes], CheckResult]:
    checker = checkers.parse(name, options)
    assert isinstance(checker, BuiltIn)
    return checker.compare


def accepts(name: str, expected: bytes, actual: bytes, **options: Any) -> bool:
    return comparison(name, **options)(expected, actual).verdict is AC


@pytest.mark.parametrize("name", BUILT_IN)
@given(output=OUTPUTS)
def test_the_answer_itself_is_always_right(name: str, output: bytes) -> None:
    assert comparison(name)(output, output) == CheckResult(AC, share=1.0)


@pytest.mark.parametrize("name", BOTH_WAYS)
@given(expected=OUTPUTS, actual=OUTPUTS)
def test_right_is_right_both_ways_round(name: str, expected: bytes, actual: bytes) -> None:
    assert accepts(name, expected, actual) == accepts(name, actual, expected)


@pytest.mark.parametrize("name", BUILT_IN)
@given(expected=OUTPUTS, actual=OUTPUTS)
def test_a_complaint_is_one_short_printable_line(name: str, expected: bytes, actual: bytes) -> None:
    check_result = comparison(name)(expected, actual)
    if check_result.verdict is WA:
        assert str(check_result.message).isprintable()
        assert 0 < len(str(check_result.message)) < 3 * MAX_QUOTED + 60
        assert 0 <= check_result.share < 1
    else:
        assert (check_result.verdict, str(check_result.message), check_result.share) == (AC, "", 1.0)


@given(expected=OUTPUTS, actual=OUTPUTS)
def test_each_checker_takes_what_a_stricter_one_takes(expected: bytes, actual: bytes) -> None:
    for family in (("exact", "lines", "tokens", "tokens_ignore_case"), ("lines", "sorted", "unordered")):
        taken = [accepts(name, expected, actual) for name in family]
        assert taken == sorted(taken)


@given(words=WORDS, data=st.data())
def test_tokens_do_not_mind_blanks(words: list[bytes], data: st.DataObject) -> None:
    def spread() -> bytes:
        return b"".join(data.draw(BLANKS) + word for word in words) + data.draw(st.just(b"") | BLANKS)

    assert accepts("tokens", spread(), spread())
    assert accepts("floats", spread(), spread())


@given(words=WORDS, other=WORDS)
def test_tokens_mind_every_token(words: list[bytes], other: list[bytes]) -> None:
    assert accepts("tokens", b" ".join(words), b"\n".join(other)) == (words == other)


@given(st.lists(st.text(alphabet="ab ", max_size=5), max_size=5), st.data())
def test_lines_do_not_mind_what_ends_them(lines: list[str], data: st.DataObject) -> None:
    ends = st.sampled_from(["", " ", "\t", "\r", "  \r"])
    plain = "\n".join(lines).encode()
    ended = "\n".join(line + data.draw(ends) for line in lines).encode() + data.draw(
        st.sampled_from([b"", b"\n", b"\n\n"])
    )
    assert accepts("lines", plain, ended)


@given(words=st.lists(st.sampled_from([b"1", b"2", b"33"]), max_size=8), data=st.data())
def test_what_has_no_order_may_come_in_any(words: list[bytes], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(words))
    assert accepts("sorted", b"\n".join(words), b"\n".join(shuffled))
    assert accepts("sorted", b" ".join(words), b"\n".join(shuffled), by="tokens")
    assert accepts("unordered", b" ".join(words), b" ".join(shuffled))
    assert accepts("unordered", b" ".join(words), b" ".join(shuffled), within="line")


@pytest.mark.parametrize(
    ("checker", "expected", "actual", "complaint"),
    [
        ("exact", b"1\n", b"1", "the output differs"),
        ("exact", b"1", b"1 ", "the output differs"),
        ("lines", b"1\n2", b"1\n3", "expected 2 in line 2, got 3"),
        ("lines", b"1 2", b"1  2", "expected 1 2 in line 1, got 1  2"),
        ("lines", b"1", b" 1", "expected 1 in line 1, got  1"),
        ("lines", b"1\n2\n", b"1\n", "expected 2 lines, got 1"),
        ("lines", b"1", b"1\n2", "expected 1 line, got 2"),
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
        ("tokens_ignore_case", b"Yes", b"NO", "expected Yes in line 1, got NO"),
        ("floats", b"1.5", b"1.6", "expected 1.5 in line 1, got 1.6"),
        ("floats", b"1.5", b"nan", "nan is not a number"),
        ("sorted", b"b\na", b"a\nc", "expected the line b 1 time, got 0"),
        ("sorted", b"a", b"a\na", "expected the line a 1 time, got 2"),
        ("sorted", b"a\nb", b"a\nc", "expected the line b 1 time, got 0"),
        ("sorted", b"a\na\na", b"a", "expected the line a 3 times, got 1"),
        ("sorted", b"a", b"a\nc", "expected the line c 0 times, got 1"),
        ("unordered", b"a b", b"a c", "expected the line a b 1 time, got 0"),
        ("linecount", b"1\n2\n3\n4", b"1\n0\n3\n0", "2 of 4 lines are right: +-+-"),
        ("linecount", b"1\n2\n3\n4", b"1", "1 of 4 lines are right: +"),
        ("linecount", b"1", b"1\n2", "expected 1 line, got 2"),
        ("linecount", b"1\n" * 50, b"1\n" * 49 + b"0", f"49 of 50 lines are right: {'+' * 40}"),
    ],
)
def test_what_is_wrong_is_told(checker: str, expected: bytes, actual: bytes, complaint: str) -> None:
    assert str(comparison(checker)(expected, actual).message) == complaint


@pytest.mark.parametrize(
    ("checker", "options", "expected", "actual", "complaint"),
    [
        ("sorted", {"by": "tokens"}, b"1 2", b"2 3", "expected the token 1 1 time, got 0"),
        ("unordered", {"within": "line"}, b"1\n2 3", b"1\n2 4", "expected 2 3 in line 2, in any order, got 2 4"),
        ("unordered", {"within": "line"}, b"1\n2", b"1", "expected 2 lines, got 1"),
        ("tokens", {"exact_spaces": True}, b"1 2", b"1  2", "the tokens are right, but not the blanks between them"),
        ("floats", {"exact_spaces": True}, b"1 2", b"1\n2", "the tokens are right, but not the blanks between them"),
        ("tokens", {"exact_spaces": True}, b"1 2", b"1 3", "expected 2 in line 1, got 3"),
    ],
)
def test_what_is_wrong_with_an_option_is_told(
    checker: str, options: dict[str, Any], expected: bytes, actual: bytes, complaint: str
) -> None:
    assert str(comparison(checker, **options)(expected, actual).message) == complaint


def test_tokens_that_are_compared_without_options_mind_case_and_no_blanks() -> None:
    assert checkers.tokens(b"YES no", b"yes no").verdict is WA
    assert checkers.tokens(b"YES no", b"YES\nno").verdict is AC


TIGHT, LOOSE = {"absolute": 1e-9}, {"absolute": 0.01}
EMOJI = "\N{GRINNING FACE}".encode()


@pytest.mark.parametrize(
    ("checker", "options", "expected", "actual", "found"),
    [
        ("lines", {}, b"1\n2\n", b"1  \r\n2\t\n\n\n", AC),
        ("lines", {}, b"", b"\n \n", AC),
        ("tokens", {}, b"1 2\n3\n", b"1\n2\n3", AC),
        ("tokens", {}, b"", b" \n", AC),
        ("tokens", {}, b"a b", b"ab", WA),
        # Letters and blanks, where they are asked for.
        ("tokens", {"ignore_case": True}, b"Yes no", b"yES NO", AC),
        ("tokens", {"ignore_case": True}, "Да".encode(), "дА".encode(), AC),
        ("tokens", {"ignore_case": True}, b"\xff", b"\xfe", WA),
        ("tokens_ignore_case", {}, "ДА".encode(), "да".encode(), AC),
        ("tokens_ignore_case", {}, b"yes", b"yes no", WA),
        ("tokens", {"exact_spaces": True}, b"1 2\n", b"1 2\n", AC),
        ("tokens", {"exact_spaces": True}, b"1 2\n", b"1  2\n", WA),
        ("tokens", {"exact_spaces": True}, b"1 2\n", b"1 2", WA),
        ("tokens", {"exact_spaces": True}, b"1 2\n", b"1\n2\n", WA),
        ("tokens", {"exact_spaces": True, "ignore_case": True}, b"A b\n", b"a B\n", AC),
        ("floats", {"exact_spaces": True}, b"1.0 2\n", b"1 2.0\n", AC),
        ("floats", {"exact_spaces": True}, b"1.0 2\n", b"1\n2.0\n", WA),
        # Tolerances: one that is named is the only one.
        ("floats", {}, b"1.4", b"1.4000001", AC),
        ("floats", {}, b"1.4", b"1.41", WA),
        ("floats", {}, b"0", b"1", WA),
        ("floats", LOOSE, b"0", b"0.01", AC),
        ("floats", LOOSE, b"0", b"0.0101", WA),
        ("floats", LOOSE, b"0", b"-0.009", AC),
        ("floats", LOOSE, b"1000", b"1000.5", WA),
        ("floats", LOOSE, b"1000000", b"1000000.5", WA),
        ("floats", {"relative": 0.01}, b"0", b"0.0000005", WA),
        ("floats", {"relative": 0.01}, b"1000", b"1009", AC),
        ("floats", {"relative": 0.01}, b"1000", b"1011", WA),
        ("floats", {"relative": 0.01}, b"0", b"0.001", WA),
        ("floats", {"relative": 0.01}, b"0", b"0.0", AC),
        ("floats", {"relative": 0.01, "absolute": 0.01}, b"0", b"0.001", AC),
        ("floats", {"relative": 0.01, "absolute": 0.01}, b"1000", b"1009", AC),
        ("floats", {"relative": 0.01}, b"-1000", b"-1009", AC),
        ("floats", {"relative": 0.01}, b"-1000", b"1000", WA),
        ("floats", {"absolute": 0}, b"1", b"1.000", AC),
        ("floats", {"absolute": 1}, b"0", b"1", AC),
        # What numbers may look like.
        ("floats", {}, b"100", b"1e2", AC),
        ("floats", {}, b"100", b"1E2", AC),
        ("floats", {}, b"0.5", b".5", AC),
        ("floats", {}, b"5", b"5.", AC),
        ("floats", {}, b"5", b"+5", AC),
        ("floats", {}, b"16", b"0x10", WA),
        ("floats", {}, b"1000", b"1_000", WA),
        ("floats", {}, b"1.5", b"1,5", WA),
        ("floats", {}, b"1.4", b"1.4" + EMOJI * 100, WA),
        ("floats", {}, b"1.4", b"1.4abc", WA),
        ("floats", {}, b"1.4", "١.٤".encode(), WA),
        ("floats", {}, b"1.4", b"1.4\x00", WA),
        ("floats", {}, b"1.4", b"", WA),
        ("floats", {}, b"1.4", b"1.4 1.4", WA),
        ("floats", {}, b"1.4 1.5", b"1.4", WA),
        ("floats", {}, b"1.4", b"10" * 200_000, WA),
        ("floats", {}, b"1.4", bytes(range(256)) * 2000, WA),
        ("floats", {}, b"1" * 300, b"1" * 300 + b".0", AC),
        ("floats", {}, b"1", b"1." + b"0" * 900, AC),
        ("floats", {}, b"1", b"1." + b"0" * 998, AC),
        ("floats", {}, b"1", b"1." + b"0" * 999, WA),
        ("floats", {}, b"1", b"1." + b"0" * 5000, WA),
        # Infinities and what is no number.
        ("floats", {}, b"inf", b"inf", AC),
        ("floats", {}, b"inf", b"INFINITY", AC),
        ("floats", {}, b"inf", b"-inf", WA),
        ("floats", {}, b"inf", b"0", WA),
        ("floats", {}, b"0", b"inf", WA),
        ("floats", {"absolute": 1e300}, b"1e308", b"inf", WA),
        ("floats", {"relative": 1e300}, b"1e308", b"1e999", WA),
        ("floats", {}, b"inf", b"1e999", WA),
        ("floats", {}, b"nan 1", b"nan 1.0000001", AC),
        ("floats", {"ignore_case": True}, b"NaN", b"nan", AC),
        ("floats", {}, b"1 nan", b"nan 1", WA),
        ("floats", {}, b"1", b"NaN", WA),
        ("floats", {}, b"NaN", b"nan", WA),
        ("floats", {}, b"1", b"-nan", WA),
        ("floats", {}, b"banana 1", b"banana 1.0", AC),
        ("floats", {}, b"Case 1: 2.0", b"Case 1: 2", AC),
        ("floats", {}, b"Case 1: 2.0", b"case 1: 2", WA),
        ("floats", {"ignore_case": True}, b"Case 1: 2.0", b"case 1: 2", AC),
        # Order.
        ("sorted", {}, b"1 2\n3 4", b"3 4\n1  2\n", AC),
        ("sorted", {}, b"1 2\n3 4", b"4 3\n1 2\n", WA),
        ("sorted", {}, b"1\n2\n", b"\n2\n\n1\n", AC),
        ("sorted", {}, b"1\n1\n2", b"1\n2\n2", WA),
        ("sorted", {"by": "tokens"}, b"1 2\n3", b"3 2 1", AC),
        ("sorted", {"by": "tokens"}, b"1 2 2", b"1 1 2", WA),
        ("unordered", {}, b"1 2\n3 4", b"4 3\n2 1", AC),
        ("unordered", {}, b"1 2\n3 4", b"1 3\n2 4", WA),
        ("unordered", {"within": "line"}, b"1 2\n3 4", b"2 1\n4 3", AC),
        ("unordered", {"within": "line"}, b"1 2\n3 4", b"3 4\n1 2", WA),
        ("unordered", {"within": "line"}, b"1 2", b"1 2 2", WA),
        ("unordered", {"within": "line"}, b"1\n2", b"1", WA),
    ],
)
def test_what_is_right_and_what_is_not(
    checker: str, options: dict[str, Any], expected: bytes, actual: bytes, found: Verdict
) -> None:
    assert comparison(checker, **options)(expected, actual).verdict is found


@pytest.mark.parametrize(
    ("expected", "actual", "share"),
    [
        (b"1\n2\n3\n4", b"1\n2\n3\n4\n", 1.0),
        (b"1\n2\n3\n4", b"1\n2\n0\n4", 0.75),
        (b"1\n2\n3\n4", b"1\n2", 0.5),
        (b"1\n2\n3\n4", b"2\n1\n4\n3", 0.0),
        (b"1\n2\n3\n4", b"1\n2\n3\n4\n5", 0.0),
        (b"1", b"", 0.0),
    ],
)
def test_lines_that_are_right_earn_their_part(expected: bytes, actual: bytes, share: float) -> None:
    check_result = comparison("linecount")(expected, actual)
    assert check_result.share == share
    assert check_result.verdict is (AC if share == 1 else WA)


@pytest.mark.parametrize("name", BUILT_IN)
@pytest.mark.parametrize("unit", [b"12 34\n", b"12\n", b"x" * 1000, b"1 ", b"\n"])
def test_what_is_read_in_blocks_is_read_whole(name: str, unit: bytes) -> None:
    output = unit * (3 * BLOCK // len(unit))
    assert accepts(name, output, output[:])
    for changed in (output + b"9", b"9" + output, output[: BLOCK + 1] + b"9" + output[BLOCK + 1 :]):
        assert not accepts(name, output, changed)
        assert not accepts(name, changed, output)


def test_the_line_of_a_difference_far_down_is_right() -> None:
    answer = b"12 34\n\n" * BLOCK
    wrong = answer[:-7] + b"12 35\n\n"
    line = 2 * BLOCK - 1
    assert str(comparison("tokens")(answer, wrong).message) == f"expected 34 in line {line}, got 35"
    assert str(comparison("lines")(answer, wrong).message) == f"expected 12 34 in line {line}, got 12 35"


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_checker_without_parameters_is_one(name: str) -> None:
    assert isinstance(checkers.parse(name, {}), BuiltIn)


@pytest.mark.parametrize(("name", "role"), [("custom", Role.CHECKER), ("interactive", Role.INTERACTOR)])
@pytest.mark.parametrize("convention", Convention)
def test_an_authors_program_is_a_checker_too(name: str, role: Role, convention: Convention) -> None:
    assert checkers.parse(name, {"convention": convention.value}) == ByProgram(role, convention)
    assert checkers.parse(name, {}) == ByProgram(role, Convention.TESTLIB)


def refusal(name: str, options: object) -> str:
    with pytest.raises(BadChecker) as refused:
        checkers.parse(name, options)
    return str(refused.value)


@pytest.mark.parametrize(
    ("name", "options", "complaint"),
    [
        ("token", {}, "There is no checker 'token'"),
        ("", {}, "There is no checker ''"),
        ("tokens", [], "The parameters of a checker are an object"),
        ("tokens", None, "The parameters of a checker are an object"),
        ("tokens", {"case": True}, "The checker 'tokens' takes no case"),
        ("exact", {"ignore_case": True}, "The checker 'exact' takes no ignore_case"),
        ("tokens", {"ignore_case": 1}, "'ignore_case' is true or false"),
        ("floats", {"absolute": -1}, "'absolute' is a number from 0 on"),
        ("floats", {"absolute": "1e-6"}, "'absolute' is a number from 0 on"),
        ("floats", {"relative": float("nan")}, "'relative' is a number from 0 on"),
        ("floats", {"relative": float("inf")}, "'relative' is a number from 0 on"),
        ("floats", {"relative": True}, "'relative' is a number from 0 on"),
        ("sorted", {"by": "words"}, "'by' is one of lines, tokens"),
        ("unordered", {"within": ["line"]}, "'within' is one of output, line"),
        ("custom", {"convention": "dmoj"}, "'convention' is one of testlib, icpc"),
    ],
)
def test_a_checker_that_is_none_is_refused(name: str, options: object, complaint: str) -> None:
    assert refusal(name, options).startswith(complaint)


def test_a_refusal_lists_the_checkers_and_all_parameters_that_are_too_much() -> None:
    names = "exact, lines, tokens, tokens_ignore_case, floats, sorted, unordered, linecount, "
    names += "icpc_default, custom, interactive"
    assert refusal("token", {}) == f"There is no checker 'token'; there are {names}"
    assert refusal("exact", {"by": "lines", "case": True}) == "The checker 'exact' takes no by, case"


def test_the_role_of_an_authors_program_names_its_file_beside_the_tests() -> None:
    assert [role.value for role in Role] == [
        "checker",
        "interactor",
        "grader",
        "checker-2",
        "checker-3",
        "checker-4",
        "static-validator",
    ]


@pytest.mark.parametrize(
    ("flags", "answer", "output", "right"),
    [
        ((), b"Yes", b"yes", True),
        (("case_sensitive",), b"Yes", b"yes", False),
        (("float_tolerance", "0.1"), b"1.0", b"1.05", True),
        (("float_absolute_tolerance", "0.01"), b"1.0", b"1.05", False),
        (("space_change_sensitive",), b"a b", b"a  b", False),
    ],
)
def test_the_formats_default_validator_goes_by_each_tests_flags(
    flags: tuple[str, ...], answer: bytes, output: bytes, *, right: bool
) -> None:
    checker = checkers.parse("icpc_default", {})
    assert isinstance(checker, checkers.BuiltIn)
    assert (checker.comparison(flags)(answer, output).verdict is Verdict.OK) is right
    plain = checkers.parse("tokens", {"ignore_case": True})
    assert isinstance(plain, checkers.BuiltIn)
    assert plain.comparison(flags) is plain.compare
