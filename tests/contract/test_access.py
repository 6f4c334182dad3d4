"""Every route requires the access that it declares."""

from typing import Any

import pytest

import app as application
from chalicelib.accounts import authentication, cookies
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import routing
from tests.support.school import School

ROUTES = [route for package in application.PACKAGES for route in package.declared]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_a_route_lets_in_those_it_names_and_no_others(school: School, route: routing.Route) -> None:
    path = route.path
    for name in route.path_parameters:
        path = path.replace(f"{{{name}}}", "1")
    body: Any = {} if route.body else None
    anonymous = school.api.request(route.method, path, json_body=body)
    if route.access is cookies.REFRESH_COOKIE:
        assert (anonymous.status, anonymous.body["code"]) == (401, "refresh_token_missing")
    elif route.access is authentication.SIGN_UP_TOKEN:
        assert anonymous.status in {400, 404}  # the state of the account is told before the token is asked for
    else:
        assert (anonymous.status == 401 and "code" in anonymous.body) is route.access.needs_token
    admitted = {authentication.TEACHER.name: {Role.TEACHER, Role.ADMIN}, authentication.ADMIN.name: {Role.ADMIN}}
    if route.access.needs_token:
        for role in set(Role) - admitted.get(route.access.name, set(Role)):
            reply = school.api.request(route.method, path, json_body=body, token=school.person(role).token)
            assert (reply.status, reply.body["code"]) == (403, "insufficient_rights")
