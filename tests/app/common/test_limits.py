from datetime import timedelta

import pytest

from chalicelib.common import limits
from chalicelib.common.http import errors
from tests.support.school import School, in_parallel, stored_items

THREE_A_MINUTE = limits.Limit("test", 3, timedelta(minutes=1))


def refusal_of(limit: limits.Limit, subject: str) -> errors.TooManyRequests:
    with pytest.raises(errors.TooManyRequests) as refusal:
        limits.hit(limit, subject)
    return refusal.value


def use_up(limit: limits.Limit, subject: str) -> None:
    for _ in range(limit.allowed):
        limits.hit(limit, subject)


def test_as_many_hits_as_allowed_get_in(school: School) -> None:
    use_up(THREE_A_MINUTE, "ann")
    assert refusal_of(THREE_A_MINUTE, "ann").code == "too_many_requests"


def test_everybody_has_a_limit_of_their_own(school: School) -> None:
    use_up(THREE_A_MINUTE, "ann")
    limits.hit(THREE_A_MINUTE, "bob")


def test_limits_of_two_names_do_not_mix(school: School) -> None:
    use_up(THREE_A_MINUTE, "ann")
    limits.hit(limits.Limit("other", 1, timedelta(minutes=1)), "ann")


def test_the_next_window_begins_at_nothing(school: School) -> None:
    school.clock.forward(timedelta(seconds=59))
    use_up(THREE_A_MINUTE, "ann")
    school.clock.forward(timedelta(microseconds=999_999))
    refusal_of(THREE_A_MINUTE, "ann")
    school.clock.forward(timedelta(microseconds=1))
    use_up(THREE_A_MINUTE, "ann")
    refusal_of(THREE_A_MINUTE, "ann")


@pytest.mark.parametrize(("into_window", "wait"), [(0, 60), (0.001, 60), (1, 59), (59.5, 1)])
def test_retry_after_leads_into_the_next_window(school: School, into_window: float, wait: int) -> None:
    school.clock.forward(timedelta(seconds=into_window))
    use_up(THREE_A_MINUTE, "ann")
    assert refusal_of(THREE_A_MINUTE, "ann").headers == {"Retry-After": str(wait)}
    school.clock.forward(timedelta(seconds=wait))
    limits.hit(THREE_A_MINUTE, "ann")


def test_a_refused_hit_is_not_counted(school: School) -> None:
    use_up(THREE_A_MINUTE, "ann")
    for _ in range(5):
        refusal_of(THREE_A_MINUTE, "ann")
    assert [item["hits"] for item in stored_items("common")] == [3]


def test_looking_does_not_count(school: School) -> None:
    limits.check(THREE_A_MINUTE, "ann")
    use_up(THREE_A_MINUTE, "ann")
    with pytest.raises(errors.TooManyRequests):
        limits.check(THREE_A_MINUTE, "ann")


def test_a_counter_expires_after_its_window(school: School) -> None:
    limits.hit(THREE_A_MINUTE, "ann")
    window_ends = school.clock.now + THREE_A_MINUTE.per
    assert [item["expires_at"] > window_ends.timestamp() for item in stored_items("common")] == [True]


def test_of_many_hits_at_once_exactly_as_many_get_in_as_allowed(school: School) -> None:
    results = in_parallel(20, lambda _: limits.hit(THREE_A_MINUTE, "ann"))
    assert results.count(None) == 3
    assert sum(isinstance(result, errors.TooManyRequests) for result in results) == 17
