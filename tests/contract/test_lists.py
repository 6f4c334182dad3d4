"""Every list can be paged in the three ways of the seeds."""

from typing import Any, get_origin

import pydantic
import pytest

from chalicelib.common.paging import ListQuery
from chalicelib.common.web import Route
from tests.contract.world import ROUTES, World

PAGED = [route for route in ROUTES if route.query is not None and issubclass(route.query, ListQuery)]
WHOLE = {
    "/api/v1/roles",  # three
    "/assignments/{assignment_id}/owed",  # at most what a track has
    "/assignments/{assignment_id}/reviews",
    "/languages",
    "/submissions/{submission_id}/tests",  # after a number of test
    "/tracks/{track_id}/assignments",
    "/tracks/{track_id}/standings",
}
"""Lists that are never long, or lead on in another way."""


def is_list(shape: Any) -> bool:
    """A bare array, or nothing beside one but what describes it."""
    if not (isinstance(shape, type) and issubclass(shape, pydantic.BaseModel)):
        return False
    members = [each.annotation for each in shape.model_fields.values()]
    return len(members) == 1 and get_origin(members[0]) is list


def test_every_list_is_paged_but_those_that_are_never_long() -> None:
    lists = {route.path for route in ROUTES if route.method == "GET" and is_list(route.answer)}
    assert lists
    assert lists - {route.path for route in PAGED} <= WHOLE


@pytest.mark.parametrize("asked", ["limit=1", "skip=0&limit=1", "page=1&size=1"])
@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.path)
def test_a_list_is_paged_in_three_ways(world: World, route: Route, asked: str) -> None:
    reply = world.request(route, "admin", query=asked)
    assert reply.status == 200, reply.body


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.path)
def test_two_ways_at_once_are_refused(world: World, route: Route) -> None:
    reply = world.request(route, "admin", query="page=1&size=1&limit=1")
    assert (reply.status, reply.body["code"]) == (400, "mixed_paging")
