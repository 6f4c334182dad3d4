"""Connections: which are accepted, for which account and which room."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.realtime import leases
from tests.app.realtime.conftest import SESSION
from tests.support.live import of_user
from tests.support.log import Log
from tests.support.school import PASSWORD, Person, School, stored_items


def test_a_token_in_the_query_connects(school: School) -> None:
    assert school.live.status({"token": school.person().token}) == 200


@pytest.mark.parametrize("name", ["Authorization", "authorization", "AUTHORIZATION"])
def test_a_bearer_in_the_header_connects(school: School, name: str) -> None:
    assert school.live.status(headers={name: f"Bearer {school.person().token}"}) == 200


def test_ones_own_user_id_may_be_named(school: School) -> None:
    person = school.person()
    assert school.live.status({"token": person.token, "user_id": str(person.id)}) == 200


def test_another_user_id_is_refused(school: School) -> None:
    person, other = school.person(), school.person()
    for named in (str(other.id), "", "0", f"{person.id} "):
        assert school.live.status({"token": person.token, "user_id": named}) == 403


def refresh_token(school: School, person: Person) -> str:
    answer = school.api.post("/login", {"email": person.account.email, "password": PASSWORD})
    token: str = answer.body["jwt_refresh"]
    return token


def test_without_a_token_there_is_no_connection(school: School) -> None:
    assert school.live.status() == 401
    assert school.live.status({}, {}) == 401
    assert school.live.status({"token": ""}, {"Authorization": "Bearer "}) == 401
    assert school.live.status({"user_id": "1"}) == 401


@pytest.mark.parametrize("token", ["rubbish", "a.b.c", "ключ"])
def test_a_bad_token_is_refused(school: School, token: str) -> None:
    assert school.live.status({"token": token}) == 401
    assert school.live.status(headers={"Authorization": f"Bearer {token}"}) == 401


def test_a_refresh_token_is_refused(school: School) -> None:
    assert school.live.status({"token": refresh_token(school, school.person())}) == 401


def test_an_expired_token_is_refused(school: School) -> None:
    person = school.person()
    school.clock.forward(timedelta(hours=1))
    assert school.live.status({"token": person.token}) == 401


def test_a_bad_token_in_the_query_is_not_saved_by_a_good_header(school: School) -> None:
    header = {"Authorization": f"Bearer {school.person().token}"}
    assert school.live.status({"token": "rubbish"}, header) == 401


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost:3000"}, 200),
        ({"origin": "http://localhost:8000"}, 200),
        ({"Origin": "https://school.example", "Host": "school.example"}, 200),
        ({"Origin": "https://school.example", "Host": "api", "X-Viewer-Host": "school.example"}, 200),
        ({"Origin": "https://school.example", "Host": "api"}, 403),
        ({"Origin": "https://evil.example", "Host": "school.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
def test_pages_of_other_sites_are_refused(school: School, headers: dict[str, str], status: int) -> None:
    token = school.person().token
    assert school.live.status({"token": token}, headers) == status
    assert school.live.status(headers={**headers, "Authorization": f"Bearer {token}"}) == status


def test_a_page_of_another_site_does_not_use_a_ticket_up(school: School, pupil: Person) -> None:
    ticket = school.api.post("/ws-tickets", token=pupil.token).body["ticket"]
    assert school.live.status({"ticket": ticket}, {"Origin": "https://evil.example"}) == 403
    assert school.live.status({"ticket": ticket}) == 200


def test_a_blocked_account_is_refused(school: School, pupil: Person) -> None:
    pupil.account.state = AccountState.BLOCKED
    pupil.account.save()
    assert school.live.status({"token": pupil.token}) == 403


def test_a_refusal_is_logged_with_the_account(school: School, log: Log) -> None:
    person = school.person(state=AccountState.BLOCKED)
    assert school.live.status({"token": person.token}) == 403
    (event,) = log.events("connection refused")
    assert (event["level"], event["code"], event["account_id"]) == ("WARNING", "account_blocked", person.id)


def test_a_refused_connection_leaves_nothing_behind(school: School, pupil: Person, team: str) -> None:
    assert school.live.status({"token": "rubbish"}) == 401
    assert school.live.status({"token": pupil.token, "user_id": "1"}) == 403
    assert school.live.status({"token": pupil.token, "team_id": "8"}) == 404
    assert stored_items("realtime") == []


@pytest.mark.parametrize(
    ("query", "room"),
    [
        ({}, "personal#{me}"),
        ({"team_id": "7"}, "lobby#7"),
        ({"team_id": "007"}, "lobby#7"),
        ({"training_session_id": SESSION}, f"training#{SESSION}"),
        ({"training_session_id": SESSION.upper().replace("-", "")}, f"training#{SESSION}"),
        ({"team_id": "7", "training_session_id": SESSION}, "lobby#7"),
    ],
)
def test_the_query_names_the_room(school: School, pupil: Person, team: str, query: dict[str, Any], room: str) -> None:
    school.live.connect(pupil, **query)
    (connection,) = [item for item in stored_items("realtime") if item["kind"] == "connection"]
    assert connection["room"] == room.format(me=pupil.id)


@pytest.mark.parametrize(
    "query",
    [
        {"team_id": "8"},
        {"team_id": ""},
        {"team_id": "-7"},
        {"team_id": "7#STATE"},
        {"team_id": "９"},
        {"team_id": "9" * 400},
        {"training_session_id": ""},
        {"training_session_id": "7"},
        {"training_session_id": "7" * 10_000},
    ],
)
def test_a_room_that_is_not_there_is_refused(school: School, pupil: Person, team: str, query: dict[str, str]) -> None:
    assert school.live.status({"token": pupil.token, **query}) == 404


def test_an_unregistered_kind_of_room_does_not_exist(school: School, pupil: Person) -> None:
    assert school.live.status({"token": pupil.token, "team_id": "7"}) == 404


def test_no_token_is_logged(school: School, log: Log) -> None:
    person = school.person()
    school.live.status({"token": person.token})
    school.live.status({"token": person.token[:-2]})
    assert log.events("connection accepted")[0]["account_id"] == person.id
    assert log.events("connection refused")[0]["code"] == "invalid_token"
    assert person.token[:-2] not in log.text


def block(school: School, person: Person) -> None:
    admin = school.person(Role.ADMIN)
    path = f"/user/users/{person.id}"
    assert school.api.request("PATCH", path, json_body={"state": "blocked"}, token=admin.token).status == 200


def erase(school: School, person: Person) -> None:
    assert school.api.request("DELETE", "/api/v1/users", token=person.token).status == 204


@pytest.mark.parametrize(
    ("shut_out", "reason", "code"),
    [
        (block, "This account is blocked", "account_blocked"),
        (erase, "This session has ended, sign in again", "session_ended"),
    ],
)
def test_a_blocked_or_erased_account_is_disconnected_everywhere_with_the_reason(
    school: School, team: str, shut_out: Callable[[School, Person], None], reason: str, code: str
) -> None:
    person, other = school.person(), school.person()
    sockets = [school.live.join(person, team_id=team), school.live.join(person), school.live.join(person)]
    bystander = school.live.join(other, team_id=team)
    shut_out(school, person)
    school.live.catch_up()
    for socket in sockets:
        assert socket.last("ERROR") == {"code": 1008, "reason": reason, "reason_code": code}
        assert not socket.is_open
    assert bystander.is_open
    assert bystander.last("USER_LEAVE") == of_user(person.id)
    here = [item for item in stored_items("realtime") if item["kind"] in {"slot", "member", "connection"}]
    assert {item["kind"]: item.get("user_id", other.id) for item in here} == dict.fromkeys(
        ("slot", "member", "connection"), other.id
    )


def test_an_account_blocked_while_connecting_is_disconnected_before_its_user_join(school: School, team: str) -> None:
    person, other = school.person(), school.person()
    bystander = school.live.join(other, team_id=team)
    socket = school.live.connect(person, team_id=team)
    person.account.state = AccountState.BLOCKED
    person.account.save()
    school.live.catch_up()
    assert (socket.types, socket.is_open) == (["ERROR"], False)
    assert bystander.types == ["USER_JOIN", "SNAPSHOT"]


def test_a_frame_of_an_ended_session_closes_its_connection_when_its_lease_is_to_be_renewed(
    school: School, pupil: Person
) -> None:
    socket = school.live.join(pupil)
    assert school.api.request("DELETE", "/api/v1/users/logout", token=pupil.token).status == 200
    school.clock.forward(leases.LEASE / 2 + timedelta(seconds=1))
    socket.send("PING")
    assert socket.types == ["USER_JOIN", "SNAPSHOT", "ERROR"]
    assert socket.last("ERROR") == {
        "code": 1008,
        "reason": "This session has ended, sign in again",
        "reason_code": "session_ended",
    }
    assert not socket.is_open
