"""Admins, and nobody else, change roles and states of accounts."""

from typing import Any

import pytest

from chalicelib.accounts import accounts, administration, authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import NEXT_STATES, AccountState, Role
from chalicelib.common.http import errors
from tests.support.school import PASSWORD, Person, Reply, School, in_parallel

ROLES = "/api/v1/roles"


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


@pytest.fixture
def caller(admin: Person) -> Caller:
    return authentication.caller_of(admin.token)


def ask(school: School, method: str, person: Person, body: object = None, path: str = ROLES) -> Reply:
    return school.api.request(method, path, json_body=body, token=person.token)


def permissions_of(school: School, admin: Person, person: Person) -> Any:
    reply = ask(school, "GET", admin, path=f"{ROLES}/check_permissions?user_id={person.id}")
    assert reply.status == 200
    return reply.body["result"]


@pytest.mark.parametrize("role", [Role.USER, Role.TEACHER])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ROLES),
        ("POST", ROLES),
        ("DELETE", ROLES),
        ("GET", f"{ROLES}/check_permissions?user_id=1"),
        ("POST", "/user/teachers"),
    ],
)
def test_only_admins_administer(school: School, role: Role, method: str, path: str) -> None:
    person = school.person(role)
    body = {"user_id": person.id, "role": "admin"} if path == ROLES else {"email": "eve@example.com"}
    refused = ask(school, method, person, body if method != "GET" else None, path)
    assert (refused.status, refused.body["code"]) == (403, "insufficient_rights")
    assert school.api.request(method, path).status == 401
    assert school.api.get("/me", token=person.token).body["role"] == role


def test_the_roles_there_are(school: School, admin: Person) -> None:
    reply = ask(school, "GET", admin)
    assert (reply.status, reply.body["success"]) == (200, True)
    assert reply.body["result"] == [
        {"role_id": "user", "name": "ROLE_PORTAL_USER", "permissions": ["learn"]},
        {"role_id": "teacher", "name": "ROLE_TEACHER", "permissions": ["learn", "teach"]},
        {"role_id": "admin", "name": "ROLE_ADMIN", "permissions": ["administer", "learn", "teach"]},
    ]


@pytest.mark.parametrize("name", ["teacher", "ROLE_TEACHER"])
def test_a_role_counts_from_the_next_request_on(school: School, admin: Person, pupil: Person, name: str) -> None:
    given = ask(school, "POST", admin, {"user_id": pupil.id, "role": name})
    expected = {
        "user_id": pupil.id,
        "role": "teacher",
        "roles": ["ROLE_TEMPORARY_USER"],
        "permissions": ["learn", "teach"],
    }
    assert (given.status, given.body["result"]) == (200, expected)
    assert permissions_of(school, admin, pupil) == expected
    assert authentication.caller_of(pupil.token).teaches
    taken = ask(school, "DELETE", admin, {"user_id": pupil.id, "role": name})
    assert (taken.status, taken.body["result"]["role"]) == (200, "user")
    assert not authentication.caller_of(pupil.token).teaches


def test_an_admin_administers_until_the_role_is_withdrawn(school: School, admin: Person, pupil: Person) -> None:
    ask(school, "POST", admin, {"user_id": pupil.id, "role": "admin"})
    assert ask(school, "DELETE", pupil, {"user_id": admin.id, "role": "admin"}).status == 200
    assert ask(school, "GET", admin).status == 403


@pytest.mark.parametrize(("held", "withdrawn"), [("user", "teacher"), ("teacher", "admin"), ("user", "user")])
def test_a_role_that_is_not_held_cannot_be_withdrawn(school: School, admin: Person, held: str, withdrawn: str) -> None:
    person = school.person(Role(held))
    refused = ask(school, "DELETE", admin, {"user_id": person.id, "role": withdrawn})
    assert (refused.status, refused.body["code"]) == (409, "role_not_assigned")
    assert permissions_of(school, admin, person)["role"] == held


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_admins_do_not_change_their_own_role(school: School, admin: Person, method: str) -> None:
    refused = ask(school, method, admin, {"user_id": admin.id, "role": "admin" if method == "DELETE" else "user"})
    assert (refused.status, refused.body["code"]) == (409, "not_oneself")
    assert ask(school, "GET", admin).status == 200


@pytest.mark.parametrize("user_id", [4711, 2**53 - 1])
def test_nobody_has_no_role(school: School, admin: Person, user_id: int) -> None:
    for method in ("POST", "DELETE"):
        assert ask(school, method, admin, {"user_id": user_id, "role": "teacher"}).status == 404
    assert ask(school, "GET", admin, path=f"{ROLES}/check_permissions?user_id={user_id}").status == 404


@pytest.mark.parametrize(
    ("wrong", "listed"),
    [
        ({"role": "root"}, "role validation error"),
        ({"role": "ROLE_TEMPORARY_USER"}, "role validation error"),
        ({"role": None}, "role validation error"),
        ({"user_id": "5"}, "user_id validation error"),
        ({"user_id": 0}, "user_id validation error"),
        ({"user_id": -5}, "user_id validation error"),
        ({"user_id": 2**53}, "user_id validation error"),
        ({"user_id": int("9" * 3000)}, "user_id validation error"),
        ({"role_id": "teacher"}, "'role_id' is an unknown property"),
    ],
)
def test_a_role_and_a_user_are_named(school: School, admin: Person, wrong: dict[str, Any], listed: str) -> None:
    for method in ("POST", "DELETE"):
        reply = ask(school, method, admin, {"user_id": 4711, "role": "teacher", **wrong})
        assert (reply.status, reply.body["errors"]) == (400, [listed])


@pytest.mark.parametrize("query", ["", "?user_id=", "?user_id=x", "?user_id=0", f"?user_id={'9' * 3000}", "?id=1"])
def test_permissions_are_somebodys(school: School, admin: Person, query: str) -> None:
    assert ask(school, "GET", admin, path=f"{ROLES}/check_permissions{query}").status == 400


def test_blocking_ends_sessions_at_once_and_for_good(school: School, admin: Person, caller: Caller) -> None:
    person = school.person(Role.TEACHER, login="ann")
    refresh = school.api.post("/login", {"login": "ann", "password": PASSWORD}).body["jwt_refresh"]
    administration.block(caller, person.id)
    assert permissions_of(school, admin, person)["permissions"] == []
    for path, token in (("/me", person.token), ("/refresh", refresh)):
        reply = school.api.get(path, token=token)
        assert (reply.status, reply.body["code"]) == (403, "account_blocked")
    assert school.api.post("/login", {"login": "ann", "password": PASSWORD}).status == 403

    administration.unblock(caller, person.id)
    assert permissions_of(school, admin, person)["permissions"] == ["learn", "teach"]
    for path, token in (("/me", person.token), ("/refresh", refresh)):
        assert school.api.get(path, token=token).status == 401
    assert school.api.post("/login", {"login": "ann", "password": PASSWORD}).status == 200


def test_admins_do_not_block_or_erase_themselves(school: School, admin: Person, caller: Caller) -> None:
    for act in (administration.block, administration.erase):
        with pytest.raises(errors.Conflict) as refused:
            act(caller, admin.id)
        assert refused.value.code == "not_oneself"
    assert ask(school, "GET", admin).status == 200


@pytest.mark.parametrize("state", list(AccountState))
def test_a_state_leads_only_where_the_table_says(school: School, caller: Caller, state: AccountState) -> None:
    for act, wanted in ((administration.block, AccountState.BLOCKED), (administration.erase, AccountState.DELETED)):
        person = school.person(state=state)
        if wanted in NEXT_STATES[state]:
            act(caller, person.id)
            person.account.refresh()
            assert person.account.state == wanted
        else:
            with pytest.raises((errors.Conflict, errors.NotFound)):
                act(caller, person.id)


@pytest.mark.parametrize("state", [AccountState.NEW, AccountState.ACTIVATED, AccountState.DELETED])
def test_only_a_blocked_account_is_unblocked(school: School, caller: Caller, state: AccountState) -> None:
    person = school.person(state=state)
    with pytest.raises((errors.Conflict, errors.NotFound)):
        administration.unblock(caller, person.id)


@pytest.mark.parametrize(
    ("verified_mail", "password", "state"),
    [(True, PASSWORD, AccountState.ACTIVATED), (False, PASSWORD, AccountState.NEW), (True, None, AccountState.NEW)],
)
def test_unblocking_restores_the_state_before(
    school: School, caller: Caller, verified_mail: Any, password: str | None, state: AccountState
) -> None:
    person = school.person(state=AccountState.BLOCKED, password=password)
    person.account.verified_mail = verified_mail
    person.account.save()
    assert administration.unblock(caller, person.id).state == state


@pytest.mark.parametrize(("email", "found"), [("ANN@example.com", True), ("nobody@example.com", False)])
def test_an_operator_makes_an_admin_of_an_address(school: School, email: str, found: Any) -> None:
    person = school.person(email="Ann@example.com")
    assert (administration.promote(email) is not None) is found
    assert ask(school, "GET", person).status == (200 if found else 403)


def test_two_admins_do_not_undo_each_others_work(school: School, caller: Caller, pupil: Person) -> None:
    def act(number: int) -> object:
        if number:
            return administration.block(caller, pupil.id)
        return administration.assign_role(caller, pupil.id, Role.TEACHER)

    results = in_parallel(2, act)
    assert [result for result in results if isinstance(result, Exception)] == []
    account = accounts.get(pupil.id)
    assert (account.role, account.state) == (Role.TEACHER, AccountState.BLOCKED)
