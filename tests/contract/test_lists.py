"""Every list can be paged in the three ways of the five systems."""

from typing import Any, get_origin

import pydantic
import pytest

from chalicelib.common.http.routing import Route
from tests.contract.world import ROUTES, World

PAGED = [route for route in ROUTES if route.paged]
WHOLE = {
    "/api/v1/roles",  # three
    "/assignments/{assignment_id}/owed",  # at most what a track has
    "/assignments/{assignment_id}/reviews",
    "/contests/{contest_id}/teachers",  # at most 20
    "/courses/{course_id}/lessons/{lesson_id}/files",  # at most 60
    "/courses/{course_id}/teachers",  # at most 20
    "/groups/{group_id}/teachers",  # at most 20
    "/languages",
    "/lobby/{team_id}/online",  # as many as a room has places
    "/submissions/{submission_id}/counter-tests",  # at most five of each reviewer
    "/submissions/{submission_id}/tests",  # after a number of test
    "/teams",  # one's own: at most 20
    "/teams/{team_id}/online",
    "/tracks/{track_id}/assignments",
    "/tracks/{track_id}/standings",
    "/tracks/{track_id}/teachers",  # at most 20
    "/training-sessions/{training_session_id}/events",  # from a number of event
    "/training-sessions/{training_session_id}/online",
    "/training-sessions/{training_session_id}/problems",  # at most 26
    "/problems/{problem_id}/files",  # at most 60
    "/user/teachers/{user_id}/classes",  # at most 11
}
"""Lists that are never long, or lead on in another way."""


OF_PUPILS = {"/teams/{team_id}/invites", "/assignments/{assignment_id}/threads"}
"""For the captain of a team, and for who takes part in a track, alone."""


def reader(route: Route) -> str:
    """Returns the role that may read a list."""
    return "pupil" if route.path in OF_PUPILS else "admin"


def is_list(shape: Any) -> bool:
    """A bare array, or nothing beside one but what describes it."""
    if not (isinstance(shape, type) and issubclass(shape, pydantic.BaseModel)):
        return False
    members = [each.annotation for name, each in shape.model_fields.items() if name not in {"count", "next"}]
    return len(members) == 1 and get_origin(members[0]) is list


def test_every_list_is_paged_but_those_that_are_never_long() -> None:
    lists = {route.path for route in ROUTES if route.method == "GET" and is_list(route.answer)}
    assert lists
    assert lists - {route.path for route in PAGED} <= WHOLE


@pytest.mark.parametrize("asked", ["limit=1", "skip=0&limit=1", "page=1&size=1"])
@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.path)
def test_a_list_is_paged_in_three_ways(world: World, route: Route, asked: str) -> None:
    reply = world.request(route, reader(route), query=asked)
    assert reply.status == 200, reply.body


@pytest.mark.parametrize("route", PAGED, ids=lambda route: route.path)
def test_two_ways_at_once_are_refused(world: World, route: Route) -> None:
    reply = world.request(route, reader(route), query="page=1&size=1&limit=1")
    assert (reply.status, reply.body["code"]) == (400, "mixed_paging")
