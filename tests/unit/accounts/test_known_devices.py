"""Which accounts a device's token knows, by itself."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.accounts.known_devices import KEPT, MOST_ACCOUNTS, DeviceToken
from tests.support.school import START

SECOND = timedelta(seconds=1)


def test_a_new_device_knows_nobody() -> None:
    assert not DeviceToken.new().knows(1, START)
    assert DeviceToken.new().id != DeviceToken.new().id


@given(st.timedeltas(-2 * KEPT, 2 * KEPT))
def test_an_account_is_known_for_a_year(later: timedelta) -> None:
    assert DeviceToken.new().seen(1, START).knows(1, START + later) is (later < KEPT)


@given(st.timedeltas(-KEPT, KEPT))
def test_an_account_is_not_known_from_before_the_password_was_set(password_set_later: timedelta) -> None:
    token = DeviceToken.new().seen(1, START)
    assert token.knows(1, START, since=START + password_set_later) is (password_set_later < SECOND)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=60))
def test_the_accounts_that_were_there_last_are_kept(accounts: list[int]) -> None:
    token, now = DeviceToken.new(), START
    for account in accounts:
        token, now = token.seen(account, now), now + SECOND
    latest = list(dict.fromkeys(reversed(accounts)))[:MOST_ACCOUNTS]
    assert {account for account in range(1, 21) if token.knows(account, now)} == set(latest)
