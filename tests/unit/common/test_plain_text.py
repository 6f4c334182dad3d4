"""Which names and logins may be shown to others and mailed."""

import unicodedata
from collections.abc import Callable
from typing import Literal, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.common import plain_text

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
FORMS: tuple[Form, ...] = get_args(Form)
HIDDEN = {
    "line feed": "\n",
    "nul": "\0",
    "delete": "\x7f",
    "next line": "\x85",
    "soft hyphen": "\xad",
    "zero width joiner": "\u200d",
    "zero width space": "\u200b",
    "right to left override": "\u202e",
    "isolate": "\u2066",
    "line separator": "\u2028",
    "paragraph separator": "\u2029",
    "byte order mark": "\ufeff",
    "tag": "\U000e0041",
    "half a pair": "\ud800",
    "filler": "\u3164",
    "halfwidth filler": "\uffa0",
    "empty braille": "\u2800",
    "grapheme joiner": "\u034f",
}
NAMES = [
    "Ann",
    "O’Neil",
    "Анна-Мария",
    "Ганна Ўладзіміраўна",
    "李小龍 😀",
    "J.R.R. Tolkien",
    "А.С.Пушкин",
    "Smith Jr.",
    "Ph.D. Lee",
    "d'Artagnan",
    "Ann / Bob",
    "7 «Б»: 1.5",
    "No.1",
    "Team: the best",
]
ADDRESSES = [
    "you won! https://evil.example/prize",
    "http://x",
    "HTTPS :evil",
    "ftp:evil",
    "mailto:eve",
    "javascript:alert(1)",
    "www.evil",
    "www . evil",
    "evil.com",
    "EVIL.COM",
    "go to evil.com now",
    "sub.evil.example",
    "e-vil.co",
    "пример.рф",
    "t.me",
    "T.me/x",
    "evil.c/x",
    "evil.1\\x",
    "eve@example.com",
    "eve@localhost",
    "192.0.2.1",
    "evil．com",
    "evil。com",
    "evil｡com",
    "ｅｖｉｌ.ｃｏｍ",
    "ｗｗｗ．x",
    "a＠b",
    "Dr.Smith",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_of_people_and_teams_pass(name: str) -> None:
    assert plain_text.name(name) == name


@pytest.mark.parametrize("address", ADDRESSES)
def test_what_could_be_an_address_is_no_name(address: str) -> None:
    with pytest.raises(ValueError, match="looks like an address"):
        plain_text.name(address)


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_is_not_seen_stands_in_no_name_and_no_login(hidden: str) -> None:
    for check in (plain_text.name, plain_text.login):
        with pytest.raises(ValueError, match="cannot be seen"):
            check(f"An{hidden}n")


@given(st.characters(categories=["Cc", "Cf", "Zl", "Zp"]), st.text(), st.text())
def test_no_control_format_or_separator_character_passes_anywhere(hidden: str, before: str, after: str) -> None:
    assert plain_text.has_hidden(before + hidden + after)


@given(
    st.text(st.characters(categories=["L", "M", "N"], exclude_characters="\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"))
)
def test_words_of_any_script_are_names(word: str) -> None:
    assert plain_text.name(word) == word


@given(st.sampled_from(ADDRESSES), st.sampled_from(FORMS), st.sampled_from([str.upper, str.lower]))
def test_an_address_is_one_in_any_case_and_encoding(address: str, form: Form, case: Callable[[str], str]) -> None:
    written = unicodedata.normalize(form, case(address))
    assert plain_text.is_like_address(f"Ann, {written}!")


@pytest.mark.parametrize("login", ["ann.lee", "a.b", "Анна_1.2-3", "www", "ann.www.lee"])
def test_a_dot_may_join_the_words_of_a_login(login: str) -> None:
    assert plain_text.login(login) == login


@pytest.mark.parametrize("login", ["www.evil.com", "WWW.evil"])
def test_a_login_is_no_page(login: str) -> None:
    with pytest.raises(ValueError, match="address"):
        plain_text.login(login)
