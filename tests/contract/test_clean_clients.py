"""The OpenAPI document says all that a generator needs to make a client of it, and nothing that misleads one."""

from typing import Any

import pytest

from chalicelib.common.http import paging, responses, schemas
from chalicelib.common.http.responses import View
from tests.contract.documents import Found, document, of_members, schemas_of
from tests.contract.world import ROUTES


@pytest.fixture(scope="module")
def found() -> list[Found]:
    return list(schemas_of(document("openapi.json")))


def test_no_default_is_null(found: list[Found]) -> None:
    """What can be left out is not required; a default of null says it a second time, and generators require it."""
    assert [each.path for each in found if each.schema.get("default", 0) is None] == []


def test_no_member_has_a_default(found: list[Found]) -> None:
    """openapi-typescript requires members with a default, for what is received has them; so no body could leave it out.
    The description says it instead.
    """
    assert [each.path for each in of_members(found) if "default" in each.schema] == []
    told = document("openapi.json")["components"]["schemas"]["NotificationBody"]["properties"]["tag"]
    assert told["description"] == '"medium" if it is left out'


def test_what_an_answer_may_lack_it_does_not_promise_and_the_rest_it_does() -> None:
    """Every member of an answer is there, though perhaps null."""
    shapes = {shape.__name__ for route in ROUTES for shape in (route.answer, *route.also.values()) if _is_view(shape)}
    made = document("openapi.json")["components"]["schemas"]
    lacking = {
        name: sorted(set(made[name]["properties"]) - set(made[name].get("required", [])))
        for name in shapes & made.keys()
        if "properties" in made[name]
    }
    assert {name: members for name, members in lacking.items() if members} == {}


def _is_view(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, View)


def test_no_schema_is_called_by_a_module() -> None:
    for name in document("openapi.json")["components"]["schemas"]:
        assert name.isalnum(), name


def test_two_models_of_one_name_are_refused() -> None:
    def twin(of: type) -> type[View]:
        class Twin(View):
            id: of  # type: ignore[valid-type]

        return Twin

    with pytest.raises(schemas.NameTaken, match="Twin"):
        schemas.of_models([(twin(int), "serialization"), (twin(str), "serialization")])


def test_every_schema_is_used() -> None:
    """A query's members are parameters: the query itself is nobody's schema."""
    whole = document("openapi.json")
    made = whole["components"].pop("schemas")
    assert schemas.used(made, within=whole).keys() == made.keys()


def test_no_member_is_null_alone(found: list[Found]) -> None:
    """openapi-fetch drops such a member from an answer: errors were no ErrorView."""
    assert [each.path for each in of_members(found) if each.schema.get("type") == "null"] == []


def test_no_query_parameter_is_null() -> None:
    """There is no null in a query."""
    parameters = [
        parameter
        for operations in document("openapi.json")["paths"].values()
        for operation in operations.values()
        for parameter in operation["parameters"]
    ]
    assert parameters
    assert [each["name"] for each in parameters if {"type": "null"} in each["schema"].get("anyOf", [])] == []


OLD_LISTS = {
    "/api/v1/users/login_history",  # {result, next_cursor} in an envelope
    "/contests",  # a bare array, as Team Training's
    "/courses",  # {courses}, as PyTry's
    "/courses/{course_id}/members",
    "/courses/{course_id}/progress",
    "/courses/{course_id}/{lesson_id}/{task_id}/submissions",
    "/main/courses",
    "/main/news",
    "/news",
    "/problems",
    "/sessions",
    "/submissions",
    "/submissions/{submission_id}/judgings",
    "/teams/{team_id}/invites",
    "/tracks",
    "/tracks/my",
    "/assignments/{assignment_id}/diary",
    "/training-sessions/{training_session_id}/problem/{alias}/comments",
    "/training-sessions/{training_session_id}/submissions",
    "/training-sessions/{training_session_id}/submissions/problem/{alias}",
    "/user/certification/{user_id}",
    "/user/courses/{user_id}",
    "/user/estimations/{user_id}",
    "/user/notifications",
    "/user/users",
    "/user/users/{user_id}/sessions",
}
"""Lists from before there was one envelope, in those of the five systems and of their own."""


def test_a_new_list_comes_in_the_one_envelope() -> None:
    paged = {route.path: route.answer for route in ROUTES if route.paged}
    assert paged.keys() >= OLD_LISTS
    others = {
        path: list(shape.model_fields)
        for path, shape in paged.items()
        if path not in OLD_LISTS and not issubclass(shape, responses.ListView)
    }
    assert others == {}


def test_the_one_envelope_leads_on() -> None:
    class Names(responses.ListView):
        items: list[str]

    page = paging.Page(["ann"], next_cursor="abc")
    assert Names(items=page.items, next=page.next_cursor).model_dump() == {"items": ["ann"], "next": "abc"}
    assert Names(items=[]).next is None
