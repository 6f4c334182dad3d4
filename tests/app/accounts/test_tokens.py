from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest

from chalicelib.accounts import accounts, authentication, models, sessions, tokens
from chalicelib.accounts.accounts import NewAccount
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import settings
from chalicelib.common.http import errors
from chalicelib.common.http.requests import Request
from tests.support.school import START, School

OTHER_SECRET = "another secret of the tests, as long as the first"
CLAIMS: dict[str, Any] = {
    "iss": "lyceum",
    "aud": "lyceum",
    "sub": "7",
    "sid": "s",
    "role": "user",
    "jti": "j",
    "iat": int(START.timestamp()),
    "exp": int(START.timestamp()) + 360,
}


@pytest.fixture(autouse=True)
def _somebody_is_signed_in(school: School) -> None:
    """Whom CLAIMS are about."""
    account = accounts._account(7, NewAccount(email="seven@example.com"), None, Role.USER, AccountState.ACTIVATED)
    account.save()
    key = models.session_key(7, "s")
    ends = START + timedelta(days=30)
    models.Session(
        *key, id="s", account_id=7, refresh_id="r", created_at=START, refreshed_at=START, expires_at=ends
    ).save()


def signed(school: School, *, without: str = "", headers: dict[str, str] | None = None, **changes: Any) -> str:
    """A token as ours, but for what is changed."""
    secret = changes.pop("secret", school.jwt_keys.secrets["1"])
    algorithm = changes.pop("algorithm", "HS256")
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if name != without}
    return jwt.encode(claims, secret, algorithm=algorithm, headers={"typ": "at+jwt", "kid": "1", **(headers or {})})


def code_of(token: str) -> str:
    with pytest.raises(errors.Unauthorized) as refusal:
        authentication.caller_of(token)
    return refusal.value.code


def test_a_valid_token_identifies_the_caller(school: School) -> None:
    caller = authentication.caller_of(signed(school))
    assert (caller.id, caller.role, caller.session_id) == (7, Role.USER, "s")


def test_an_issued_token_is_read_back(school: School) -> None:
    claims = tokens.Claims(
        account_id=2**53 - 1,
        role=Role.ADMIN,
        session_id="s",
        token_id="j",
        issued_at=START,
        expires_at=START + timedelta(minutes=6),
    )
    for kind in tokens.TokenKind:
        assert tokens.read(kind, tokens.issue(kind, claims), START) == claims


def test_a_token_lives_until_its_very_second(school: School) -> None:
    token = signed(school)
    school.clock.forward(timedelta(seconds=359.999))
    authentication.caller_of(token)
    school.clock.forward(timedelta(seconds=0.001))
    assert code_of(token) == "token_expired"


def test_an_issued_access_token_lives_as_long_as_is_set(school: School) -> None:
    person = school.person()
    school.clock.forward(timedelta(seconds=settings.load().access_token_life) - timedelta(seconds=1))
    assert school.api.get("/me", token=person.token).status == 200
    school.clock.forward(timedelta(seconds=1))
    reply = school.api.get("/me", token=person.token)
    assert (reply.status, reply.body["code"]) == (401, "token_expired")


BAD: dict[str, Callable[[School], str]] = {
    "algorithm none": lambda school: signed(school, algorithm="none", secret=None),
    "algorithm HS512": lambda school: signed(school, algorithm="HS512"),
    "wrong secret": lambda school: signed(school, secret=OTHER_SECRET),
    "unknown kid": lambda school: signed(school, headers={"kid": "2"}),
    "refresh as access": lambda school: signed(school, headers={"typ": "rt+jwt"}),
    "plain JWT": lambda school: signed(school, headers={"typ": "JWT"}),
    "foreign issuer": lambda school: signed(school, iss="other"),
    "foreign audience": lambda school: signed(school, aud="other"),
    "issued in the future": lambda school: signed(school, iat=CLAIMS["iat"] + 60),
    "unknown role": lambda school: signed(school, role="owner"),
    "role of another type": lambda school: signed(school, role=["admin"]),
    "sub that is no number": lambda school: signed(school, sub="ann"),
    "exp beyond all time": lambda school: signed(school, exp=10**18),
    "exp that is text": lambda school: signed(school, exp="tomorrow"),
    "iat that is no number": lambda school: signed(school, iat=[1]),
    "nothing": lambda school: "",
    "text": lambda school: "rubbish",
    "three parts": lambda school: "a.b.c",
    "not ASCII": lambda school: "ключ.от.дома",
    "cut": lambda school: signed(school)[:-3],
    "other payload": lambda school: ".".join(
        [signed(school).split(".")[0], signed(school, sub="8").split(".")[1], signed(school).split(".")[2]]
    ),
    **{f"without {name}": lambda school, name=name: signed(school, without=name) for name in CLAIMS},  # type: ignore[misc]
}


@pytest.mark.parametrize("name", BAD)
def test_a_token_that_is_not_ours_is_refused(school: School, name: str) -> None:
    assert code_of(BAD[name](school)) == "invalid_token"


def test_over_http_a_bad_token_is_a_401(school: School) -> None:
    reply = school.api.get("/me", token=signed(school, secret=OTHER_SECRET))
    challenge = 'Bearer realm="lyceum", error="invalid_token"'
    assert (reply.status, reply.body["code"], reply.headers["www-authenticate"]) == (401, "invalid_token", challenge)


def test_a_refresh_token_opens_nothing_else(school: School) -> None:
    started = sessions.start(school.person().account, Device("", ""))
    assert school.api.get("/me", token=started.access_token).status == 200
    assert school.api.get("/me", token=started.refresh_token).status == 401
    assert tokens.read(tokens.TokenKind.REFRESH, started.refresh_token, START).session_id != ""


def test_a_clock_that_is_a_little_behind_is_borne_with(school: School) -> None:
    assert authentication.caller_of(signed(school, iat=CLAIMS["iat"] + 5)).id == 7


def test_two_keys_verify_and_the_current_one_signs(school: School) -> None:
    before = school.person()
    school.jwt_keys.secrets["2"] = OTHER_SECRET
    school.jwt_keys.current = "2"
    school.jwt_keys.put()
    after = school.person()
    assert jwt.get_unverified_header(before.token)["kid"] == "1"
    assert jwt.get_unverified_header(after.token)["kid"] == "2"
    for person in (before, after):
        assert school.api.get("/me", token=person.token).body["id"] == person.id


def test_a_key_that_is_withdrawn_verifies_nothing_more(school: School) -> None:
    before = school.person()
    school.jwt_keys.secrets = {"2": OTHER_SECRET}
    school.jwt_keys.current = "2"
    school.jwt_keys.put()
    assert school.api.get("/me", token=before.token).status == 401


def _whose(token: str) -> dict[str, Any]:
    claims = jwt.decode(token, options={"verify_signature": False})
    return {"sub": claims["sub"], "sid": claims["sid"]}


@pytest.mark.parametrize(
    ("access", "admitted"),
    [
        (authentication.USER, {Role.USER, Role.TEACHER, Role.ADMIN}),
        (authentication.TEACHER, {Role.TEACHER, Role.ADMIN}),
        (authentication.ADMIN, {Role.ADMIN}),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_role_is_admitted_where_it_may_call(school: School, access: Any, admitted: set[Role]) -> None:
    def admits(role: Role) -> bool:
        # What the token says of the role does not count: the account has it.
        token = signed(school, role=Role.ADMIN, **_whose(school.person(role).token))
        headers = {"authorization": f"Bearer {token}"}
        values: dict[str, Any] = {"id": "", "path": "", "query": {}, "raw_body": b"", "source_ip": "", "language": "en"}
        try:
            return bool(access.admit(Request(headers=headers, **values)).role == role)
        except errors.Forbidden:
            return False

    assert {role for role in Role if admits(role)} == admitted
