"""The OpenAPI 3.1 document, made from the routes' own declarations."""

import http
from collections.abc import Iterable
from typing import Any

import pydantic
from pydantic.json_schema import models_json_schema

from chalicelib.common import settings, shapes, web

REFERENCE = "#/components/schemas/{model}"
BEARER = "accessToken"
PATH_ID = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}

Schema = dict[str, Any]


def document(routes: Iterable[web.Route]) -> Schema:
    """Every declared operation: its parameters, body, answers, errors and security."""
    known = list(routes)
    references, components = _schemas(known)
    paths: dict[str, Schema] = {}
    for route in known:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, references)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Lyceum",
            "version": settings.VERSION,
            "description": "The backend of a programming school: accounts, judged courses, peer-learning tracks, "
            "live team training.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {BEARER: {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
    }


def _schemas(routes: Iterable[web.Route]) -> tuple[dict[Any, Schema], Schema]:
    modes: dict[tuple[Any, Any], None] = {(shapes.ErrorView, "serialization"): None}
    for route in routes:
        modes.update({(shape, "validation"): None for shape in (route.body, route.query) if shape})
        modes.update({(shape, "serialization"): None for shape in _answers(route).values() if _is_shape(shape)})
    references, definitions = models_json_schema(list(modes), ref_template=REFERENCE)
    return references, definitions.get("$defs", {})


def _operation(route: web.Route, references: dict[Any, Schema]) -> Schema:
    operation: Schema = {
        "operationId": f"{route.tag.lower()}_{route.view.__name__}",
        "tags": [route.tag],
        "summary": _summary(route),
        "description": f"Who may call: {route.access.name}.",
        "parameters": _parameters(route, references),
        "responses": _good(route, references) | _bad(route),
        "security": [{BEARER: []}] if route.access.needs_token else [],
    }
    if route.body:
        content = {kind: {"schema": references[route.body, "validation"]} for kind in route.content_types}
        operation["requestBody"] = {"required": route.needs_body, "content": content}
    return operation


def _summary(route: web.Route) -> str:
    text = (route.view.__doc__ or route.view.__name__.replace("_", " ")).strip()
    return text.splitlines()[0].rstrip(".")


def _parameters(route: web.Route, references: dict[Any, Schema]) -> list[Schema]:
    path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"} if route.parameters.get(name) is str else PATH_ID,
        }
        for name in route.path_parameters
    ]
    return path + (_query_parameters(route.query) if route.query else [])


def _query_parameters(shape: type[pydantic.BaseModel]) -> list[Schema]:
    schema = shape.model_json_schema()
    required = schema.get("required", [])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": definition.pop("description", ""),
            "schema": definition,
        }
        for name, definition in schema["properties"].items()
    ]


def _answers(route: web.Route) -> dict[int, Any]:
    return {route.status: route.answer, **route.also}


def _good(route: web.Route, references: dict[Any, Schema]) -> Schema:
    return {str(status): _response(status, shape, references) for status, shape in _answers(route).items()}


def _response(status: int, shape: Any, references: dict[Any, Schema]) -> Schema:
    response: Schema = {"description": http.HTTPStatus(status).phrase}
    if _is_shape(shape):
        response["content"] = {web.JSON: {"schema": references[shape, "serialization"]}}
    return response


def _bad(route: web.Route) -> Schema:
    content = {web.JSON: {"schema": {"$ref": REFERENCE.format(model="ErrorView")}}}
    return {
        str(status): {"description": http.HTTPStatus(status).phrase, "content": content}
        for status in sorted(_error_statuses(route))
    }


def _error_statuses(route: web.Route) -> set[int]:
    statuses = {500, *route.raises}
    if route.body:
        statuses |= {400, 413, 415}
    if route.query:
        statuses.add(400)
    if route.path_parameters:
        statuses.add(404)
    if route.access.needs_token:
        statuses |= {401, 403}
    return statuses


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, pydantic.BaseModel)
