"""Another address for an account, and those who would take an account over with it."""

import re
from datetime import timedelta

import pytest

from chalicelib.accounts import credentials
from chalicelib.accounts.permissions import AccountState
from chalicelib.accounts.registration import LOOK_UP_LIMIT, MAIL_LIMIT
from tests.support.mailbox import code_in, last_code, refuse
from tests.support.school import PASSWORD, Person, Reply, School, counted_requests

USERS = "/api/v1/users"
OLD, NEW = "ann@example.com", "Ann.Lee@example.com"
OWNERS = "the owner's own 1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ann(school: School) -> Person:
    """Somebody with a confirmed address."""
    return with_mail(school, OLD)


def with_mail(school: School, email: str) -> Person:
    person = school.person(email=email)
    person.account.verified_mail = True
    person.account.save()
    return person


def ask(school: School, person: Person, email: str = NEW) -> Reply:
    return school.api.request("PATCH", USERS, json_body={"email": email}, token=person.token)


def confirm(school: School, person_id: int, code: str) -> Reply:
    return school.api.request("PUT", f"{USERS}/{person_id}/mail?code={code}")


def email_of(school: School, person: Person) -> str:
    email: str = school.api.get("/me", token=person.token).body["email"]
    return email


def signs_in(school: School, email: str, password: str = PASSWORD) -> bool:
    return school.api.post("/login", {"email": email, "password": password}).status == 200


def reset(school: School, email: str) -> Reply:
    """What the owner of an address does who cannot get in."""
    school.api.post("/password/forgot", {"email": email})
    credentials.mail_reset_code(school.mail_requests[-1])
    return school.api.post("/password/reset", {"email": email, "code": last_code(school), "password": OWNERS})


def test_an_address_changes_when_the_new_one_is_confirmed(school: School, ann: Person) -> None:
    asked = ask(school, ann)
    assert (asked.status, asked.body["result"]) == (200, "Ok")
    code_letter, warning = school.mails
    assert (code_letter.to, warning.to) == (NEW, OLD)
    assert (warning.subject, NEW in warning.text) == ("Your e-mail address is about to change", False)
    assert email_of(school, ann) == OLD

    confirmed = confirm(school, ann.id, code_in(code_letter))
    assert (confirmed.body["success"], confirmed.body["data"]) == (True, {"sign_up_token": None})
    assert email_of(school, ann) == NEW
    assert (signs_in(school, NEW.lower()), signs_in(school, OLD)) == (True, False)
    assert school.api.post(f"{USERS}/sign_up", {"email": OLD}).status == 201


def test_the_code_can_be_mailed_again(school: School, ann: Person) -> None:
    school.use_mail(refuse)
    assert ask(school, ann).status == 503
    school.use_mail(school.mails.append)
    school.clock.forward(MINUTE)
    assert school.api.post(f"{USERS}/{ann.id}/resend_code", {}).status == 200
    assert school.mails[-1].to == NEW
    assert confirm(school, ann.id, last_code(school)).body["success"] is True
    assert email_of(school, ann) == NEW


def test_an_address_in_other_case_is_the_same(school: School, ann: Person) -> None:
    refused = ask(school, ann, OLD.upper())
    assert (refused.status, refused.body["code"]) == (409, "email_taken")


def test_an_address_of_somebody_else_gets_a_notice_in_place_of_the_code(school: School, ann: Person) -> None:
    bob = school.person(email="bob@example.com")
    assert ask(school, ann, "BOB@example.com").status == 200
    notice, warning = school.mails
    assert (notice.to, notice.subject) == ("BOB@example.com", "Somebody wanted to use your address")
    assert re.search(r"\d{6}", notice.text) is None
    assert warning.to == OLD
    school.clock.forward(MINUTE)
    assert school.api.post(f"{USERS}/{ann.id}/resend_code", {}).status == 200
    assert school.mails[-1] == notice
    assert (email_of(school, ann), email_of(school, bob)) == (OLD, "bob@example.com")


def test_neither_answer_nor_cost_nor_time_to_wait_tells_whose_an_address_is(school: School) -> None:
    school.person(email="bob@example.com")
    seen = []
    for number, email in enumerate(("bob@example.com", "nobody@example.com")):
        asker = with_mail(school, f"asker{number}@example.com")
        with counted_requests() as counted:
            first = ask(school, asker, email)
        again = ask(school, asker, email)
        school.clock.forward(MINUTE)
        resent = school.api.post(f"{USERS}/{asker.id}/resend_code", {})
        wrong_code = confirm(school, asker.id, "000000")
        replies = [(each.status, each.body.get("code"), each.body.get("result")) for each in (first, again, resent)]
        seen.append((replies, wrong_code.body["success"], dict(counted)))
    taken, free = seen
    assert taken == free
    assert taken[0] == [(200, None, "Ok"), (429, "code_mailed", None), (200, None, "Ok")]


def test_asking_for_addresses_counts_as_looking_up_and_as_mailing(school: School, ann: Person) -> None:
    for number in range(LOOK_UP_LIMIT.allowed):
        assert school.api.get(f"{USERS}?email=nobody{number}@example.com").status == 404
    refused = ask(school, ann)
    assert (refused.status, refused.body["code"], school.mails) == (429, "too_many_requests", [])
    school.clock.forward(MINUTE)
    assert ask(school, ann).status == 200
    for number in range(MAIL_LIMIT.allowed - 1):
        assert ask(school, with_mail(school, f"a{number}@example.com"), f"b{number}@example.com").status == 200
        school.clock.forward(MINUTE / 10)
    assert ask(school, with_mail(school, "last@example.com"), "other@example.com").status == 429


def test_an_address_that_was_taken_meanwhile_is_not_given(school: School, ann: Person) -> None:
    ask(school, ann)
    code = code_in(school.mails[0])
    bob = school.person(email=NEW.lower())
    refused = confirm(school, ann.id, code)
    assert (refused.status, refused.body["code"]) == (409, "email_taken")
    assert (email_of(school, ann), email_of(school, bob)) == (OLD, NEW.lower())


@pytest.mark.parametrize("body", [None, {}, {"email": None}, {"email": "ann"}, {"email": NEW, "verified_mail": True}])
def test_an_address_is_an_address(school: School, ann: Person, body: object) -> None:
    assert school.api.request("PATCH", USERS, json_body=body, token=ann.token).status == 400


def test_only_a_fresh_sign_in_may_change_the_address(school: School, ann: Person) -> None:
    signed_in = school.api.post("/login", {"email": OLD, "password": PASSWORD}).body
    school.clock.forward(15 * MINUTE)
    fresh = school.api.get("/refresh", token=signed_in["jwt_refresh"]).body
    assert ask(school, Person(ann.account, fresh["jwt_access"])).status == 200
    school.clock.forward(timedelta(seconds=1))
    refused = ask(school, Person(ann.account, fresh["jwt_access"]), "third@example.com")
    assert (refused.status, refused.body["code"]) == (401, "sign_in_again")
    challenge = 'Bearer realm="lyceum", error="insufficient_user_authentication", max_age=900'
    assert refused.headers["www-authenticate"] == challenge


def test_a_code_mailed_to_the_first_address_does_not_confirm_the_second(school: School) -> None:
    ann = school.person(state=AccountState.NEW, email=OLD)
    school.api.post(f"{USERS}/{ann.id}/send_code", {})
    code = last_code(school)
    school.clock.forward(MINUTE)
    ask(school, ann)
    assert confirm(school, ann.id, code).body["success"] is False
    assert email_of(school, ann) == OLD


def test_a_code_mailed_to_one_new_address_does_not_confirm_another(school: School, ann: Person) -> None:
    ask(school, ann, "mine@example.com")
    code = code_in(school.mails[0])
    school.clock.forward(MINUTE)
    ask(school, ann, "not.mine@example.com")
    assert confirm(school, ann.id, code).body["success"] is False


def test_a_wrong_address_of_a_new_account_can_be_put_right(school: School) -> None:
    ann = school.person(state=AccountState.NEW, email="an@example.com")
    ask(school, ann)
    confirm(school, ann.id, code_in(school.mails[0]))
    me = school.api.get("/me", token=ann.token).body
    assert (me["email"], me["verified_mail"], me["state"]) == (NEW, True, "activated")


def test_a_new_address_is_no_way_to_set_the_password_anew(school: School) -> None:
    ann = school.person(state=AccountState.NEW, email=OLD)
    school.api.post(f"{USERS}/{ann.id}/send_code", {})
    assert confirm(school, ann.id, last_code(school)).body["data"]["sign_up_token"] is not None
    school.clock.forward(MINUTE)
    ask(school, ann)
    assert confirm(school, ann.id, code_in(school.mails[-2])).body["data"] == {"sign_up_token": None}


def test_changing_the_password_withdraws_an_address_that_somebody_asked_for(school: School, ann: Person) -> None:
    ask(school, ann, "eve@example.com")
    code = code_in(school.mails[0])
    body = {"old_password": PASSWORD, "new_password": OWNERS}
    changed = school.api.request("PATCH", f"{USERS}/change_password", json_body=body, token=ann.token)
    assert confirm(school, ann.id, code).body["success"] is False
    assert email_of(school, Person(ann.account, changed.body["data"]["jwt_access"])) == OLD


def test_a_squatter_of_an_address_does_not_keep_the_account(school: School) -> None:
    eve = school.api.post("/reg", {"login": "eve", "password": PASSWORD, "name": "Eve", "email": OLD}).body
    user_id = school.api.get(f"{USERS}?email={OLD}").body["data"]["id"]
    token = confirm(school, user_id, last_code(school)).body["data"]["sign_up_token"]
    body = {"password": OWNERS}
    assert school.api.request("PATCH", f"{USERS}/{user_id}/sign_up", json_body=body, token=token).status == 200
    assert school.api.get("/me", token=eve["jwt_access"]).status == 401
    assert school.api.get("/refresh", token=eve["jwt_refresh"]).status == 401
    assert (signs_in(school, OLD), signs_in(school, OLD, OWNERS)) == (False, True)
    assert school.api.post("/login", {"login": "eve", "password": PASSWORD}).status == 401


def test_a_squatter_cannot_move_an_account_away_while_its_owner_signs_up(school: School) -> None:
    eve = school.person(state=AccountState.NEW, email=OLD)
    school.api.post(f"{USERS}/{eve.id}/send_code", {})
    token = confirm(school, eve.id, last_code(school)).body["data"]["sign_up_token"]
    school.clock.forward(MINUTE)
    ask(school, eve, "eve@example.com")
    eves = code_in(school.mails[-2])
    body = {"password": OWNERS}
    assert school.api.request("PATCH", f"{USERS}/{eve.id}/sign_up", json_body=body, token=token).status == 200
    assert confirm(school, eve.id, eves).body["success"] is False
    assert signs_in(school, OLD, OWNERS)


def test_a_squatter_cannot_move_an_account_away_after_its_owner_reset_the_password(school: School) -> None:
    eve = school.person(state=AccountState.NEW, email=OLD)
    ask(school, eve, "eve@example.com")
    eves = code_in(school.mails[0])
    assert reset(school, OLD).status == 204
    assert confirm(school, eve.id, eves).body["success"] is False
    assert (signs_in(school, OLD, OWNERS), signs_in(school, "eve@example.com", OWNERS)) == (True, False)
