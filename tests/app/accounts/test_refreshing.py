"""Refresh tokens over every route that takes one: each works once, the session they carry on ends at its own time."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib.accounts import administration, authentication, cookies, registration, sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.accounts.sessions import SUCCESSOR_GRACE, SignedIn
from tests.support.school import PASSWORD, Person, Reply, School, in_parallel, stored_items

LIFE = timedelta(days=30)
UNUSED = timedelta(days=14)
"""How long a session lasts that is not refreshed."""
MOMENT = timedelta(milliseconds=1)
NEW_PASSWORD = "another battery 8"


@dataclass(frozen=True)
class Way:
    """A route that takes a refresh token. `pair` are the tokens of its answer; `late` its status for an old one."""

    call: Callable[[School, str], Reply]
    pair: Callable[[Reply], tuple[str, str]]
    late: int = 401


def with_cookie(school: School, token: str) -> Reply:
    return school.api.get("/auth/refresh", headers={"Cookie": f"{cookies.NAME}={token}"})


def cookie_of(reply: Reply) -> str:
    found = re.match(rf"{cookies.NAME}=([^;]+);", reply.headers["set-cookie"])
    assert found is not None
    return found[1]


WAYS = {
    "PyTry": Way(
        lambda school, token: school.api.get("/refresh", token=token),
        lambda reply: (reply.body["jwt_access"], reply.body["jwt_refresh"]),
    ),
    "Virtual School": Way(with_cookie, lambda reply: (reply.body["access_token"], cookie_of(reply)), late=403),
    "Auth Service": Way(
        lambda school, token: school.api.post("/api/v1/users/refresh_token", token=token),
        lambda reply: (reply.body["data"]["jwt_access"], reply.body["data"]["jwt_refresh"]),
    ),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return WAYS[request.param]


@pytest.fixture
def ann(school: School) -> SignedIn:
    return signed_in(school.person())


def signed_in(person: Person) -> SignedIn:
    """One session more."""
    return sessions.start(person.account, Device("203.0.113.1", "tests"))


def refresh(school: School, way: Way, token: str) -> tuple[str, str]:
    """The access and the refresh token that come for one."""
    reply = way.call(school, token)
    assert reply.status == 200, reply.body
    return way.pair(reply)


def status_of(school: School, access_token: str) -> int:
    return school.api.get("/me", token=access_token).status


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_a_refresh_token_gives_new_tokens_that_work(school: School, way: Way, ann: SignedIn) -> None:
    access, refreshed = refresh(school, way, ann.refresh_token)
    assert refreshed != ann.refresh_token
    assert school.api.get("/me", token=access).body["id"] == ann.account.id
    school.clock.forward(SUCCESSOR_GRACE)
    assert refresh(school, way, refreshed)[1] not in {ann.refresh_token, refreshed}


def test_an_access_token_outlives_the_refresh_of_its_session(school: School, way: Way, ann: SignedIn) -> None:
    refresh(school, way, ann.refresh_token)
    assert status_of(school, ann.access_token) == 200


def test_refreshing_does_not_prolong_the_session(school: School, way: Way, ann: SignedIn) -> None:
    end, token = claims_of(ann.refresh_token)["iat"] + LIFE.total_seconds(), ann.refresh_token
    for days in (10, 10, 9):
        school.clock.forward(timedelta(days=days))
        token = refresh(school, way, token)[1]
        assert claims_of(token)["exp"] == min(end, (school.clock.now + UNUSED).timestamp())
    school.clock.forward(timedelta(days=1) - MOMENT)
    token = refresh(school, way, token)[1]
    school.clock.forward(MOMENT)
    reply = way.call(school, token)
    assert (reply.status, reply.body["code"]) in {(401, "token_expired"), (403, "refresh_token_expired")}
    assert reply.status == way.late


def test_an_access_token_does_not_outlive_its_session(school: School, way: Way, ann: SignedIn) -> None:
    token = ann.refresh_token
    for ahead in (UNUSED / 2, UNUSED / 2, LIFE - UNUSED - timedelta(days=9), timedelta(days=9) - timedelta(seconds=60)):
        school.clock.forward(ahead)
        access, token = refresh(school, way, token)
    refreshed = token
    assert claims_of(access)["exp"] == claims_of(refreshed)["exp"]
    school.clock.forward(timedelta(seconds=60) - MOMENT)
    assert status_of(school, access) == 200
    school.clock.forward(MOMENT)
    assert status_of(school, access) == 401


@pytest.mark.parametrize("later", [timedelta(), SUCCESSOR_GRACE])
def test_a_second_tab_gets_the_same_successor(school: School, way: Way, ann: SignedIn, later: timedelta) -> None:
    _, first = refresh(school, way, ann.refresh_token)
    school.clock.forward(later)
    access, second = refresh(school, way, ann.refresh_token)
    assert second == first
    assert status_of(school, access) == 200
    school.clock.forward(SUCCESSOR_GRACE)
    assert refresh(school, way, second)[1] != second


def test_a_token_used_twice_ends_the_whole_session(school: School, way: Way, ann: SignedIn) -> None:
    access, successor = refresh(school, way, ann.refresh_token)
    school.clock.forward(SUCCESSOR_GRACE + MOMENT)
    reply = way.call(school, ann.refresh_token)
    assert (reply.status, reply.body["code"]) == (way.late, "token_used")
    assert [status_of(school, token) for token in (ann.access_token, access)] == [401, 401]
    after = way.call(school, successor)
    assert (after.status, after.body["code"]) == (401, "session_ended")


def test_the_grace_is_for_the_last_token_alone(school: School, way: Way, ann: SignedIn) -> None:
    _, second = refresh(school, way, ann.refresh_token)
    _, third = refresh(school, way, second)
    assert refresh(school, way, second)[1] == third
    assert way.call(school, ann.refresh_token).status == way.late
    assert way.call(school, third).body["code"] == "session_ended"


def test_a_token_used_twice_leaves_other_sessions_alone(school: School, way: Way) -> None:
    person = school.person()
    robbed, other = signed_in(person), signed_in(person)
    refresh(school, way, robbed.refresh_token)
    school.clock.forward(SUCCESSOR_GRACE + MOMENT)
    assert way.call(school, robbed.refresh_token).status == way.late
    assert status_of(school, other.access_token) == 200
    refresh(school, way, other.refresh_token)


def test_two_ways_share_one_family(school: School, ann: SignedIn) -> None:
    _, token = refresh(school, WAYS["PyTry"], ann.refresh_token)
    assert refresh(school, WAYS["Virtual School"], ann.refresh_token)[1] == token
    _, newest = refresh(school, WAYS["Auth Service"], token)
    assert WAYS["Virtual School"].call(school, ann.refresh_token).status == 403
    assert WAYS["PyTry"].call(school, newest).status == 401


def test_clients_that_refresh_at_once_get_one_successor(school: School, way: Way, ann: SignedIn) -> None:
    replies = in_parallel(4, lambda _: way.call(school, ann.refresh_token))
    pairs = [way.pair(reply) for reply in replies if isinstance(reply, Reply) and reply.status == 200]
    assert len(pairs) == 4
    assert len({token for _, token in pairs}) == 1
    assert [status_of(school, access) for access, _ in pairs] == [200] * 4
    refresh(school, way, pairs[0][1])


def test_two_thieves_at_once_end_the_session(school: School, way: Way, ann: SignedIn) -> None:
    _, successor = refresh(school, way, ann.refresh_token)
    school.clock.forward(SUCCESSOR_GRACE + MOMENT)
    replies = in_parallel(4, lambda _: way.call(school, ann.refresh_token))
    codes = [reply.body["code"] for reply in replies if isinstance(reply, Reply)]
    assert len(codes) == 4
    assert "token_used" in codes
    assert set(codes) <= {"token_used", "session_ended"}
    assert way.call(school, successor).body["code"] == "session_ended"


def test_a_thief_and_the_owner_at_once_end_the_session(school: School, way: Way, ann: SignedIn) -> None:
    _, successor = refresh(school, way, ann.refresh_token)
    school.clock.forward(SUCCESSOR_GRACE + MOMENT)
    tokens_used = [ann.refresh_token, successor]
    stolen, own = in_parallel(2, lambda number: way.call(school, tokens_used[number]))
    assert isinstance(stolen, Reply)
    assert isinstance(own, Reply)
    assert stolen.status == way.late
    if own.status == 200:  # the owner was first: what they got is worth nothing now
        access, own_refresh = way.pair(own)
        assert (status_of(school, access), way.call(school, own_refresh).status) == (401, 401)
    else:
        assert own.body["code"] == "session_ended"


def test_a_session_that_is_signed_out_while_it_is_refreshed_stays_ended(school: School, way: Way) -> None:
    for _ in range(5):
        ann = signed_in(school.person())
        acts: list[Callable[[], Reply]] = [
            lambda token=ann.refresh_token: way.call(school, token),  # type: ignore[misc]
            lambda token=ann.access_token: school.api.request("DELETE", "/api/v1/users/logout", token=token),  # type: ignore[misc]
        ]
        refreshed, ended = in_parallel(2, lambda number, acts=acts: acts[number]())  # type: ignore[misc]
        assert isinstance(refreshed, Reply)
        assert isinstance(ended, Reply)
        assert (ended.status, refreshed.status in {200, 401}) == (200, True)
        if refreshed.status == 200:
            access, token = way.pair(refreshed)
            assert (status_of(school, access), way.call(school, token).status) == (401, 401)
        assert all(item["id"] != ann.session.id for item in stored_items("accounts") if item["kind"] == "session")


@pytest.mark.parametrize("token", ["", "rubbish", "a.b.c", "x" * 8000])
def test_what_is_no_token_refreshes_nothing(school: School, way: Way, token: str) -> None:
    assert way.call(school, token).status == 401


def test_tokens_of_other_kinds_refresh_nothing(school: School, way: Way, ann: SignedIn) -> None:
    ann.account.sign_up_id = "s"
    sign_up = registration.sign_up_token(ann.account)
    assert sign_up is not None
    for token in (ann.access_token, sign_up):
        reply = way.call(school, token)
        assert (reply.status, reply.body["code"]) in {(401, "invalid_token"), (401, "invalid_refresh_token")}


def sign_out(school: School, ann: SignedIn) -> None:
    school.api.request("DELETE", "/api/v1/users/logout", token=ann.access_token)


def sign_out_everywhere(school: School, ann: SignedIn) -> None:
    school.api.request("DELETE", "/sessions", token=ann.access_token)


def change_password(school: School, ann: SignedIn) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    reply = school.api.request("PATCH", "/api/v1/users/change_password", json_body=body, token=ann.access_token)
    assert reply.status == 200


def erase(school: School, ann: SignedIn) -> None:
    assert school.api.request("DELETE", "/api/v1/users", token=ann.access_token).status == 204


def block(school: School, ann: SignedIn) -> None:
    administration.block(authentication.caller_of(school.person(Role.ADMIN).token), ann.account.id)


@pytest.mark.parametrize(
    ("act", "answer"),
    [
        (sign_out, (401, "session_ended")),
        (sign_out_everywhere, (401, "session_ended")),
        (change_password, (401, "session_ended")),
        (erase, (401, "session_ended")),
        (block, (403, "account_blocked")),
    ],
)
def test_a_session_that_was_ended_is_not_carried_on(
    school: School, way: Way, ann: SignedIn, act: Callable[[School, SignedIn], None], answer: tuple[int, str]
) -> None:
    act(school, ann)
    reply = way.call(school, ann.refresh_token)
    assert (reply.status, reply.body["code"]) == answer


def test_refreshed_tokens_carry_the_new_role(school: School, way: Way, ann: SignedIn) -> None:
    admin = school.person(Role.ADMIN)
    school.api.post("/api/v1/roles", {"user_id": ann.account.id, "role": "teacher"}, token=admin.token)
    access, refreshed = refresh(school, way, ann.refresh_token)
    assert {claims_of(token)["role"] for token in (access, refreshed)} == {"teacher"}
    assert claims_of(ann.access_token)["role"] == "user"
