"""The OpenAPI document says all that a generator needs to make a client of it, and nothing that misleads one."""

import ast
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from py_mini_racer import MiniRacer

from chalicelib.common.http import paging, responses, schemas
from chalicelib.common.http.responses import View
from infra.packaging.package import ROOT
from tests.contract.documents import Found, document, of_members, schemas_of
from tests.contract.world import ROUTES

DOCUMENTS = ("openapi.json", "asyncapi.json")


@pytest.fixture(scope="module", params=DOCUMENTS)
def found(request: pytest.FixtureRequest) -> list[Found]:
    return list(schemas_of(document(request.param)))


def test_no_default_is_null(found: list[Found]) -> None:
    """What can be left out is not required; a default of null says it a second time, and generators require it."""
    assert [each.path for each in found if each.schema.get("default", 0) is None] == []


def test_no_member_has_a_default(found: list[Found]) -> None:
    """openapi-typescript requires members with a default, for what is received has them; so no body could leave it out.
    The description says it instead.
    """
    assert [each.path for each in of_members(found) if "default" in each.schema] == []
    made = document("openapi.json")["components"]["schemas"]
    assert made["NotificationBody"]["properties"]["tag"]["description"] == '"medium" if it is left out'


def test_a_change_says_of_nothing_what_it_is_when_it_is_left_out() -> None:
    """It stays."""
    made = document("openapi.json")["components"]["schemas"]
    changes = {route.body.__name__ for route in ROUTES if route.body and route.method == "PATCH"}
    assert "if it is left out" in str(made["NewProblem"])
    assert [name for name in changes if "if it is left out" in str(made[name])] == []


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


def test_patterns_mean_in_javascript_what_they_mean_here(found: list[Found]) -> None:
    """A \\w or \\d has no Cyrillic letter there, \\p none without a flag: a client would refuse what the API takes."""
    patterns = {str(each.schema["pattern"]) for each in found if "pattern" in each.schema}
    assert [pattern for pattern in patterns if re.search(r"\\[wWdDbBpPAZ]|\(\?[^:=!]", pattern)] == []
    engine = MiniRacer()
    for pattern in patterns:
        for flags in ("", "u", "v"):
            engine.eval(f"new RegExp({json.dumps(pattern)}, '{flags}')")


@pytest.mark.parametrize("login", ["Аня", "ann_lee.1-2", "Łukasz", "安娜", "a b", "a@b", "x", "a/b", "a{", "y" * 33])
def test_the_document_takes_the_logins_that_the_api_takes(login: str) -> None:
    pattern = document("openapi.json")["components"]["schemas"]["Registration"]["properties"]["login"]["pattern"]
    taken_there = MiniRacer().eval(f"new RegExp({json.dumps(pattern)}).test({json.dumps(login)})")
    assert taken_there == bool(re.search(r"^[\w.-]{2,32}$", login))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_schema_is_called_by_a_module(name: str) -> None:
    for schema in document(name)["components"]["schemas"]:
        assert schema.isalnum(), schema


def test_two_models_of_one_name_are_refused() -> None:
    def twin(of: type) -> type[View]:
        class Twin(View):
            id: of  # type: ignore[valid-type]

        return Twin

    with pytest.raises(schemas.NameTaken, match="Twin"):
        schemas.of_models([(twin(int), "serialization"), (twin(str), "serialization")])


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_schema_is_used(name: str) -> None:
    """A query's members are parameters: the query itself is nobody's schema."""
    whole = document(name)
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
        if "$ref" not in parameter
    ]
    assert parameters
    assert [each["name"] for each in parameters if {"type": "null"} in each["schema"].get("anyOf", [])] == []


SAYS = {"type", "$ref", "const", "enum", "anyOf", "oneOf", "allOf"}
"""What makes a schema say of which type a value is."""
ECHOED = "/components/schemas/Ping"
"""Whatever a client puts into its PING comes back."""


def untyped(schema: dict[str, Any]) -> bool:
    """Whether a schema allows anything, or an object or array of anything."""
    if not SAYS & schema.keys():
        return True
    if schema.get("type") == "array":
        return "items" not in schema and "prefixItems" not in schema
    if schema.get("type") == "object":
        described = "properties" in schema or isinstance(schema.get("additionalProperties"), dict)
        return not described or schema.get("additionalProperties") is True
    return False


def test_every_schema_has_a_type(found: list[Found]) -> None:
    assert [each.path for each in found if each.path != ECHOED and untyped(each.schema)] == []


@pytest.mark.parametrize(
    "schema",
    [{}, {"description": "d"}, {"type": "object"}, {"type": "object", "additionalProperties": True}, {"type": "array"}],
)
def test_a_schema_without_a_type_is_found(schema: dict[str, Any]) -> None:
    assert untyped(schema)


def test_a_type_decides_between_the_forms_of_a_union(found: list[Found]) -> None:
    """Forms that all have a `type` of their own are told apart by it, so that a client's switch narrows."""
    made = {each.name: each.schema for each in found if each.path.startswith("/components/schemas/")}
    vague = []
    for each in found:
        forms = [made.get(str(form.get("$ref", "")).rpartition("/")[2], {}) for form in each.schema.get("anyOf", [])]
        types = [form.get("properties", {}).get("type", {}).get("const") for form in forms]
        if len(types) > 1 and None not in types and len(set(types)) == len(types):
            vague.append(each.path)
    assert vague == []


CLOSED = {
    "action", "action_type", "audience", "checker", "code", "convention", "device_type", "format", "kind", "kinds",
    "outcome", "permission", "permissions", "reason_code", "role", "role_id", "roles", "rule", "stage", "state",
    "status", "tag", "type", "visibility",
}  # fmt: skip
"""Names that members have whose values are one of a few."""
OPEN = {
    "ChosenCode.code",  # a secret
    "CodeClientPayload.code",  # a program
    "CodeEditorUpdateFrame.code",
    "CodeQuery.code",
    "CodeRejectedPayload.code",
    "CodeServerPayload.code",
    "CodeView.code",
    "ErrorPayload.reason_code",  # hundreds, as those of errors
    "ErrorView.code",  # hundreds: new ones are no reason for a new client
    "ErrorView.status",  # the text of the error, as PyTry's client reads it
    "FetchView.not_judged_code",  # as codes of errors, which they are
    "FetchView.reason_code",  # hosts find new ways to fail, as errors do
    "Health.stage",  # as whoever deploys it calls it
    "InvitationView.code",  # secrets
    "InviteView.code",
    "JoinBody.code",
    "ListFaultView.code",  # hundreds, as those of errors
    "PasswordReset.code",
    "ProgramBody.code",
    "RunBody.code",
    "SnapshotCode.code",
    "TrainingProgram.code",
    "ViolationView.code",
}
"""Members that have such a name and take any text."""


def free_texts(found: list[Found]) -> Iterator[str]:
    for each in of_members(found):
        forms = [each.schema, *each.schema.get("anyOf", []), each.schema.get("items", {})]
        if any(form.get("type") == "string" and not {"enum", "const"} & form.keys() for form in forms):
            yield f"{each.path.split('/')[-3]}.{each.name}"


def test_a_text_that_is_one_of_a_few_says_which(found: list[Found]) -> None:
    texts = {text for text in free_texts(found) if text.rpartition(".")[2] in CLOSED}
    assert texts - OPEN == set()


DECLARED_ELSEWHERE = {"authorization", "cookie", "content-type"}
"""As security, and as the type of a body."""
FROM_THE_WAY = {"host", "origin", "sec-fetch-site", "user-agent", "x-viewer-host"}
"""Headers that no client chooses: its browser or system sends them, or the front door."""


def headers_read() -> set[str]:
    """The headers that the source asks a request for by their names."""
    found: set[str] = set()
    for path in (ROOT / "chalicelib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=held, attr="get"), args=[name, *_]) if _is_headers(held):
                    found.add(_header(name))
                case ast.Subscript(value=held, slice=name, ctx=ast.Load()) if _is_headers(held):
                    found.add(_header(name))
                case ast.Compare(left=name, ops=[ast.In()], comparators=[held]) if _is_headers(held):
                    found.add(_header(name))
    return found


def _is_headers(held: ast.expr) -> bool:
    return ast.unparse(held) in {"headers", "request.headers", "raw.headers", "event.headers"}


def _header(name: ast.expr) -> str:
    written = {"known_devices.HEADER.lower()": "x-device-token", "name": "", "VIEWER_HEADER": "", "KEY_HEADER": ""}
    return str(name.value) if isinstance(name, ast.Constant) else written[ast.unparse(name)]


def test_every_header_that_the_code_reads_is_declared() -> None:
    whole = document("openapi.json")
    declared = {
        parameter["name"].lower()
        for operations in whole["paths"].values()
        for operation in operations.values()
        for parameter in [*operation["parameters"], *whole["components"]["parameters"].values()]
        if parameter.get("in") == "header"
    }
    read = headers_read() - {""} - DECLARED_ELSEWHERE - FROM_THE_WAY
    assert read == declared
    assert {"accept-language", "prefer", "idempotency-key", "if-match", "if-none-match", "x-device-token"} <= read


def test_every_operation_speaks_the_language_that_is_asked_for() -> None:
    for operations in document("openapi.json")["paths"].values():
        for operation in operations.values():
            assert {"$ref": "#/components/parameters/Accept-Language"} in operation["parameters"]


def test_what_does_the_same_as_a_recommended_operation_is_deprecated() -> None:
    paths = document("openapi.json")["paths"]
    aliases = {route.name: route.use_instead for route in ROUTES if route.use_instead}
    shown = {
        f"{method.upper()} {path}": operation.get("deprecated", False)
        for path, operations in paths.items()
        for method, operation in operations.items()
    }
    assert {name for name, deprecated in shown.items() if deprecated} == aliases.keys()
    assert aliases.keys() >= {route.name for route in ROUTES if route.tag == "Aliases"}
    for alias, recommended in aliases.items():
        method, _, path = str(recommended).partition(" ")
        assert recommended not in aliases, f"{alias} leads to what is deprecated itself"
        assert f"`{alias}`" in paths[path][method.lower()]["description"]


def test_every_tag_is_described() -> None:
    whole = document("openapi.json")
    used = {
        tag for operations in whole["paths"].values() for operation in operations.values() for tag in operation["tags"]
    }
    assert {tag["name"] for tag in whole["tags"]} == used
    assert all(tag["description"].endswith(".") for tag in whole["tags"])


def test_a_login_and_a_password_make_a_token() -> None:
    """So the dialog of Swagger UI takes them."""
    whole = document("openapi.json")
    flow = whole["components"]["securitySchemes"]["password"]["flows"]["password"]
    form = whole["paths"][flow["tokenUrl"]]["post"]["requestBody"]["content"]["application/x-www-form-urlencoded"]
    made = whole["components"]["schemas"][form["schema"]["$ref"].rpartition("/")[2]]
    assert sorted(made["required"]) == ["password", "username"]
    assert {"password": []} in whole["paths"]["/me"]["get"]["security"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_older_systems_go_by_their_names(name: str) -> None:
    assert "seed" not in json.dumps(document(name)).lower()


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
