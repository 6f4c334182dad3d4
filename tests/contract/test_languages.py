"""Errors speak the caller's language, and carry the request's id, whatever refused the request."""

import re
from collections.abc import Callable

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.http.requests import MAX_BODY_BYTES
from tests.support.school import Reply, School

RUSSIAN = {"Accept-Language": "ru-RU,ru;q=0.9,en;q=0.8"}
NEWS = {"title": "T", "description": "D"}


def ask(school: School, method: str, path: str, role: Role | None = None, **options: object) -> Reply:
    token = school.person(role).token if role else None
    headers = {**RUSSIAN, **options.pop("headers", {})}  # type: ignore[dict-item]
    return school.api.request(method, path, token=token, headers=headers, **options)  # type: ignore[arg-type]


REFUSALS: dict[int, Callable[[School], Reply]] = {
    400: lambda school: ask(school, "GET", "/main/news?page=1"),
    401: lambda school: ask(school, "GET", "/me"),
    403: lambda school: ask(school, "POST", "/main/news", Role.USER, json_body=NEWS),
    404: lambda school: ask(school, "GET", "/main/news/1"),
    405: lambda school: ask(school, "DELETE", "/login"),
    409: lambda school: ask(school, "DELETE", "/api/v1/users", Role.ADMIN),
    412: lambda school: ask(
        school, "PUT", "/main/info", Role.ADMIN, json_body={"description": "D"}, headers={"If-Match": '"9"'}
    ),
    413: lambda school: ask(school, "POST", "/login", raw_body=b" " * (MAX_BODY_BYTES + 1)),
    415: lambda school: ask(school, "POST", "/login", json_body={}, headers={"Content-Type": "text/plain"}),
}


@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_is_in_russian_for_those_who_ask_so(school: School, status: int) -> None:
    reply = REFUSALS[status](school)
    assert reply.status == status, reply.body
    assert re.search("[а-яё]", reply.body["detail"]), reply.body
    assert reply.body["request_id"] == reply.headers["x-request-id"] != ""
    assert reply.headers["access-control-allow-origin"] == "http://localhost:3000"
