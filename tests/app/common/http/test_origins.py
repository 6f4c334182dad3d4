"""Which pages may read an answer: the header that names them."""

import pytest

from tests.support.school import School

FIRST = "http://localhost:3000"


@pytest.mark.parametrize(
    ("origin", "named"),
    [
        ("http://localhost:5173", "http://localhost:5173"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        (FIRST, FIRST),
        ("https://evil.example", FIRST),
        ("http://localhost:5173@evil.example", FIRST),
        ("null", FIRST),
        (None, FIRST),
    ],
)
@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/health", 200), ("GET", "/me", 401), ("DELETE", "/login", 405)]
)
def test_every_answer_names_the_page_that_asks_if_it_is_listed(
    school: School, method: str, path: str, status: int, origin: str | None, named: str
) -> None:
    reply = school.api.request(method, path, headers={} if origin is None else {"Origin": origin})

    assert reply.status == status
    assert reply.headers["access-control-allow-origin"] == named
    assert reply.headers["access-control-allow-credentials"] == "true"
    assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize("path", ["/openapi.json", "/asyncapi.json", "/docs"])
def test_the_copy_of_a_document_that_a_cache_keeps_is_for_every_page(school: School, path: str) -> None:
    for origin in (FIRST, "https://evil.example"):
        assert school.api.get(path, headers={"Origin": origin}).headers["access-control-allow-origin"] == "*"
