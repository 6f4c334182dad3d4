"""The API is held to its own description: whatever a test asks for, the OpenAPI document must know the answer."""

import functools
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import jsonschema

import app as application
from chalicelib.common.http import documents, headers, openapi, routing

EVERYWHERE = {"content-type", "vary", *map(str.lower, headers.PROTECTION)}
CORS = "access-control-"
FROM_OUTSIDE = openapi.ALWAYS_POSSIBLE - {HTTPStatus.INTERNAL_SERVER_ERROR}
"""What any operation documents, for API Gateway or AWS may answer it; a route that does so by itself must name it."""
OUTAGE = "unavailable"


DOCUMENT = json.loads(documents.openapi_json())
"""Made before any test puts something else behind a hook, of which sections of the document are made."""


@functools.cache
def operations() -> dict[tuple[str, str], dict[int, set[str]]]:
    """By method and path: the statuses that are documented, each with its headers."""
    return {
        (method.upper(), path): {
            int(status): _headers(DOCUMENT, response) for status, response in operation["responses"].items()
        }
        for path, of_path in DOCUMENT["paths"].items()
        for method, operation in of_path.items()
    }


@functools.cache
def public_reads() -> set[tuple[str, str]]:
    """By method and path: the routes whose good answers are everybody's."""
    routes = (route for package in application.PACKAGES for route in package.declared)
    return {(route.method, route.path) for route in routes if route.access is routing.PUBLIC and route.method == "GET"}


@functools.cache
def raised() -> dict[tuple[str, str], set[int]]:
    """By method and path: the error statuses that the route itself names."""
    routes = (route for package in application.PACKAGES for route in package.declared)
    limited = {int(HTTPStatus.TOO_MANY_REQUESTS)}
    return {
        (route.method, route.path): set(map(int, route.raises)) | (limited if route.limited_to else set())
        for route in routes
    }


@functools.cache
def shapes() -> dict[tuple[str, str, int], Any]:
    """By method, path and status: what checks the body of a good answer. Errors have one shape, tested elsewhere."""
    shared = {"components": {"schemas": DOCUMENT["components"]["schemas"]}}
    return {
        (method.upper(), path, int(status)): jsonschema.Draft202012Validator({**content["schema"], **shared})
        for path, of_path in DOCUMENT["paths"].items()
        for method, operation in of_path.items()
        for status, response in operation["responses"].items()
        for content in response.get("content", {}).values()
    }


def check(method: str, path: str, status: int, sent_headers: Mapping[str, Any], body: Any) -> None:
    missing = headers.PROTECTION.keys() - sent_headers.keys()
    assert not missing, f"{method} {path} answers {status} without {missing}"
    if status >= HTTPStatus.BAD_REQUEST or (method, path) not in public_reads():
        assert sent_headers["Cache-Control"] == headers.NOT_STORED, f"{method} {path} lets caches keep a {status}"
    known = operations().get((method, path))
    if known is None:  # a method that the path does not have: 405
        return
    assert status in known, f"{method} {path} answers {status}, which it does not document"
    if status in FROM_OUTSIDE and body["code"] != OUTAGE:
        assert status in raised()[method, path], f"{method} {path} answers {status}, which it does not name"
    if shape := shapes().get((method, path, status)):
        faults = [f"{fault.json_path}: {fault.message}" for fault in shape.iter_errors(body)]
        assert not faults, f"{method} {path} answers {status} with another body than it documents: {faults}"
    sent = {name.lower() for name in sent_headers if not name.lower().startswith(CORS)}
    unknown = sent - known[status] - EVERYWHERE
    assert not unknown, f"{method} {path} answers {status} with {unknown}, which it does not document"


def _headers(document: dict[str, Any], response: dict[str, Any]) -> set[str]:
    shared = response.get("$ref", "").rpartition("/")[2]
    found = document["components"]["responses"][shared] if shared else response
    return {name.lower() for name in found.get("headers", {})}
