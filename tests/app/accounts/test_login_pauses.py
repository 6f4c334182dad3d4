"""Pauses between attempts at a password, over HTTP against somebody who guesses."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.accounts import credentials, known_devices
from chalicelib.accounts import login as account_login
from tests.support.mailbox import last_code
from tests.support.school import PASSWORD, Person, Reply, School, in_parallel

FREE_PER_ACCOUNT, FREE_PER_ADDRESS = account_login.STRANGE.free, account_login.NETWORK.free
FREE_OF_STRANGERS, MOST = account_login.STRANGERS.free, 100
FREE_PERIOD = timedelta(minutes=5)
WRONG = "not the password"
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def ann(school: School) -> Person:
    return school.person(login="ann", email="ann@example.com")


def sign_in(
    school: School, password: str = PASSWORD, *, source_ip: str = "203.0.113.1", device: str = "", **who: str
) -> Reply:
    body = {"password": password, **(who or {"login": "ann"})}
    headers = {known_devices.HEADER: device} if device else {}
    return school.api.post("/login", body, source_ip=source_ip, headers=headers)


def device_of(reply: Reply) -> str:
    assert reply.status == 200, reply.body
    return str(reply.headers[known_devices.HEADER.lower()])


def fail(school: School, times: int = FREE_PER_ACCOUNT, **who: str) -> None:
    assert [sign_in(school, WRONG, **who).status for _ in range(times)] == [401] * times


def waits(reply: Reply) -> int:
    assert (reply.status, reply.body["code"]) == (429, "too_many_requests")
    return int(reply.headers["retry-after"])


def statuses(replies: list[Reply | Exception]) -> Counter[object]:
    return Counter(reply.status if isinstance(reply, Reply) else reply for reply in replies)


def test_delays_grow_as_the_guessing_goes_on(school: School, ann: Person) -> None:
    fail(school)
    delays = []
    for _ in range(6):
        delays.append(waits(sign_in(school, WRONG)))
        school.clock.forward(delays[-1] * SECOND)
        fail(school, times=1)
    assert delays == [60, 120, 240, 480, 900, 900]


def test_a_refused_try_is_not_counted(school: School, ann: Person) -> None:
    fail(school)
    for _ in range(10):
        school.clock.forward(5 * SECOND)
        waits(sign_in(school, WRONG))
    assert waits(sign_in(school)) == 10
    school.clock.forward(10 * SECOND)
    assert sign_in(school).status == 200


def test_a_few_failures_are_forgotten_after_five_minutes(school: School, ann: Person) -> None:
    fail(school, times=FREE_PER_ACCOUNT - 1)
    school.clock.forward(FREE_PERIOD)
    fail(school)
    waits(sign_in(school))


def test_a_good_sign_in_forgets_the_failures(school: School, ann: Person) -> None:
    fail(school, times=FREE_PER_ACCOUNT - 1)
    assert sign_in(school).status == 200
    fail(school)
    school.clock.forward(waits(sign_in(school)) * SECOND)
    assert sign_in(school).status == 200
    fail(school)


def test_email_and_login_of_an_account_share_the_count(school: School, ann: Person) -> None:
    fail(school, times=FREE_PER_ACCOUNT - 2, login="ann")
    fail(school, times=2, email="ANN@example.com")
    assert waits(sign_in(school, login="Ann")) == waits(sign_in(school, email="ann@example.com")) == 60


@pytest.mark.parametrize("path", ["/auth/login", "/api/v1/users/sign_in", "/api/v1/users/login"])
def test_no_route_leads_around_the_limit(school: School, ann: Person, path: str) -> None:
    wrong = {"email": "ann@example.com", "password": WRONG}
    assert [school.api.post(path, wrong).status for _ in range(FREE_PER_ACCOUNT)] == [401] * FREE_PER_ACCOUNT
    waits(school.api.post(path, {**wrong, "password": PASSWORD}))
    waits(sign_in(school))


def test_the_oauth_form_is_limited_with_the_rest(school: School, ann: Person) -> None:
    fail(school)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    waits(school.api.request("POST", "/token", raw_body=b"username=ann&password=correct+horse+7", headers=form))


@pytest.mark.parametrize("login", ["ann", "nobody"])
def test_of_many_guesses_at_once_no_more_are_tried(school: School, ann: Person, login: str) -> None:
    replies = in_parallel(50, lambda number: sign_in(school, f"guess {number}", login=login))
    assert statuses(replies) == {401: FREE_PER_ACCOUNT, 429: 50 - FREE_PER_ACCOUNT}
    assert waits(sign_in(school, login=login)) == 60


def test_after_a_wait_one_of_many_guesses_at_once_is_tried(school: School, ann: Person) -> None:
    fail(school)
    school.clock.forward(MINUTE)
    replies = in_parallel(10, lambda number: sign_in(school, f"guess {number}"))
    assert statuses(replies) == {401: 1, 429: 9}
    assert waits(sign_in(school)) == 120


def test_the_right_password_among_many_guesses_signs_in_once_or_waits(school: School, ann: Person) -> None:
    replies = in_parallel(20, lambda number: sign_in(school, PASSWORD if number == 7 else f"guess {number}"))
    found = statuses(replies)
    assert set(found) <= {200, 401, 429}
    assert found[200] <= 1
    assert found[401] <= FREE_PER_ACCOUNT * (1 + found[200])


def test_an_address_that_fails_with_many_names_is_stopped(school: School, ann: Person) -> None:
    for number in range(FREE_PER_ADDRESS - 1):
        fail(school, times=1, login=f"nobody{number}")
    assert sign_in(school).status == 200, "which does not clear the address"
    fail(school, times=1, login="nobody")
    assert waits(sign_in(school, login="somebody else")) == waits(sign_in(school)) == 60
    assert sign_in(school, source_ip="198.51.100.7").status == 200
    school.clock.forward(MINUTE)
    assert sign_in(school).status == 200


def change_password(school: School, ann: Person, old: str) -> Reply:
    body = {"old_password": old, "new_password": "another battery 8"}
    return school.api.request("PATCH", "/api/v1/users/change_password", json_body=body, token=ann.token)


def test_old_passwords_are_guessed_no_faster_than_others(school: School, ann: Person) -> None:
    replies = [change_password(school, ann, WRONG) for _ in range(FREE_PER_ACCOUNT)]
    assert {(reply.status, reply.body["code"]) for reply in replies} == {(403, "wrong_password")}
    assert waits(change_password(school, ann, PASSWORD)) == 60
    assert sign_in(school).status == 200, "which is counted by itself"
    school.clock.forward(MINUTE)
    assert change_password(school, ann, PASSWORD).status == 200
    assert sign_in(school, "another battery 8").status == 200


def test_many_old_passwords_at_once_are_no_more(school: School, ann: Person) -> None:
    replies = in_parallel(20, lambda number: change_password(school, ann, f"guess {number}"))
    assert statuses(replies) == {403: FREE_PER_ACCOUNT, 429: 15}


def strangers(number: int) -> str:
    return f"198.51.{number // 200}.{number % 200}"


def test_strangers_cannot_make_a_known_device_wait(school: School, ann: Person) -> None:
    device = device_of(sign_in(school))
    for number in range(FREE_OF_STRANGERS):
        assert sign_in(school, WRONG, source_ip=strangers(number)).status == 401
    assert waits(sign_in(school, source_ip="192.0.2.1")) == 60, "every device that is not known waits"
    assert sign_in(school, device=device).status == 200


def test_five_wrong_passwords_of_one_stranger_keep_nobody_else_out(school: School, ann: Person) -> None:
    fail(school)
    assert sign_in(school, source_ip="192.0.2.1").status == 200


def test_a_known_device_that_guesses_waits_by_itself_and_then_counts_as_a_stranger(school: School, ann: Person) -> None:
    device = device_of(sign_in(school))
    tries = 0
    while tries < MOST:
        reply = sign_in(school, WRONG, device=device)
        if reply.status == 429:
            school.clock.forward(waits(reply) * SECOND)
        else:
            tries += 1
    assert sign_in(school, source_ip="192.0.2.1").status == 200, "strangers were not counted"
    assert sign_in(school, WRONG, device=device).status == 401
    assert sign_in(school, device=device).status == 200


def test_strangers_have_a_hundred_tries_in_a_row_however_long_they_take(school: School, ann: Person) -> None:
    """NIST SP 800-63B, 5.2.2. A day's guessing, again and again, from addresses that change with every try."""
    tries = 0
    for number in range(5 * MOST // 2):
        reply = sign_in(school, WRONG, source_ip=strangers(number))
        if reply.status == 429:
            school.clock.forward(waits(reply) * SECOND)
        tries += reply.status == 401
    assert tries == MOST


def test_the_owner_comes_back_by_mail_after_strangers_have_used_up_their_tries(school: School, ann: Person) -> None:
    for number in range(3 * MOST):
        school.clock.forward(15 * MINUTE)
        sign_in(school, WRONG, source_ip=strangers(number))
    assert sign_in(school).status == 429
    school.api.post("/password/forgot", {"email": "ann@example.com"})
    credentials.mail_reset_code(school.mail_requests[-1])
    reset = {"email": "ann@example.com", "code": last_code(school), "password": "another battery 8"}
    assert school.api.post("/password/reset", reset).status == 204
    assert sign_in(school, "another battery 8").status == 200


def test_a_device_is_known_to_those_who_have_signed_in_there(school: School, ann: Person) -> None:
    bob = school.person(login="bob", email="bob@example.com")
    device = device_of(sign_in(school, login="bob"))
    for number in range(FREE_OF_STRANGERS):
        sign_in(school, WRONG, source_ip=strangers(number))
    waits(sign_in(school, device=device))
    both = device_of(sign_in(school, login="bob", device=device))
    school.clock.forward(15 * MINUTE)
    both = device_of(sign_in(school, device=both))
    for number in range(2):
        sign_in(school, WRONG, source_ip=strangers(100 + number))
    assert sign_in(school, device=both).status == sign_in(school, device=both, login="bob").status == 200
    assert bob.account.id != ann.account.id


@pytest.mark.parametrize("device", ["x", "a.b.c", "é"])
def test_a_forged_device_is_a_stranger(school: School, ann: Person, device: str) -> None:
    fail(school)
    waits(sign_in(school, device=device))


def test_an_access_token_is_no_device(school: School, ann: Person) -> None:
    fail(school)
    waits(sign_in(school, device=ann.token))


def test_a_device_is_known_for_a_year(school: School, ann: Person) -> None:
    device = device_of(sign_in(school))
    fail(school)
    school.clock.forward(364 * DAY)
    fail(school)
    assert sign_in(school, device=device).status == 200
    school.clock.forward(DAY)
    fail(school)
    waits(sign_in(school, device=device))


def test_devices_from_before_the_password_was_changed_are_strangers(school: School, ann: Person) -> None:
    """Whoever knew the password before could have made any number of them, each with tries of its own."""
    devices = [device_of(sign_in(school, source_ip=strangers(number))) for number in range(3)]
    school.clock.forward(MINUTE)
    changed = change_password(school, ann, PASSWORD)
    assert changed.status == 200
    for number in range(FREE_OF_STRANGERS):
        assert sign_in(school, WRONG, source_ip=strangers(number), device=devices[number % 3]).status == 401
    waits(sign_in(school, "another battery 8", device=devices[0]))
    here = changed.headers[known_devices.HEADER.lower()]
    assert sign_in(school, "another battery 8", device=here).status == 200


def test_the_hosts_of_one_ipv6_network_are_one(school: School, ann: Person) -> None:
    for number in range(FREE_PER_ACCOUNT):
        assert sign_in(school, WRONG, source_ip=f"2001:db8:1:2::{number:x}").status == 401
    waits(sign_in(school, source_ip="2001:db8:1:2:ffff::1"))
    assert sign_in(school, source_ip="2001:db8:1:3::1").status == 200


def test_a_browser_keeps_the_device_in_a_cookie(school: School, ann: Person) -> None:
    reply = school.api.post("/auth/login", {"email": "ann@example.com", "password": PASSWORD})
    cookies = reply.cookies
    assert {each.partition("=")[0] for each in cookies} == {"__Secure-refresh-token", known_devices.COOKIE}
    kept = next(each for each in cookies if each.startswith(known_devices.COOKIE))
    assert "HttpOnly; Secure" in kept
    for number in range(FREE_OF_STRANGERS):
        sign_in(school, WRONG, source_ip=strangers(number))
    headers = {"Cookie": kept.partition(";")[0]}
    assert school.api.post("/login", {"login": "ann", "password": PASSWORD}, headers=headers).status == 200
