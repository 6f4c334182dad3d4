"""Health, the OpenAPI document and Swagger UI."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

import app as application
from chalicelib.common import documents, settings, shapes
from chalicelib.common.web import Route
from tests.school import Api, School, aws

ROUTES = [route for package in application.PACKAGES for route in package.declared]


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


def test_the_application_answers(school: School) -> None:
    assert school.api.get("/").body == {"message": "Lyceum", "version": settings.VERSION, "docs": "/docs"}
    assert school.api.get("/health").body == {"status": "ok", "stage": "local", "version": settings.VERSION}
    assert school.api.get("/health/ping-application").body == {"message": "Application worked!"}


def test_the_database_answers(school: School) -> None:
    reply = school.api.get("/health/ping-database")
    assert (reply.status, reply.body) == (200, {"message": "Database worked!"})


def test_a_database_that_fails_is_told(school: School) -> None:
    aws("dynamodb").delete_table(TableName="lyceum-local-common")
    reply = school.api.get("/health/ping-database")
    assert (reply.status, reply.body["code"]) == (503, "database_unavailable")
    assert reply.body["detail"] == "Database isn't working"


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_the_document_has_every_declared_route_and_no_other(document: dict[str, Any]) -> None:
    described = {f"{method.upper()} {path}" for path, operations in document["paths"].items() for method in operations}
    assert described == {named(route) for route in ROUTES}


def test_the_app_answers_every_described_route_and_no_other(document: dict[str, Any]) -> None:
    registered = {f"{method} {path}" for path, methods in application.app.routes.items() for method in methods}
    assert registered == {named(route) for route in ROUTES}


def test_every_operation_has_an_id_of_its_own(document: dict[str, Any]) -> None:
    ids = [operation_of(document, route)["operationId"] for route in ROUTES]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_an_operation_says_all_that_its_route_declares(document: dict[str, Any], route: Route) -> None:
    operation = operation_of(document, route)
    assert operation["security"] == ([{"accessToken": []}] if route.access.needs_token else [])
    assert operation["summary"]
    assert route.access.name in operation["description"]
    described = {(each["in"], each["name"]) for each in operation["parameters"]}
    fields = route.query.model_fields if route.query else {}
    queried = {("query", field.alias or name) for name, field in fields.items()}
    assert described == {("path", name) for name in route.path_parameters} | queried
    if route.body:
        content = operation["requestBody"]["content"]
        assert list(content) == route.content_types
        for kind in route.content_types:
            assert content[kind]["schema"]["$ref"].endswith(f"/{route.body.__name__}")
    else:
        assert "requestBody" not in operation


@pytest.mark.parametrize("route", ROUTES, ids=named)
def test_an_operation_lists_its_answers_and_errors(document: dict[str, Any], route: Route) -> None:
    responses = operation_of(document, route)["responses"]
    wanted = {route.status, *route.also, *route.raises, 500}
    wanted |= {400, 413, 415} if route.body else set()
    wanted |= {400} if route.query else set()
    wanted |= {401, 403} if route.access.needs_token else set()
    wanted |= {404} if route.path_parameters else set()
    assert set(responses) == {str(status) for status in wanted}
    shown = {str(route.status): route.answer, **{str(status): shape for status, shape in route.also.items()}}
    for status, response in responses.items():
        shape = shown.get(status, shapes.ErrorView)
        if shape in {None, str}:
            assert "content" not in response
        else:
            assert response["content"]["application/json"]["schema"]["$ref"].endswith(f"/{shape.__name__}")


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from (value for key, value in node.items() if key == "$ref")
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    found = set(references(document))
    assert found
    assert {reference.removeprefix("#/components/schemas/") for reference in found} <= schemas.keys()


def test_the_documentation_is_served_by_us_alone(school: School) -> None:
    page = school.api.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    sources = re.findall(r'(?:href|src)="([^"]+)"', page.body)
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
    assert 'url: "openapi.json"' in school.api.get("/docs/start.js").body


def test_seed_004s_address_of_the_documentation_leads_to_it(school: School) -> None:
    reply = school.api.get("/api/swagger")
    assert (reply.status, reply.headers["location"]) == (302, "/docs")
