"""Virtual School's cookie: what the browser is told, what each bad cookie is answered, and who may not call."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib.accounts import administration, authentication, sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.accounts.sessions import SUCCESSOR_GRACE, SignedIn
from tests.support.school import PASSWORD, Reply, School

NAME = "__Secure-refresh-token"
ATTRIBUTES = "Path=/auth/; HttpOnly; Secure; SameSite=None"
MONTH = timedelta(days=30)
UNUSED = timedelta(days=14)
"""How long a session lasts that is not refreshed."""
TOO_LATE = SUCCESSOR_GRACE + timedelta(seconds=1)
OUR_FRONTEND = "http://localhost:3000"

PATHS = ["/auth/refresh", "/auth/logout"]


@pytest.fixture
def ann(school: School) -> SignedIn:
    return sessions.start(school.person(email="ann@example.com").account, Device("203.0.113.1", "tests"))


def login(school: School, **overrides: Any) -> Reply:
    return school.api.post("/auth/login", {"email": "ann@example.com", "password": PASSWORD, **overrides})


def call(school: School, path: str, token: str | None, **headers: str) -> Reply:
    """A request as a browser sends it, with the cookie."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if token is not None:
        sent["Cookie"] = f"{NAME}={token}"
    return school.api.get(path, headers=sent)


def set_cookie(reply: Reply) -> tuple[str, int, str]:
    """The token, for how many seconds, and the other attributes."""
    found = re.fullmatch(rf"{NAME}=([\w.-]*); Max-Age=(\d+); (.+)", reply.headers["set-cookie"])
    assert found is not None
    return found[1], int(found[2]), found[3]


def refusal(reply: Reply) -> tuple[int, list[str]]:
    assert "set-cookie" not in reply.headers
    errors: list[str] = reply.body["errors"]
    return reply.status, errors


def test_signing_in_answers_as_virtual_school_and_hides_the_refresh_token(school: School, ann: SignedIn) -> None:
    reply = login(school)
    token, max_age, attributes = set_cookie(reply)
    assert (reply.status, reply.body.keys()) == (200, {"role", "token", "user_info"})
    assert (reply.body["role"], reply.body["user_info"]["login_id"]) == ("user", ann.account.id)
    assert reply.body["token"] == {
        "token_type": "Bearer",
        "access_token": reply.body["token"]["access_token"],
        "expires_in": 360,
        "expires": int((school.clock.now + UNUSED).timestamp()),
    }
    assert (max_age, attributes) == (UNUSED.total_seconds(), ATTRIBUTES)
    assert reply.headers["cache-control"] == "no-store"
    assert token not in str(reply.body)
    me = school.api.get("/me", token=reply.body["token"]["access_token"])
    assert me.body["id"] == ann.account.id


@pytest.mark.parametrize(
    "wrong", [{"password": "not the password"}, {"email": "nobody@example.com"}, {"email": "ann"}], ids=str
)
def test_wrong_credentials_get_no_cookie(school: School, ann: SignedIn, wrong: dict[str, str]) -> None:
    assert refusal(login(school, **wrong)) == (401, ["Incorrect username or password"])


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        ({}, ["'email' is a required property", "'password' is a required property"]),
        ({"email": "ann@example.com"}, ["'password' is a required property"]),
        ({"email": 1, "password": [1]}, ["email validation error", "password validation error"]),
        ({"email": None, "password": ""}, ["email validation error", "password validation error"]),
    ],
)
def test_incomplete_credentials_are_refused(school: School, body: dict[str, object], listed: list[str]) -> None:
    assert refusal(school.api.post("/auth/login", body)) == (400, listed)


def test_a_blocked_pupil_gets_no_cookie(school: School, ann: SignedIn) -> None:
    administration.block(authentication.caller_of(school.person(Role.ADMIN).token), ann.account.id)
    assert login(school).status == 403
    assert "set-cookie" not in login(school).headers


def test_refreshing_answers_as_virtual_school_and_replaces_the_cookie(school: School, ann: SignedIn) -> None:
    old, _, _ = set_cookie(login(school))
    school.clock.forward(timedelta(days=12))
    older, old = old, set_cookie(call(school, "/auth/refresh", old))[0]
    school.clock.forward(timedelta(days=12))
    reply = call(school, "/auth/refresh", old)
    new, max_age, attributes = set_cookie(reply)
    assert new not in {"", old, older}
    assert (max_age, attributes) == (6 * 24 * 3600, ATTRIBUTES), "what is left of 30 days"
    assert reply.headers["cache-control"] == "no-store"
    access = reply.body.pop("access_token")
    assert (reply.status, reply.body) == (
        200,
        {
            "token_type": "Bearer",
            "role": "user",
            "login_id": ann.account.id,
            "expires_in": 360,
            "expires": int((school.clock.now + timedelta(days=6)).timestamp()),
        },
    )
    assert school.api.get("/me", token=access).status == 200


def test_signing_out_clears_the_cookie_and_ends_the_session(school: School, ann: SignedIn) -> None:
    reply = call(school, "/auth/logout", ann.refresh_token)
    assert (reply.status, reply.body) == (200, "")
    assert set_cookie(reply) == ("", 0, ATTRIBUTES)
    assert school.api.get("/me", token=ann.access_token).status == 401
    assert [refusal(call(school, path, ann.refresh_token)) for path in PATHS] == [
        (401, ["This session has ended, sign in again"])
    ] * 2


def test_a_tab_that_was_refreshed_meanwhile_can_still_sign_out(school: School, ann: SignedIn) -> None:
    access = call(school, "/auth/refresh", ann.refresh_token).body["access_token"]
    assert call(school, "/auth/logout", ann.refresh_token).status == 200
    assert school.api.get("/me", token=access).status == 401


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", [None, ""])
def test_a_missing_cookie_is_an_error_of_its_own(school: School, path: str, token: str | None) -> None:
    assert refusal(call(school, path, token)) == (401, ["the refresh token is missing in request"])


INVALID: dict[str, Callable[[School, SignedIn], str]] = {
    "rubbish": lambda school, ann: "rubbish",
    "cut": lambda school, ann: ann.refresh_token[:-3],
    "an access token": lambda school, ann: ann.access_token,
    "quoted": lambda school, ann: f'"{ann.refresh_token}"',
    "of a foreign secret": lambda school, ann: jwt.encode(
        jwt.decode(ann.refresh_token, options={"verify_signature": False}),
        "a secret of somebody else, as long as ours",
        headers=jwt.get_unverified_header(ann.refresh_token),
    ),
}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_cookie_is_an_error_of_its_own(school: School, ann: SignedIn, path: str, name: str) -> None:
    reply = call(school, path, INVALID[name](school, ann))
    assert refusal(reply) == (401, ["invalid refresh token"])


@pytest.mark.parametrize("path", PATHS)
def test_an_expired_cookie_is_an_error_of_its_own(school: School, ann: SignedIn, path: str) -> None:
    school.clock.forward(MONTH)
    assert refusal(call(school, path, ann.refresh_token)) == (403, ["the refresh token has expired"])


@pytest.mark.parametrize("path", PATHS)
def test_a_used_cookie_is_an_error_and_ends_the_session(school: School, ann: SignedIn, path: str) -> None:
    successor, _, _ = set_cookie(call(school, "/auth/refresh", ann.refresh_token))
    school.clock.forward(TOO_LATE)
    assert refusal(call(school, path, ann.refresh_token)) == (403, ["the token was used"])
    assert refusal(call(school, path, successor)) == (401, ["This session has ended, sign in again"])


@pytest.mark.parametrize("path", PATHS)
def test_a_blocked_pupils_cookie_is_refused(school: School, ann: SignedIn, path: str) -> None:
    administration.block(authentication.caller_of(school.person(Role.ADMIN).token), ann.account.id)
    assert refusal(call(school, path, ann.refresh_token)) == (403, ["This account is blocked"])


def test_the_cookie_counts_where_it_was_sent_to_alone(school: School, ann: SignedIn) -> None:
    assert call(school, "/refresh", ann.refresh_token).status == 401
    assert school.api.get("/auth/refresh", token=ann.refresh_token).status == 401


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "null", "Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "cross-site"},
    {"Origin": "https://evil.example", "Sec_Fetch_Site": "same-site"},
    {"Origin": f"{OUR_FRONTEND}.evil.example"},
    {"Origin": f"{OUR_FRONTEND}/"},
    {"Origin": OUR_FRONTEND.replace("http:", "https:")},
]
OWN = [
    {},
    {"Origin": OUR_FRONTEND},
    {"Origin": OUR_FRONTEND, "Sec_Fetch_Site": "cross-site"},
    {"Sec_Fetch_Site": "none"},
    {"Sec_Fetch_Site": "same-origin"},
    {"Origin": "https://api.lyceum.example", "Sec_Fetch_Site": "same-origin"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_another_site_cannot_use_a_cookie(school: School, ann: SignedIn, headers: dict[str, str]) -> None:
    for path in PATHS:
        reply = call(school, path, ann.refresh_token, **headers)
        assert (reply.status, reply.body["code"]) == (403, "foreign_origin")
        assert "set-cookie" not in reply.headers
    school.clock.forward(TOO_LATE)
    assert call(school, "/auth/refresh", ann.refresh_token).status == 200, "it was not used up"


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", OWN, ids=str)
def test_our_own_pages_can_use_it(school: School, ann: SignedIn, path: str, headers: dict[str, str]) -> None:
    assert call(school, path, ann.refresh_token, **headers).status == 200


OTHERS = [
    'prefs={{"theme": "dark", "n": [1]}}; {ours}',
    "two words; {ours}",
    "flag; =; ;; ё=ж; {ours}",
    "path=/; expires=never; {ours}; secure",
    "{ours}; [=; x",
    "other=1;{ours};{name}=older",
    "a={name}=x; {ours}",
]
GARBAGE = ["", ";", "=", "{}", "\x7f", "ё", NAME, f"{NAME.lower()}=x", f"x{NAME}=y", f'p="{NAME}=y"', "a=b;" * 2000]


def test_cookies_of_others_do_not_hide_ours(school: School, ann: SignedIn) -> None:
    headers = [header.format(ours=f"{NAME}={ann.refresh_token}", name=NAME) for header in OTHERS]
    statuses = {header: school.api.get("/auth/refresh", headers={"Cookie": header}).status for header in headers}
    assert statuses == dict.fromkeys(headers, 200)


def test_a_garbage_cookie_header_has_no_token(school: School) -> None:
    replies = {header: school.api.get("/auth/refresh", headers={"Cookie": header}) for header in GARBAGE}
    missing = (401, ["the refresh token is missing in request"])
    assert {header: refusal(reply) for header, reply in replies.items()} == dict.fromkeys(GARBAGE, missing)


def test_a_browser_signs_in_with_a_login_as_well(school: School) -> None:
    school.person(login="bob", email="bob@example.com")
    for name in ("bob", "BOB@example.com"):
        assert school.api.post("/auth/login", {"login": name, "password": PASSWORD}).status == 200
    both = {"login": "nobody", "email": "bob@example.com", "password": PASSWORD}
    assert school.api.post("/auth/login", both).status == 200, "the e-mail decides"


def test_a_visitor_who_asks_quietly_gets_no_error(school: School, ann: SignedIn) -> None:
    reply = school.api.get("/auth/refresh?quiet=1")
    assert (reply.status, reply.body) == (204, "")
    assert school.api.get("/auth/refresh").status == 401
    assert call(school, "/auth/refresh?quiet=1", ann.refresh_token).status == 200
    assert call(school, "/auth/refresh?quiet=1", "rubbish").status == 401
    assert school.api.get("/auth/refresh?quiet=2").status in {400, 401}


def test_a_browser_goes_on_after_a_new_password_and_no_other_session_does(school: School, ann: SignedIn) -> None:
    here, elsewhere = login(school), login(school)
    body = {"old_password": PASSWORD, "new_password": "a new password of ann's"}
    reply = school.api.post("/auth/password", body, token=here.body["token"]["access_token"])
    assert (reply.status, reply.body.keys()) == (200, {"role", "token", "user_info"})
    assert school.api.get("/me", token=reply.body["token"]["access_token"]).body["id"] == ann.account.id
    assert call(school, "/auth/refresh", set_cookie(reply)[0]).status == 200
    assert call(school, "/auth/refresh", set_cookie(here)[0]).status == 401
    assert call(school, "/auth/refresh", set_cookie(elsewhere)[0]).status == 401
    assert login(school, password="a new password of ann's").status == 200


def test_a_wrong_old_password_leaves_the_cookie_as_it_is(school: School, ann: SignedIn) -> None:
    here = login(school)
    body = {"old_password": "not the password", "new_password": "a new password of ann's"}
    reply = school.api.post("/auth/password", body, token=here.body["token"]["access_token"])
    assert (reply.status, "set-cookie" in reply.headers) == (403, False)
    assert school.api.get("/me", token=here.body["token"]["access_token"]).body["id"] == ann.account.id
    assert call(school, "/auth/refresh", set_cookie(here)[0]).status == 200
