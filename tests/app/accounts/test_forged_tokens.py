"""Tokens that somebody made who knows JWT well: with our secret, without it, or with a part of one of ours."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import jwt
import pytest

from chalicelib.accounts import authentication, registration, sessions, tokens
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import errors
from tests.support.school import Person, School

HEADER: dict[str, Any] = {"alg": "HS256", "typ": "at+jwt", "kid": "1"}


def encoded(part: object) -> str:
    """Bytes as they are, all else as JSON."""
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def signed(header: object, payload: object, secret: str, digest: str = "sha256") -> str:
    """As a JWT library signs that lets everything pass."""
    text = f"{encoded(header)}.{encoded(payload)}"
    return f"{text}.{encoded(hmac.digest(secret.encode(), text.encode(), digest))}"


@pytest.fixture
def secret(school: School) -> str:
    return school.jwt_keys.secrets["1"]


@pytest.fixture
def claims(pupil: Person) -> dict[str, Any]:
    """The claims of a token of ours."""
    found: dict[str, Any] = jwt.decode(pupil.token, options={"verify_signature": False})
    return found


def refused(token: str) -> str:
    """The code of the 401 that a token is answered with."""
    with pytest.raises(errors.Unauthorized) as refusal:
        authentication.caller_of(token)
    return refusal.value.code


def test_what_is_signed_here_as_we_sign_is_taken(claims: dict[str, Any], secret: str, pupil: Person) -> None:
    assert authentication.caller_of(signed(HEADER, claims, secret)).id == pupil.id


@pytest.mark.parametrize(
    ("algorithm", "digest"),
    [
        ("none", "sha256"),
        ("None", "sha256"),
        ("", "sha256"),
        ("hs256", "sha256"),
        ("RS256", "sha256"),
        ("ES256", "sha256"),
        ("PS256", "sha256"),
        ("EdDSA", "sha512"),
        ("HS384", "sha384"),
        ("HS512", "sha512"),
        (["HS256"], "sha256"),
        (None, "sha256"),
        (256, "sha256"),
    ],
)
def test_no_other_algorithm_is_taken_even_with_our_secret(
    claims: dict[str, Any], secret: str, algorithm: object, digest: str
) -> None:
    assert refused(signed({**HEADER, "alg": algorithm}, claims, secret, digest)) == "invalid_token"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "HS256"])
def test_a_token_without_signature_is_refused(claims: dict[str, Any], algorithm: str) -> None:
    text = f"{encoded({**HEADER, 'alg': algorithm})}.{encoded(claims)}"
    for token in (f"{text}.", text, f"{text}..", f"{text}.AA"):
        assert refused(token) == "invalid_token"


@pytest.mark.parametrize(
    "guessed", ["", "1", "secret", "null", "lyceum", hashlib.sha256(b"").hexdigest()], ids=lambda text: text[:8]
)
def test_no_guessable_secret_signs(claims: dict[str, Any], guessed: str) -> None:
    assert refused(signed(HEADER, claims, guessed)) == "invalid_token"


@pytest.mark.parametrize(
    "kid",
    [
        *["", "2", "01", " 1", "1\0", "../../dev/null", "1' or '1'='1", "keys", "current", "__class__", "x" * 10_000],
        *[None, 1, True, [], ["1"], {}, {"1": "1"}],
    ],
    ids=lambda kid: str(kid)[:16],
)
def test_a_kid_names_one_of_our_keys_or_nothing(claims: dict[str, Any], secret: str, kid: object) -> None:
    for tried in (secret, "", str(kid)):
        assert refused(signed({**HEADER, "kid": kid}, claims, tried)) == "invalid_token"


def test_a_key_that_comes_with_the_token_is_not_used(claims: dict[str, Any]) -> None:
    own = "a secret that the attacker has chosen, as long as ours"
    jwk = {"kty": "oct", "k": encoded(own.encode()), "kid": "1", "alg": "HS256"}
    url = "https://evil.example/keys.json"
    for smuggled in ({"jwk": jwk}, {"jku": url}, {"x5u": url}, {"kid": url}):
        assert refused(signed({**HEADER, **smuggled}, claims, own)) == "invalid_token"


@pytest.mark.parametrize(
    "typ", ["JWT", "jwt", "rt+jwt", "su+jwt", "AT+JWT", "application/at+jwt", "", None, 1, ["at+jwt"]]
)
def test_a_token_of_another_type_opens_nothing(claims: dict[str, Any], secret: str, typ: object) -> None:
    assert refused(signed({**HEADER, "typ": typ}, claims, secret)) == "invalid_token"


ODD: dict[str, list[object]] = {
    "iss": [None, "", "LYCEUM", ["other"], 1, {}],
    "aud": [None, "", "other", [], ["other"], 1, {"lyceum": 1}],
    "sub": [None, "", "0x7", "1.5", "-", "nan", 1.5, True, [], ["1"], {}],
    "role": [None, "", "owner", "ADMIN ", 1, True, [], ["admin"], {"admin": 1}],
    "jti": [None, 1, True, [], {}],
    "iat": [None, "", "now", [], {}, float("nan"), float("inf"), 1e300],
    "exp": [None, "", "never", [], {}, float("nan"), float("inf"), 1e300, 10**400],
}


@pytest.mark.parametrize("name", ODD)
def test_a_claim_of_an_odd_type_is_refused(claims: dict[str, Any], secret: str, name: str) -> None:
    codes = {str(value): refused(signed(HEADER, {**claims, name: value}, secret)) for value in ODD[name]}
    assert codes == dict.fromkeys(codes, "invalid_token")


@pytest.mark.parametrize(
    "sid", [None, 1, True, "", "x", [], ["s"], {}, "x" * 5000, "\ud800"], ids=lambda sid: str(sid)[:8]
)
def test_an_odd_session_is_none(claims: dict[str, Any], secret: str, sid: object) -> None:
    assert refused(signed(HEADER, {**claims, "sid": sid}, secret)) in {"invalid_token", "session_ended"}


@pytest.mark.parametrize("account_id", ["0", "-1", "1", str(10**30)])
def test_a_session_of_another_account_is_none(claims: dict[str, Any], secret: str, account_id: str) -> None:
    assert refused(signed(HEADER, {**claims, "sub": account_id}, secret)) == "session_ended"


@pytest.mark.parametrize(
    "payload", [b"", b"null", b"[]", b"1", b'"text"', b"{", b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000], ids=len
)
def test_a_payload_that_is_no_object_is_refused(secret: str, payload: bytes) -> None:
    assert refused(signed(HEADER, payload, secret)) == "invalid_token"


@pytest.mark.parametrize(
    "header", [b"", b"null", b"[]", b"1", b'"text"', b"{", b"\xff\xfe", b"[" * 7000, b'{"a":' * 7000], ids=len
)
def test_a_header_that_is_no_object_is_refused(claims: dict[str, Any], secret: str, header: bytes) -> None:
    assert refused(signed(header, claims, secret)) == "invalid_token"


@pytest.mark.parametrize(
    "token",
    [".", "..", "...", "a.b", "a.b.c.d.e", "=.=.=", "\0.\0.\0", "€.€.€", "." * 10_000, "A" * 1_000_000],
    ids=lambda text: text[:8],
)
def test_rubbish_is_refused_over_http(school: School, token: str) -> None:
    reply = school.api.get("/me", token=token)
    assert (reply.status, reply.body["code"]) == (401, "invalid_token")


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("", "token_missing"),
        ("Bearer", "token_missing"),
        ("Bearer ", "token_missing"),
        ("Basic YW5uOnBhc3N3b3Jk", "token_missing"),
        ("{}", "token_missing"),
        ("Token {}", "token_missing"),
        ("BearerX {}", "token_missing"),
        ("Bearer {} {}", "invalid_token"),
        ("Bearer {},{}", "invalid_token"),
        ('Bearer "{}"', "invalid_token"),
        ("Bearer Bearer {}", "invalid_token"),
    ],
)
def test_a_header_that_is_not_a_bearer_token_is_an_error_of_its_own(
    school: School, pupil: Person, header: str, code: str
) -> None:
    sent = {"Authorization": header.format(pupil.token, pupil.token)}
    reply = school.api.get("/me", headers=sent)
    challenge = 'Bearer realm="lyceum"' + (', error="invalid_token"' if code == "invalid_token" else "")
    assert (reply.status, reply.body["code"], reply.headers["www-authenticate"]) == (401, code, challenge)


@pytest.mark.parametrize("header", ["Bearer {}", "bearer {}", "BEARER {}", "Bearer   {} "])
def test_the_scheme_is_read_in_any_case(school: School, pupil: Person, header: str) -> None:
    assert school.api.get("/me", headers={"Authorization": header.format(pupil.token)}).status == 200


KINDS: Mapping[tokens.TokenKind, Callable[[Person], str]] = {
    tokens.TokenKind.ACCESS: lambda ann: ann.token,
    tokens.TokenKind.REFRESH: lambda ann: sessions.start(ann.account, Device("", "")).refresh_token,
    tokens.TokenKind.SIGN_UP: lambda ann: str(registration.sign_up_token(ann.account)),
}
ROUTES = {
    tokens.TokenKind.ACCESS: [
        ("GET", "/me"),
        ("GET", "/sessions"),
        ("DELETE", "/api/v1/users/logout"),
        ("POST", "/ws-tickets"),
    ],
    tokens.TokenKind.REFRESH: [("GET", "/refresh"), ("POST", "/api/v1/users/refresh_token")],
    tokens.TokenKind.SIGN_UP: [("PATCH", "/api/v1/users/{}/sign_up")],
}


@pytest.mark.parametrize("given", KINDS)
@pytest.mark.parametrize("wanted", ROUTES)
def test_a_token_of_one_kind_is_not_accepted_as_another(
    school: School, pupil: Person, given: tokens.TokenKind, wanted: tokens.TokenKind
) -> None:
    pupil.account.verified_mail, pupil.account.sign_up_id = True, "s"
    pupil.account.save()
    token = KINDS[given](pupil)
    body = {"password": "another battery 8"} if wanted is tokens.TokenKind.SIGN_UP else None
    for method, path in ROUTES[wanted]:
        reply = school.api.request(method, path.format(pupil.id), json_body=body, token=token)
        if given is wanted:
            assert reply.status in {200, 201}
            break  # the token may be used up by now
        assert (reply.status, reply.body["code"]) == (401, "invalid_token")


def test_the_role_in_a_token_does_not_count(school: School, claims: dict[str, Any], secret: str) -> None:
    reply = school.api.get("/api/v1/roles", token=signed(HEADER, {**claims, "role": Role.ADMIN}, secret))
    assert (reply.status, reply.body["code"]) == (403, "insufficient_rights")


@pytest.mark.parametrize(("seconds", "status"), [(5, 200), (6, 401), (60, 401), (10**9, 401)])
def test_a_token_from_the_future_is_refused(
    school: School, claims: dict[str, Any], secret: str, seconds: int, status: int
) -> None:
    token = signed(HEADER, {**claims, "iat": claims["iat"] + seconds}, secret)
    assert school.api.get("/me", token=token).status == status
