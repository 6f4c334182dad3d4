"""Auth Service: its README's flow of a registration, step by step. Where we differ: docs/seeds.md."""

import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from infra.local import demo
from infra.local import mail as mailbox
from infra.local.cloud import Cloud
from tests.e2e.local_cloud import PATIENCE, wait_until

MAILED_WITHIN = 60.0
"""Seconds; for a stuck system, not a promise of speed."""
PASSWORD = "correct horse battery"


class Auth:
    """The README's flow."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    # 1. Проверка, существует ли такой пользователь

    def users(self, email: str) -> httpx.Response:
        return self.http.get(f"/api/v1/users?email={email}")

    def sign_in(self, email: str, password: str) -> httpx.Response:
        return self.http.post("/api/v1/users/sign_in", json={"email": email, "password": password})

    # 2. Создание временного пользователя

    def sign_up(self, email: str) -> httpx.Response:
        return self.http.post("/api/v1/users/sign_up", json={"email": email})

    # 3. Отправить код пользователю

    def send_code(self, user_id: int, **body: int) -> httpx.Response:
        return self.http.post(f"/api/v1/users/{user_id}/send_code", json=body)

    # 4. Подтверждение почты кодом из письма

    def mail(self, user_id: int, code: int | str) -> httpx.Response:
        return self.http.put(f"/api/v1/users/{user_id}/mail?code={code}")

    # 5. Отправить повторно код

    def resend_code(self, user_id: int, **body: int) -> httpx.Response:
        return self.http.post(f"/api/v1/users/{user_id}/resend_code", json=body)

    # 6. Регистрируем полноценно пользователя

    def complete(self, user_id: int, sign_up_token: str, password: str) -> httpx.Response:
        """With what the README does not show: a password, and the proof that step 4 was one's own."""
        headers = {"Authorization": f"Bearer {sign_up_token}"}
        return self.http.patch(f"/api/v1/users/{user_id}/sign_up", json={"password": password}, headers=headers)


@pytest.fixture
def client(cloud: Cloud) -> Iterator[Callable[[], Auth]]:
    with ExitStack() as opened:
        yield lambda: Auth(opened.enter_context(httpx.Client(base_url=cloud.front_door_url, timeout=40)))


@pytest.fixture
def auth(client: Callable[[], Auth]) -> Auth:
    return client()


@pytest.fixture
def trusted(client: Callable[[], Auth]) -> Auth:
    """A server that registers users for them, as the README's client does: it may choose the code."""
    trusted = client()
    credentials = {"login": "admin", "password": demo.PASSWORD}
    signed_in = trusted.http.post("/login", json=credentials).json()
    trusted.http.headers["Authorization"] = f"Bearer {signed_in['jwt_access']}"
    return trusted


@pytest.fixture
def email() -> str:
    return f"sgsf-{secrets.token_hex(4)}@sgfg.ru"


def mails_to(cloud: Cloud, email: str) -> list[str]:
    return [mail["BodyText"] for mail in mailbox.stored_mails(cloud.endpoint_url) if email in mail["To"]]


def code_mailed_to(cloud: Cloud, email: str) -> str:
    """The code of the only mail; waits for it."""
    wait_until(lambda: mails_to(cloud, email), MAILED_WITHIN, lambda: f"no mail to {email}")
    (text,) = mails_to(cloud, email)
    (code,) = re.findall(r"\b\d{6}\b", text)
    return str(code)


def user_in(answer: httpx.Response) -> dict[str, Any]:
    """What stands in the envelope."""
    assert answer.is_success, answer.text
    assert answer.json()["success"] is True
    user: dict[str, Any] = answer.json()["data"]
    return user


def test_flow_with_the_readmes_codes(trusted: Auth, cloud: Cloud, email: str) -> None:
    # 1
    unknown = trusted.users(email)
    assert (unknown.status_code, unknown.json()["success"]) == (404, False)

    # 2
    temporary = user_in(trusted.sign_up(email))
    user_id = temporary["id"]
    assert isinstance(user_id, int)
    assert (temporary["email"], temporary["roles"]) == (email, ["ROLE_TEMPORARY_USER"])
    known = trusted.users(email)
    assert (known.status_code, user_in(known)["verified_mail"]) == (200, False)

    # 3
    assert trusted.send_code(user_id, code=7505).json()["success"] is True
    wait_until(lambda: mails_to(cloud, email), MAILED_WITHIN)
    assert "7505" in mails_to(cloud, email)[0]

    # 4
    refused = trusted.mail(user_id, 7506).json()
    assert (refused["success"], refused["result"]) == (False, None)
    confirmed = trusted.mail(user_id, 7505).json()
    assert (confirmed["success"], confirmed["result"]) == (True, "Ok")

    # 6
    portal = user_in(trusted.complete(user_id, confirmed["data"]["sign_up_token"], PASSWORD))
    assert (portal["id"], portal["email"], portal["roles"]) == (user_id, email, ["ROLE_PORTAL_USER"])

    # 1, once more
    assert user_in(trusted.users(email))["verified_mail"] is True
    assert user_in(trusted.sign_in(email, PASSWORD))["id"] == user_id


def test_flow_of_somebody_at_a_browser(auth: Auth, cloud: Cloud, email: str) -> None:
    """The same without choosing the code."""
    assert auth.users(email).status_code == 404
    user_id = user_in(auth.sign_up(email))["id"]
    assert auth.send_code(user_id).json()["success"] is True
    code = code_mailed_to(cloud, email)

    wrong = auth.mail(user_id, f"{(int(code) + 1) % 10**6:06}").json()
    assert (wrong["success"], wrong["result"]) == (False, None)
    right = auth.mail(user_id, code).json()
    assert (right["success"], right["result"]) == (True, "Ok")

    portal = user_in(auth.complete(user_id, right["data"]["sign_up_token"], PASSWORD))
    assert portal["roles"] == ["ROLE_PORTAL_USER"]
    assert user_in(auth.sign_in(email, PASSWORD))["email"] == email


def test_resend_code(auth: Auth, cloud: Cloud, email: str) -> None:
    """Step 5, and step 1 for who is known but has not confirmed the address."""
    user_id = user_in(auth.sign_up(email))["id"]
    assert user_in(auth.users(email))["verified_mail"] is False
    assert auth.resend_code(user_id).json()["success"] is True
    assert auth.mail(user_id, code_mailed_to(cloud, email)).json()["success"] is True


def test_sign_up_again_is_the_same_temporary_user(auth: Auth, email: str) -> None:
    assert user_in(auth.sign_up(email))["id"] == user_in(auth.sign_up(email))["id"]


def test_swagger(cloud: Cloud) -> None:
    page = httpx.get(f"{cloud.front_door_url}/api/swagger", follow_redirects=True, timeout=PATIENCE)
    assert page.status_code == 200
    assert "swagger-ui" in page.text


# --- Where we differ -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("send", [Auth.send_code, Auth.resend_code])
def test_deviation_code_is_not_the_clients_to_choose(
    send: Callable[..., httpx.Response], auth: Auth, cloud: Cloud, email: str
) -> None:
    """Anybody could confirm any address."""
    user_id = user_in(auth.sign_up(email))["id"]
    assert send(auth, user_id, code=7505).status_code == 403
    assert auth.mail(user_id, 7505).json()["success"] is False


def test_deviation_a_code_is_the_same_as_a_number(auth: Auth, cloud: Cloud, email: str) -> None:
    """Its first digit is no 0: the README's client sends a number."""
    user_id = user_in(auth.sign_up(email))["id"]
    auth.send_code(user_id)
    code = code_mailed_to(cloud, email)
    assert not code.startswith("0")
    assert auth.mail(user_id, int(code)).json()["success"] is True


def test_deviation_whoever_guesses_has_to_wait_and_whoever_asked_has_not(auth: Auth, cloud: Cloud, email: str) -> None:
    user_id = user_in(auth.sign_up(email))["id"]
    guesses = [auth.mail(user_id, 100_000 + number) for number in range(6)]
    assert [guess.status_code for guess in guesses] == [200] * 5 + [429]
    assert int(guesses[-1].headers["Retry-After"]) > 0
    auth.send_code(user_id)
    assert auth.mail(user_id, code_mailed_to(cloud, email)).json()["success"] is True


def test_deviation_second_code_within_a_minute_is_refused(auth: Auth, cloud: Cloud, email: str) -> None:
    user_id = user_in(auth.sign_up(email))["id"]
    assert auth.send_code(user_id).is_success
    too_soon = auth.resend_code(user_id)
    assert too_soon.status_code == 429
    assert int(too_soon.headers["Retry-After"]) > 0


def test_deviation_completing_needs_a_password_and_the_token_of_the_confirmation(
    auth: Auth, cloud: Cloud, email: str
) -> None:
    """The README's PATCH has neither a body nor a way to know who asks."""
    user_id = user_in(auth.sign_up(email))["id"]
    auth.send_code(user_id)
    bare = auth.http.patch(f"/api/v1/users/{user_id}/sign_up")
    assert bare.is_client_error
    early = auth.complete(user_id, "none", PASSWORD)
    assert early.status_code == 409
    auth.mail(user_id, code_mailed_to(cloud, email))
    assert auth.complete(user_id, "none", PASSWORD).status_code == 401
    assert auth.http.patch(f"/api/v1/users/{user_id}/sign_up", json={"password": PASSWORD}).status_code == 401


def test_deviation_who_is_registered_cannot_sign_up_again(trusted: Auth, email: str) -> None:
    """The README asks first; who does not is told."""
    user_id = user_in(trusted.sign_up(email))["id"]
    trusted.send_code(user_id, code=7505)
    trusted.mail(user_id, 7505)
    again = trusted.sign_up(email)
    assert (again.status_code, again.json()["success"]) == (409, False)


def test_deviation_a_new_address_that_is_taken_is_not_told(trusted: Auth, cloud: Cloud, email: str) -> None:
    """Only signing up and looking up tell who exists; the owner of the address gets a notice."""
    trusted.sign_up(email)
    asked = trusted.http.patch("/api/v1/users", json={"email": email})
    assert (asked.status_code, asked.json()["result"]) == (200, "Ok")
    wait_until(lambda: mails_to(cloud, email), MAILED_WITHIN)
    (notice,) = mails_to(cloud, email)
    assert re.search(r"\d{6}", notice) is None


def test_deviation_only_the_right_password_is_told_of_an_unverified_address(auth: Auth, email: str) -> None:
    """Before, anybody's password told that the address is known."""
    auth.sign_up(email)
    assert auth.sign_in(email, PASSWORD).status_code == 401
