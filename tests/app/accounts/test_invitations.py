"""Teachers are made by admins and come in with a code from their mail."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import authentication
from chalicelib.accounts.permissions import AccountState, Role
from tests.support.log import Log
from tests.support.mailbox import last_code, refuse
from tests.support.school import PASSWORD, Person, Reply, School, stored_items
from tests.support.stage_settings import stage_settings

ANN = "Ann@example.com"
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


def invite(school: School, admin: Person, **body: Any) -> Reply:
    """As an admin who signed in just now, however far the clock has been moved."""
    login = {"login": admin.account.login, "password": PASSWORD}
    token = school.api.post("/login", login).body["jwt_access"]
    return school.api.post("/user/teachers", {"email": ANN, **body}, token=token)


def accept(school: School, code: str, email: str = ANN.lower()) -> Reply:
    return school.api.post("/password/reset", {"email": email, "code": code, "password": PASSWORD})


def test_a_teacher_signs_in_with_the_invitation(school: School, admin: Person) -> None:
    invited = invite(school, admin, name="Ann", secondname="Lee")
    assert (invited.status, invited.body.keys()) == (201, {"id"})
    (letter,) = school.mails
    assert letter.to == ANN
    assert letter.subject.startswith("You are invited to")
    assert accept(school, last_code(school)).status == 204
    signed_in = school.api.post("/api/v1/users/sign_in", {"email": ANN, "password": PASSWORD}).body["data"]
    assert (signed_in["id"], signed_in["roles"]) == (invited.body["id"], ["ROLE_PORTAL_USER", "ROLE_TEACHER"])
    assert authentication.caller_of(signed_in["jwt_access"]).teaches


def test_the_mail_has_a_link_to_where_the_password_is_set(school: School, admin: Person) -> None:
    with stage_settings(PUBLIC_ADDRESS="https://school.example"):
        invite(school, admin, email="ann@example.com")
    link = f"https://school.example/app/invited#email=ann%40example.com&code={last_code(school)}"
    assert school.mails[-1].text.splitlines()[-1].endswith(f" {link}")


def test_an_invitation_works_once(school: School, admin: Person) -> None:
    invite(school, admin)
    code = last_code(school)
    assert [accept(school, code).status for _ in range(2)] == [204, 400]


def test_an_invitation_is_over_once_there_is_a_password(school: School, admin: Person) -> None:
    user_id = invite(school, admin).body["id"]
    invitation = last_code(school)
    school.api.post(f"/api/v1/users/{user_id}/send_code", {})
    path = f"/api/v1/users/{user_id}"
    token = school.api.request("PUT", f"{path}/mail?code={last_code(school)}").body["data"]["sign_up_token"]
    body = {"password": "the owner's own 1"}
    assert school.api.request("PATCH", f"{path}/sign_up", json_body=body, token=token).status == 200
    assert accept(school, invitation).status == 400
    assert school.api.post("/login", {"email": ANN, **body}).status == 200


def test_an_invitation_is_for_one_address(school: School, admin: Person) -> None:
    school.person(email="eve@example.com")
    invite(school, admin)
    assert accept(school, last_code(school), "eve@example.com").status == 400


@pytest.mark.parametrize(("after", "status"), [(7 * DAY - SECOND, 204), (7 * DAY, 400)])
def test_an_invitation_lives_for_a_week(school: School, admin: Person, after: timedelta, status: int) -> None:
    invite(school, admin)
    code = last_code(school)
    school.clock.forward(after)
    assert accept(school, code).status == status


def test_inviting_again_mails_another_code(school: School, admin: Person) -> None:
    first = invite(school, admin)
    first_code = last_code(school)
    too_soon = invite(school, admin)
    assert (too_soon.status, too_soon.headers["retry-after"]) == (429, "60")
    school.clock.forward(8 * DAY)
    again = invite(school, admin, email=ANN.upper())
    assert (again.status, again.body) == (201, first.body)
    assert school.mails[-1].to == ANN
    assert accept(school, first_code).status == 400
    assert accept(school, last_code(school)).status == 204


def test_an_existing_account_is_not_invited(school: School, admin: Person) -> None:
    invite(school, admin)
    accept(school, last_code(school))
    school.clock.forward(timedelta(minutes=1))
    school.person(email="bob@example.com")
    school.person(Role.TEACHER, AccountState.BLOCKED, email="eve@example.com", password=None)
    for email in (ANN.upper(), "bob@example.com", "eve@example.com"):
        reply = invite(school, admin, email=email)
        assert (reply.status, reply.body["code"]) == (409, "email_taken")


@pytest.mark.parametrize(
    "wrong", [{"email": None}, {"email": "ann"}, {"name": ""}, {"role": "admin"}, {"password": PASSWORD}]
)
def test_an_invitation_has_names_and_nothing_more(school: School, admin: Person, wrong: dict[str, Any]) -> None:
    assert invite(school, admin, **wrong).status == 400
    assert school.mails == []


def test_an_invitation_that_ses_refuses_can_be_sent_again(school: School, admin: Person) -> None:
    school.use_mail(refuse)
    assert invite(school, admin).status == 503
    school.use_mail(school.mails.append)
    school.clock.forward(timedelta(minutes=1))
    assert invite(school, admin).status == 201
    assert accept(school, last_code(school)).status == 204


def test_an_invited_teacher_cannot_sign_in_before_accepting(school: School, admin: Person) -> None:
    invite(school, admin)
    for password in (PASSWORD, last_code(school)):
        assert school.api.post("/login", {"email": ANN, "password": password}).status == 401


def test_an_invitation_is_in_its_mail_and_nowhere_else(school: School, admin: Person, log: Log) -> None:
    reply = invite(school, admin)
    code = last_code(school)
    accept(school, code)
    assert "invited" in log.text
    assert code not in log.text + str(stored_items("accounts")) + str(reply)
    assert ANN not in log.text
