"""Codes against those who guess them, keep them, choose them, or have them mailed."""

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts, known_devices, registration, verification_codes
from chalicelib.accounts.devices import Device
from chalicelib.accounts.known_devices import DeviceToken
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.accounts.registration import MAIL_LIMIT
from chalicelib.accounts.verification_codes import Purpose
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from tests.support.log import Log
from tests.support.mailbox import last_code, refuse, wrong
from tests.support.school import PASSWORD, START, Person, Reply, School, aws, in_parallel, stored_items

USERS = "/api/v1/users"
DEVICE = Device("203.0.113.1", "tests")
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def ann(school: School) -> Person:
    """Somebody whose address is not confirmed."""
    return school.person(state=AccountState.NEW, email="ann@example.com")


def send(school: School, user_id: int, body: object = None, path: str = "send_code", **options: Any) -> Reply:
    return school.api.post(f"{USERS}/{user_id}/{path}", body, **options)


def sent(school: School, user_id: int) -> str:
    assert send(school, user_id).status == 200
    return last_code(school)


def confirms(school: School, user_id: int, code: str) -> bool:
    reply = school.api.request("PUT", f"{USERS}/{user_id}/mail?code={code}")
    assert reply.status == 200
    success: bool = reply.body["success"]
    assert reply.body["result"] == ("Ok" if success else None)
    return success


@pytest.mark.parametrize("path", ["send_code", "resend_code"])
@pytest.mark.parametrize("raw", [b"", b"{}", b'{"code": null}'])
def test_a_code_is_mailed_whatever_empty_body_asks(school: School, ann: Person, path: str, raw: bytes) -> None:
    assert send(school, ann.id, path=path, raw_body=raw).status == 200
    (letter,) = school.mails
    assert (letter.to, letter.subject) == ("ann@example.com", "Confirmation code")
    assert confirms(school, ann.id, last_code(school))


def test_a_code_is_mailed_in_the_language_asked(school: School, ann: Person) -> None:
    send(school, ann.id, headers={"Accept-Language": "ru-RU, en;q=0.5"})
    assert school.mails[-1].subject == "Код подтверждения"
    assert confirms(school, ann.id, last_code(school))


@pytest.mark.parametrize("path", ["send_code", "resend_code"])
def test_only_admins_choose_a_code(school: School, ann: Person, path: str) -> None:
    for token in (None, ann.token, school.person(Role.TEACHER).token):
        reply = send(school, ann.id, {"code": 7505}, path=path, token=token)
        assert (reply.status, reply.body["code"]) == (403, "code_not_yours_to_choose")
    assert school.mails == []
    assert send(school, ann.id, {"code": 7505}, path=path, token=school.person(Role.ADMIN).token).status == 200
    assert "7505" in school.mails[-1].text
    assert confirms(school, ann.id, "7505")


def test_a_code_that_an_admin_chose_keeps_its_zeros(school: School, ann: Person) -> None:
    assert send(school, ann.id, {"code": "0075"}, token=school.person(Role.ADMIN).token).status == 200
    assert not confirms(school, ann.id, "75")
    assert confirms(school, ann.id, "0075")


@pytest.mark.parametrize(
    "code", [-1, 1000000, 7505.0, True, "", "123", "1234567", "12 34", "١٢٣٤", "1234\n", [], {}, "x" * 5000]
)
def test_what_is_no_code_is_refused(school: School, ann: Person, code: object) -> None:
    reply = send(school, ann.id, {"code": code}, token=school.person(Role.ADMIN).token)
    assert (reply.status, reply.body["errors"]) == (400, ["code validation error"])
    assert school.mails == []


@pytest.mark.parametrize("raw", [b"{", b"[]", b"7505", b'{"code": 7505, "email": "eve@example.com"}'])
def test_a_body_that_cannot_be_read_is_refused(school: School, ann: Person, raw: bytes) -> None:
    assert send(school, ann.id, raw_body=raw).status == 400
    assert school.mails == []


def test_a_token_that_is_none_is_refused_even_where_none_is_needed(school: School, ann: Person) -> None:
    assert send(school, ann.id, token="rubbish").status == 401
    assert send(school, ann.id, headers={"Authorization": "Basic YTpi"}).status == 401


@pytest.mark.parametrize("code", ["%20", "12345", "abcdef", "%F0%9F%A6%8A", "x" * 64, "1" * 64])
def test_garbage_confirms_nothing(school: School, ann: Person, code: str) -> None:
    sent(school, ann.id)
    assert not confirms(school, ann.id, code)


@pytest.mark.parametrize("query", ["", "?code=", "?kode=123456", f"?code={'1' * 65}", "?code=123456&user_id=1"])
def test_a_confirmation_needs_a_code_alone(school: School, ann: Person, query: str) -> None:
    assert school.api.request("PUT", f"{USERS}/{ann.id}/mail{query}").status == 400


def test_nobodys_address_is_confirmed_by_nothing(school: School) -> None:
    assert not confirms(school, 4711, "123456")
    assert stored_items("accounts") == []


def test_a_code_mails_at_most_once_a_minute(school: School, ann: Person) -> None:
    sent(school, ann.id)
    for path, later, left in (("send_code", timedelta(), "60"), ("resend_code", 59.5 * SECOND, "1")):
        school.clock.forward(later)
        refused = send(school, ann.id, path=path)
        assert (refused.status, refused.body["code"], refused.headers["retry-after"]) == (429, "code_mailed", left)
    school.clock.forward(SECOND / 2)
    assert send(school, ann.id).status == 200
    assert len(school.mails) == 2


def test_at_most_three_mails_go_in_a_quarter_of_an_hour(school: School, ann: Person) -> None:
    for _ in range(3):
        sent(school, ann.id)
        school.clock.forward(MINUTE)
    refused = send(school, ann.id)
    assert (refused.status, refused.headers["retry-after"]) == (429, str(12 * 60))
    school.clock.forward(12 * MINUTE - SECOND)
    assert send(school, ann.id).headers["retry-after"] == "1"
    school.clock.forward(SECOND)
    assert send(school, ann.id).status == 200
    assert len(school.mails) == 4


@pytest.mark.parametrize(
    ("mailed_seconds_ago", "wait_seconds"),
    [
        ([], 0),
        ([0], 60),
        ([59], 1),
        ([60], 0),
        ([100, 30], 30),
        ([300, 200, 100], 600),
        ([899, 200, 100], 1),
        ([900, 200, 100], 0),
        ([890, 70, 1], 59),
        ([1000, 890, 200, 100], 10),
    ],
)
def test_how_long_until_the_next_mail(mailed_seconds_ago: list[int], wait_seconds: int) -> None:
    mailed_at = [START - ago * SECOND for ago in mailed_seconds_ago]
    assert verification_codes.pause_before_next_mail(mailed_at, START) == wait_seconds * SECOND


def test_one_address_has_only_so_many_mails_sent_to_others(school: School) -> None:
    people = [school.person(state=AccountState.NEW).id for _ in range(MAIL_LIMIT.allowed + 1)]
    assert [send(school, person).status for person in people] == [200] * MAIL_LIMIT.allowed + [429]
    assert send(school, people[-1], source_ip="203.0.113.2").status == 200


def test_of_parallel_requests_one_mails(school: School, ann: Person) -> None:
    results = in_parallel(5, lambda _: verification_codes.renew(ann.id, Purpose.MAIL, address=ann.account.email))
    (code,) = (result for result in results if isinstance(result, str))
    assert confirms(school, ann.id, code)


def test_a_mail_that_ses_refuses_is_an_error(school: School, ann: Person) -> None:
    school.use_mail(refuse)
    reply = send(school, ann.id)
    assert (reply.status, reply.body["code"]) == (503, "mail_refused")


def test_a_confirmed_address_needs_no_code(school: School, ann: Person) -> None:
    assert confirms(school, ann.id, sent(school, ann.id))
    school.clock.forward(MINUTE)
    reply = send(school, ann.id)
    assert (reply.status, reply.body["code"]) == (409, "mail_verified")


def test_a_code_works_once(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    assert [confirms(school, ann.id, code) for _ in range(2)] == [True, False]


@pytest.mark.parametrize(("after", "good"), [(10 * MINUTE - SECOND, True), (10 * MINUTE, False)])
def test_a_code_lives_ten_minutes(school: School, ann: Person, after: timedelta, good: bool) -> None:  # noqa: FBT001
    code = sent(school, ann.id)
    school.clock.forward(after)
    assert confirms(school, ann.id, code) is good


def test_a_newer_code_replaces_the_last(school: School, ann: Person) -> None:
    first = sent(school, ann.id)
    school.clock.forward(MINUTE)
    second = sent(school, ann.id)
    assert first != second
    assert [confirms(school, ann.id, code) for code in (first, second)] == [False, True]


def test_a_code_is_one_users_own(school: School, ann: Person) -> None:
    bob = school.person(state=AccountState.NEW)
    code = sent(school, ann.id)
    sent(school, bob.id)
    assert not confirms(school, bob.id, code)
    assert confirms(school, ann.id, code)


def test_a_code_is_for_one_purpose(school: School, ann: Person) -> None:
    body = {"email": ann.account.email, "code": sent(school, ann.id), "password": "another password 1"}
    assert school.api.post("/password/reset", body).status == 400


@pytest.mark.parametrize(("wrong_tries", "good"), [(4, True), (5, False)])
def test_five_tries_are_all(school: School, ann: Person, wrong_tries: int, good: bool) -> None:  # noqa: FBT001
    code = sent(school, ann.id)
    assert not any(confirms(school, ann.id, wrong(code)) for _ in range(wrong_tries))
    assert confirms(school, ann.id, code) is good


def test_a_new_code_has_tries_of_its_own(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    for _ in range(5):
        confirms(school, ann.id, wrong(code))
    school.clock.forward(MINUTE)
    assert confirms(school, ann.id, sent(school, ann.id))


def test_parallel_guesses_are_no_more_than_others(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    in_parallel(20, lambda _: registration.confirm(ann.id, wrong(code), DEVICE))
    counted = {
        item["sk"].partition("#")[0]: item["failures"]
        for item in stored_items("accounts")
        if item["kind"] == "attempts"
    }
    assert counted == {"TRIES": 5, "WRONG": 20}
    assert not confirms(school, ann.id, code)


def test_of_parallel_right_codes_one_confirms(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    results = in_parallel(4, lambda _: registration.confirm(ann.id, code, DEVICE))
    assert sorted(type(result) is Account for result in results) == [False, False, False, True]
    assert [result for result in results if isinstance(result, Exception)] == []


def test_a_code_that_was_replaced_while_it_was_tried_does_nothing(school: School, ann: Person) -> None:
    address = ann.account.email
    tried = verification_codes.verify(ann.id, Purpose.MAIL, sent(school, ann.id), address=address, device=DEVICE)
    assert tried is not None
    school.clock.forward(MINUTE)
    verification_codes.renew(ann.id, Purpose.MAIL, address=address)
    with pytest.raises(transactions.ConditionFailed):
        accounts.change(ann.id, lambda account: None, also=tried.use)


def test_a_code_signed_with_a_retired_key_is_void(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    school.jwt_keys.secrets = {"2": "another secret of the tests, as long as the first one was, or so"}
    school.jwt_keys.current = "2"
    school.jwt_keys.put()
    assert not confirms(school, ann.id, code)
    school.clock.forward(MINUTE)
    assert confirms(school, ann.id, sent(school, ann.id))


def test_a_code_outlives_a_change_of_keys(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    school.jwt_keys.secrets["2"] = "another secret of the tests, as long as the first one was, or so"
    school.jwt_keys.current = "2"
    school.jwt_keys.put()
    assert confirms(school, ann.id, code)


def test_a_code_is_in_its_mail_and_nowhere_else(school: School, ann: Person, log: Log) -> None:
    reset = {"email": ann.account.email, "code": "135797", "password": PASSWORD}
    replies = [send(school, ann.id), school.api.post("/password/reset", reset)]
    code = last_code(school)
    replies.append(school.api.request("PUT", f"{USERS}/{ann.id}/mail?code={code}"))
    token: str = replies[-1].body["data"]["sign_up_token"]
    seen = json.dumps([[reply.body, dict(reply.headers)] for reply in replies])
    stored = str(stored_items("accounts"))
    assert "mail verified" in log.text
    assert code not in stored + log.text
    assert [text for text in (code, "135797") if text in seen.replace(token, "")] == []
    assert "135797" not in log.text
    assert token not in stored + log.text
    assert "ann@example.com" not in log.text


# --- Codes that strangers try ----------------------------------------------------------------------------------------


def confirm_from(school: School, user_id: int, code: str, source_ip: str, device: str = "") -> Reply:
    headers = {known_devices.HEADER: device} if device else {}
    path = f"{USERS}/{user_id}/mail?code={code}"
    return school.api.request("PUT", path, source_ip=source_ip, headers=headers)


def stranger(number: int) -> str:
    return f"198.51.{number // 200}.{number % 200}"


def test_a_code_never_begins_with_a_zero(school: School) -> None:
    """Auth Service's client sends it as a number."""
    drawn = {verification_codes._drawn(Purpose.MAIL, is_long=False) for _ in range(500)}
    assert {len(code) for code in drawn} == {6}
    assert not [code for code in drawn if code.startswith("0")]


def test_strangers_wait_and_the_owner_does_not(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    replies = [confirm_from(school, ann.id, wrong(code), stranger(number)) for number in range(6)]
    assert [reply.status for reply in replies] == [200] * 5 + [429]
    assert replies[-1].headers["retry-after"] == "60"
    assert confirm_from(school, ann.id, code, stranger(7)).status == 429, "even with the right code"
    assert confirms(school, ann.id, code)


def test_whoever_asked_is_known_by_the_device_from_wherever_it_tries(school: School, ann: Person) -> None:
    reply = send(school, ann.id)
    device = reply.headers[known_devices.HEADER.lower()]
    code = last_code(school)
    for number in range(5):
        confirm_from(school, ann.id, wrong(code), stranger(number))
    assert confirm_from(school, ann.id, code, stranger(9), device).body["success"] is True


def test_many_devices_of_one_account_have_no_more_tries_at_a_code(school: School, ann: Person) -> None:
    """Whoever signs up with somebody else's address has as many known devices as they like."""
    code = sent(school, ann.id)
    devices = [DeviceToken.new().seen(ann.id, clock.now()).write(clock.now()) for _ in range(7)]
    for number, device in enumerate(devices[:5]):
        assert confirm_from(school, ann.id, wrong(code), stranger(number), device).body["success"] is False
    assert confirm_from(school, ann.id, code, stranger(6), devices[6]).body["success"] is False
    assert confirms(school, ann.id, code)


def test_a_new_code_brings_strangers_no_more_tries(school: School, ann: Person) -> None:
    """A code a minute, five tries each, were 1440 guesses a day; 25 in a row are all that there are."""
    tried = 0
    for day in range(3):
        for number in range(96):
            school.clock.forward(15 * MINUTE)
            send(school, ann.id, source_ip=stranger(number))
            if len(code := last_code(school)) != 6:
                continue
            for attempt in range(5):
                reply = confirm_from(school, ann.id, wrong(code), stranger(1000 * day + number + attempt))
                tried += reply.status == 200
    assert tried <= 25


def test_after_many_wrong_codes_those_that_are_mailed_cannot_be_guessed(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    for number in range(60):
        school.clock.forward(15 * MINUTE)
        confirm_from(school, ann.id, wrong(code), stranger(number))
    long = sent(school, ann.id)
    assert len(long) == 24 + 5
    assert [confirm_from(school, ann.id, "x" * 22, stranger(number)).body["success"] for number in range(9)] == [
        False
    ] * 9
    assert confirm_from(school, ann.id, long.lower(), stranger(1)).body["success"] is True
    school.clock.forward(15 * MINUTE)
    other = school.person(state=AccountState.NEW, email="bob@example.com")
    assert len(sent(school, other.id)) == 6


def test_a_code_that_was_mailed_before_askers_were_kept_still_works(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    aws("dynamodb").update_item(
        TableName="lyceum-local-accounts",
        Key={"pk": {"S": f"ACCOUNT#{ann.id}"}, "sk": {"S": "CODE#mail"}},
        UpdateExpression="REMOVE askers SET tries_left = :three",
        ExpressionAttributeValues={":three": {"N": "3"}},
    )
    assert confirms(school, ann.id, code)


def test_a_right_code_ends_the_row(school: School, ann: Person) -> None:
    code = sent(school, ann.id)
    for _ in range(4):
        confirms(school, ann.id, wrong(code))
    assert confirms(school, ann.id, code)
    assert not [item for item in stored_items("accounts") if item["sk"].startswith("WRONG")]
