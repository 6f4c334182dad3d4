"""Auth Service's flow in its own order: ask, sign up, get a code, confirm, set the password, sign in."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import registration
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.accounts.registration import LOOK_UP_LIMIT, SIGN_UP_LIMIT, SIGN_UP_TOKEN_LIFE, PortalUserData
from chalicelib.common.http import errors
from tests.support.mailbox import last_code, wrong
from tests.support.school import PASSWORD, Person, Reply, School, in_parallel
from tests.support.stage_settings import stage_settings

USERS = "/api/v1/users"
ANN = "Ann.Lee@example.com"
SECOND = timedelta(seconds=1)
DEVICE = Device("127.0.0.1", "tests")


def begun(school: School, email: str = ANN) -> int:
    """A temporary user, who has been mailed a code."""
    user_id: int = school.api.post(f"{USERS}/sign_up", {"email": email}).body["data"]["id"]
    assert school.api.post(f"{USERS}/{user_id}/send_code", {}).status == 200
    return user_id


def confirm(school: School, user_id: int, code: str) -> Reply:
    return school.api.request("PUT", f"{USERS}/{user_id}/mail?code={code}")


def confirmed(school: School, email: str = ANN) -> tuple[int, str]:
    """A temporary user with a confirmed address, and the token to go on with."""
    user_id = begun(school, email)
    token: str = confirm(school, user_id, last_code(school)).body["data"]["sign_up_token"]
    return user_id, token


def complete(school: School, user_id: int, token: str | None, **given: Any) -> Reply:
    body = {"password": PASSWORD, **given}
    return school.api.request("PATCH", f"{USERS}/{user_id}/sign_up", json_body=body, token=token)


def sign_in(school: School, password: str = PASSWORD, email: str = ANN, path: str = "sign_in") -> Reply:
    return school.api.post(f"{USERS}/{path}", {"email": email, "password": password})


def look_up(school: School, email: str = ANN) -> Reply:
    return school.api.get(f"{USERS}?email={email}")


def test_the_flow_of_auth_service_step_by_step(school: School) -> None:
    unknown = look_up(school)
    assert (unknown.status, unknown.body["success"], unknown.body["code"]) == (404, False, "user_not_found")

    signed_up = school.api.post(f"{USERS}/sign_up", {"email": ANN})
    assert (signed_up.status, signed_up.body["success"]) == (201, True)
    user = signed_up.body["data"]
    assert (user["email"], user["roles"], user["verified_mail"]) == (ANN, ["ROLE_TEMPORARY_USER"], False)
    assert signed_up.body["result"] == user
    assert school.mails == []

    sent = school.api.post(f"{USERS}/{user['id']}/send_code", {})
    assert (sent.status, sent.body) == (200, {"success": True, "error": None, "result": "Ok", "data": None})
    assert [letter.to for letter in school.mails] == [ANN]
    known = look_up(school)
    assert (known.status, known.body["data"]) == (200, {"id": user["id"], "email": ANN, "verified_mail": False})

    refused = confirm(school, user["id"], wrong(last_code(school)))
    assert (refused.status, refused.body) == (200, {"success": False, "error": None, "result": None, "data": None})
    school.clock.forward(timedelta(minutes=1))
    assert school.api.post(f"{USERS}/{user['id']}/resend_code", {}).body["result"] == "Ok"
    good = confirm(school, user["id"], last_code(school))
    assert (good.status, good.body["success"], good.body["result"]) == (200, True, "Ok")
    assert look_up(school).body["data"]["verified_mail"] is True

    done = complete(school, user["id"], good.body["data"]["sign_up_token"])
    assert (done.status, done.body["success"]) == (200, True)
    assert done.body["data"] == {**user, "roles": ["ROLE_PORTAL_USER"], "verified_mail": True}

    for path in ("sign_in", "login"):
        session = sign_in(school, path=path)
        assert (session.status, session.body["data"]["id"]) == (200, user["id"])
        me = school.api.get("/me", token=session.body["data"]["jwt_access"])
        assert (me.body["id"], me.body["state"]) == (user["id"], "activated")


@pytest.mark.parametrize("email", [ANN.lower(), ANN.upper()])
def test_one_address_in_any_case_is_one_user(school: School, email: str) -> None:
    user_id, token = confirmed(school)
    assert look_up(school, email).body["data"]["id"] == user_id
    assert school.api.post(f"{USERS}/sign_up", {"email": email}).status == 409
    complete(school, user_id, token)
    assert sign_in(school, email=email).body["data"]["id"] == user_id


@pytest.mark.parametrize("query", ["", "?mail=ann@example.com", "?email=a@example.com&id=1", f"?email={'a' * 257}"])
def test_a_look_up_names_an_address_and_nothing_else(school: School, query: str) -> None:
    assert school.api.get(f"{USERS}{query}").status == 400


@pytest.mark.parametrize("email", ["ann", "%20", "%D0%B0%D0%BD%D0%BD%D0%B0", "%00", "a" * 256])
def test_what_is_no_address_is_nobodys(school: School, email: str) -> None:
    assert look_up(school, email).status == 404


def test_look_ups_are_limited(school: School) -> None:
    assert {look_up(school).status for _ in range(LOOK_UP_LIMIT.allowed)} == {404}
    refused = look_up(school)
    assert (refused.status, refused.headers["retry-after"]) == (429, "60")
    assert school.api.get(f"{USERS}?email={ANN}", source_ip="203.0.113.9").status == 404
    school.clock.forward(timedelta(minutes=1))
    assert look_up(school).status == 404


def test_a_stage_may_hide_which_accounts_exist(school: School) -> None:
    begun(school)
    assert look_up(school).status == 200
    with stage_settings(LYCEUM_ACCOUNTS_CAN_BE_LOOKED_UP="0"):
        assert look_up(school).status == 404


@pytest.mark.parametrize("body", [None, {}, {"email": ""}, {"email": "ann"}, {"email": None}, {"email": ANN, "id": 5}])
def test_a_sign_up_needs_an_address_alone(school: School, body: Any) -> None:
    assert school.api.post(f"{USERS}/sign_up", body).status == 400


def test_signing_up_again_gives_the_same_user_until_the_mail_is_verified(school: School) -> None:
    user_id = begun(school)
    again = school.api.post(f"{USERS}/sign_up", {"email": ANN.upper()})
    assert (again.status, again.body["data"]["id"], again.body["data"]["email"]) == (201, user_id, ANN)
    confirm(school, user_id, last_code(school))
    taken = school.api.post(f"{USERS}/sign_up", {"email": ANN})
    assert (taken.status, taken.body["code"]) == (409, "email_taken")


def test_a_blocked_user_cannot_sign_up_again(school: School) -> None:
    school.person(email=ANN, state=AccountState.BLOCKED)
    assert school.api.post(f"{USERS}/sign_up", {"email": ANN}).status == 409


def test_of_parallel_sign_ups_all_get_one_user(school: School) -> None:
    begun = in_parallel(5, lambda _: registration.begin(ANN, DEVICE))
    assert [account.id for account in begun if isinstance(account, Account)] == [look_up(school).body["data"]["id"]] * 5


def test_sign_ups_are_limited_by_address(school: School) -> None:
    asked = [school.api.post(f"{USERS}/sign_up", {"email": ANN}).status for _ in range(SIGN_UP_LIMIT.allowed + 1)]
    assert asked == [201] * SIGN_UP_LIMIT.allowed + [429]


def test_a_password_is_not_set_before_the_address_is_confirmed(school: School) -> None:
    _, foreign = confirmed(school, "bob@example.com")
    school.clock.forward(timedelta(minutes=1))
    user_id = begun(school)
    for token in (None, foreign, "rubbish"):
        reply = complete(school, user_id, token)
        assert (reply.status, reply.body["code"], reply.body["status"]) == (
            409,
            "mail_not_verified",
            "Email is not verified.",
        )


def test_a_password_is_set_with_the_users_own_token_alone(school: School, pupil: Person) -> None:
    user_id, token = confirmed(school)
    school.clock.forward(timedelta(minutes=1))
    _, foreign = confirmed(school, "bob@example.com")
    replies = [complete(school, user_id, each) for each in (None, foreign, pupil.token, "rubbish", f"{token}x")]
    assert [(reply.status, reply.body["code"]) for reply in replies] == [
        (401, "token_missing"),
        (403, "insufficient_rights"),
        (401, "invalid_token"),
        (401, "invalid_token"),
        (401, "invalid_token"),
    ]
    assert sign_in(school).status == 401
    assert complete(school, user_id, token).status == 200


def test_a_sign_up_token_is_no_access_and_no_refresh_token(school: School) -> None:
    _, token = confirmed(school)
    assert school.api.get("/me", token=token).status == 401
    assert school.api.get("/refresh", token=token).status == 401


def test_a_sign_up_token_works_once(school: School) -> None:
    user_id, token = confirmed(school)
    assert complete(school, user_id, token).status == 200
    again = complete(school, user_id, token, password="another password 1")
    assert (again.status, again.body["code"]) == (401, "token_used")
    assert sign_in(school, "another password 1").status == 401
    assert sign_in(school).status == 200


def test_of_parallel_completions_one_sets_the_password(school: School) -> None:
    user_id, token = confirmed(school)
    results = in_parallel(
        4,
        lambda number: registration.complete(user_id, token, PortalUserData(password=f"password no {number}"), DEVICE),
    )
    (winner,) = (number for number, result in enumerate(results) if isinstance(result, Account))
    assert sum(isinstance(result, errors.Unauthorized) for result in results) == 3
    assert sign_in(school, f"password no {winner}").status == 200


def test_a_sign_up_token_expires(school: School) -> None:
    user_id, token = confirmed(school)
    school.clock.forward(SIGN_UP_TOKEN_LIFE)
    late = complete(school, user_id, token)
    assert (late.status, late.body["code"]) == (401, "token_expired")


def test_a_sign_up_token_lives_for_half_an_hour(school: School) -> None:
    user_id, token = confirmed(school)
    school.clock.forward(timedelta(minutes=30) - SECOND)
    assert complete(school, user_id, token).status == 200


@pytest.mark.parametrize("user_id", ["1", "9007199254740991", "0", "-1", "x", "9007199254740992"])
def test_nobody_cannot_go_on(school: School, user_id: str) -> None:
    assert school.api.post(f"{USERS}/{user_id}/send_code", {}).status == 404
    assert school.api.post(f"{USERS}/{user_id}/resend_code", {}).status == 404
    reply = school.api.request("PATCH", f"{USERS}/{user_id}/sign_up", json_body={"password": PASSWORD})
    assert reply.status == 404


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ({"password": None}, "password validation error"),
        ({"password": "short"}, "password validation error"),
        ({"password": "password"}, "password validation error"),
        ({"password": ANN.upper()}, "password validation error"),
        ({"password": "nickname-1", "login": "NickName-1"}, "password validation error"),
        ({"role": "admin"}, "'role' is an unknown property"),
        ({"roles": ["ROLE_ADMIN"]}, "'roles' is an unknown property"),
        ({"email": "bob@example.com"}, "'email' is an unknown property"),
        ({"class": 12}, "class validation error"),
        ({"login": "a b"}, "login validation error"),
    ],
)
def test_what_a_portal_user_cannot_be(school: School, given: dict[str, Any], listed: str) -> None:
    user_id, token = confirmed(school)
    reply = complete(school, user_id, token, **given)
    assert (reply.status, reply.body["errors"]) == (400, [listed])
    assert complete(school, user_id, token).status == 200


def test_a_portal_user_tells_of_themselves_in_any_script(school: School) -> None:
    user_id, token = confirmed(school)
    told = {"login": "Аня_Ли", "name": "Анна", "patronymic": "Ўладзіміраўна", "phone": "+79990001122", "class": 7}
    assert complete(school, user_id, token, secondName="李", birthdate="2012-02-29", **told).status == 200
    me = school.api.get("/me", token=sign_in(school).body["data"]["jwt_access"]).body
    assert {name: me[name] for name in told} == told
    assert (me["secondname"], me["birthdate"], me["role"]) == ("李", "2012-02-29", Role.USER)


def test_a_login_that_is_taken_leaves_the_token_good(school: School, pupil: Person) -> None:
    user_id, token = confirmed(school)
    taken = complete(school, user_id, token, login=str(pupil.account.login).upper())
    assert (taken.status, taken.body["code"]) == (409, "login_taken")
    assert complete(school, user_id, token, login="ann").status == 200


def test_without_a_password_or_a_verified_mail_nobody_signs_in(school: School) -> None:
    begun(school)
    school.person(email="bob@example.com")
    assert sign_in(school, PASSWORD, ANN).status == 401
    reply = sign_in(school, PASSWORD, "bob@example.com")
    assert (reply.status, reply.body["detail"]) == (409, "Email is not verified.")
    assert sign_in(school, "wrong password", "bob@example.com").status == 401
    assert sign_in(school, PASSWORD, "nobody@example.com").status == 401
