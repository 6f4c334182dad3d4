"""The second factor on a whole system, through every sign-in of the older systems. Where they differ: docs/seeds.md."""

import re
import secrets
import time
from collections.abc import Callable, Iterator

import httpx
import pyotp
import pytest

from infra.local import mail as mailbox
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import wait_until

PASSWORD = "correct horse battery"
MAILED_WITHIN = 60.0
"""Seconds; for a stuck system, not a promise of speed."""


@pytest.fixture
def http(cloud: Cloud) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=cloud.front_door_url, timeout=40) as http:
        yield http


def mails_to(cloud: Cloud, email: str) -> list[str]:
    return [mail["BodyText"] for mail in mailbox.stored_mails(cloud.endpoint_url) if email in mail["To"]]


def activated(http: httpx.Client, cloud: Cloud) -> tuple[str, dict[str, str]]:
    """The login of a new account whose address is confirmed, and its access token as a header."""
    login = f"factor-{secrets.token_hex(4)}"
    email = f"{login}@example.com"
    body = {"login": login, "password": PASSWORD, "name": "Ann", "email": email}
    signed_up = http.post("/reg", json=body).raise_for_status().json()
    wait_until(lambda: mails_to(cloud, email), MAILED_WITHIN, lambda: f"no mail to {email}")
    (text,) = mails_to(cloud, email)
    (code,) = re.findall(r"\b\d{6}\b", text)
    http.put(f"/api/v1/users/{signed_up['user']['id']}/mail?code={code}").raise_for_status()
    return login, {"Authorization": f"Bearer {signed_up['jwt_access']}"}


def test_deviation_an_account_with_a_second_factor_signs_in_with_a_code_as_well(
    http: httpx.Client, cloud: Cloud
) -> None:
    login, bearer = activated(http, cloud)
    email = f"{login}@example.com"
    begun = http.post("/me/second-factor", headers=bearer).raise_for_status().json()
    app = pyotp.parse_uri(begun["uri"])
    assert isinstance(app, pyotp.TOTP)
    confirmed = http.post("/me/second-factor/confirm", json={"otp": app.now()}, headers=bearer)
    codes = confirmed.raise_for_status().json()["recovery_codes"]

    ways: list[Callable[..., httpx.Response]] = [
        lambda **otp: http.post("/login", json={"login": login, "password": PASSWORD, **otp}),
        lambda **otp: http.post("/token", data={"username": login, "password": PASSWORD, **otp}),
        lambda **otp: http.post("/auth/login", json={"email": email, "password": PASSWORD, **otp}),
        lambda **otp: http.post("/api/v1/users/sign_in", json={"email": email, "password": PASSWORD, **otp}),
    ]
    for way, recovery_code in zip(ways, codes, strict=False):
        refused = way()
        assert (refused.status_code, refused.json()["code"]) == (401, "otp_required")
        assert way(otp=recovery_code).status_code == 200
        assert way(otp=recovery_code).json()["code"] == "wrong_otp"
    next_code = app.at(int(time.time()) + 30)
    assert ways[0](otp=next_code).status_code == 200
    assert ways[0](otp=next_code).json()["code"] == "wrong_otp"
    assert http.get("/me", headers=bearer).status_code == 200
