import unicodedata
from datetime import timedelta
from typing import Any, Literal
from urllib.parse import urlencode

import pytest

from chalicelib.accounts import accounts, passwords, sessions
from chalicelib.accounts.login import STRANGE
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common.dynamo import items
from tests.support.school import PASSWORD, Reply, School, hash_of, stored_items
from tests.unit.accounts.test_passwords import hash_of_other_parameters

WRONG = "not the password"


@pytest.fixture
def ann(school: School) -> int:
    return school.person(login="ann", email="Ann@example.com").id


def sign_in(school: School, password: str = PASSWORD, **who: Any) -> Reply:
    return school.api.post("/login", {"password": password, **(who or {"login": "ann"})})


def fail_until_limited(school: School, **who: Any) -> None:
    for _ in range(STRANGE.free):
        assert sign_in(school, WRONG, **who).status == 401


def without_request(reply: Reply) -> tuple[int, Any]:
    return reply.status, {name: value for name, value in reply.body.items() if name != "request_id"}


@pytest.mark.parametrize(
    "who", [{"login": "ann"}, {"login": "ANN"}, {"email": "ann@example.com"}, {"email": "ANN@EXAMPLE.COM"}], ids=str
)
def test_a_password_with_login_or_email_signs_in(school: School, ann: int, who: dict[str, str]) -> None:
    reply = sign_in(school, **who)
    assert (reply.status, reply.body["user"]["id"]) == (200, ann)
    assert school.api.get("/me", token=reply.body["jwt_access"]).body["id"] == ann


def test_the_answer_is_that_of_pytry_and_of_virtual_school(school: School, ann: int) -> None:
    body = sign_in(school).body
    assert body.keys() == {"status", "jwt_access", "jwt_refresh", "user", "role", "token", "user_info"}
    assert (body["status"], body["role"], body["user_info"]) == ("success", "user", body["user"])
    assert body["token"] == {
        "token_type": "Bearer",
        "access_token": body["jwt_access"],
        "expires_in": 360,
        "expires": int((school.clock.now + timedelta(days=14)).timestamp()),
    }


@pytest.mark.parametrize(
    ("role", "roles"),
    [
        (Role.USER, ["ROLE_PORTAL_USER"]),
        (Role.TEACHER, ["ROLE_PORTAL_USER", "ROLE_TEACHER"]),
        (Role.ADMIN, ["ROLE_PORTAL_USER", "ROLE_ADMIN"]),
    ],
)
def test_a_verified_account_has_the_roles_of_auth_service(school: School, role: Role, roles: list[str]) -> None:
    person = school.person(role)
    person.account.verified_mail = True
    person.account.save()
    me = school.api.get("/me", token=person.token).body
    assert (me["role"], me["is_admin"], me["roles"]) == (role, role is Role.ADMIN, roles)


@pytest.mark.parametrize("who", [{"login": "nobody"}, {"email": "nobody@example.com"}, {"login": ""}], ids=str)
def test_an_unknown_name_and_a_wrong_password_are_answered_alike(school: School, ann: int, who: dict[str, str]) -> None:
    wrong = sign_in(school, WRONG)
    assert (wrong.status, wrong.body["code"]) == (401, "wrong_credentials")
    assert without_request(sign_in(school, WRONG, **who)) == without_request(wrong)


def test_an_account_without_password_cannot_be_signed_in_to(school: School) -> None:
    person = school.person(login="ann")
    person.account.password_hash = None
    person.account.save()
    for password in ("", PASSWORD, "None", "a password that opens nothing"):
        assert sign_in(school, password).status in {400, 401}


@pytest.mark.parametrize("password", [PASSWORD.upper(), PASSWORD + " ", PASSWORD[:-1], " " + PASSWORD])
def test_a_password_that_is_nearly_right_is_wrong(school: School, ann: int, password: str) -> None:
    assert sign_in(school, password).status == 401


def test_a_password_is_hashed_with_a_salt_of_its_own() -> None:
    first, second = passwords.hash_password("same"), passwords.hash_password("same")
    assert first != second
    assert passwords.verify("same", first).good
    assert not passwords.verify("other", first).good


@pytest.mark.parametrize("state", [AccountState.BLOCKED, AccountState.DELETED])
def test_a_blocked_account_is_refused_with_its_password(school: School, state: AccountState) -> None:
    school.person(login="ann", state=state)
    reply = sign_in(school)
    assert (reply.status, reply.body["code"]) == (403, "account_blocked")


def test_a_block_is_not_revealed_without_the_password(school: School) -> None:
    school.person(login="ann", state=AccountState.BLOCKED)
    assert sign_in(school, WRONG).status == 401


@pytest.mark.parametrize(
    ("body", "listed", "status"),
    [
        ({"login": "ann"}, "'password' is a required property", "Not all arguments"),
        ({"password": "x"}, "body validation error", "Not all arguments"),
        ({"login": "ann", "password": ""}, "password validation error", None),
        ({"login": "a" * 5000, "password": "x"}, "login validation error", None),
        ({"email": "ё" * 5000, "password": "x"}, "email validation error", None),
        ({"login": "ann", "password": "x" * 1025}, "password validation error", None),
        ({"login": 5, "password": "x"}, "login validation error", None),
    ],
)
def test_incomplete_credentials_are_refused(school: School, body: Any, listed: str, status: str | None) -> None:
    reply = school.api.post("/login", body)
    assert (reply.status, reply.body["errors"]) == (400, [listed])
    assert (reply.body["status"] == "Not all arguments") is (status is not None)


@pytest.mark.parametrize("size", [256, 255])
def test_a_long_login_fits_into_every_key(school: School, size: int) -> None:
    assert sign_in(school, login="ΐ" * size).status == 401
    assert sign_in(school, email="😀" * size).status == 401


def test_after_too_many_failures_even_the_right_password_must_wait(school: School, ann: int) -> None:
    fail_until_limited(school)
    reply = sign_in(school)
    assert (reply.status, reply.body["code"]) == (429, "too_many_requests")
    school.clock.forward(timedelta(seconds=int(reply.headers["retry-after"])))
    assert sign_in(school).status == 200


def test_a_login_in_capitals_is_limited_with_the_rest(school: School, ann: int) -> None:
    fail_until_limited(school, login="ANN")
    assert sign_in(school, login="ann").status == 429


def test_an_unknown_name_is_limited_alike(school: School) -> None:
    fail_until_limited(school, login="nobody")
    assert sign_in(school, login="nobody").status == 429


def test_failures_of_one_do_not_hinder_another(school: School, ann: int) -> None:
    fail_until_limited(school, login="bob")
    assert sign_in(school).status == 200


def test_good_sign_ins_are_not_limited(school: School, ann: int) -> None:
    assert [sign_in(school).status for _ in range(STRANGE.free + 1)] == [200] * 6


def test_each_sign_in_is_a_session_of_its_own(school: School, ann: int) -> None:
    school.api.post("/login", {"login": "ann", "password": PASSWORD}, headers={"User-Agent": "x" * 1000})
    stored = [item for item in stored_items("accounts") if item["kind"] == "session"]
    assert len({session["id"] for session in stored}) == 2
    assert {session["account_id"] for session in stored} == {ann}
    assert {session["source_ip"] for session in stored} == {"127.0.0.1", "203.0.113.1"}
    assert max(len(session["user_agent"]) for session in stored) == 256
    ends = (school.clock.now + timedelta(days=30)).timestamp()
    assert {int(session["expires_at"]) for session in stored} == {int(ends)}


def test_whose_account_is_deleted_is_signed_out(school: School) -> None:
    person = school.person()
    person.account.state = AccountState.DELETED
    person.account.save()
    reply = school.api.get("/me", token=person.token)
    assert (reply.status, reply.body["code"]) == (401, "session_ended")


def test_an_address_is_not_looked_up_as_a_login(school: School, ann: int) -> None:
    school.person(login="bob", email="bob@example.com", password="another battery 8")
    both = {"login": "ann", "email": "bob@example.com"}
    assert sign_in(school, PASSWORD, **both).status == 401
    assert sign_in(school, "another battery 8", **both).body["user"]["login"] == "bob"


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_login_and_password_are_read_in_any_unicode_form(
    school: School, form: Literal["NFC", "NFD", "NFKC", "NFKD"]
) -> None:
    school.person(login="Андрей.ё", password="Пароль №7 ﬁйё")
    typed = [unicodedata.normalize(form, text) for text in ("андреЙ.Ё", "Пароль №7 ﬁйё")]
    assert sign_in(school, typed[1], login=typed[0]).status == 200


def with_form(school: School, **overrides: str) -> Reply:
    fields = {"username": "ann", "password": PASSWORD, **overrides}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return school.api.request("POST", "/token", raw_body=urlencode(fields).encode(), headers=headers)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"grant_type": "password"},
        {"username": "ANN@example.com"},
        {"scope": "", "client_id": "swagger", "client_secret": ""},
    ],
    ids=str,
)
def test_an_oauth_form_signs_in(school: School, ann: int, more: dict[str, str]) -> None:
    reply = with_form(school, **more)
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert reply.body.keys() == {"access_token", "token_type", "refresh_token", "expires_in"}
    assert (reply.body["token_type"], reply.body["expires_in"]) == ("bearer", 360)
    assert school.api.get("/me", token=reply.body["access_token"]).body["id"] == ann
    assert school.api.get("/refresh", token=reply.body["refresh_token"]).status == 200


@pytest.mark.parametrize("wrong", [{"password": WRONG}, {"username": "nobody"}, {"username": "@"}], ids=str)
def test_a_wrong_oauth_form_is_answered_as_learning_platform(school: School, ann: int, wrong: dict[str, str]) -> None:
    reply = with_form(school, **wrong)
    assert (reply.status, reply.body["detail"]) == (401, "Incorrect username or password")
    assert reply.headers["www-authenticate"] == "Bearer"


def test_an_incomplete_oauth_form_is_refused(school: School, ann: int) -> None:
    assert with_form(school, grant_type="client_credentials").status == 400
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for raw in (b"", b"username=ann", b"\xff\xfe", b"username=%ff&password=x", b"&" * 500 + b"username=ann"):
        assert school.api.request("POST", "/token", raw_body=raw, headers=form).status == 400
    assert school.api.post("/token", {"username": "ann", "password": PASSWORD}).status == 415


PORTAL = ["/api/v1/users/sign_in", "/api/v1/users/login"]


def portal_sign_in(school: School, path: str, **overrides: str) -> Reply:
    return school.api.post(path, {"email": "ann@example.com", "password": PASSWORD, **overrides})


@pytest.mark.parametrize("path", PORTAL)
def test_the_portal_answers_in_its_envelope(school: School, path: str) -> None:
    person = school.person(email="ann@example.com")
    person.account.verified_mail = True
    person.account.save()
    reply = portal_sign_in(school, path)
    assert (reply.status, reply.body["success"], reply.body["error"]) == (200, True, None)
    data = reply.body["data"]
    assert reply.body["result"] == data
    assert (data["id"], data["email"], data["roles"]) == (person.id, "ann@example.com", ["ROLE_PORTAL_USER"])
    assert school.api.get("/me", token=data["jwt_access"]).body["id"] == person.id
    assert school.api.post("/api/v1/users/refresh_token", token=data["jwt_refresh"]).status == 200


@pytest.mark.parametrize("path", PORTAL)
def test_the_portal_wants_a_verified_mail(school: School, ann: int, path: str) -> None:
    reply = portal_sign_in(school, path)
    assert (reply.status, reply.body["code"]) == (409, "mail_not_verified")
    assert reply.body["detail"] == "Email is not verified."
    assert portal_sign_in(school, path, password=WRONG).status == 401
    assert portal_sign_in(school, path, email="nobody@example.com").status == 401


def test_a_temporary_user_has_to_verify_first(school: School) -> None:
    school.api.post("/api/v1/users/sign_up", {"email": "ann@example.com"})
    assert portal_sign_in(school, PORTAL[0]).status == 401
    assert sign_in(school, email="ann@example.com").status == 401


@pytest.mark.parametrize("path", PORTAL)
def test_the_portal_refuses_the_blocked(school: School, path: str) -> None:
    school.person(email="ann@example.com", state=AccountState.BLOCKED)
    assert portal_sign_in(school, path, password=WRONG).status == 401
    assert portal_sign_in(school, path).status == 403


def test_a_password_changed_during_a_sign_in_ends_it(school: School) -> None:
    person = school.person(login="ann")
    person.account.password_hash = hash_of_other_parameters(time_cost=1)
    person.account.save()
    events: Any = items.connection().client.meta.events

    def put(account: Account) -> None:
        account.password_hash = hash_of("another battery 8")
        sessions.end_all_of(account)

    def change_password(**_: object) -> None:
        """Between reading the old hash and renewing it."""
        events.unregister("before-call.dynamodb.GetItem", change_password)
        accounts.change(person.id, put)

    events.register("before-call.dynamodb.GetItem", change_password)
    reply = sign_in(school)
    assert accounts.get(person.id).generation == 1
    assert school.api.get("/me", token=reply.body.get("jwt_access", "")).status == 401
    assert sign_in(school, "another battery 8").status == 200


def test_a_login_may_be_an_address_and_an_empty_email_is_none(school: School) -> None:
    school.person(login="ann", email="ann@example.com")
    for body in ({"login": "ann@example.com"}, {"login": "ann", "email": ""}, {"login": "ann", "email": None}):
        assert school.api.post("/login", {**body, "password": PASSWORD}).status == 200
    nobody = school.api.post("/login", {"email": "", "password": PASSWORD})
    assert (nobody.status, nobody.body["status"]) == (400, "Not all arguments")
