"""The end of a session reaches its open connections: exactly those are closed, in whichever way it ended.

And when nobody could close them, they do nothing more, and get nothing past their lease.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.accounts import (
    accounts,
    administration,
    authentication,
    cookies,
    credentials,
    registration,
    sessions,
    totp,
)
from chalicelib.accounts import models as account_models
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.accounts.sessions import SUCCESSOR_GRACE, SignedIn
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.realtime import broadcasts, connections, leases, models, rooms
from chalicelib.realtime.rooms import Room, RoomKind
from tests.support.live import Socket, of_user
from tests.support.mailbox import last_code
from tests.support.school import PASSWORD, Person, Reply, School, counted_requests
from tests.support.stage_settings import stage_settings

SECOND = timedelta(seconds=1)
NEW_PASSWORD = "another battery 8"
ENDED = {"code": 1008, "reason": "This session has ended, sign in again", "reason_code": "session_ended"}
BLOCKED = {"code": 1008, "reason": "This account is blocked", "reason_code": "account_blocked"}
LESS = {"code": 1013, "reason": "Your role has changed, connect again", "reason_code": "role_changed"}
HERE, THERE, ELSEWHERE = "here", "there", "elsewhere"
EVERYWHERE = {HERE, THERE, ELSEWHERE}


@dataclass
class Scene:
    """Somebody who is signed in three times, with sockets in each session, and somebody else."""

    school: School
    account_id: int
    signed_in: dict[str, SignedIn]
    sockets: dict[str, list[Socket]]
    others: list[Socket]
    admin: Person

    def request(self, method: str, path: str, body: object = None, *, of: str = HERE) -> Reply:
        token = self.signed_in[of].access_token
        return self.school.api.request(method, path, json_body=body, token=token)

    def by_admin(self, method: str, path: str, body: object = None) -> None:
        reply = self.school.api.request(method, path, json_body=body, token=self.admin.token)
        assert reply.status in {200, 204}, reply.body

    def session_id(self, of: str) -> str:
        return self.signed_in[of].session.id


def person_of(signed_in: SignedIn) -> Person:
    return Person(signed_in.account, signed_in.access_token)


@pytest.fixture
def lobby(team: str) -> Room:
    return Room(RoomKind.LOBBY, team)


@pytest.fixture
def scene(school: School, team: str) -> Scene:
    ann, ben = school.person(Role.TEACHER, email="ann@example.com"), school.person()
    signed_in: dict[str, SignedIn] = {}
    for name in (THERE, ELSEWHERE, HERE):
        school.clock.forward(SECOND)
        signed_in[name] = sessions.start(ann.account, Device("203.0.113.1", "tests"))
    sessions.end(authentication.caller_of(ann.token))
    sockets = {name: [school.live.join(person_of(each))] for name, each in signed_in.items()}
    sockets[THERE].append(school.live.join(person_of(signed_in[THERE]), team_id=team))
    others = [school.live.join(ben), school.live.join(ben, team_id=team)]
    return Scene(school, ann.id, signed_in, sockets, others, school.person(Role.ADMIN))


def sign_out_with_cookie(scene: Scene) -> None:
    headers = {"Cookie": f"{cookies.NAME}={scene.signed_in[HERE].refresh_token}"}
    assert scene.school.api.get("/auth/logout", headers=headers).status == 200


def change_password(scene: Scene) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    assert scene.request("PATCH", "/api/v1/users/change_password", body).status == 200


def reset_password(scene: Scene) -> None:
    assert scene.school.api.post("/password/forgot", {"email": "ann@example.com"}).status == 202
    credentials.mail_reset_code(scene.school.mail_requests[-1])
    body = {"email": "ann@example.com", "code": last_code(scene.school), "password": NEW_PASSWORD}
    assert scene.school.api.post("/password/reset", body).status == 204


def complete_sign_up(scene: Scene) -> None:
    account = accounts.change(scene.account_id, _confirm)
    token = registration.sign_up_token(account)
    path = f"/api/v1/users/{scene.account_id}/sign_up"
    reply = scene.school.api.request("PATCH", path, json_body={"password": NEW_PASSWORD}, token=token)
    assert reply.status == 200, reply.body


def _confirm(account: account_models.Account) -> None:
    account.verified_mail, account.sign_up_id = True, "the token"


def reuse_refresh_token(scene: Scene) -> None:
    token = scene.signed_in[THERE].refresh_token
    assert scene.school.api.get("/refresh", token=token).status == 200
    scene.school.clock.forward(SUCCESSOR_GRACE + SECOND)
    assert scene.school.api.get("/refresh", token=token).status == 401


def one_session_too_many(scene: Scene) -> None:
    with stage_settings(LYCEUM_SESSIONS_PER_ACCOUNT="3"):
        body = {"email": "ann@example.com", "password": PASSWORD}
        assert scene.school.api.post("/login", body).status == 200


def sign_out(scene: Scene) -> None:
    assert scene.request("DELETE", "/api/v1/users/logout").status == 200


def sign_out_there(scene: Scene) -> None:
    assert scene.request("DELETE", f"/sessions/{scene.session_id(THERE)}").status == 204


def sign_out_everywhere(scene: Scene) -> None:
    assert scene.request("DELETE", "/sessions").status == 204


def erase_by_oneself(scene: Scene) -> None:
    assert scene.request("DELETE", "/api/v1/users").status == 204


def withdraw_role(scene: Scene) -> None:
    scene.by_admin("DELETE", "/api/v1/roles", {"user_id": scene.account_id, "role": "ROLE_TEACHER"})


def give_lower_role(scene: Scene) -> None:
    scene.by_admin("POST", "/api/v1/roles", {"user_id": scene.account_id, "role": "ROLE_PORTAL_USER"})


def change_to_pupil(scene: Scene) -> None:
    scene.by_admin("PATCH", f"/user/users/{scene.account_id}", {"role": "user"})


def block(scene: Scene) -> None:
    scene.by_admin("PATCH", f"/user/users/{scene.account_id}", {"state": "blocked"})


def block_by_use_case(scene: Scene) -> None:
    administration.block(authentication.caller_of(scene.admin.token), scene.account_id)


def erase(scene: Scene) -> None:
    scene.by_admin("DELETE", f"/user/users/{scene.account_id}")


def sign_out_by_admin(scene: Scene) -> None:
    scene.by_admin("DELETE", f"/user/users/{scene.account_id}/sessions")


def sign_out_there_by_admin(scene: Scene) -> None:
    scene.by_admin("DELETE", f"/user/users/{scene.account_id}/sessions/{scene.session_id(THERE)}")


def set_up_second_factor(scene: Scene) -> str:
    """Enables it here, and returns the recovery code of somebody who wants to remove it."""
    account = accounts.get(scene.account_id)
    account.state = AccountState.ACTIVATED
    account.save()
    secret = scene.request("POST", "/me/second-factor").body["secret"]
    otp = totp.code_of(secret, totp.step_at(scene.school.clock.now))
    reply = scene.request("POST", "/me/second-factor/confirm", {"otp": otp})
    assert reply.status == 200, reply.body
    return str(reply.body["recovery_codes"][0])


def enable_second_factor(scene: Scene) -> None:
    set_up_second_factor(scene)


ENDS: list[tuple[Callable[[Scene], None], set[str], dict[str, Any]]] = [
    (sign_out, {HERE}, ENDED),
    (sign_out_with_cookie, {HERE}, ENDED),
    (sign_out_there, {THERE}, ENDED),
    (sign_out_everywhere, EVERYWHERE, ENDED),
    (change_password, EVERYWHERE, ENDED),
    (reset_password, EVERYWHERE, ENDED),
    (complete_sign_up, EVERYWHERE, ENDED),
    (reuse_refresh_token, {THERE}, ENDED),
    (one_session_too_many, {THERE}, ENDED),
    (enable_second_factor, {THERE, ELSEWHERE}, ENDED),
    (block, EVERYWHERE, BLOCKED),
    (block_by_use_case, EVERYWHERE, BLOCKED),
    (erase, EVERYWHERE, ENDED),
    (erase_by_oneself, EVERYWHERE, ENDED),
    (sign_out_by_admin, EVERYWHERE, ENDED),
    (sign_out_there_by_admin, {THERE}, ENDED),
    (withdraw_role, EVERYWHERE, LESS),
    (give_lower_role, EVERYWHERE, LESS),
    (change_to_pupil, EVERYWHERE, LESS),
]


@pytest.mark.parametrize(("end", "ended", "why"), ENDS, ids=[end.__name__ for end, _, _ in ENDS])
def test_exactly_the_sockets_of_the_ended_sessions_are_closed(
    scene: Scene, lobby: Room, end: Callable[[Scene], None], ended: set[str], why: dict[str, Any]
) -> None:
    end(scene)
    open_after = {name: {socket.is_open for socket in sockets} for name, sockets in scene.sockets.items()}
    assert open_after == {name: {name not in ended} for name in scene.sockets}
    assert [socket.is_open for socket in scene.others] == [True, True]
    for name in ended:
        assert [socket.last("ERROR") for socket in scene.sockets[name]] == [why] * len(scene.sockets[name])
    scene.school.live.catch_up()
    told = told_by(scene, lobby)
    assert {name for name in scene.sockets if told[name] == {True}} == EVERYWHERE - ended
    assert {name for name in scene.sockets if told[name] == {False}} == ended
    assert told["others"] == {True}


def told_by(scene: Scene, lobby: Room) -> dict[str, set[bool]]:
    """Who gets the next frames of the lobby and of the accounts' own channels."""
    other_id = int(scene.others[0].last("USER_JOIN")["userId"])
    for room in (lobby, rooms.personal(scene.account_id), rooms.personal(other_id)):
        broadcasts.send(room, "NEWS", None)
    return {
        name: {"NEWS" in socket.types for socket in sockets}
        for name, sockets in {**scene.sockets, "others": scene.others}.items()
    }


def refresh(scene: Scene) -> None:
    assert scene.school.api.get("/refresh", token=scene.signed_in[HERE].refresh_token).status == 200


def fail_to_sign_in(scene: Scene) -> None:
    assert scene.school.api.post("/login", {"email": "ann@example.com", "password": "wrong"}).status == 401


def fail_to_end_anothers(scene: Scene) -> None:
    reply = scene.school.api.request(
        "DELETE", f"/sessions/{scene.session_id(THERE)}", token=scene.school.person().token
    )
    assert reply.status == 404


def change_name(scene: Scene) -> None:
    assert scene.request("PATCH", "/me", {"name": "Anna"}).status == 200


def give_higher_role(scene: Scene) -> None:
    scene.by_admin("POST", "/api/v1/roles", {"user_id": scene.account_id, "role": "ROLE_ADMIN"})


def hear_late_of_an_end(scene: Scene) -> None:
    """The news comes twice, or after somebody signed in again: what is valid by now stays open."""
    connections.close_ended(scene.account_id)


@pytest.mark.parametrize(
    "act", [refresh, fail_to_sign_in, fail_to_end_anothers, change_name, give_higher_role, hear_late_of_an_end]
)
def test_nothing_else_closes_a_socket(scene: Scene, lobby: Room, act: Callable[[Scene], None]) -> None:
    act(scene)
    assert set().union(*told_by(scene, lobby).values()) == {True}


def test_an_admin_who_removes_a_needed_second_factor_connects_again_with_fewer_rights(scene: Scene) -> None:
    account = accounts.get(scene.account_id)
    account.role = Role.ADMIN
    account.save()
    with stage_settings(LYCEUM_ADMINS_NEED_SECOND_FACTOR="1"):
        code = set_up_second_factor(scene)
        assert {socket.is_open for socket in scene.sockets[HERE]} == {True}
        assert scene.request("DELETE", "/me/second-factor", {"otp": code}).status == 204
    assert [socket.last("ERROR") for socket in scene.sockets[HERE]] == [LESS]


def test_whoever_changed_the_password_goes_on_in_the_new_session(scene: Scene, school: School, team: str) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW_PASSWORD}
    signed_in = scene.request("PATCH", "/api/v1/users/change_password", body).body["data"]
    again = school.live.join(Person(scene.signed_in[HERE].account, signed_in["jwt_access"]), team_id=team)
    connections.close_ended(scene.account_id)
    assert (again.is_open, again.types) == (True, ["USER_JOIN", "SNAPSHOT"])


def test_an_end_that_closes_nothing_costs_one_query(school: School, pupil: Person) -> None:
    with counted_requests() as counted:
        connections.close_ended(pupil.id)
    assert counted == {"Query": 1}


def test_closing_reads_connections_and_sessions_once_whatever_their_number(scene: Scene) -> None:
    with counted_requests() as counted:
        connections.close_ended(scene.account_id)
    assert counted == {"Query": 1, "BatchGetItem": 2}


# --- Nobody was told of the end: the process died between the write and the news of it --------------------------------


@pytest.fixture
def unheard(scene: Scene) -> Scene:
    """The scene after a sign-out everywhere of which nobody heard."""
    scene.school.override(on_sessions_ended=())
    sign_out_everywhere(scene)
    assert scene.sockets[THERE][1].is_open
    return scene


def test_a_frame_of_an_ended_session_does_nothing_and_closes_its_connection(unheard: Scene, lobby: Room) -> None:
    socket, before = unheard.sockets[THERE][1], models.audience_of(lobby).seq
    socket.send("USER", {"user": {"id": unheard.account_id}})
    assert (socket.types[-1], socket.last("ERROR"), socket.is_open) == ("ERROR", ENDED, False)
    assert models.audience_of(lobby).seq == before
    assert "USER" not in unheard.others[1].types


def test_a_ping_of_an_ended_session_closes_its_connection(unheard: Scene) -> None:
    socket = unheard.sockets[HERE][0]
    socket.send("PING")
    assert (socket.types, socket.is_open) == (["USER_JOIN", "SNAPSHOT", "ERROR"], False)


@pytest.mark.parametrize("kind", [RoomKind.PERSONAL, RoomKind.LOBBY])
def test_a_silent_socket_gets_nothing_past_its_lease(unheard: Scene, lobby: Room, kind: RoomKind) -> None:
    personal = kind is RoomKind.PERSONAL
    room = rooms.personal(unheard.account_id) if personal else lobby
    socket = unheard.sockets[HERE][0] if personal else unheard.sockets[THERE][1]
    unheard.school.clock.forward(leases.LEASE)
    broadcasts.send(room, "LAST", None)
    assert "LAST" in socket.types
    unheard.school.clock.forward(SECOND)
    broadcasts.send(room, "NEWS", None)
    assert "NEWS" not in socket.types
    assert (socket.types[-1], socket.last("ERROR")["code"], socket.is_open) == ("ERROR", 1013, False)


def test_a_lapsed_lease_counts_for_nobodys_presence(unheard: Scene, school: School, lobby: Room, team: str) -> None:
    bystander = unheard.others[1]
    school.clock.forward(leases.LEASE / 2 + SECOND)
    bystander.send("PING")
    school.clock.forward(leases.LEASE / 2)
    there = [int(bystander.last("USER_JOIN")["userId"])]
    assert connections.list_present(lobby) == there
    newcomer = school.live.join(school.person(), team_id=team)
    users = [int(user["userId"]) for user in newcomer.last("SNAPSHOT")["users"]]
    assert unheard.account_id not in users
    assert there[0] in users


def test_the_room_hears_that_a_lapsed_connection_has_left(unheard: Scene, school: School, lobby: Room) -> None:
    bystander = unheard.others[1]
    school.clock.forward(leases.LEASE / 2 + SECOND)
    bystander.send("PING")
    school.clock.forward(leases.LEASE / 2)
    broadcasts.send(lobby, "NEWS", None)
    school.live.catch_up()
    assert bystander.types[-2:] == ["NEWS", "USER_LEAVE"]
    assert bystander.last("USER_LEAVE") == of_user(unheard.account_id)


# --- Leases of those who may be here ----------------------------------------------------------------------------------


def test_whoever_was_silent_for_too_long_connects_again_and_misses_nothing(
    school: School, team: str, lobby: Room
) -> None:
    ann = school.person()
    silent = school.live.join(ann, team_id=team)
    seen = models.audience_of(lobby).seq
    school.clock.forward(leases.LEASE + SECOND)
    broadcasts.send(lobby, "NEWS", None)
    school.live.catch_up()
    assert (silent.last("ERROR")["code"], silent.is_open) == (1013, False)
    again = school.live.join(ann, team_id=team, last_seq=seen)
    assert [frame["type"] for frame in again.last("RESUMED")["frames"]] == ["NEWS", "USER_LEAVE", "USER_JOIN"]


def test_a_lease_that_ran_out_is_not_renewed(school: School, pupil: Person) -> None:
    socket = school.live.join(pupil)
    school.clock.forward(leases.LEASE + SECOND)
    socket.send("PING")
    assert (socket.types[-1], socket.last("ERROR")["code"], socket.is_open) == ("ERROR", 1013, False)
    assert models.audience_of(rooms.personal(pupil.id)).slots == ()


def test_nobody_renews_a_lease_that_runs_out_at_that_moment(school: School, pupil: Person) -> None:
    """The connection was read before its lease ran out: the write finds that it has."""
    socket = school.live.join(pupil)
    connection = models.find_connection(socket.id)
    assert connection is not None
    school.clock.forward(leases.LEASE + SECOND)
    now = clock.now()
    with pytest.raises(transactions.ConditionFailed, match="slot_held"):
        models.renew(connection, lease_until=now + leases.LEASE, expires_at=now + leases.LEASE, now=now)


def test_a_user_join_that_comes_after_the_lease_is_not_sent(school: School, team: str, lobby: Room) -> None:
    ben, ann = school.person(), school.person()
    late = school.live.connect(ann, team_id=team)
    school.clock.forward(leases.LEASE + SECOND)
    bystander = school.live.connect(ben, team_id=team)
    school.live.catch_up()
    assert (late.types, late.last("ERROR")["code"], late.is_open) == (["ERROR"], 1013, False)
    assert bystander.types == ["USER_JOIN", "SNAPSHOT"]


def test_whoever_left_the_team_loses_the_room_with_the_next_renewal(school: School, team: str, lobby: Room) -> None:
    """The close that follows on leaving a team may be lost as well."""
    socket = school.live.join(school.person(), team_id=team)

    def nobody(room_id: str, user_id: int) -> None:
        raise errors.Forbidden("not_in_team", "You are not in this team")

    wired = wiring.WIRING.rooms()
    school.override(rooms={**wired, RoomKind.LOBBY: replace(wired[RoomKind.LOBBY], admission=nobody)})
    school.clock.forward(leases.LEASE / 2 + SECOND)
    socket.send("PING")
    assert (socket.last("ERROR"), socket.is_open) == (
        {"code": 1008, "reason": "You are not in this team", "reason_code": "not_in_team"},
        False,
    )
