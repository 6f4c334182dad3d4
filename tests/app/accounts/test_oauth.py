"""Learning Platform: registering, and the password form of OAuth 2."""

from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.accounts.permissions import AccountState
from tests.support.school import PASSWORD, Person, Reply, School

FORM = "application/x-www-form-urlencoded"
ANN = {"email": "ann@example.com", "username": "ann", "password": PASSWORD}
GOOD = urlencode({"username": "ann", "password": PASSWORD}).encode()


@pytest.fixture
def ann(school: School) -> Person:
    return school.person(email="Ann@example.com", login="ann")


def send(school: School, raw: bytes = GOOD, content_type: str = FORM) -> Reply:
    return school.api.request("POST", "/token", raw_body=raw, headers={"Content-Type": content_type})


def token(school: School, **fields: str) -> Reply:
    return send(school, urlencode(fields).encode())


def test_registering_answers_with_the_account(school: School) -> None:
    reply = school.api.post("/register", ANN)
    assert reply.status == 201
    assert (reply.body["email"], reply.body["username"], reply.body["role"]) == ("ann@example.com", "ann", "user")
    assert not {"password", "password_hash", "jwt_access", "access_token"} & reply.body.keys()
    assert send(school).status == 200


@pytest.mark.parametrize(
    ("again", "detail"),
    [
        ({"username": "bob"}, "Email already registered"),
        ({"email": "bob@example.com"}, "Username already taken"),
        ({"username": "bob", "email": "ANN@EXAMPLE.COM"}, "Email already registered"),
        ({"username": "ANN", "email": "bob@example.com"}, "Username already taken"),
        ({}, "This e-mail and login are already registered"),
    ],
)
def test_taken_values_are_refused_in_learning_platforms_words(
    school: School, again: dict[str, str], detail: str
) -> None:
    school.api.post("/register", ANN)
    reply = school.api.post("/register", {**ANN, **again})
    assert (reply.status, reply.body["detail"]) == (409, detail)


@pytest.mark.parametrize(
    ("wrong", "listed"),
    [
        ({"username": None}, "username validation error"),
        ({"username": "a b"}, "username validation error"),
        ({"email": "ann"}, "email validation error"),
        ({"password": "short"}, "password validation error"),
        ({"password": "ann@Example.com"}, "password validation error"),
        ({"is_admin": True}, "'is_admin' is an unknown property"),
        ({"role": "admin"}, "'role' is an unknown property"),
    ],
)
def test_a_registration_within_the_rules_alone(school: School, wrong: dict[str, Any], listed: str) -> None:
    reply = school.api.post("/register", {**ANN, **wrong})
    assert (reply.status, reply.body["errors"]) == (400, [listed])


def test_the_token_opens_what_it_should(school: School, ann: Person) -> None:
    reply = send(school)
    assert (reply.status, reply.headers["cache-control"]) == (200, "no-store")
    assert reply.body.keys() == {"access_token", "token_type", "refresh_token", "expires_in"}
    assert (reply.body["token_type"], reply.body["expires_in"]) == ("bearer", 360)
    assert school.api.get("/me", token=reply.body["access_token"]).body["id"] == ann.id
    assert school.api.get("/refresh", token=reply.body["refresh_token"]).status == 200


@pytest.mark.parametrize("username", ["ann", "ANN", "ann@example.com", "Ann@Example.COM"])
def test_the_username_may_be_a_login_or_an_address(school: School, ann: Person, username: str) -> None:
    assert token(school, username=username, password=PASSWORD).status == 200


@pytest.mark.parametrize(
    "content_type", [f"{FORM}; charset=UTF-8", f"{FORM};charset=utf-8", "Application/X-WWW-Form-Urlencoded"]
)
def test_the_content_type_may_say_more(school: School, ann: Person, content_type: str) -> None:
    assert send(school, content_type=content_type).status == 200


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x", ""])
def test_only_a_form_is_taken(school: School, ann: Person, content_type: str) -> None:
    reply = send(school, content_type=content_type)
    assert (reply.status, reply.body["code"]) == (415, "unsupported_media_type")


def test_the_fields_of_oauth_are_let_pass(school: School, ann: Person) -> None:
    fields = {"grant_type": "password", "scope": "a b", "client_id": "", "client_secret": ""}
    assert token(school, username="ann", password=PASSWORD, **fields).status == 200


@pytest.mark.parametrize(
    ("fields", "listed"),
    [
        ({"username": "ann"}, "'password' is a required property"),
        ({"password": PASSWORD}, "'username' is a required property"),
        ({"username": "ann", "password": ""}, "password validation error"),
        ({"username": "ann", "password": PASSWORD, "grant_type": "client_credentials"}, "grant_type validation error"),
        ({"username": "a" * 257, "password": PASSWORD}, "username validation error"),
        ({"username": "ﷺ" * 256, "password": PASSWORD}, "username validation error"),
    ],
)
def test_a_form_that_lacks_something_is_refused(
    school: School, ann: Person, fields: dict[str, str], listed: str
) -> None:
    reply = token(school, **fields)
    assert (reply.status, reply.body["errors"]) == (400, [listed])


def test_a_name_that_grows_when_folded_is_nobodys(school: School) -> None:
    assert token(school, username="ﷺ" * 60, password=PASSWORD).status == 401
    reply = school.api.post("/login", {"login": "ﷺ" * 256, "password": PASSWORD})
    assert (reply.status, reply.body["errors"]) == (400, ["login validation error"])


@pytest.mark.parametrize("raw", [b"username=ann&password=%ff", b"\xff", b"&".join([b"a=b"] * 101)])
def test_a_form_that_cannot_be_read_is_refused(school: School, ann: Person, raw: bytes) -> None:
    reply = send(school, raw)
    assert (reply.status, reply.body["code"]) == (400, "invalid_form")


@pytest.mark.parametrize("raw", [b"", b"username", b"username=ann&password", b"%75sername=%zz&password=%"])
def test_a_form_that_says_too_little_or_rubbish_signs_nobody_in(school: School, ann: Person, raw: bytes) -> None:
    assert send(school, raw).status in {400, 401}


def test_a_password_may_have_what_forms_encode(school: School) -> None:
    password = "a+b %2B&=ё🦊 \t"
    school.person(login="bob", password=password)
    assert token(school, username="bob", password=password).status == 200


@pytest.mark.parametrize("fields", [{"username": "ann"}, {"username": "nobody"}, {"username": "nobody@example.com"}])
def test_a_wrong_password_is_refused_in_learning_platforms_words(
    school: School, ann: Person, fields: dict[str, str]
) -> None:
    reply = token(school, password="wrong password", **fields)
    assert (reply.status, reply.body["detail"]) == (401, "Incorrect username or password")
    assert reply.headers["www-authenticate"] == "Bearer"


def test_a_blocked_account_gets_no_token(school: School) -> None:
    school.person(login="bob", state=AccountState.BLOCKED)
    assert token(school, username="bob", password=PASSWORD).status == 403
