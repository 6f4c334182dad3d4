"""Passwords forgotten, reset and changed; addresses changed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import credentials, known_devices, verification_codes
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import AccountState
from chalicelib.accounts.queues import ResetRequest, mails
from chalicelib.common import clock
from chalicelib.common.texts import ENGLISH
from chalicelib.school import handlers
from tests.support.mailbox import last_code, refuse, wrong
from tests.support.school import PASSWORD, Person, Reply, School, in_parallel, stored_items

USERS = "/api/v1/users"
NEW = "another password 1"
DEVICE = Device("127.0.0.1", "tests")
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def ann(school: School) -> Person:
    return school.person(email="Ann.Lee@example.com", login="ann")


def change_password(school: School, token: str, old: str = PASSWORD, new: str = NEW) -> Reply:
    body = {"old_password": old, "new_password": new}
    return school.api.request("PATCH", f"{USERS}/change_password", json_body=body, token=token)


def deliver(school: School, *requests: ResetRequest) -> list[str]:
    """What SQS delivers; which messages have to come again."""
    records = [
        {
            "messageId": f"m{number}",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:1:letters",
            "body": mails.write(request),
        }
        for number, request in enumerate(requests)
    ]
    again = handlers.send_letters({"Records": records}, None)["batchItemFailures"]
    return [failure["itemIdentifier"] for failure in again]


def forgotten(school: School, email: str = "ann.lee@example.com") -> str:
    """Forget a password and read the mail."""
    assert school.api.post("/password/forgot", {"email": email}).status == 202
    assert deliver(school, school.mail_requests[-1]) == []
    return last_code(school)


def reset(school: School, code: str, email: str = "ANN.LEE@example.com", password: str = NEW) -> Reply:
    return school.api.post("/password/reset", {"email": email, "code": code, "password": password})


def opens(school: School, password: str) -> bool:
    return school.api.post("/login", {"login": "ann", "password": password}).status == 200


def test_a_changed_password_ends_every_session_but_gives_a_new_one(school: School, ann: Person) -> None:
    elsewhere = school.api.post("/login", {"login": "ann", "password": PASSWORD}).body
    reply = change_password(school, ann.token)
    assert (reply.status, reply.body["data"]["id"]) == (200, ann.id)
    assert school.api.get("/me", token=reply.body["data"]["jwt_access"]).status == 200
    assert school.api.get("/refresh", token=reply.body["data"]["jwt_refresh"]).status == 200
    for token in (ann.token, elsewhere["jwt_access"]):
        assert school.api.get("/me", token=token).status == 401
    assert school.api.get("/refresh", token=elsewhere["jwt_refresh"]).status == 401
    assert (opens(school, PASSWORD), opens(school, NEW)) == (False, True)


def test_a_changed_password_is_reported_by_mail(school: School, ann: Person) -> None:
    change_password(school, ann.token)
    (letter,) = school.mails
    assert (letter.to, letter.subject) == ("Ann.Lee@example.com", "Your password was changed")
    assert NEW not in letter.text


def test_the_old_password_has_to_be_right(school: School, ann: Person) -> None:
    reply = change_password(school, ann.token, old="wrong password")
    assert (reply.status, reply.body["code"]) == (403, "wrong_password")
    assert school.api.get("/me", token=ann.token).status == 200
    assert opens(school, PASSWORD)


@pytest.mark.parametrize(
    "new", ["short 1", "x" * 65, "password", "PASSWORD", "пароль123", "Ann.Lee@Example.com", 12345678, None]
)
def test_a_new_password_has_to_be_a_good_one(school: School, ann: Person, new: Any) -> None:
    reply = change_password(school, ann.token, new=new)
    assert (reply.status, reply.body["errors"]) == (400, ["new_password validation error"])
    assert school.api.get("/me", token=ann.token).status == 200


@pytest.mark.parametrize("missing", ["old_password", "new_password"])
def test_a_change_of_passwords_needs_both(school: School, ann: Person, missing: str) -> None:
    body = {"old_password": PASSWORD, "new_password": NEW}
    del body[missing]
    reply = school.api.request("PATCH", f"{USERS}/change_password", json_body=body, token=ann.token)
    assert (reply.status, reply.body["errors"]) == (400, [f"'{missing}' is a required property"])


def test_forgetting_is_answered_alike_for_everybody(school: School, ann: Person) -> None:
    school.person(email="bob@example.com", state=AccountState.BLOCKED)
    answers = []
    for email in ("ann.lee@example.com", "bob@example.com", "nobody@example.com"):
        reply = school.api.post("/password/forgot", {"email": email})
        answers.append((reply.status, reply.body))
    assert answers == [(202, {"status": "accepted"})] * 3
    assert school.mails == []
    assert len(school.mail_requests) == 3
    assert deliver(school, *school.mail_requests) == []
    assert [letter.to for letter in school.mails] == ["Ann.Lee@example.com"]


def test_a_reset_speaks_the_language_in_which_it_was_asked_for(school: School, ann: Person) -> None:
    school.api.post("/password/forgot", {"email": "ann.lee@example.com"}, headers={"Accept-Language": "ru"})
    deliver(school, *school.mail_requests)
    assert school.mails[-1].subject == "Код для смены пароля"


@pytest.mark.parametrize("body", [None, {}, {"email": "ann"}, {"email": "ann.lee@example.com", "code": "1"}])
def test_forgetting_needs_an_address(school: School, body: Any) -> None:
    assert school.api.post("/password/forgot", body).status == 400
    assert school.mail_requests == []


def test_forgetting_is_limited_by_address(school: School) -> None:
    allowed = credentials.RESET_LIMIT.allowed
    asked = [school.api.post("/password/forgot", {"email": "a@example.com"}).status for _ in range(allowed + 1)]
    assert asked == [202] * allowed + [429]
    assert len(school.mail_requests) == allowed


def test_a_message_delivered_twice_mails_once(school: School, ann: Person) -> None:
    code = forgotten(school)
    assert deliver(school, school.mail_requests[-1], school.mail_requests[-1]) == []
    assert len(school.mails) == 1
    assert reset(school, code).status == 204


def test_a_mail_that_ses_refuses_is_retried(school: School, ann: Person) -> None:
    request = ResetRequest("ann.lee@example.com", ENGLISH)
    school.use_mail(refuse)
    assert deliver(school, ResetRequest("nobody@example.com", ENGLISH), request) == ["m1"]
    school.use_mail(school.mails.append)
    school.clock.forward(MINUTE)
    assert deliver(school, request) == []
    assert reset(school, last_code(school)).status == 204


def test_a_reset_sets_the_password_and_ends_every_session(school: School, ann: Person) -> None:
    code = forgotten(school)
    reply = reset(school, code)
    assert (reply.status, reply.body) == (204, "")
    assert school.api.get("/me", token=ann.token).status == 401
    assert (opens(school, PASSWORD), opens(school, NEW)) == (False, True)
    assert [letter.subject for letter in school.mails] == ["Password reset code", "Your password was changed"]
    again = reset(school, code, password="a third password 1")
    assert (again.status, again.body["code"]) == (400, "wrong_code")
    assert opens(school, NEW)


def test_a_reset_confirms_the_address(school: School) -> None:
    new = school.person(state=AccountState.NEW, email="ann.lee@example.com", login="ann")
    assert reset(school, forgotten(school)).status == 204
    session = school.api.post(f"{USERS}/sign_in", {"email": new.account.email, "password": NEW})
    assert session.body["data"]["verified_mail"] is True
    assert school.api.get("/me", token=session.body["data"]["jwt_access"]).body["state"] == "activated"


def test_a_reset_gives_a_temporary_user_their_first_password(school: School) -> None:
    school.api.post(f"{USERS}/sign_up", {"email": "ann.lee@example.com"})
    assert reset(school, forgotten(school)).status == 204
    body = {"email": "ann.lee@example.com", "password": NEW}
    assert school.api.post(f"{USERS}/sign_in", body).status == 200


def test_a_lost_sign_up_token_is_replaced_by_a_reset(school: School) -> None:
    email = "ann.lee@example.com"
    user_id = school.api.post(f"{USERS}/sign_up", {"email": email}).body["data"]["id"]
    school.api.post(f"{USERS}/{user_id}/send_code", {})
    school.api.request("PUT", f"{USERS}/{user_id}/mail?code={last_code(school)}")
    assert school.api.post(f"{USERS}/{user_id}/send_code", {}).status == 409
    assert reset(school, forgotten(school)).status == 204
    assert school.api.post(f"{USERS}/sign_in", {"email": email, "password": NEW}).status == 200


def test_codes_of_others_or_none_reset_nothing(school: School, ann: Person) -> None:
    school.person(email="bob@example.com")
    code = forgotten(school)
    for email, text in (
        ("bob@example.com", code),
        ("nobody@example.com", code),
        ("ann.lee@example.com", wrong(code)),
        ("ann.lee@example.com", "no digits at all"),
        ("ann.lee@example.com", "²"),
    ):
        reply = reset(school, text, email)
        assert (reply.status, reply.body["code"]) == (400, "wrong_code")
    assert opens(school, PASSWORD)
    assert not [item for item in stored_items("accounts") if item["pk"] == "ACCOUNT#0"]


@pytest.mark.parametrize(("wrong_tries", "status"), [(4, 204), (5, 400)])
def test_a_reset_code_can_be_tried_five_times(school: School, ann: Person, wrong_tries: int, status: int) -> None:
    code = forgotten(school)
    assert {reset(school, wrong(code)).status for _ in range(wrong_tries)} == {400}
    assert reset(school, code).status == status


@pytest.mark.parametrize(("after", "status"), [(10 * MINUTE - SECOND, 204), (10 * MINUTE, 400)])
def test_a_reset_code_lives_ten_minutes(school: School, ann: Person, after: timedelta, status: int) -> None:
    code = forgotten(school)
    school.clock.forward(after)
    assert reset(school, code).status == status


def test_tries_of_reset_codes_are_limited_by_address(school: School) -> None:
    allowed = credentials.RESET_LIMIT.allowed
    tried = [reset(school, "123456", email=f"nobody{number}@example.com").status for number in range(allowed + 1)]
    assert tried == [400] * allowed + [429]


@pytest.mark.parametrize("password", ["short", "password", "x" * 65])
def test_a_password_that_is_refused_costs_no_try(school: School, ann: Person, password: str) -> None:
    code = forgotten(school)
    for _ in range(5):
        reply = reset(school, code, password=password)
        assert (reply.status, reply.body["errors"]) == (400, ["password validation error"])
    assert reset(school, code).status == 204


def test_a_personal_password_leaves_the_code_good(school: School, ann: Person) -> None:
    code = forgotten(school)
    refused = reset(school, code, password="ANN.LEE@example.com")
    assert (refused.status, refused.body["errors"]) == (400, ["password validation error"])
    assert reset(school, code).status == 204


def test_of_parallel_resets_one_sets_the_password(school: School, ann: Person) -> None:
    code = forgotten(school)
    results = in_parallel(
        4,
        lambda number: credentials.reset_password(
            ann.account.email, code, f"password no {number}", DEVICE, language=ENGLISH
        ),
    )
    (winner,) = (number for number, result in enumerate(results) if result is None)
    assert opens(school, f"password no {winner}")


def test_a_reset_does_not_unblock(school: School, ann: Person) -> None:
    code = forgotten(school)
    ann.account.refresh()
    ann.account.state = AccountState.BLOCKED
    ann.account.save()
    reset(school, code)
    assert (opens(school, PASSWORD), opens(school, NEW)) == (False, False)


# --- Reset codes that strangers try ----------------------------------------------------------------------------------


def reset_from(school: School, code: str, source_ip: str, email: str = "ann.lee@example.com") -> Reply:
    body = {"email": email, "code": code, "password": NEW}
    return school.api.post("/password/reset", body, source_ip=source_ip)


def test_a_reset_code_is_eight_letters_that_nobody_takes_for_each_other(school: School, ann: Person) -> None:
    code = forgotten(school)
    assert len(code) == 9
    assert set(code) <= {*verification_codes.LETTERS, "-"}
    assert len(verification_codes.LETTERS) == 32
    assert not set("01IO") & set(verification_codes.LETTERS)


@pytest.mark.parametrize("typed", [str.lower, lambda code: code.replace("-", ""), lambda code: f" {code} "])
def test_a_reset_code_is_read_however_it_is_typed(school: School, ann: Person, typed: Callable[[str], str]) -> None:
    assert reset(school, typed(forgotten(school))).status == 204


@pytest.mark.parametrize("email", ["ann.lee@example.com", "nobody@example.com"])
def test_eighteen_wrong_reset_codes_from_as_many_addresses_meet_a_wait(school: School, ann: Person, email: str) -> None:
    forgotten(school)
    statuses = [reset_from(school, "AAAA-AAAA", f"198.51.100.{number}", email).status for number in range(18)]
    assert statuses == [400] * 5 + [429] * 13


@pytest.mark.parametrize("code", ["AAAA-AAAA", "x" * 22])
def test_tries_by_whoever_asked_do_not_tell_who_exists(school: School, ann: Person, code: str) -> None:
    def statuses(email: str, network: str) -> list[int]:
        school.api.post("/password/forgot", {"email": email}, source_ip=f"{network}.1")
        deliver(school, school.mail_requests[-1])
        sources = [f"{network}.{number}" for number in (1, 2)] * 8
        return [reset_from(school, code, source_ip, email).status for source_ip in sources]

    assert statuses("ann.lee@example.com", "198.51.100") == statuses("nobody@example.com", "203.0.113")


def test_nobodys_code_is_not_mailed(school: School) -> None:
    school.api.post("/password/forgot", {"email": "nobody@example.com"})
    deliver(school, school.mail_requests[-1])
    assert school.mails == []


def test_a_strangers_request_takes_nothing_from_the_owner(school: School, ann: Person) -> None:
    forgotten(school)
    school.clock.forward(MINUTE)
    school.api.post("/password/forgot", {"email": "ann.lee@example.com"}, source_ip="198.51.100.99")
    deliver(school, school.mail_requests[-1])
    code = last_code(school)
    for number in range(18):
        reset_from(school, wrong(code), f"198.51.100.{number}")
    assert reset(school, code).status == 204


def test_the_owner_resets_while_strangers_try(school: School, ann: Person) -> None:
    code = forgotten(school)
    for number in range(18):
        reset_from(school, wrong(code), f"198.51.100.{number}")
    assert reset(school, code).status == 204


def test_the_device_of_a_reset_is_known_afterwards(school: School, ann: Person) -> None:
    reply = reset(school, forgotten(school))
    device = known_devices.read(reply.headers[known_devices.HEADER.lower()])
    assert device is not None
    assert device.knows(ann.id, clock.now())


def test_a_request_that_was_queued_before_devices_were_known_is_read() -> None:
    assert mails.read('{"email": "a@example.com", "language": "en"}') == ResetRequest("a@example.com", ENGLISH)
