"""Health, the OpenAPI document and Swagger UI."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

import app as application
from chalicelib.common import settings
from chalicelib.common.http import documents, routing
from chalicelib.common.http.routing import Route
from tests.support.school import Api, School, aws

ROUTES = [route for package in application.PACKAGES for route in package.declared]
DOCUMENTED = [route for route in ROUTES if route.documented]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document as it is served."""
    reply = Api().get("/openapi.json")
    assert (reply.status, reply.headers["content-type"]) == (200, "application/json")
    found: dict[str, Any] = reply.body
    return found


def operation_of(document: dict[str, Any], route: Route) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][route.path][route.method.lower()]
    return found


def resolved(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    shared: dict[str, dict[str, Any]] = document["components"]["parameters"]
    return shared[parameter["$ref"].rpartition("/")[2]] if "$ref" in parameter else parameter


def test_the_application_answers(school: School) -> None:
    assert school.api.get("/").body == {"message": "Lyceum", "version": settings.VERSION, "docs": "/docs"}
    assert school.api.get("/health").body == {"status": "ok", "stage": "local", "version": settings.VERSION}
    assert school.api.get("/health/ping-application").body == {"message": "Application worked!"}


def test_the_database_answers(school: School) -> None:
    reply = school.api.get("/health/ping-database")
    assert (reply.status, reply.body) == (200, {"message": "Database worked!"})


def test_a_failing_database_is_reported(school: School) -> None:
    aws("dynamodb").delete_table(TableName="lyceum-local-common")
    reply = school.api.get("/health/ping-database")
    assert (reply.status, reply.body["code"]) == (503, "database_unavailable")
    assert reply.headers["retry-after"] == "1"
    assert reply.body["detail"] == "Database isn't working"


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_the_document_has_every_declared_route_and_no_other(document: dict[str, Any]) -> None:
    described = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    assert described == {named(route) for route in DOCUMENTED}


def test_the_document_leaves_out_itself_what_it_is_read_with_and_the_page_of_mails_and_nothing_else() -> None:
    left_out = {*DOCUMENTS, "/api/swagger", "/unsubscribe/{token}"}
    assert {route.path for route in ROUTES if not route.documented} == left_out


def test_the_app_answers_every_described_route_and_no_other(document: dict[str, Any]) -> None:
    registered = {f"{method} {path}" for path, methods in application.app.routes.items() for method in methods}
    assert registered == {named(route) for route in ROUTES}


def test_every_operation_has_an_id_of_its_own(document: dict[str, Any]) -> None:
    ids = [operation_of(document, route)["operationId"] for route in DOCUMENTED]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("route", DOCUMENTED, ids=named)
def test_an_operation_says_all_that_its_route_declares(document: dict[str, Any], route: Route) -> None:
    operation = operation_of(document, route)
    shown: list[dict[str, list[str]]] = [{route.access.credential: []}] if route.access.credential else []
    if route.access.credential == routing.Credential.ACCESS_TOKEN:
        shown.append({"password": []})
    assert operation["security"] == (shown if route.access.needs_token or not shown else [{}, *shown])
    assert operation["summary"]
    assert route.access.name in operation["description"]
    parameters = [resolved(document, each) for each in operation["parameters"]]
    described = {(each["in"], each["name"]) for each in parameters}
    assert len(described) == len(parameters)
    fields = route.query.model_fields if route.query else {}
    queried = {("query", field.alias or name) for name, field in fields.items()}
    headers = {("header", "Accept-Language"), *(("header", name) for name in route.reads)}
    headers |= {("header", "X-Device-Token")} & {("header", name) for name in route.headers}
    headers |= {("header", "Idempotency-Key")} if route.takes_idempotency_key else set()
    headers |= {("header", "If-None-Match")} if route.revalidates else set()
    headers |= {("header", "If-Match")} if route.versioned and route.method in {"PUT", "PATCH", "DELETE"} else set()
    assert described == {("path", name) for name in route.path_parameters} | queried | headers
    if route.body:
        content = operation["requestBody"]["content"]
        assert list(content) == route.content_types
        for kind in route.content_types:
            assert content[kind]["schema"]["$ref"].endswith(f"/{route.body.__name__}")
    else:
        assert "requestBody" not in operation


@pytest.mark.parametrize("route", DOCUMENTED, ids=named)
def test_an_operation_lists_its_answers_and_errors(document: dict[str, Any], route: Route) -> None:
    responses = operation_of(document, route)["responses"]
    wanted = {route.status, *route.also, *route.raises, 429, 500, 502, 503, 504}
    wanted |= {400, 413} if route.body else set()
    wanted |= {415} if route.needs_body else set()
    wanted |= {304} if route.revalidates else set()
    wanted |= {400, 412} if route.versioned and route.method in {"PUT", "PATCH", "DELETE"} else set()
    wanted |= {400} if route.query else set()
    wanted |= {400, 409, 422} if route.takes_idempotency_key else set()
    wanted |= {401, 403} if route.access.needs_token else set()
    wanted |= {404} if route.path_parameters else set()
    assert set(responses) == {str(status) for status in wanted}
    shown = {str(route.status): route.answer, **{str(status): shape for status, shape in route.also.items()}}
    for status, response in responses.items():
        if int(status) >= 400:
            assert response == {"$ref": f"#/components/responses/Error{status}"}
        elif shown.get(status) in {None, str}:
            assert list(response.get("content", {})) == [route.produces] * (route.produces != routing.JSON)
        else:
            schema = response["content"]["application/json"]["schema"]
            assert schema["$ref"].endswith(f"/{shown[status].__name__}")


def test_every_error_has_the_one_body(document: dict[str, Any]) -> None:
    found = document["components"]["responses"]
    assert found
    for response in found.values():
        assert response["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/ErrorView"}
        assert "X-Request-Id" in response["headers"]


def media(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body and answer that has a shape: all but text."""
    for route in DOCUMENTED:
        operation = operation_of(document, route)
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in contents:
            yield from (
                (named(route), each)
                for kind, each in content.get("content", {}).items()
                if not kind.startswith("text/")
            )
    for name, response in document["components"]["responses"].items():
        yield name, response["content"]["application/json"]


def test_every_example_is_of_its_schema(document: dict[str, Any]) -> None:
    shared = {"components": document["components"]}
    wrong: dict[str, str] = {}
    for name, each in media(document):
        validator = jsonschema.Draft202012Validator({**each["schema"], **shared})
        wrong |= {f"{name}: {fault.json_path}": fault.message for fault in validator.iter_errors(each["example"])}
    assert wrong == {}


@pytest.mark.parametrize("route", [route for route in ROUTES if route.body], ids=named)
def test_an_example_is_what_its_route_takes(document: dict[str, Any], route: Route) -> None:
    """Also by the rules that a schema cannot say."""
    content = operation_of(document, route)["requestBody"]["content"][route.consumes]
    assert route.body is not None
    if route.consumes == routing.JSON:
        route.body.model_validate_json(json.dumps(content["example"]))
    else:
        route.body.model_validate(content["example"])


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_an_answer_without_a_body_has_no_shape(document: dict[str, Any]) -> None:
    answers = [operation["responses"] for operations in document["paths"].values() for operation in operations.values()]
    empty = [found["204"] for found in answers if "204" in found]
    assert empty
    assert not [each for each in empty if "content" in each]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found
    lost = {name for name in found if name.split("/")[-1] not in document["components"][name.split("/")[-2]]}
    assert lost == set()


def test_the_documentation_is_served_by_us_alone(school: School) -> None:
    page = school.api.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    sources = re.findall(r'(?:href|src)="([^"]+)"', page.body)
    assert sources.pop(0) == "data:,", "no icon, and no request for one either"
    assert len(sources) == 3
    for source in sources:
        reply = school.api.get(f"/{source}")
        expected = "text/css" if source.endswith(".css") else "text/javascript"
        assert (reply.status, reply.headers["content-type"]) == (200, f"{expected}; charset=utf-8"), source
        assert len(reply.body) > 50


def test_the_documentation_names_no_other_host(school: School) -> None:
    assert "//" not in documents.PAGE.replace("<!DOCTYPE", "")
    assert "//" not in documents.START
    assert "default-src 'self'" in school.api.get("/docs").headers["content-security-policy"]


def test_the_documentation_starts_from_our_own_document(school: School) -> None:
    script = school.api.get("/docs/start.js").body
    for setting in ('url: "openapi.json"', 'docExpansion: "none"', "filter: true"):  # folded by tag, and searched
        assert setting in script


DOCUMENTS = [
    "/openapi.json",
    "/asyncapi.json",
    "/docs",
    "/docs/start.js",
    "/docs/swagger-ui.js",
    "/docs/swagger-ui.css",
]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_is_kept_for_an_hour_and_sent_once(school: School, path: str) -> None:
    first = school.api.get(path)
    tag = first.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{16}"', tag)
    assert first.headers["cache-control"] == "public, max-age=3600"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):  # CloudFront weakens the tags of what it compresses
        again = school.api.get(path, headers={"If-None-Match": known})
        assert (again.status, again.body, again.headers["etag"]) == (304, "", tag)
        assert again.headers["cache-control"] == "public, max-age=3600"
    assert school.api.get(path, headers={"If-None-Match": '"other"'}).status == 200


def test_documents_with_other_texts_have_other_tags(school: School) -> None:
    tags = [school.api.get(path).headers["etag"] for path in DOCUMENTS]
    assert len(set(tags)) == len(DOCUMENTS)


def test_auth_services_address_of_the_documentation_leads_to_it(school: School) -> None:
    reply = school.api.get("/api/swagger")
    assert (reply.status, reply.headers["location"]) == (302, "/docs")
