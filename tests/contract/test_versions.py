"""Every versioned route has an ETag, and does not overwrite a version that the caller has not read."""

import pytest

from chalicelib.common.http.headers import REVALIDATED
from chalicelib.common.http.routing import Route
from tests.contract.world import ROUTES, World

VERSIONED = [route for route in ROUTES if route.versioned]
READS = [route for route in VERSIONED if route.method == "GET" and route.query is None]
PUBLIC = [route for route in ROUTES if route.caching == REVALIDATED]
WRITES = [route for route in VERSIONED if route.method in {"PUT", "PATCH", "DELETE"}]
NO_LONGER = '"999999"'


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def editor(route: Route) -> str:
    """Returns the role that may change an item: a team is its captain's alone."""
    return "pupil" if route.path.startswith("/teams") else "admin"


@pytest.mark.parametrize("route", READS, ids=named)
def test_what_one_has_is_not_sent_again(world: World, route: Route) -> None:
    first = world.request(route, editor(route))
    tag = first.headers["etag"]
    for known in (tag, f'"other", W/{tag}', "*"):
        again = world.request(route, editor(route), headers={"If-None-Match": known})
        assert (again.status, again.body, again.headers["etag"]) == (304, "", tag)
    other = world.request(route, editor(route), headers={"If-None-Match": NO_LONGER})
    assert (other.status, other.body) == (200, first.body)


@pytest.mark.parametrize("route", PUBLIC, ids=named)
def test_a_public_read_that_is_asked_again_is_sent_only_when_it_has_changed(world: World, route: Route) -> None:
    first = world.request(route, "nobody")
    tag = first.headers["etag"]
    again = world.request(route, "nobody", headers={"If-None-Match": tag})
    assert (again.status, again.body, again.headers["etag"]) == (304, "", tag)
    other = world.request(route, "nobody", headers={"If-None-Match": NO_LONGER})
    assert (other.status, other.body) == (200, first.body)


@pytest.mark.parametrize("route", WRITES, ids=named)
def test_what_has_changed_since_is_not_overwritten(world: World, route: Route) -> None:
    refused = world.request(route, editor(route), headers={"If-Match": NO_LONGER})
    assert (refused.status, refused.body["code"]) == (412, "changed_since")
    assert world.request(route, editor(route), headers={"If-Match": "*"}).status < 300


def test_what_is_read_alone_can_be_changed(world: World) -> None:
    """Every resource that is versioned when it is read is so when it is written, by whichever path. Documents change
    with the deployment alone.
    """
    changed = {route.path for route in WRITES} | {route.path for route in READS if route.answer is str}
    elsewhere = {"/courses/{course_id}/{lesson_id}", "/courses/{course_id}/outline"}  # written at …/lessons/…
    elsewhere.add("/appeals/{appeal_id}")  # written at …/decision
    assert {route.path for route in READS} - changed == elsewhere
