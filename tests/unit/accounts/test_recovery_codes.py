import re

import pytest

from chalicelib.accounts import recovery_codes


def test_ten_codes_of_120_bits_are_drawn() -> None:
    drawn = recovery_codes.draw()
    assert len(set(drawn)) == 10
    letters = f"[{recovery_codes.ALPHABET}]{{4}}"
    assert all(re.fullmatch(rf"{letters}(-{letters}){{5}}", code) for code in drawn)
    assert (len(set(recovery_codes.ALPHABET)), recovery_codes.CHARS * 5) == (32, 120)


def test_no_two_draws_share_a_code() -> None:
    drawn = [code for _ in range(50) for code in recovery_codes.draw()]
    assert len(set(drawn)) == len(drawn)


@pytest.mark.parametrize(
    "typed",
    [
        "0123-4567-89AB-CDEF-GHJK-MNPQ",
        "0123456789abcdefghjkmnpq",
        " 0123 4567 89ab cdef ghjk mnpq ",
        "oI23-4567-89AB-CDEF-GHJK-MNPQ",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert recovery_codes.digest(7, typed) == recovery_codes.digest(7, "0123-4567-89AB-CDEF-GHJK-MNPQ")


def test_the_digest_is_of_one_account_and_of_one_code() -> None:
    first, second, *_ = recovery_codes.draw()
    assert (
        len({recovery_codes.digest(7, first), recovery_codes.digest(8, first), recovery_codes.digest(7, second)}) == 3
    )
    assert first not in recovery_codes.digest(7, first)
