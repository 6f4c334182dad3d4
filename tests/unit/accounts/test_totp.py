from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.accounts import totp

SECRET_OF_THE_RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""12345678901234567890 in base32 (RFC 6238, appendix B)."""
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
moments = some.integers(946684800, 4102444800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    moment = datetime.fromtimestamp(seconds, UTC)
    step = totp.step_at(moment)
    assert totp.code_of(SECRET_OF_THE_RFC, step) == code
    assert totp.matching_step(SECRET_OF_THE_RFC, code, now=moment, last_used=0) == step


@given(now=moments, drift=some.integers(-5, 5))
def test_one_step_of_drift_either_side_is_accepted_and_no_more(now: datetime, drift: int) -> None:
    step = totp.step_at(now) + drift
    near = {totp.code_of(SECRET, totp.step_at(now) + each) for each in (-1, 0, 1)}
    code = totp.code_of(SECRET, step)
    matching = totp.matching_step(SECRET, code, now=now, last_used=0)
    assert (matching is not None) == (code in near)
    if abs(drift) <= 1:
        assert matching == step or code == totp.code_of(SECRET, matching or 0)


@given(now=moments, last=some.integers(-3, 3), drift=some.integers(-1, 1))
def test_only_a_step_after_the_last_used_one_matches(now: datetime, last: int, drift: int) -> None:
    present = totp.step_at(now)
    matching = totp.matching_step(SECRET, totp.code_of(SECRET, present + drift), now=now, last_used=present + last)
    assert matching is None or matching > present + last
    assert matching is not None or drift <= last


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "１２３４５６", "123456\n", "ABCD-EFGH"])
def test_what_is_not_six_digits_is_no_code(text: str) -> None:
    assert not totp.is_code(text)
    assert totp.is_code("012345")


def test_a_wrong_code_is_none() -> None:
    now = datetime(2026, 9, 1, tzinfo=UTC)
    right = totp.code_of(SECRET, totp.step_at(now))
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert totp.matching_step(SECRET, wrong, now=now, last_used=0) is None


def test_secrets_have_the_length_of_the_hash_and_differ() -> None:
    drawn = {totp.new_secret() for _ in range(100)}
    assert len(drawn) == 100
    assert {len(secret) * 5 for secret in drawn} == {160}


def test_the_address_for_apps_names_account_and_issuer() -> None:
    parts = urlsplit(totp.uri(SECRET, account="ann@example.com", issuer="Lyceum (dev)"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Lyceum (dev):ann@example.com"
    assert parse_qs(parts.query) == {"secret": [SECRET], "issuer": ["Lyceum (dev)"]}


def test_steps_last_thirty_seconds() -> None:
    start = datetime(2026, 9, 1, tzinfo=UTC)
    assert totp.step_at(start) == totp.step_at(start + timedelta(seconds=29.999))
    assert totp.step_at(start + timedelta(seconds=30)) == totp.step_at(start) + 1
