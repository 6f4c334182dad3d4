"""Accounts as clients of the five systems use them, from the first request to the mail and back, on a deployed
stack."""

import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from http.cookies import Morsel, SimpleCookie
from typing import Any

import httpx
import pytest

from infra.local import mail as mailbox
from infra.local.cloud import Cloud
from infra.local.options import child_environment
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import wait_until

PASSWORD = "a long enough 1"
NEW_PASSWORD = "quite another 2"
COOKIE = "__Secure-refresh-token"
MAILED_WITHIN = 60.0  # seconds; for a stuck system, not a promise of speed


@pytest.fixture
def http(cloud: Cloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as client:
        yield client


@pytest.fixture
def name() -> str:
    """Nobody's login yet, and the first part of nobody's address."""
    return f"user-{secrets.token_hex(4)}"


@pytest.fixture
def email(name: str) -> str:
    return f"{name}@example.com"


def registered(http: httpx.Client, name: str) -> dict[str, Any]:
    """PyTry's answer to the sign-up of somebody new."""
    new = {"login": name, "password": PASSWORD, "name": "Somebody", "email": f"{name}@example.com"}
    answer = http.post("/reg", json=new)
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


def sign_in(http: httpx.Client, email: str, password: str) -> httpx.Response:
    return http.post("/login", json={"email": email, "password": password})


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def mails_to(cloud: Cloud, email: str, subject: str) -> list[str]:
    kept = mailbox.stored_mails(cloud.endpoint_url)
    return [mail["BodyText"] for mail in kept if email in mail["To"] and mail["Subject"] == subject]


def mailed(cloud: Cloud, email: str, subject: str) -> str:
    """The text of the only mail of this kind; waits for it."""
    wait_until(lambda: mails_to(cloud, email, subject), MAILED_WITHIN, lambda: f"no {subject!r} to {email}")
    (text,) = mails_to(cloud, email, subject)
    return text


def six_digits(text: str) -> str:
    (code,) = re.findall(r"\b\d{6}\b", text)
    return str(code)


def eight_letters(text: str) -> str:
    (code,) = re.findall(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}\b", text)
    return str(code)


def invitation_to(cloud: Cloud, email: str) -> str:
    """The code of an invitation."""
    kept = [mail["BodyText"] for mail in mailbox.stored_mails(cloud.endpoint_url) if email in mail["To"]]
    (code,) = re.findall(r"invitation code (\S+)", "\n".join(kept))
    return str(code)


def make_admin(cloud: Cloud, email: str) -> str:
    """What `make admin` says."""
    port = cloud.endpoint_url.rpartition(":")[2]
    command = [sys.executable, "-m", "infra.aws.admin", f"--emulator-port={port}", email]
    outcome = subprocess.run(command, cwd=ROOT, env=child_environment(), capture_output=True, text=True, check=False)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    return outcome.stdout


def refresh_cookie(answer: httpx.Response) -> Morsel[str]:
    assert answer.is_success, answer.text
    return SimpleCookie(answer.headers["Set-Cookie"])[COOKIE]


def with_cookie(http: httpx.Client, path: str, cookie: Morsel[str]) -> httpx.Response:
    """By hand: a cookie that is `Secure` goes by no plain http in httpx, as it does to localhost in browsers."""
    return http.get(path, headers={"Cookie": f"{COOKIE}={cookie.value}"})


def waiting_letters(cloud: Cloud) -> int:
    """Messages in the queue of letters, those that are being handled included, and among its dead letters."""
    sqs = cloud.aws.client("sqs")
    total = 0
    for queue in ("letters", "letters-dead-letters"):
        url = sqs.get_queue_url(QueueName=f"lyceum-{cloud.stage}-{queue}")["QueueUrl"]
        counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        total += int(counts["ApproximateNumberOfMessages"]) + int(counts["ApproximateNumberOfMessagesNotVisible"])
    return total


def test_auth_service_signs_up_address_first(http: httpx.Client, cloud: Cloud, email: str) -> None:
    look_up = {"email": email}
    unknown = http.get("/api/v1/users", params=look_up)
    assert (unknown.status_code, unknown.json()["success"]) == (404, False)
    begun = http.post("/api/v1/users/sign_up", json={"email": email})
    assert (begun.status_code, begun.json()["data"]["roles"]) == (201, ["ROLE_TEMPORARY_USER"])
    user = f"/api/v1/users/{begun.json()['data']['id']}"

    assert http.post(f"{user}/send_code", json={"code": 7505}).status_code == 403
    assert http.post(f"{user}/send_code", json={}).json()["result"] == "Ok"
    too_soon = http.post(f"{user}/resend_code", json={})
    assert too_soon.status_code == 429
    assert 0 < int(too_soon.headers["Retry-After"]) <= 60

    code = six_digits(mailed(cloud, email, "Confirmation code"))
    wrong = http.put(f"{user}/mail", params={"code": f"{(int(code) + 1) % 10**6:06}"})
    assert (wrong.status_code, wrong.json()["success"], wrong.json()["result"]) == (200, False, None)
    assert http.patch(f"{user}/sign_up", json={"password": PASSWORD}).status_code == 409
    right = http.put(f"{user}/mail", params={"code": code}).json()
    assert (right["success"], right["result"]) == (True, "Ok")
    assert http.put(f"{user}/mail", params={"code": code}).json()["success"] is False

    token = bearer(right["data"]["sign_up_token"])
    assert http.patch(f"{user}/sign_up", json={"password": PASSWORD}).status_code == 401
    done = http.patch(f"{user}/sign_up", json={"password": PASSWORD}, headers=token)
    assert (done.status_code, done.json()["data"]["roles"]) == (200, ["ROLE_PORTAL_USER"])
    session = http.post("/api/v1/users/sign_in", json={"email": email, "password": PASSWORD}).json()["data"]
    assert http.get("/me", headers=bearer(session["jwt_access"])).json()["email"] == email
    assert http.get("/api/v1/users", params=look_up).json()["data"]["verified_mail"] is True


def test_virtual_school_registers_with_every_violation_named(http: httpx.Client, email: str) -> None:
    good = {
        "email": email,
        "password": "qwerty1234QW",
        "name": "Андрей",
        "secondName": "Шахов",
        "patronymic": "Владимирович",
        "birthdate": "2000-11-22",
        "phone": f"8{secrets.randbelow(10**10):010}",
        "class": 1,
    }
    bad = {**good, "email": "andrey", "password": "short", "name": "Andrey", "phone": "abc", "class": "1"}
    del bad["birthdate"]

    refused = http.post("/auth/registration", json=bad)

    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        "email validation error",
        "password validation error",
        "name validation error",
        "'birthdate' is a required property",
        "phone validation error",
        "class validation error",
    ]
    assert http.post("/auth/registration", json=good).status_code == 201
    again = http.post("/auth/registration", json=good)
    assert (again.status_code, again.json()["errors"]) == (400, ["email already exists"])


def test_virtual_school_keeps_the_session_in_a_cookie(http: httpx.Client, name: str, email: str) -> None:
    registered(http, name)
    signed_in = http.post("/auth/login", json={"email": email, "password": PASSWORD})
    assert signed_in.json().keys() == {"role", "token", "user_info"}
    first = refresh_cookie(signed_in)
    assert (first["path"], first["httponly"], first["secure"]) == ("/auth/", True, True)

    refreshed = with_cookie(http, "/auth/refresh", first)
    second = refresh_cookie(refreshed)
    assert second.value != first.value
    assert http.get("/me", headers=bearer(refreshed.json()["access_token"])).json()["email"] == email
    # Another tab, with the cookie of a moment ago: the same successor.
    assert refresh_cookie(with_cookie(http, "/auth/refresh", first)).value == second.value
    signed_out = refresh_cookie(with_cookie(http, "/auth/logout", second))
    assert (signed_out.value, signed_out["max-age"]) == ("", "0")
    assert with_cookie(http, "/auth/refresh", second).status_code == 401
    assert http.get("/me", headers=bearer(refreshed.json()["access_token"])).status_code == 401


def test_learning_platform_registers_and_gets_its_token_by_a_form(http: httpx.Client, name: str, email: str) -> None:
    registered = http.post("/register", json={"email": email, "username": name, "password": PASSWORD})
    assert (registered.status_code, registered.json()["username"]) == (201, name)

    token = http.post("/token", data={"username": name, "password": PASSWORD}).json()

    assert token["token_type"] == "bearer"
    me = http.get("/me", headers=bearer(token["access_token"])).json()
    assert (me["email"], me["username"], me["id"]) == (email, name, registered.json()["id"])
    refused = http.post("/token", data={"username": name, "password": "not this one"})
    assert (refused.status_code, refused.json()["detail"]) == (401, "Incorrect username or password")


def test_forgotten_password_is_reset_by_mail_and_old_sessions_end(
    http: httpx.Client, cloud: Cloud, name: str, email: str
) -> None:
    old = bearer(registered(http, name)["jwt_access"])
    stranger = f"nobody-{name}@example.com"
    for address in (stranger, email):
        answer = http.post("/password/forgot", json={"email": address})
        assert (answer.status_code, answer.json()) == (202, {"status": "accepted"})
    code = eight_letters(mailed(cloud, email, "Password reset code"))
    assert http.get("/me", headers=old).status_code == 200

    reset = {"email": email, "code": code, "password": NEW_PASSWORD}
    assert http.post("/password/reset", json=reset).status_code == 204

    ended = http.get("/me", headers=old)
    assert (ended.status_code, ended.json()["code"]) == (401, "session_ended")
    assert http.post("/password/reset", json=reset).json()["code"] == "wrong_code"
    assert sign_in(http, email, PASSWORD).status_code == 401
    assert sign_in(http, email, NEW_PASSWORD).status_code == 200
    wait_until(lambda: not waiting_letters(cloud), MAILED_WITHIN)
    assert mails_to(cloud, stranger, "Password reset code") == []


def test_first_admin_and_their_teachers_come_in_by_invitation(
    http: httpx.Client, cloud: Cloud, name: str, email: str
) -> None:
    teacher = f"teacher-{name}@example.com"
    said, code = make_admin(cloud, email), invitation_to(cloud, email)
    assert email in said
    assert code not in said
    invited = {"email": email, "code": code, "password": PASSWORD}
    assert http.post("/password/reset", json=invited).status_code == 204
    admin = sign_in(http, email, PASSWORD).json()
    assert admin["role"] == "admin"

    made = http.post("/user/teachers", json={"email": teacher, "name": "Anna"}, headers=bearer(admin["jwt_access"]))
    assert made.status_code == 201, made.text
    assert sign_in(http, teacher, PASSWORD).status_code == 401
    invited = {"email": teacher, "code": invitation_to(cloud, teacher), "password": NEW_PASSWORD}
    assert http.post("/password/reset", json=invited).status_code == 204

    signed_in = sign_in(http, teacher, NEW_PASSWORD).json()
    assert (signed_in["role"], signed_in["user"]["id"]) == ("teacher", made.json()["id"])
    assert http.post("/user/teachers", json={}, headers=bearer(signed_in["jwt_access"])).status_code == 403


def test_account_that_exists_is_made_an_admin_in_the_session_it_has(
    http: httpx.Client, cloud: Cloud, name: str, email: str
) -> None:
    token = bearer(registered(http, name)["jwt_access"])
    assert http.get("/api/v1/roles", headers=token).status_code == 403

    make_admin(cloud, email)

    assert http.get("/api/v1/roles", headers=token).status_code == 200


def test_signing_out_everywhere_ends_the_other_session_at_once(http: httpx.Client, name: str, email: str) -> None:
    here = bearer(registered(http, name)["jwt_access"])
    there = sign_in(http, email, PASSWORD).json()
    assert len(http.get("/sessions", headers=here).json()["sessions"]) == 2

    assert http.delete("/sessions", headers=here).status_code == 204

    for token in (here, bearer(there["jwt_access"])):
        assert http.get("/me", headers=token).json()["code"] == "session_ended"
    assert http.get("/refresh", headers=bearer(there["jwt_refresh"])).status_code == 401
    assert sign_in(http, email, PASSWORD).status_code == 200
