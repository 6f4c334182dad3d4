"""Makes the OpenAPI 3.1 document from the declarations of the routes.

Errors, headers and credentials are components that its operations share.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import pydantic

from chalicelib.common import settings, texts
from chalicelib.common.http import errors, examples, idempotency, responses, routing, schemas
from chalicelib.common.http.schemas import REFERENCE, Schema

ERRORS: dict[int, tuple[str, str, str]] = {
    400: ("Broken or invalid; `errors` has every violation.", "invalid_body", "'name' is a required property"),
    401: ("No token, or none that is accepted.", "token_missing", "The access token is missing"),
    403: ("Not allowed.", "insufficient_rights", "Insufficient access rights"),
    404: ("There is none.", "not_found", "Not found"),
    409: ("At odds with what there is.", "already_registered", "This e-mail and login are already registered"),
    410: ("There is none any more.", "gone", "Gone"),
    412: ("Changed since it was read.", "changed_since", "This has been changed since you read it, read it again"),
    413: ("Too large.", "body_too_large", "The body is larger than 262144 bytes"),
    415: (
        "Of a content type that is not taken.",
        "unsupported_media_type",
        "This path does not take this content type",
    ),
    422: ("Understood, but impossible.", "unprocessable", "This cannot be done"),
    429: ("Too much, too often.", "too_many_requests", "Too many requests, try again in 12 s"),
    500: ("Ours. Says nothing of its cause.", "internal_error", "Something went wrong on our side"),
    502: ("Ours, from API Gateway itself: the function died.", "internal_error", "Internal error"),
    503: ("Ours, worth trying again.", "unavailable", "Not available for the moment, try again"),
    504: ("Out of time, from API Gateway itself.", "timed_out", "Timed out"),
}
"""By status: what it means here, and the code and text of an example."""

HEADERS: dict[str, str] = {
    "X-Request-Id": "Names this request in our logs; also `request_id` of an error.",
    "ETag": "The version of what is shown, for If-Match and If-None-Match. Of a draft's 412: the version there is.",
    "Link": 'The next page, as `<…>; rel="next"`; not on the last.',
    "X-Next-Cursor": "The `cursor` of the next page; not on the last.",
    "Location": "Where to look further.",
    "Retry-After": "Seconds to wait before the next try.",
    "WWW-Authenticate": "Which token is wanted (RFC 6750).",
    "Set-Cookie": "Keeps or forgets the refresh token; keeps the device's token.",
    "X-Device-Token": "For programs without cookies: sent back under the same name, it says that the device is known.",
    "Cache-Control": "How long the answer may be kept.",
}

REQUEST_HEADERS: dict[str, str] = {
    "Accept-Language": "The language of all that is for people, such as `ru`. English where it is none of ours.",
    "If-None-Match": "`*` writes only where there is nothing yet: 412 otherwise.",
    "Prefer": "How long to wait for the verdict (RFC 7240): `respond-async` not at all, `wait=5` so many seconds. "
    "An account that has no time zone takes `timezone=Europe/Moscow`.",
    "X-Device-Token": "For programs without cookies: what an answer had under this name. The device is known by it.",
}
"""Headers that operations read of a request, beside those that have rules of their own (`_header_parameters`)."""
EVERY_OPERATION = "Accept-Language"

TAGS: dict[str, str] = {
    "Service": "Whether the API works.",
    "Accounts": "Signing up and in, one's own account, sessions, a second factor, roles. The recommended ways to sign "
    "in: browsers with `POST /auth/login`, which keeps the refresh token in a cookie; programs with `POST /login`; "
    "those that speak OAuth 2 with `POST /token`. Each takes a login or an e-mail.",
    "Live": "Tickets for WebSockets. Their frames are described by `/asyncapi.json`.",
    "School": "The main page, news, people, classes, notifications and the dashboard.",
    "Groups": "Classes and named groups of pupils, and invitations into all that can be joined.",
    "Judge": "Languages, the library of problems with their tests and packages, submissions and their verdicts.",
    "Courses": "Courses as a pupil meets them: attend, read a task, send in a program, read its verdict.",
    "Authoring": "Courses as their authors write them: lessons, tasks, links, pictures.",
    "Progress": "Who is in a course, and how far.",
    "Tracks": "Peer learning: assignments, submissions, reviews of others' work, standings.",
    "Training": "Trainings of a team: the room with its shared editor, submissions, comments, standings.",
    "Teams": "Teams, their invites and the lobby; contests to train in.",
    "Aliases": "Other paths to the same operations, for clients of the older systems.",
}
"""What the operations of each tag are about."""

ERROR_HEADERS = {
    401: ["WWW-Authenticate"],
    409: ["Retry-After"],
    412: ["ETag"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}
"""Headers beside X-Request-Id."""

SECURITY: dict[routing.Credential, Schema] = {
    routing.Credential.ACCESS_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`jwt_access` of a sign-in; it lives for minutes.",
    },
    routing.Credential.REFRESH_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`jwt_refresh` of a sign-in; good for one use.",
    },
    routing.Credential.SIGN_UP_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`sign_up_token` of a confirmed address.",
    },
    routing.Credential.PASSWORD: {
        "type": "oauth2",
        "flows": {"password": {"tokenUrl": "/token", "scopes": {}}},
        "description": "A login or an e-mail, and the password: `POST /token` makes an access token of them. Not for "
        "accounts with a second factor.",
    },
    routing.Credential.REFRESH_COOKIE: {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Secure-refresh-token",
        "description": "Set by POST /auth/login.",
    },
}


def shared_components(error_statuses: Iterable[int]) -> Schema:
    return {
        "responses": {_name(status): _error(status) for status in sorted(error_statuses)},
        "headers": {name: {"description": said, "schema": {"type": "string"}} for name, said in HEADERS.items()},
        "parameters": {
            name: {"name": name, "in": "header", "description": said, "schema": {"type": "string"}}
            for name, said in REQUEST_HEADERS.items()
        },
        "securitySchemes": {credential.value: scheme for credential, scheme in SECURITY.items()},
    }


def error_response(status: int) -> Schema:
    return {"$ref": f"#/components/responses/{_name(status)}"}


def header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}


def _name(status: int) -> str:
    return f"Error{status}"


def _error(status: int) -> Schema:
    meaning, code, text = ERRORS[status]
    example = errors.body(errors.LyceumError(code, text), language=texts.ENGLISH, request_id="c0ffee")
    return {
        "description": meaning,
        "headers": {name: header(name) for name in ["X-Request-Id", *ERROR_HEADERS.get(status, [])]},
        "content": {routing.JSON: {"schema": {"$ref": REFERENCE.format(model="ErrorView")}, "example": example}},
    }


PATH_ID = {"type": "integer", "minimum": 1, "maximum": 2**53 - 1}

CHANGES = {"PUT", "PATCH", "DELETE"}

DESCRIPTION = """The backend of a programming school: accounts, judged courses, peer-learning tracks, team training.

Every error has the same body. Its human text is in the language that `Accept-Language` asks for, `ru` or `en`; `code`
never changes. Every answer carries `X-Request-Id`. Lists lead on by `Link` and `X-Next-Cursor`, new ones
(`{items, next}`) by `next` as well. What can be edited has an `ETag`. No answer may be stored (`Cache-Control:
no-store`), except where an operation lists that header."""

ALWAYS_POSSIBLE = {
    HTTPStatus.TOO_MANY_REQUESTS,  # in all: API Gateway's own answer
    HTTPStatus.INTERNAL_SERVER_ERROR,
    HTTPStatus.BAD_GATEWAY,  # the function died
    HTTPStatus.SERVICE_UNAVAILABLE,  # AWS fails for the moment: outages.py
    HTTPStatus.GATEWAY_TIMEOUT,
}
"""What any request may be answered."""


def document(routes: Iterable[routing.Route]) -> Schema:
    """Returns the document of all declared operations: parameters, bodies, answers, errors and security."""
    known = [route for route in routes if route.documented]
    made = _schemas(known)
    paths: dict[str, Schema] = {}
    for route in known:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, made, _replaced_by(route, known))
    shared = shared_components({s for each in known for s in _error_statuses(each)})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Lyceum", "version": settings.VERSION, "description": DESCRIPTION},
        "servers": [{"url": "/"}],
        "tags": [{"name": tag, "description": TAGS[tag]} for tag in dict.fromkeys(route.tag for route in known)],
        "paths": paths,
        "components": {
            "schemas": schemas.used(made.components, within=[paths, shared]),
            **shared,
        },
    }


@dataclass(frozen=True, slots=True)
class _Schemas:
    """The schemas of all models: `references` by model and mode; `components` by name; `queries`, whose members become
    parameters.
    """

    references: dict[Any, Schema]
    components: Schema
    queries: Schema

    def query(self, shape: type[pydantic.BaseModel]) -> Schema:
        name = self.references[shape, "validation"]["$ref"].rpartition("/")[2]
        return self.queries[name]  # type: ignore[no-any-return]


def _schemas(routes: list[routing.Route]) -> _Schemas:
    modes: dict[tuple[Any, Any], None] = {(responses.ErrorView, "serialization"): None}
    for route in routes:
        modes.update({(shape, "validation"): None for shape in (route.body, route.query) if shape})
        modes.update({(shape, "serialization"): None for shape in _responses(route).values() if _is_model(shape)})
    references, made = schemas.of_models(modes)
    changing = {route.body.__name__ for route in routes if route.body and route.method == "PATCH"}
    told = {name: schemas.in_words(each, left_as_it_is=name in changing) for name, each in made.items()}
    return _Schemas(references, told, made)


def _replaced_by(route: routing.Route, routes: Iterable[routing.Route]) -> list[str]:
    """Returns the operations that this one is recommended instead of."""
    return [each.name for each in routes if each.use_instead == route.name]


def _operation(route: routing.Route, made: _Schemas, replaced: list[str]) -> Schema:
    operation: Schema = {
        "operationId": f"{route.tag.lower()}_{route.view.__name__}",
        "tags": [route.tag],
        "summary": _summary(route),
        "description": _description(route, replaced),
        "parameters": _parameters(route, made),
        "responses": _success_response(route, made) | _errors(route),
        "security": _security(route.access),
    }
    if route.use_instead:
        operation["deprecated"] = True
    if route.body:
        media = _media(made.references[route.body, "validation"], made.components)
        content = dict.fromkeys(route.content_types, media)
        operation["requestBody"] = {"required": route.needs_body, "content": content}
    return operation


def _summary(route: routing.Route) -> str:
    text = (route.view.__doc__ or route.view.__name__.replace("_", " ")).strip()
    return text.splitlines()[0].rstrip(".")


def _description(route: routing.Route, replaced: list[str]) -> str:
    said = [f"Who may call: {route.access.name}."]
    if route.limited_to:
        said.append(f"At most {route.limited_to}.")
    if replaced:
        said.append(f"Recommended instead of {', '.join(f'`{each}`' for each in replaced)}.")
    if route.use_instead:
        said.append(f"For older clients; new ones use `{route.use_instead}`.")
    return " ".join(said)


def _security(access: routing.Access[Any]) -> list[Schema]:
    if access.credential is None:
        return []
    ways: list[Schema] = [{access.credential.value: []}]
    if access.credential is routing.Credential.ACCESS_TOKEN:
        ways.append({routing.Credential.PASSWORD.value: []})
    return ways if access.needs_token else [{}, *ways]


# --- What a request brings -------------------------------------------------------------------------------------------


def _parameters(route: routing.Route, made: _Schemas) -> list[Schema]:
    path = [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string"} if route.parameters.get(name) is str else PATH_ID,
        }
        for name in route.path_parameters
    ]
    query = _query_parameters(made.query(route.query)) if route.query else []
    return path + query + list(_header_parameters(route))


def _query_parameters(schema: Schema) -> list[Schema]:
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", []),
            "description": definition.get("description", ""),
            "schema": schemas.without_null({key: of for key, of in definition.items() if key != "description"}),
        }
        for name, definition in schema["properties"].items()
    ]


def _header_parameters(route: routing.Route) -> Iterable[Schema]:
    kept = [name for name in route.headers if name in REQUEST_HEADERS]  # what comes back under the same name
    for name in (EVERY_OPERATION, *route.reads, *kept):
        yield {"$ref": f"#/components/parameters/{name}"}
    if route.takes_idempotency_key:
        text = {"type": "string", "minLength": 1, "maxLength": idempotency.MAX_KEY_CHARS}
        said = "Repeat a request under its key, within 24 hours, and get the first answer again."
        yield {"name": "Idempotency-Key", "in": "header", "description": said, "schema": text}
    if route.revalidates:
        said = "An ETag that one has: 304 while it holds."
        yield {"name": "If-None-Match", "in": "header", "description": said, "schema": {"type": "string"}}
    if route.versioned and route.method in CHANGES:
        said = "The ETag of what was read: 412 once it has been changed."
        yield {"name": "If-Match", "in": "header", "description": said, "schema": {"type": "string"}}


# --- What it is answered ---------------------------------------------------------------------------------------------


def _responses(route: routing.Route) -> dict[int, Any]:
    return {route.status: route.answer, **route.also}


def _success_response(route: routing.Route, made: _Schemas) -> Schema:
    found = {}
    for status, shape in _responses(route).items():
        response: Schema = {"description": HTTPStatus(status).phrase, "headers": _headers(route)}
        if route.produces != routing.JSON:
            response["content"] = {route.produces: {"schema": {"type": "string"}}}
        elif _is_model(shape):
            response["content"] = {routing.JSON: _media(made.references[shape, "serialization"], made.components)}
        found[str(status)] = response
    if route.revalidates:
        found["304"] = {"description": "What the caller has is what there is.", "headers": _headers(route)}
    return found


def _headers(route: routing.Route) -> Schema:
    names = ["X-Request-Id", *route.headers]
    names += ["Cache-Control"] if route.caching else []
    names += ["ETag"] if route.revalidates or (route.versioned and route.method != "DELETE") else []
    names += ["Link", "X-Next-Cursor"] if route.paged else []
    return {name: header(name) for name in names}


def _media(schema: Schema, components: Schema) -> Schema:
    return {"schema": schema, "example": examples.of(schema, components)}


def _errors(route: routing.Route) -> Schema:
    return {str(status): error_response(status) for status in sorted(_error_statuses(route))}


def _error_statuses(route: routing.Route) -> set[int]:
    """Returns a route's error statuses: those that follow from its declaration, and those that it names."""
    statuses = {*ALWAYS_POSSIBLE, *route.raises}
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


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, pydantic.BaseModel)
