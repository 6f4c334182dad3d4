import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import emails


@given(st.emails())
def test_a_short_address_is_an_address(email: str) -> None:
    if len(email) <= emails.MAX_EMAIL_CHARS:
        assert emails.valid(email) == email


@given(st.text(max_size=80))
def test_without_at_and_dot_there_is_no_address(text: str) -> None:
    if "@" not in text or "." not in text:
        with pytest.raises(ValueError, match="e-mail"):
            emails.valid(text)


@pytest.mark.parametrize("email", ["a@b.c", "a.b@c-d.e", "1@2.3", "!#$%&'*+/=?^_`{|}~-@example.com"])
def test_an_address_may_look_odd(email: str) -> None:
    assert emails.valid(email) == email


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@b",
        "@b.c",
        "a@.c",
        "a@b.",
        "a@b..c",
        ".a@b.c",
        "a..b@c.d",
        "a@b.c\n",
        "é@b.c",
        '"a"@b.c',
        "a@[1.2.3.4]",
    ],
)
def test_what_is_no_dot_atom_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="e-mail"):
        emails.valid(email)


@given(st.text())
def test_case_does_not_tell_addresses_apart(text: str) -> None:
    assert emails.fold(text) == emails.fold(emails.fold(text))
    if text.isascii():
        assert emails.fold(text.upper()) == emails.fold(text.lower())
