"""A stage on which accounts cannot be looked up: signing up does not tell either whose an address is."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest

from chalicelib.accounts import accounts, registration
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState
from chalicelib.accounts.verification_codes import BETWEEN_MAILS
from chalicelib.common.mail import Mail
from chalicelib.common.texts import ENGLISH
from tests.support.mailbox import code_in, last_code
from tests.support.school import PASSWORD, Person, Reply, School, counted_requests, in_parallel
from tests.support.stage_settings import stage_settings
from tests.unit.accounts.test_passwords import runs_of_argon2

USERS = "/api/v1/users"
OWNERS, FREE = "owner@example.com", "free@example.com"
NOTICE, WELCOME = "Somebody wanted to use your address", "Welcome to Lyceum"
SCHOOL = {
    "password": PASSWORD,
    "name": "Андрей",
    "secondname": "Шахов",
    "patronymic": "Владимирович",
    "birthdate": "2000-11-22",
    "phone": "89993332211",
    "class": 1,
}
SIGN_UPS: dict[str, dict[str, Any]] = {
    "/reg": {"password": PASSWORD, "name": "Ann"},
    "/register": {"password": PASSWORD},
    "/auth/registration": SCHOOL,
    f"{USERS}/sign_up": {},
}
LOGIN_MEMBERS = {"/reg": "login", "/register": "username"}
DEVICE = Device("127.0.0.1", "tests")


@pytest.fixture(autouse=True)
def hidden() -> Iterator[None]:
    with stage_settings(LYCEUM_ACCOUNTS_CAN_BE_LOOKED_UP="0"):
        yield


@pytest.fixture(autouse=True)
def owner(school: School, hidden: None) -> Person:
    person = school.person(email=OWNERS, login="owner", phone=SCHOOL["phone"])
    accounts.change(person.id, confirm)
    return person


def confirm(account: Account) -> None:
    account.verified_mail = True


def sign_up(school: School, path: str, email: str) -> Reply:
    body = {"email": email, **SIGN_UPS[path]}
    if path in LOGIN_MEMBERS:
        body[LOGIN_MEMBERS[path]] = email.partition("@")[0] + "_2"
    return school.api.post(path, body)


def sign_in(school: School, path: str, name: str, value: str) -> int:
    return school.api.post(path, {name: value, "password": PASSWORD}).status


def confirm_mail(school: School, user_id: int, letter: Mail) -> bool:
    confirmed: bool = school.api.request("PUT", f"{USERS}/{user_id}/mail?code={code_in(letter)}").body["success"]
    return confirmed


def cost(act: Callable[[], Reply]) -> tuple[Reply, int]:
    """What is answered, and how often argon2 ran for it."""
    replies: list[Reply] = []
    runs = runs_of_argon2(lambda: replies.append(act()))
    return replies[0], len(runs)


def without_ids(value: Any) -> Any:
    """What is left of a body without what differs between any two accounts."""
    own = {"id", "login_id", "email", "login", "username", "jwt_access", "jwt_refresh"}
    if isinstance(value, dict):
        return {name: without_ids(each) for name, each in value.items() if name not in own}
    return value


@pytest.mark.parametrize("path", SIGN_UPS)
def test_signing_up_answers_and_costs_the_same_whosever_the_address_is(school: School, path: str) -> None:
    answers, costs = [], []
    for email in (OWNERS, FREE):
        with counted_requests() as counted:
            reply, runs = cost(partial(sign_up, school, path, email))
        answers.append((reply.status, without_ids(reply.body)))
        costs.append((runs, dict(counted)))
    taken, free = answers
    assert taken == free
    assert taken[0] == 201
    assert costs[0] == costs[1]


@pytest.mark.parametrize("path", ["/reg", "/register", "/auth/registration"])
def test_the_owner_gets_a_notice_and_nobody_a_code(school: School, path: str) -> None:
    sign_up(school, path, OWNERS)
    sign_up(school, path, FREE)
    assert [(letter.to, letter.subject) for letter in school.mails] == [(OWNERS, NOTICE), (FREE, WELCOME)]


@pytest.mark.parametrize("path", SIGN_UPS)
def test_what_follows_a_sign_up_does_not_tell_either(school: School, path: str, owner: Person) -> None:
    outcomes = []
    for email in (OWNERS, FREE):
        body = sign_up(school, path, email).body
        user_id = (body.get("data") or body.get("user") or body)["id"]
        assert user_id != owner.id
        school.clock.forward(BETWEEN_MAILS)
        sent = school.api.post(f"{USERS}/{user_id}/send_code", {})
        wrong = school.api.request("PUT", f"{USERS}/{user_id}/mail?code=000000")
        looked_up = school.api.get(f"{USERS}?email={email}")
        signed_in = [sign_in(school, way, "email", email) for way in ("/login", "/auth/login", f"{USERS}/sign_in")]
        again = sign_up(school, path, email)
        outcomes.append((sent.status, wrong.body["success"], looked_up.status, again.status))
        if email == FREE:
            assert signed_in == [401, 401, 401]
    assert outcomes[0] == outcomes[1]


def test_who_has_not_confirmed_an_address_signs_in_by_login_alone(school: School) -> None:
    for email in (OWNERS, FREE):
        sign_up(school, "/register", email)
        assert sign_in(school, "/login", "login", email.partition("@")[0] + "_2") == 200
    assert sign_in(school, "/login", "email", FREE) == 401
    user_id = school.api.post("/login", {"login": "free_2", "password": PASSWORD}).body["user"]["id"]
    assert school.api.request("PUT", f"{USERS}/{user_id}/mail?code={last_code(school)}").body["success"] is True
    assert sign_in(school, "/login", "email", FREE) == 200


def test_the_owner_is_untouched(school: School, owner: Person) -> None:
    for path in SIGN_UPS:
        sign_up(school, path, OWNERS)
    assert school.api.post("/login", {"email": OWNERS, "password": PASSWORD}).body["user"]["id"] == owner.id
    found = accounts.find_by_email(OWNERS)
    assert found is not None
    assert found.id == owner.id


def test_a_login_that_is_taken_is_told_since_everybody_sees_logins(school: School) -> None:
    for email in (OWNERS, FREE):
        body = {"email": email, "username": "owner", "password": PASSWORD}
        reply = school.api.post("/register", body)
        assert (reply.status, reply.body["code"]) == (409, "login_taken")


def test_signing_up_again_gives_the_same_temporary_user(school: School) -> None:
    school.person(email="blocked@example.com", state=AccountState.BLOCKED)
    school.person(email="unconfirmed@example.com", state=AccountState.NEW)
    for email in (OWNERS, FREE, "blocked@example.com", "unconfirmed@example.com"):
        first, second = (sign_up(school, f"{USERS}/sign_up", email).body["data"] for _ in range(2))
        assert first == second
        assert (first["email"], first["verified_mail"], first["roles"]) == (email, False, ["ROLE_TEMPORARY_USER"])


@pytest.mark.parametrize("email", [OWNERS, FREE])
def test_of_parallel_sign_ups_all_get_one_user(school: School, email: str) -> None:
    begun = in_parallel(5, lambda _: registration.begin(email, DEVICE))
    assert len({account.id for account in begun if isinstance(account, Account)}) == 1
    assert [each for each in begun if isinstance(each, Exception)] == []


def test_an_address_that_its_owner_gives_up_can_be_confirmed(school: School, owner: Person) -> None:
    user_id = sign_up(school, f"{USERS}/sign_up", OWNERS).body["data"]["id"]
    accounts.erase(owner.id)
    school.api.post(f"{USERS}/{user_id}/send_code", {})
    assert school.api.request("PUT", f"{USERS}/{user_id}/mail?code={last_code(school)}").body["success"] is True
    found = accounts.find_by_email(OWNERS)
    assert found is not None
    assert (found.id, found.verified_mail) == (user_id, True)
    accounts.erase(user_id)
    assert accounts.find_by_email(OWNERS) is None


def test_nobody_confirms_an_address_that_is_anothers(school: School, owner: Person) -> None:
    """Not even with a code that an admin chose."""
    for path in ("/register", f"{USERS}/sign_up"):
        body = sign_up(school, path, OWNERS).body
        account = accounts.get((body.get("data") or body)["id"])
        school.clock.forward(BETWEEN_MAILS)
        registration.send_code(account.id, DEVICE, language=ENGLISH, chosen="123456")
        reply = school.api.request("PUT", f"{USERS}/{account.id}/mail?code=123456")
        assert (reply.status, reply.body["code"]) == (409, "email_taken")
    assert accounts.get(owner.id).email == OWNERS


def test_an_account_without_its_address_can_be_erased_and_can_take_another(school: School) -> None:
    made = sign_up(school, "/reg", OWNERS).body
    accounts.erase(made["user"]["id"])
    other = school.api.post("/reg", {**SIGN_UPS["/reg"], "login": "second", "email": OWNERS}).body
    school.clock.forward(BETWEEN_MAILS)
    token = other["jwt_access"]
    asked = school.api.request("PATCH", USERS, json_body={"email": FREE}, token=token)
    assert asked.status == 200
    (code,) = (letter for letter in school.mails[-2:] if letter.to == FREE)
    assert confirm_mail(school, other["user"]["id"], code) is True
    found = accounts.find_by_email(FREE)
    assert found is not None
    assert found.id == other["user"]["id"]
