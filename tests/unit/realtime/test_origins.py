"""Pages that may open a WebSocket, by their origin."""

import pytest

from chalicelib.realtime import origins

FRONTEND = "https://school.example"
HOSTS = ("api.school.example", "abc.execute-api.eu-central-1.amazonaws.com")


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),  # no browser
        (FRONTEND, True),
        ("https://api.school.example", True),
        ("https://abc.execute-api.eu-central-1.amazonaws.com", True),
        ("http://api.school.example", False),
        ("http://school.example", False),
        ("https://school.example:8443", False),
        ("https://school.example.evil.example", False),
        ("https://evil.example", False),
        ("https://evil.example/https://school.example", False),
        ("https://api.school.example@evil.example", False),
        ("https://evil@api.school.example", False),
        ("https://api.school.example/", False),
        ("https://api.school.example?x", False),
        ("https://[", False),
        ("https://", False),
        ("http://localhost:3000", False),
        ("null", False),
        ("", False),
        ("file://", False),
    ],
)
def test_our_own_pages_and_programs_may_connect(origin: str | None, *, allowed: bool) -> None:
    assert origins.is_allowed(origin, listed=[FRONTEND], hosts=HOSTS, local=False) is allowed


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:3000", True),
        ("http://localhost:5173", True),
        ("http://127.0.0.1:8000", True),
        ("http://[::1]:8000", True),
        ("http://laptop.home:8000", True),
        ("https://localhost", True),
        ("http://localhost.evil.example", False),
        ("https://evil.example", False),
        ("chrome-extension://localhost", False),
        ("null", False),
    ],
)
def test_on_a_developers_machine_its_own_pages_may_connect(origin: str, *, allowed: bool) -> None:
    hosts = ["laptop.home:8000"]
    assert origins.is_allowed(origin, listed=[], hosts=hosts, local=True) is allowed


def test_a_deployment_without_a_frontend_has_no_origin_of_one() -> None:
    assert not origins.is_allowed("", listed=[], hosts=[], local=True)
