"""Every write has a limit that holds, and so has every read that writes. Counting costs one write."""

from collections import Counter as Tally
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest

from chalicelib.accounts import authentication
from chalicelib.common import limits
from chalicelib.common.dynamo import items
from chalicelib.common.http.routing import Route
from chalicelib.common.limits import CountedWithin, Limit
from tests.contract.world import ROLES, ROUTES, World
from tests.infra import policies
from tests.support.school import Reply

METHODS = {"POST", "PUT", "PATCH", "DELETE"}
WRITES = [route for route in ROUTES if route.method in METHODS]
LIMITED = [route for route in ROUTES if isinstance(route.limited_to, Limit)]
COUNTED_WITHIN = [route for route in ROUTES if isinstance(route.limited_to, CountedWithin)]
STORES = ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems")
MOST_TRIES = 61
"""One more than the widest limit that a use case counts by itself."""
ADDRESS = "address 203.0.113.1"


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def role_of(route: Route) -> str:
    """Somebody whom the route admits."""
    return "pupil" if route.access in {authentication.USER, authentication.FRESH_USER} else "admin"


def subject_of(world: World, route: Route) -> str:
    return ADDRESS if route.limited_to is limits.FROM_ADDRESS else str(world.actors[role_of(route)].account.id)


def use_up(limit: Limit, subject: str, world: World) -> None:
    counter = limits.Counter(*limits.key(limit, subject, world.school.clock.now))
    counter.hits = limit.allowed
    counter.expires_at = world.school.clock.now + timedelta(days=1)
    counter.save()


@contextmanager
def counted_hits() -> Iterator[Tally[str]]:
    """How often each counter of a limit is written to."""
    hits: Tally[str] = Tally()

    def count(params: dict[str, Any], **_: object) -> None:
        if '"LIMIT#' in params["body"].decode():
            hits["limit"] += 1

    events = items.connection().client.meta.events
    events.register("before-call.dynamodb.UpdateItem", count)
    try:
        yield hits
    finally:
        events.unregister("before-call.dynamodb.UpdateItem", count)


def is_refused(reply: Reply) -> bool:
    return reply.status == HTTPStatus.TOO_MANY_REQUESTS and int(reply.headers["retry-after"]) > 0


@pytest.mark.parametrize("route", WRITES, ids=named)
def test_a_write_has_a_limit(route: Route) -> None:
    assert route.limited_to is not None


@pytest.mark.parametrize("route", LIMITED, ids=named)
def test_beyond_its_limit_a_route_does_nothing(world: World, route: Route) -> None:
    assert isinstance(route.limited_to, Limit)
    use_up(route.limited_to, subject_of(world, route), world)
    with policies.recorded() as needed:
        reply = world.request(route, role_of(route))
    assert is_refused(reply), reply.body
    assert reply.body["code"] == "too_many_requests"
    assert {each for each in needed if each.startswith(STORES)} == {"UpdateItem common"}


@pytest.mark.parametrize("route", LIMITED, ids=named)
def test_counting_costs_one_write(world: World, route: Route) -> None:
    with counted_hits() as hits:
        reply = world.request(route, role_of(route))
    assert not is_refused(reply)
    assert hits["limit"] == 1


@pytest.mark.parametrize("route", COUNTED_WITHIN, ids=named)
def test_a_use_case_that_counts_by_itself_refuses_in_the_end(world: World, route: Route) -> None:
    with world.kept():
        assert any(is_refused(world.request(route, role_of(route))) for _ in range(MOST_TRIES))


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=named)
def test_a_read_that_writes_has_a_limit(world: World, route: Route) -> None:
    with policies.recorded() as needed:
        for role in ROLES:
            world.ask(route, role)
    writes = {each for each in needed if each.startswith(STORES)}
    assert not writes or route.limited_to is not None, writes


def test_everybody_has_a_limit_of_their_own(world: World) -> None:
    (attend,) = (route for route in ROUTES if named(route) == "POST /courses/attend/{course_id}")
    use_up(limits.WRITES, str(world.actors["pupil"].account.id), world)
    assert is_refused(world.request(attend, "pupil"))
    assert world.request(attend, "other_pupil").status == HTTPStatus.OK
