"""Refused requests are logged and counted for whoever looks for attacks, without anything secret."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.accounts import login, sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import AccountState
from chalicelib.common import limits
from tests.support.log import Log
from tests.support.school import Person, Reply, School

ADDRESS = "203.0.113.1"
WRONG = "not the password"
ELSEWHERE = "198.51.100.7"


def sign_in(school: School, password: str, name: str = "ann") -> Reply:
    return school.api.post("/login", {"login": name, "password": password})


@pytest.fixture
def ann(school: School) -> Person:
    return school.person(login="ann", email="ann@example.com")


def told(log: Log, message: str) -> list[dict[str, Any]]:
    names = ("status", "code", "method", "route", "address", "account_id")
    return [{name: event.get(name) for name in names} for event in log.events(message)]


def test_a_wrong_password_is_a_failed_sign_in(school: School, ann: Person, log: Log) -> None:
    assert sign_in(school, WRONG).status == 401
    at_login = {"method": "POST", "route": "/login", "address": ADDRESS}
    assert told(log, "sign-in failed") == [
        {"status": 401, "code": "wrong_credentials", **at_login, "account_id": ann.id}
    ]


def test_nobody_elses_account_is_named(school: School, ann: Person, log: Log) -> None:
    assert sign_in(school, WRONG).status == 401
    assert sign_in(school, WRONG, "nobody").status == 401
    assert [event["account_id"] for event in told(log, "sign-in failed")] == [ann.id, None]


def test_a_sign_in_that_must_wait_is_a_refusal(school: School, ann: Person, log: Log) -> None:
    for _ in range(login.STRANGE.free + 1):
        refused = sign_in(school, WRONG)
    assert refused.status == 429
    (event,) = told(log, "request refused")
    assert (event["status"], event["account_id"], event["address"]) == (429, ann.id, ADDRESS)


def blocked(school: School) -> tuple[str | None, int | None]:
    person = school.person(state=AccountState.BLOCKED)
    return person.token, person.id


def signed_out(school: School) -> tuple[str | None, int | None]:
    person = school.person()
    started = sessions.start(person.account, Device("", ""))
    assert school.api.request("DELETE", "/api/v1/users/logout", token=started.access_token).status == 200
    return started.access_token, person.id


def pupil(school: School) -> tuple[str | None, int | None]:
    person = school.person()
    return person.token, person.id


WHO: dict[str, tuple[Callable[[School], tuple[str | None, int | None]], int, str]] = {
    "nobody": (lambda school: (None, None), 401, "token_missing"),
    "a forger": (lambda school: ("rubbish", None), 401, "invalid_token"),
    "somebody signed out": (signed_out, 401, "session_ended"),
    "somebody blocked": (blocked, 403, "account_blocked"),
    "a pupil": (pupil, 403, "insufficient_rights"),
}


@pytest.mark.parametrize("who", WHO)
def test_a_refusal_says_who_was_refused_what(school: School, log: Log, who: str) -> None:
    make, status, code = WHO[who]
    token, account_id = make(school)
    assert school.api.request("DELETE", "/courses/12345", token=token, source_ip=ELSEWHERE).status == status
    expected = {"method": "DELETE", "route": "/courses/{course_id}", "address": ELSEWHERE}
    assert told(log, "request refused") == [{"status": status, "code": code, **expected, "account_id": account_id}]


def test_a_refusal_does_not_name_the_account_of_the_request_before(school: School, log: Log) -> None:
    assert school.api.get("/me", token=school.person().token).status == 200
    assert school.api.get("/me").status == 401
    (event,) = told(log, "request refused")
    assert event["account_id"] is None


def test_beyond_a_limit_is_a_refusal(school: School, ann: Person, log: Log) -> None:
    counter = limits.Counter(*limits.key(limits.WRITES, str(ann.id), school.clock.now))
    counter.hits = limits.WRITES.allowed
    counter.save()
    assert school.api.post("/courses/attend/1", token=ann.token).status == 429
    (event,) = told(log, "request refused")
    assert (event["status"], event["code"], event["account_id"]) == (429, "too_many_requests", ann.id)


def test_addresses_of_one_customer_have_one_limit(school: School, ann: Person) -> None:
    counter = limits.Counter(*limits.key(limits.FROM_ADDRESS, "address 2001:db8:0:1::/64", school.clock.now))
    counter.hits = limits.FROM_ADDRESS.allowed
    counter.save()
    statuses = [
        school.api.post("/login", {"login": "ann", "password": WRONG}, source_ip=address).status
        for address in ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2", "2001:db8:0:2::1")
    ]
    assert statuses == [429, 429, 401]


def test_what_is_not_found_or_wrong_is_no_refusal(school: School, ann: Person, log: Log) -> None:
    assert school.api.get("/courses/12345", token=ann.token).status == 404
    assert school.api.post("/login", {}).status == 400
    assert (told(log, "request refused"), told(log, "sign-in failed")) == ([], [])


def test_refusals_are_counted_by_status(school: School, ann: Person, capsys: pytest.CaptureFixture[str]) -> None:
    sign_in(school, WRONG)
    school.api.get("/me")
    school.api.request("DELETE", "/courses/1", token=ann.token)
    lines = (json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"'))
    assert [line["status"] for line in lines if "RequestRefused" in line] == ["401", "401", "403"]


def test_no_refusal_holds_what_was_sent(school: School, ann: Person, log: Log) -> None:
    secret = "hunter2 and more"
    school.api.post("/login", {"email": "ann@example.com", "password": secret})
    school.api.get("/me", token=f"{ann.token}x")
    school.api.post("/auth/login", {"email": "nobody@example.com", "password": secret})
    school.api.post("/password/reset", {"email": "ann@example.com", "code": "123456", "password": secret})
    for sent in (secret, "@example.com", ann.token, "123456"):
        assert sent not in log.text
