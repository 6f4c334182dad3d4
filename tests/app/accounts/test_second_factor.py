"""The second factor: setting it up, signing in with it, losing it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from chalicelib.accounts import credentials, login, models, second_factor, second_factor_models, sessions, totp
from chalicelib.accounts.devices import Device
from chalicelib.accounts.models import Account
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.accounts.second_factor import MOST_WRONG_CODES, Proof
from chalicelib.common import kms
from chalicelib.common.dynamo import transactions
from chalicelib.common.texts import ENGLISH
from tests.support.log import Log
from tests.support.mailbox import last_code
from tests.support.school import (
    PASSWORD,
    Person,
    Reply,
    School,
    after_first,
    counted_requests,
    in_parallel,
    stored_items,
)
from tests.support.stage_settings import stage_settings

DEVICE = Device("203.0.113.1", "tests")


@dataclass
class Owner:
    """Somebody with an authenticator app."""

    school: School
    person: Person
    secret: str = ""
    codes: list[str] = field(default_factory=list)
    """Recovery codes."""

    @property
    def token(self) -> str:
        return self.person.token

    def otp(self, *, steps: int = 0) -> str:
        """The code that the app shows, or showed so many steps ago."""
        return totp.code_of(self.secret, totp.step_at(self.school.clock.now) + steps)

    def wrong(self) -> str:
        """A code that is good at no step nearby."""
        near = {self.otp(steps=each) for each in range(-3, 4)}
        return next(code for code in map("{:06}".format, itertools.count()) if code not in near)

    def begin(self) -> Reply:
        reply = self.school.api.post("/me/second-factor", token=self.token)
        self.secret = reply.body.get("secret", self.secret)
        return reply

    def confirm(self, otp: str) -> Reply:
        return self.school.api.post("/me/second-factor/confirm", {"otp": otp}, token=self.token)

    def set_up(self) -> None:
        assert self.begin().status == 201
        reply = self.confirm(self.otp())
        assert reply.status == 200, reply.body
        self.codes = reply.body["recovery_codes"]
        self.next_step()

    def next_step(self) -> None:
        self.school.clock.forward(totp.STEP)

    def sign_in(self, **more: Any) -> Reply:
        return self.school.api.post("/login", {"login": "ann", "password": PASSWORD, **more})

    def sign_in_again(self) -> None:
        """Afresh, with a code."""
        reply = self.sign_in(otp=self.otp())
        assert reply.status == 200, reply.body
        self.person.token = reply.body["jwt_access"]
        self.next_step()

    def status(self) -> Any:
        return self.school.api.get("/me/second-factor", token=self.token).body

    def stored(self) -> dict[str, Any]:
        (item,) = (item for item in stored_items("accounts") if item["kind"] == "second_factor")
        return item


@pytest.fixture
def ann(school: School) -> Owner:
    person = school.person(login="ann", email="ann@example.com")
    person.account.verified_mail = True
    person.account.save()
    return Owner(school, person)


@pytest.fixture
def owner(ann: Owner) -> Owner:
    """Ann, with a second factor and nothing in the mailbox."""
    ann.set_up()
    ann.school.mails.clear()
    return ann


@pytest.fixture
def admins_need_one() -> Iterator[None]:
    with stage_settings(LYCEUM_ADMINS_NEED_SECOND_FACTOR="1"):
        yield


def outcome(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["code"]


OTP_REQUIRED = (401, "otp_required")
WRONG_OTP = (401, "wrong_otp")


# --- Setting it up ---------------------------------------------------------------------------------------------------


def test_it_counts_once_a_code_has_confirmed_it(ann: Owner) -> None:
    begun = ann.begin().body
    assert begun["uri"].startswith("otpauth://totp/Lyceum%20%28local%29:ann%40example.com?secret=" + begun["secret"])
    assert ann.sign_in().status == 200
    assert ann.status() == {"enabled": False, "enabled_at": None, "recovery_codes_left": 0, "required": False}

    codes = ann.confirm(ann.otp()).body["recovery_codes"]

    assert len(set(codes)) == 10
    assert ann.status() == {
        "enabled": True,
        "enabled_at": "2026-09-01T09:00:00.000Z",
        "recovery_codes_left": 10,
        "required": False,
    }
    assert outcome(ann.sign_in()) == OTP_REQUIRED
    assert ann.school.mails[-1].subject == "Your account has a second factor now"


def test_a_wrong_code_confirms_nothing(ann: Owner) -> None:
    ann.begin()
    assert outcome(ann.confirm(ann.wrong())) == (403, "wrong_otp")
    assert ann.sign_in().status == 200


def test_beginning_again_replaces_what_was_begun(ann: Owner) -> None:
    ann.begin()
    first = ann.otp()
    ann.begin()
    assert outcome(ann.confirm(first)) == (403, "wrong_otp")
    assert ann.confirm(ann.otp()).status == 200


def test_what_was_begun_is_confirmed_within_a_quarter_of_an_hour(ann: Owner) -> None:
    ann.begin()
    ann.school.clock.forward(second_factor.SET_UP_WITHIN)
    ann.person.token = sessions.start(ann.person.account, DEVICE).access_token
    assert outcome(ann.confirm(ann.otp())) == (409, "second_factor_not_begun")


def test_nothing_is_confirmed_that_was_not_begun(ann: Owner) -> None:
    assert outcome(ann.confirm("123456")) == (409, "second_factor_not_begun")


def test_a_second_one_is_not_set_up_over_the_first(owner: Owner) -> None:
    secret = owner.stored()["secret"]
    assert outcome(owner.begin()) == (409, "second_factor_exists")
    assert outcome(owner.confirm(owner.otp())) == (409, "second_factor_exists")
    assert owner.stored()["secret"] == secret


def test_beginning_wants_a_recent_sign_in(ann: Owner) -> None:
    ann.school.clock.forward(timedelta(minutes=16))
    ann.person.token = sessions.start(ann.person.account, DEVICE).access_token
    assert ann.begin().status == 201
    ann.school.clock.forward(timedelta(minutes=5))
    assert ann.begin().status == 201


def test_an_old_sign_in_cannot_begin(ann: Owner) -> None:
    refresh = sessions.start(ann.person.account, DEVICE).refresh_token
    ann.school.clock.forward(timedelta(minutes=16))
    ann.person.token = ann.school.api.get("/refresh", token=refresh).body["jwt_access"]
    reply = ann.begin()
    assert outcome(reply) == (401, "sign_in_again")
    assert "insufficient_user_authentication" in reply.headers["www-authenticate"]


def test_who_has_not_confirmed_the_address_cannot_keep_its_owner_out(school: School) -> None:
    stranger = school.person(state=AccountState.NEW)
    assert outcome(school.api.post("/me/second-factor", token=stranger.token)) == (409, "mail_not_verified")


def test_the_other_sessions_end_and_this_one_goes_on(ann: Owner) -> None:
    other = sessions.start(ann.person.account, DEVICE)
    own = sessions.start(ann.person.account, DEVICE)
    ann.person.token = own.access_token
    ann.set_up()
    get = ann.school.api.get
    assert outcome(get("/me", token=other.access_token)) == (401, "session_ended")
    assert outcome(get("/refresh", token=other.refresh_token)) == (401, "session_ended")
    assert get("/me", token=own.access_token).status == 200
    assert get("/refresh", token=own.refresh_token).status == 200


def test_of_parallel_confirmations_one_gives_recovery_codes(ann: Owner) -> None:
    ann.begin()
    caller = login.by_login("ann", PASSWORD, DEVICE, Proof(None, ENGLISH))
    token = caller.access_token
    otp = ann.otp()

    def confirm(_: int) -> Reply:
        return ann.school.api.post("/me/second-factor/confirm", {"otp": otp}, token=token)

    replies = in_parallel(4, confirm)

    given = [reply.body["recovery_codes"] for reply in replies if isinstance(reply, Reply) and reply.status == 200]
    assert len(given) == 1
    ann.next_step()
    assert ann.sign_in(otp=given[0][0]).status == 200


def test_what_is_enabled_is_not_enabled_again(owner: Owner) -> None:
    """Whatever a caller checks before: recovery codes of an enabled one are not replaced this way."""
    factor = second_factor_models.find(owner.person.id)
    assert factor is not None

    def enable(transaction: transactions.Transaction) -> None:
        second_factor_models.enable(transaction, factor, step=1, recovery_codes=["x"], now=owner.school.clock.now)

    with pytest.raises(transactions.ConditionFailed, match="second_factor_begun"):
        transactions.transact(enable)
    assert owner.status()["recovery_codes_left"] == 10


# --- Signing in ------------------------------------------------------------------------------------------------------


def by_form(owner: Owner, **more: str) -> Reply:
    form = urlencode({"username": "ann", "password": PASSWORD, **more}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return owner.school.api.request("POST", "/token", raw_body=form, headers=headers)


def by(path: str, name: str, value: str) -> Callable[..., Reply]:
    return lambda owner, **more: owner.school.api.post(path, {name: value, "password": PASSWORD, **more})


WAYS: dict[str, Callable[..., Reply]] = {
    "/login": by("/login", "login", "ann"),
    "/login, email": by("/login", "email", "ann@example.com"),
    "/token": by_form,
    "/auth/login": by("/auth/login", "email", "ann@example.com"),
    "/api/v1/users/sign_in": by("/api/v1/users/sign_in", "email", "ann@example.com"),
    "/api/v1/users/login": by("/api/v1/users/login", "email", "ann@example.com"),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_every_way_in_wants_a_code(owner: Owner, way: Callable[..., Reply]) -> None:
    for refused, expected in ((way(owner), OTP_REQUIRED), (way(owner, otp=owner.wrong()), WRONG_OTP)):
        assert outcome(refused) == expected
        assert refused.headers["www-authenticate"] == "Bearer"
    assert way(owner, otp=owner.otp()).status == 200
    assert way(owner, otp=owner.codes[0]).status == 200


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_an_account_without_a_second_factor_notices_nothing(ann: Owner, way: Callable[..., Reply]) -> None:
    assert way(ann).status == 200
    assert way(ann, otp="123456").status == 200
    assert way(ann, otp="").status == 200


def test_without_the_password_nobody_learns_of_a_second_factor(owner: Owner) -> None:
    assert outcome(owner.sign_in(password="wrong")) == (401, "wrong_credentials")
    assert outcome(owner.sign_in(password="wrong", otp=owner.otp())) == (401, "wrong_credentials")
    assert owner.sign_in(otp=owner.otp()).status == 200


def test_refreshing_needs_no_code(owner: Owner) -> None:
    refresh = owner.sign_in(otp=owner.otp()).body["jwt_refresh"]
    assert owner.school.api.get("/refresh", token=refresh).status == 200


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_differ_by_one_step(owner: Owner, steps: int) -> None:
    owner.next_step()
    assert owner.sign_in(otp=owner.otp(steps=steps)).status == 200


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_clock_may_not_differ_by_two(owner: Owner, steps: int) -> None:
    owner.school.clock.forward(5 * totp.STEP)
    assert outcome(owner.sign_in(otp=owner.otp(steps=steps))) == WRONG_OTP


def test_a_code_works_once(owner: Owner) -> None:
    otp = owner.otp()
    assert owner.sign_in(otp=otp).status == 200
    assert outcome(owner.sign_in(otp=otp)) == WRONG_OTP


def test_the_code_that_confirmed_does_not_sign_in(ann: Owner) -> None:
    ann.begin()
    otp = ann.otp()
    assert ann.confirm(otp).status == 200
    assert outcome(ann.sign_in(otp=otp)) == WRONG_OTP


def test_a_code_before_the_last_used_one_does_not_work(owner: Owner) -> None:
    owner.next_step()
    before, last = owner.otp(steps=-1), owner.otp()
    assert owner.sign_in(otp=last).status == 200
    assert outcome(owner.sign_in(otp=before)) == WRONG_OTP


def test_of_parallel_sign_ins_with_one_code_exactly_one_passes(owner: Owner) -> None:
    account = models.find_account(owner.person.id, consistent=True)
    assert account is not None
    proof = Proof(owner.otp(), ENGLISH)
    assert sorted(in_parallel(8, lambda _: second_factor.accepts(account, proof))) == [False] * 7 + [True]  # type: ignore[type-var]


@pytest.mark.parametrize("typed", [lambda code: f"{code[:3]} {code[3:]}", int], ids=["with a blank", "as a number"])
def test_a_code_is_read_however_it_is_sent(owner: Owner, typed: Callable[[str], Any]) -> None:
    while not owner.otp().startswith("0"):
        owner.next_step()
    assert owner.sign_in(otp=typed(owner.otp())).status == 200


@pytest.mark.parametrize("otp", [True, -1, 1.5, ["123456"], "x" * 65])
def test_what_is_no_code_at_all_is_refused(owner: Owner, otp: Any) -> None:
    assert owner.sign_in(otp=otp).status == 400


def test_a_blocked_owner_is_refused_before_the_code_is_used(owner: Owner) -> None:
    admin = owner.school.person(Role.ADMIN)
    path = f"/user/users/{owner.person.id}"
    assert owner.school.api.request("PATCH", path, json_body={"state": "blocked"}, token=admin.token).status == 200
    assert outcome(owner.sign_in(otp=owner.otp())) == (403, "account_blocked")
    assert owner.school.api.request("PATCH", path, json_body={"state": "activated"}, token=admin.token).status == 200
    assert owner.sign_in(otp=owner.otp()).status == 200


def test_it_costs_two_requests_more(owner: Owner) -> None:
    with counted_requests() as counted:
        assert owner.sign_in(otp=owner.otp()).status == 200
    assert counted.total() == 7 + 2
    assert counted["UpdateItem"] == 5


# --- Guessing --------------------------------------------------------------------------------------------------------


def test_wrong_codes_count_as_failed_sign_ins(owner: Owner) -> None:
    for _ in range(login.STRANGE.free):
        assert outcome(owner.sign_in(otp=owner.wrong())) == WRONG_OTP
    assert owner.sign_in(otp=owner.otp()).status == 429


def test_asking_without_a_code_does_not_clear_failures(owner: Owner) -> None:
    for _ in range(login.STRANGE.free - 1):
        assert outcome(owner.sign_in(otp=owner.wrong())) == WRONG_OTP
    assert outcome(owner.sign_in()) == OTP_REQUIRED
    assert owner.sign_in(otp=owner.otp()).status == 429


def test_wrong_codes_count_for_the_address_as_well(owner: Owner) -> None:
    def counted() -> list[int]:
        attempts = [item for item in stored_items("accounts") if item["kind"] == "attempts"]
        return [int(item["failures"]) for item in attempts if item["pk"].endswith("address:198.51.100.7")]

    credentials = {"login": "ann", "password": PASSWORD}
    for expected, otp in (([], {}), ([1], {"otp": owner.wrong()}), ([2], {"otp": "no such recovery code"})):
        owner.school.api.post("/login", {**credentials, **otp}, source_ip="198.51.100.7")
        assert counted() == expected


def test_wrong_codes_are_events_in_the_log(owner: Owner, log: Log) -> None:
    owner.sign_in(otp=owner.wrong())
    (line,) = log.events("sign-in failed")
    assert (line["code"], line["account_id"], line["address"]) == ("wrong_otp", owner.person.id, "203.0.113.1")


def guess(owner: Owner, times: int) -> list[tuple[int, str]]:
    """Whoever has the password and all the time that they have to wait."""
    found = []
    for _ in range(times):
        owner.school.clock.forward(timedelta(days=1, seconds=1))
        found.append(outcome(owner.sign_in(otp=owner.wrong())))
    return found


def test_after_a_hundred_wrong_codes_in_a_row_only_a_recovery_code_helps(owner: Owner) -> None:
    account = models.find_account(owner.person.id, consistent=True)
    assert account is not None
    for _ in range(MOST_WRONG_CODES - 1):
        assert not second_factor.accepts(account, Proof(owner.wrong(), ENGLISH))
    assert guess(owner, 2) == [WRONG_OTP, (401, "otp_locked")]
    owner.school.clock.forward(timedelta(days=2))
    assert outcome(owner.sign_in(otp=owner.otp())) == (401, "otp_locked")
    assert owner.sign_in(otp=owner.codes[0]).status == 200
    assert owner.sign_in(otp=owner.otp()).status == 200
    assert [mail.subject for mail in owner.school.mails].count("Somebody knows your password") == 2


def test_a_good_code_begins_the_row_anew(owner: Owner) -> None:
    guess(owner, 5)
    owner.school.clock.forward(timedelta(days=2))
    assert owner.sign_in(otp=owner.otp()).status == 200
    assert owner.stored()["failures"] == 0


def test_parallel_guesses_are_all_counted(owner: Owner) -> None:
    account = models.find_account(owner.person.id, consistent=True)
    assert account is not None
    proof = Proof(owner.wrong(), ENGLISH)
    assert in_parallel(8, lambda _: second_factor.accepts(account, proof)) == [False] * 8
    assert owner.stored()["failures"] == 8


def test_who_guesses_with_the_password_is_reported_to_the_owner_once(owner: Owner) -> None:
    guess(owner, 2)
    assert owner.school.mails == []
    guess(owner, 3)
    (mail,) = owner.school.mails
    assert (mail.to, mail.subject) == ("ann@example.com", "Somebody knows your password")


# --- Recovery codes --------------------------------------------------------------------------------------------------


def test_a_recovery_code_works_once(owner: Owner) -> None:
    assert owner.sign_in(otp=owner.codes[3].lower().replace("-", " ")).status == 200
    assert outcome(owner.sign_in(otp=owner.codes[3])) == WRONG_OTP
    assert owner.sign_in(otp=owner.codes[4]).status == 200
    assert owner.status()["recovery_codes_left"] == 8
    assert "left: 9." in owner.school.mails[0].text


def test_all_recovery_codes_can_be_used_and_then_none_is_left(owner: Owner) -> None:
    assert [owner.sign_in(otp=code).status for code in owner.codes] == [200] * 10
    assert owner.status()["recovery_codes_left"] == 0
    assert outcome(owner.sign_in(otp=owner.codes[0])) == WRONG_OTP
    assert owner.sign_in(otp=owner.otp()).status == 200


def test_of_parallel_sign_ins_with_one_recovery_code_exactly_one_passes(owner: Owner) -> None:
    account = models.find_account(owner.person.id, consistent=True)
    assert account is not None
    proof = Proof(owner.codes[0], ENGLISH)
    assert sorted(in_parallel(8, lambda _: second_factor.accepts(account, proof))) == [False] * 7 + [True]  # type: ignore[type-var]


def test_a_recovery_code_of_another_account_does_not_work(owner: Owner) -> None:
    bob = Owner(owner.school, owner.school.person(login="bob"))
    bob.set_up()
    assert outcome(owner.sign_in(otp=bob.codes[0])) == WRONG_OTP


def test_new_recovery_codes_replace_the_former_ones(owner: Owner) -> None:
    owner.sign_in_again()
    path = "/me/second-factor/recovery-codes"
    assert outcome(owner.school.api.post(path, {"otp": owner.wrong()}, token=owner.token)) == (403, "wrong_otp")
    renewed = owner.school.api.post(path, {"otp": owner.codes[0]}, token=owner.token).body["recovery_codes"]
    assert not set(renewed) & set(owner.codes)
    assert owner.school.mails[-1].subject == "You have new recovery codes"
    assert outcome(owner.sign_in(otp=owner.codes[1])) == WRONG_OTP
    assert owner.sign_in(otp=renewed[0]).status == 200


def test_there_are_no_recovery_codes_without_a_second_factor(ann: Owner) -> None:
    reply = ann.school.api.post("/me/second-factor/recovery-codes", {"otp": "123456"}, token=ann.token)
    assert outcome(reply) == (404, "second_factor_not_found")


# --- Removing it -----------------------------------------------------------------------------------------------------


def remove(owner: Owner, otp: str) -> Reply:
    return owner.school.api.request("DELETE", "/me/second-factor", json_body={"otp": otp}, token=owner.token)


@pytest.mark.parametrize("proof", [Owner.otp, lambda owner: owner.codes[0]], ids=["a code", "a recovery code"])
def test_it_is_removed_with_a_proof(owner: Owner, proof: Callable[[Owner], str]) -> None:
    owner.sign_in_again()
    assert outcome(remove(owner, owner.wrong())) == (403, "wrong_otp")
    assert remove(owner, proof(owner)).status == 204
    assert owner.school.mails[-1].subject == "The second factor of your account was removed"
    assert owner.sign_in().status == 200
    assert outcome(remove(owner, owner.otp())) == (404, "second_factor_not_found")
    owner.set_up()
    assert outcome(owner.sign_in()) == OTP_REQUIRED


def test_tries_of_somebody_signed_in_are_limited(owner: Owner) -> None:
    owner.sign_in_again()
    replies = [remove(owner, owner.wrong()).status for _ in range(second_factor.LIMIT.allowed)]
    assert replies[-1] == 429
    assert remove(owner, owner.otp()).status == 429


def test_somebody_signed_in_is_not_told_to_sign_in_again_when_codes_are_locked(owner: Owner) -> None:
    owner.sign_in_again()
    factor = second_factor_models.find(owner.person.id)
    assert factor is not None
    factor.failures = MOST_WRONG_CODES
    factor.save()
    assert outcome(remove(owner, owner.otp())) == (403, "otp_locked")
    assert remove(owner, owner.codes[0]).status == 204


@pytest.mark.parametrize("end", ["/sessions", "/api/v1/users/logout"])
def test_whoever_was_signed_out_meanwhile_enables_nothing(ann: Owner, end: str) -> None:
    ann.begin()
    with after_first("GetItem", lambda: ann.school.api.request("DELETE", end, token=ann.token)):
        reply = ann.confirm(ann.otp())
    assert outcome(reply) == (401, "session_ended")
    assert ann.sign_in().status == 200


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/me/second-factor"), ("POST", "/me/second-factor/recovery-codes")]
)
def test_changing_it_wants_a_recent_sign_in(owner: Owner, method: str, path: str) -> None:
    refresh = owner.sign_in(otp=owner.otp()).body["jwt_refresh"]
    owner.school.clock.forward(timedelta(minutes=16))
    token = owner.school.api.get("/refresh", token=refresh).body["jwt_access"]
    reply = owner.school.api.request(method, path, json_body={"otp": owner.otp()}, token=token)
    assert outcome(reply) == (401, "sign_in_again")


def test_an_admin_removes_what_somebody_has_lost(owner: Owner) -> None:
    admin = owner.school.person(Role.ADMIN)
    path = f"/user/users/{owner.person.id}/second-factor"
    assert owner.school.api.request("DELETE", path, token=admin.token).status == 204
    assert owner.sign_in().status == 200
    assert owner.school.mails[-1].to == "ann@example.com"
    assert owner.school.mails[-1].subject == "The second factor of your account was removed"
    assert outcome(owner.school.api.request("DELETE", path, token=admin.token)) == (404, "second_factor_not_found")


def test_nobody_but_admins_removes_anothers(owner: Owner) -> None:
    path = f"/user/users/{owner.person.id}/second-factor"
    for role in (Role.USER, Role.TEACHER):
        token = owner.school.person(role).token
        assert outcome(owner.school.api.request("DELETE", path, token=token)) == (403, "insufficient_rights")
    assert outcome(owner.sign_in()) == OTP_REQUIRED


def test_an_admin_does_not_remove_their_own_without_a_code(school: School) -> None:
    admin = school.person(Role.ADMIN)
    path = f"/user/users/{admin.id}/second-factor"
    assert outcome(school.api.request("DELETE", path, token=admin.token)) == (409, "not_oneself")


# --- Other ways around it --------------------------------------------------------------------------------------------


def test_a_password_reset_by_mail_leaves_it_in_place(owner: Owner) -> None:
    api, new = owner.school.api, "battery staple 8"
    assert api.post("/password/forgot", {"email": "ann@example.com"}).status == 202
    code = mailed_reset_code(owner.school)
    assert api.post("/password/reset", {"email": "ann@example.com", "code": code, "password": new}).status == 204
    assert outcome(owner.sign_in(password=new)) == OTP_REQUIRED
    assert owner.sign_in(password=new, otp=owner.otp()).status == 200


def mailed_reset_code(school: School) -> str:
    credentials.mail_reset_code(school.mail_requests.pop())
    return last_code(school)


def change_password(owner: Owner, token: str) -> Reply:
    body = {"old_password": PASSWORD, "new_password": "battery staple 8"}
    return owner.school.api.request("PATCH", "/api/v1/users/change_password", json_body=body, token=token)


def test_a_password_change_wants_a_recent_sign_in_where_there_is_one(owner: Owner) -> None:
    signed_in = owner.sign_in(otp=owner.otp()).body
    owner.school.clock.forward(timedelta(minutes=16))
    token = owner.school.api.get("/refresh", token=signed_in["jwt_refresh"]).body["jwt_access"]
    assert outcome(change_password(owner, token)) == (401, "sign_in_again")
    owner.sign_in_again()
    reply = change_password(owner, owner.token)
    assert reply.status == 200
    assert outcome(owner.sign_in(password="battery staple 8")) == OTP_REQUIRED


def test_without_one_a_password_change_needs_the_old_password_alone(ann: Owner) -> None:
    refresh = ann.sign_in().body["jwt_refresh"]
    ann.school.clock.forward(timedelta(minutes=16))
    token = ann.school.api.get("/refresh", token=refresh).body["jwt_access"]
    assert change_password(ann, token).status == 200


def test_erasure_deletes_it(owner: Owner) -> None:
    owner.sign_in_again()
    assert owner.school.api.request("DELETE", "/api/v1/users", token=owner.token).status == 204
    assert [item["kind"] for item in stored_items("accounts") if item["pk"] == f"ACCOUNT#{owner.person.id}"] == [
        "account"
    ]
    (account,) = (item for item in stored_items("accounts") if item["kind"] == "account")
    assert account["has_second_factor"] is False


# --- Secrets ---------------------------------------------------------------------------------------------------------


def test_neither_secret_nor_codes_stand_in_the_tables_or_the_log(
    ann: Owner, capsys: pytest.CaptureFixture[str]
) -> None:
    ann.set_up()
    assert ann.sign_in(otp=ann.wrong()).status == 401
    assert ann.sign_in(otp=ann.otp()).status == 200
    assert ann.sign_in(otp=ann.codes[0]).status == 200
    stored = "".join(repr(item) for name in ("accounts", "common") for item in stored_items(name))
    written = capsys.readouterr()
    for secret in (ann.secret, *ann.codes, *(code.replace("-", "") for code in ann.codes)):
        assert secret not in stored
        assert secret not in written.out + written.err
    assert ann.secret.encode() not in bytes(ann.stored()["secret"])


def test_the_secret_of_one_account_is_useless_in_another(owner: Owner) -> None:
    """Whoever may write to the table cannot give an account the second factor of their own."""
    bob = Owner(owner.school, owner.school.person(login="bob"))
    bob.set_up()
    mine, theirs = (second_factor_models.find(each.person.id) for each in (owner, bob))
    assert mine is not None
    assert theirs is not None
    assert kms.decrypt(theirs.secret, context={"purpose": "second-factor", "account": str(bob.person.id)}) == bob.secret
    mine.secret = theirs.secret
    mine.save()
    with pytest.raises(ClientError, match="InvalidCiphertext"):
        second_factor._secret(owner.person.id, mine)


def test_nobody_passes_without_a_code_while_kms_does_not_answer(owner: Owner) -> None:
    def no_answer(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://kms")

    events = kms._client().meta.events
    events.register("before-call.kms.Decrypt", no_answer)
    try:
        assert outcome(owner.sign_in(otp=owner.otp())) == (503, "unavailable")
        assert outcome(owner.sign_in()) == OTP_REQUIRED
        assert owner.sign_in(otp=owner.codes[0]).status == 200
    finally:
        events.unregister("before-call.kms.Decrypt", no_answer)
    assert owner.sign_in(otp=owner.otp()).status == 200


# --- Required of admins ----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("admins_need_one")
def test_an_admin_without_one_may_sign_in_and_set_it_up(school: School) -> None:
    admin = Owner(school, school.person(Role.ADMIN, login="ann"))
    get = school.api.get
    assert admin.sign_in().status == 200
    assert admin.status()["required"] is True
    for path in ("/api/v1/roles", "/courses/1/progress"):
        assert outcome(get(path, token=admin.token)) == (403, "second_factor_needed")
    assert get("/me", token=admin.token).status == 200
    admin.set_up()
    assert get("/api/v1/roles", token=admin.token).status == 200


@pytest.mark.usefixtures("admins_need_one")
def test_an_admin_without_one_sees_what_a_pupil_sees(school: School) -> None:
    admin, pupil = school.person(Role.ADMIN), school.person()
    path = f"/user/users?id={pupil.id}"
    seen, seen_by_pupil = (school.api.get(path, token=each.token) for each in (admin, school.person()))
    assert (seen.status, seen.body) == (seen_by_pupil.status, seen_by_pupil.body)
    assert "@example.com" not in repr(seen.body)


@pytest.mark.usefixtures("admins_need_one")
def test_an_admin_without_one_cannot_erase_the_last_admin(school: School) -> None:
    admin = school.person(Role.ADMIN)
    assert outcome(school.api.request("DELETE", "/api/v1/users", token=admin.token)) == (409, "not_oneself")


@pytest.mark.usefixtures("admins_need_one")
@pytest.mark.parametrize("role", [Role.USER, Role.TEACHER])
def test_others_need_none(school: School, role: Role) -> None:
    person = school.person(role)
    assert school.api.get("/me/second-factor", token=person.token).body["required"] is False
    assert school.api.get("/languages", token=person.token).status == 200
    expected = 200 if role is Role.TEACHER else 403
    assert school.api.get("/problems", token=person.token).status == expected


def test_by_default_admins_need_none(school: School) -> None:
    assert school.api.get("/api/v1/roles", token=school.person(Role.ADMIN).token).status == 200


@pytest.mark.usefixtures("admins_need_one")
def test_what_an_admin_may_do_now_is_shown(school: School) -> None:
    owner = Owner(school, school.person(Role.ADMIN, login="ann"))
    other = school.person(Role.ADMIN)
    owner.set_up()

    def permissions_of(person: Person) -> Any:
        path = f"/api/v1/roles/check_permissions?user_id={person.id}"
        return school.api.get(path, token=owner.token).body["result"]["permissions"]

    assert permissions_of(other) == ["learn"]
    assert permissions_of(owner.person) == ["administer", "learn", "teach"]


@pytest.mark.usefixtures("admins_need_one")
def test_an_admin_who_removes_it_is_a_user_until_there_is_another(school: School) -> None:
    admin = Owner(school, school.person(Role.ADMIN, login="ann"))
    admin.set_up()
    assert remove(admin, admin.otp()).status == 204
    assert outcome(school.api.get("/api/v1/roles", token=admin.token)) == (403, "second_factor_needed")


# --- Accounts from before --------------------------------------------------------------------------------------------


def test_an_account_from_before_there_were_second_factors_is_as_it_was(ann: Owner) -> None:
    account = Account(*models.account_key(ann.person.id))
    account.update(actions=[Account.has_second_factor.remove()])
    assert ann.sign_in().status == 200
    assert ann.status()["enabled"] is False
    ann.set_up()
    assert outcome(ann.sign_in()) == OTP_REQUIRED
