"""Pages of other hosts that may call."""

import pytest

from chalicelib.common import origins

LISTED = origins.parse(" https://school.example,, https://staff.example ,http://localhost:*,http://127.0.0.1:*,")


def test_a_list_is_read_without_blanks_and_gaps() -> None:
    assert LISTED == ("https://school.example", "https://staff.example", "http://localhost:*", "http://127.0.0.1:*")
    assert origins.parse("") == ()


@pytest.mark.parametrize(
    ("origin", "listed"),
    [
        ("https://school.example", True),
        ("https://staff.example", True),
        ("http://localhost:5173", True),
        ("http://127.0.0.1:3000", True),
        (None, False),
        ("", False),
        ("null", False),
        ("http://localhost", False),
        ("http://localhost:", False),
        ("http://localhost:*", False),  # no port at all
        ("https://localhost:5173", False),
        ("http://localhost:5173@evil.example", False),
        ("http://localhost:5173.evil.example", False),
        ("http://localhost.evil.example:80", False),
        ("https://school.example:8443", False),
        ("https://school.example.evil.example", False),
        ("https://school.example,https://staff.example", False),
    ],
)
def test_who_is_listed_is_named_and_nobody_else(origin: str | None, *, listed: bool) -> None:
    assert origins.is_listed(origin, LISTED) is listed
    assert origins.named_to(origin, LISTED) == (origin if listed else "https://school.example")


def test_without_a_list_nobody_is_named() -> None:
    assert origins.named_to("", ()) == origins.named_to("https://evil.example", ()) == ""
    assert not origins.is_listed("", ())
