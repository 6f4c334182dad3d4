"""The OpenAPI 3.1 document, made from the routes' own declarations."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import pydantic
from pydantic.json_schema import models_json_schema

from chalicelib.common import examples, idempotency, openapi_shared, paging, settings, shapes, web
from chalicelib.common.openapi_shared import REFERENCE, Schema

PATH_ID = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}

CHANGES = {"PUT", "PATCH", "DELETE"}

DESCRIPTION = """The backend of a programming school: accounts, judged courses, peer-learning tracks, team training.

Every error has the same body. Its human text is in the language that `Accept-Language` asks for, `ru` or `en`; `code`
never changes. Every answer carries `X-Request-Id`. Lists lead on by `Link` and `X-Next-Cursor`. What can be edited has
an `ETag`."""

ANYWHERE = {
    HTTPStatus.TOO_MANY_REQUESTS,  # in all: API Gateway's own answer
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,  # the function died
    HTTPStatus.SERVICE_UNAVAILABLE,  # AWS fails for the moment: outages.py
    HTTPStatus.GATEWAY_TIMEOUT,
}
"""What any request may be answered."""


def document(routes: Iterable[web.Route]) -> Schema:
    """Every declared operation: its parameters, body, answers, errors and security."""
    known = list(routes)
    references, components = _schemas(known)
    paths: dict[str, Schema] = {}
    for route in known:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, references, components)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lyceum", "version": settings.VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag} for tag in dict.fromkeys(route.tag for route in known)],
        "paths": paths,
        "components": {"schemas": components, **openapi_shared.components({s for each in known for s in _bad(each)})},
    }


def _schemas(routes: Iterable[web.Route]) -> tuple[dict[Any, Schema], Schema]:
    modes: dict[tuple[Any, Any], None] = {(shapes.ErrorView, "serialization"): None}
    for route in routes:
        modes.update({(shape, "validation"): None for shape in (route.body, route.query) if shape})
        modes.update({(shape, "serialization"): None for shape in _answers(route).values() if _is_shape(shape)})
    references, definitions = models_json_schema(list(modes), ref_template=REFERENCE)
    return references, definitions.get("$defs", {})


def _operation(route: web.Route, references: dict[Any, Schema], components: Schema) -> Schema:
    operation: Schema = {
        "operationId": f"{route.tag.lower()}_{route.view.__name__}",
        "tags": [route.tag],
        "summary": _summary(route),
        "description": f"Who may call: {route.access.name}.",
        "parameters": _parameters(route),
        "responses": _good(route, references, components) | _errors(route),
        "security": _security(route.access),
    }
    if route.body:
        media = _media(references[route.body, "validation"], components)
        content = dict.fromkeys(route.content_types, media)
        operation["requestBody"] = {"required": route.needs_body, "content": content}
    return operation


def _summary(route: web.Route) -> str:
    text = (route.view.__doc__ or route.view.__name__.replace("_", " ")).strip()
    return text.splitlines()[0].rstrip(".")


def _security(access: web.Access[Any]) -> list[Schema]:
    if access.credential is None:
        return []
    wanted: Schema = {access.credential.value: []}
    return [wanted] if access.needs_token else [{}, wanted]


# --- What a request brings -------------------------------------------------------------------------------------------


def _parameters(route: web.Route) -> list[Schema]:
    path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"} if route.parameters.get(name) is str else PATH_ID,
        }
        for name in route.path_parameters
    ]
    return path + (_query_parameters(route.query) if route.query else []) + list(_header_parameters(route))


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


def _header_parameters(route: web.Route) -> Iterable[Schema]:
    if route.takes_idempotency_key:
        text = {"type": "string", "minLength": 1, "maxLength": idempotency.MAX_KEY_CHARS}
        said = "Repeat a request under its key, within 24 hours, and get the first answer again."
        yield {"name": "Idempotency-Key", "in": "header", "description": said, "schema": text}
    if route.versioned and route.method == "GET":
        said = "An ETag that one has: 304 while it holds."
        yield {"name": "If-None-Match", "in": "header", "description": said, "schema": {"type": "string"}}
    if route.versioned and route.method in CHANGES:
        said = "The ETag of what was read: 412 once it has been changed."
        yield {"name": "If-Match", "in": "header", "description": said, "schema": {"type": "string"}}


# --- What it is answered ---------------------------------------------------------------------------------------------


def _answers(route: web.Route) -> dict[int, Any]:
    return {route.status: route.answer, **route.also}


def _good(route: web.Route, references: dict[Any, Schema], components: Schema) -> Schema:
    found = {}
    for status, shape in _answers(route).items():
        response: Schema = {"description": HTTPStatus(status).phrase, "headers": _headers(route)}
        if _is_shape(shape):
            response["content"] = {web.JSON: _media(references[shape, "serialization"], components)}
        found[str(status)] = response
    if route.versioned and route.method == "GET":
        found["304"] = {"description": "What the caller has is what there is.", "headers": _headers(route)}
    return found


def _headers(route: web.Route) -> Schema:
    listed = route.query is not None and issubclass(route.query, paging.ListQuery)
    names = ["X-Request-Id", *route.headers]
    names += ["ETag"] if route.versioned and route.method != "DELETE" else []
    names += ["Link", "X-Next-Cursor"] if listed else []
    return {name: openapi_shared.header(name) for name in names}


def _media(schema: Schema, components: Schema) -> Schema:
    return {"schema": schema, "example": examples.of(schema, components)}


def _errors(route: web.Route) -> Schema:
    return {str(status): openapi_shared.error(status) for status in sorted(_bad(route))}


def _bad(route: web.Route) -> set[int]:
    """The error statuses: those that follow from the declaration, and those that it names."""
    statuses = {*ANYWHERE, *route.raises}
    if route.body:
        statuses |= {HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}
    if route.needs_body:
        statuses.add(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if route.query or route.takes_idempotency_key:
        statuses.add(HTTPStatus.BAD_REQUEST)
    if route.takes_idempotency_key:
        statuses |= {HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}
    if route.versioned and route.method in CHANGES:
        statuses |= {HTTPStatus.BAD_REQUEST, HTTPStatus.PRECONDITION_FAILED}
    if route.path_parameters:
        statuses.add(HTTPStatus.NOT_FOUND)
    if route.access.needs_token:
        statuses |= {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
    return {int(status) for status in statuses}


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, pydantic.BaseModel)
