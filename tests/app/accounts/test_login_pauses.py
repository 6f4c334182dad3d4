"""Pauses between attempts at a password: the rule by itself, and over HTTP against somebody who guesses."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts import login as account_login
from chalicelib.accounts.login import (
    FORGOTTEN_AFTER,
    FREE_PER_ACCOUNT,
    FREE_PER_ADDRESS,
    FREE_PERIOD,
    LONGEST_WAIT,
    Failures,
)
from tests.support.school import PASSWORD, START, Person, Reply, School, in_parallel

FREE = 5
WRONG = "not the password"
DAY, MINUTE, SECOND = timedelta(days=1), timedelta(minutes=1), timedelta(seconds=1)
NOTHING = timedelta()


def wait(number: int, since: timedelta) -> timedelta:
    """The wait that remains so long after the last of so many failures."""
    return account_login.pause_after(Failures(number, START), free=FREE, now=START + since)


def test_without_failures_there_is_no_pause() -> None:
    assert account_login.pause_after(None, free=FREE, now=START) == NOTHING


@pytest.mark.parametrize(
    ("number", "since", "left"),
    [
        (1, NOTHING, NOTHING),
        (4, NOTHING, NOTHING),
        (5, NOTHING, MINUTE),
        (5, SECOND, 59 * SECOND),
        (5, MINUTE, NOTHING),
        (5, 2 * MINUTE, NOTHING),
        (6, NOTHING, 2 * MINUTE),
        (7, NOTHING, 4 * MINUTE),
        (8, NOTHING, 8 * MINUTE),
        (9, NOTHING, 15 * MINUTE),
        (10, NOTHING, 15 * MINUTE),
        (10**9, NOTHING, 15 * MINUTE),
        (10**9, 15 * MINUTE, NOTHING),
    ],
)
def test_each_failure_beyond_the_free_ones_doubles_the_wait(number: int, since: timedelta, left: timedelta) -> None:
    assert wait(number, since) == left


@pytest.mark.parametrize(
    ("number", "since", "counted"),
    [
        (1, NOTHING, 2),
        (4, FREE_PERIOD - SECOND, 5),
        (4, FREE_PERIOD, 1),
        (5, FREE_PERIOD, 6),
        (5, DAY - SECOND, 6),
        (5, DAY, 1),
        (1000, DAY, 1),
    ],
)
def test_failures_are_forgotten_in_time(number: int, since: timedelta, counted: int) -> None:
    assert account_login.with_one_more(Failures(number, START), free=FREE, now=START + since).number == counted


def test_the_first_try_is_counted() -> None:
    assert account_login.with_one_more(None, free=FREE, now=START) == Failures(1, START)


numbers = st.integers(1, 1000)
pauses = st.timedeltas(NOTHING, 2 * DAY)


@given(numbers, pauses)
def test_a_wait_is_never_longer_than_the_longest_and_ends_when_it_says(number: int, since: timedelta) -> None:
    left = wait(number, since)
    assert NOTHING <= left <= LONGEST_WAIT
    assert wait(number, since + left) == NOTHING
    if left:
        assert wait(number, since + left - timedelta(microseconds=1)) > NOTHING


@given(numbers, pauses, pauses)
def test_a_wait_shrinks_with_time_and_grows_with_failures(number: int, since: timedelta, more: timedelta) -> None:
    assert wait(number, since + more) <= wait(number, since)
    if since < FREE_PERIOD:
        assert wait(number + 1, since) >= wait(number, since)


@given(st.lists(st.timedeltas(NOTHING, 6 * MINUTE), max_size=200))
def test_nobody_tries_faster_than_the_rule(gaps: list[timedelta]) -> None:
    """Whatever the rhythm of somebody who guesses: in five minutes the free tries and the two after short waits."""
    failures, now, tried = None, START, []
    for gap in gaps:
        now += gap
        if not account_login.pause_after(failures, free=FREE, now=now):
            failures = account_login.with_one_more(failures, free=FREE, now=now)
            tried.append(now)
    for first in tried:
        assert sum(first <= moment < first + FREE_PERIOD for moment in tried) <= FREE + 2


def test_a_day_of_guessing_without_a_break_is_a_hundred_tries() -> None:
    failures, now, tries = None, START, 0
    while now < START + FORGOTTEN_AFTER:
        failures, tries = account_login.with_one_more(failures, free=FREE, now=now), tries + 1
        now += account_login.pause_after(failures, free=FREE, now=now)
    assert FREE < tries <= 105


@pytest.fixture
def ann(school: School) -> Person:
    return school.person(login="ann", email="ann@example.com")


def sign_in(school: School, password: str = PASSWORD, *, source_ip: str = "203.0.113.1", **who: str) -> Reply:
    body = {"password": password, **(who or {"login": "ann"})}
    return school.api.post("/login", body, source_ip=source_ip)


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
    fail(school, times=2)
    replies = [change_password(school, ann, WRONG) for _ in range(FREE_PER_ACCOUNT - 2)]
    assert {(reply.status, reply.body["code"]) for reply in replies} == {(403, "wrong_password")}
    assert waits(change_password(school, ann, PASSWORD)) == 60
    waits(sign_in(school))
    school.clock.forward(MINUTE)
    assert change_password(school, ann, PASSWORD).status == 200
    assert sign_in(school, "another battery 8").status == 200


def test_many_old_passwords_at_once_are_no_more(school: School, ann: Person) -> None:
    replies = in_parallel(20, lambda number: change_password(school, ann, f"guess {number}"))
    assert statuses(replies) == {403: FREE_PER_ACCOUNT, 429: 15}
