"""Typed routes over Chalice's Blueprint.

A view declares what it takes by the names of its parameters and gets just that::

    routes = web.Routes(__name__, tag="Courses")

    @routes.post("/courses/{course_id}/tasks", access=guard.TEACHER, status=201, raises=[404])
    def add_task(course_id: int, body: shapes.NewTask, caller: Caller) -> shapes.Task: ...

- a name from the path: an id (int), or any text (str); what cannot be an id is answered 404;
- `body`, `query`: the pydantic shape of its annotation; every violation is listed in the 400. A body annotated
  `Shape | None` may be left out;
- `caller`: whom `access` admitted; `request`: the request itself.

A view that returns None answers without a body.

The same declarations make the OpenAPI document (`openapi.py`) and the route table that a test reviews.
"""

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Generic, Required, TypedDict, TypeVar, Unpack, get_args
from urllib.parse import parse_qsl, urlencode

import pydantic
from chalice.app import Blueprint, Response

from chalicelib.common import errors, multipart, shapes, texts, violations

MAX_BODY_BYTES = 256 * 1024
MAX_FORM_FIELDS = 100
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

CallerT = TypeVar("CallerT")
BodyT = TypeVar("BodyT", bound=shapes.View | str)
View = Callable[..., Any]
Declare = Callable[[View], View]


@dataclass(frozen=True, slots=True)
class Request:
    """What a view or a guard may know of the HTTP request."""

    id: str
    path: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    raw_body: bytes
    source_ip: str
    language: texts.Language

    def cookie(self, name: str) -> str | None:
        """A cookie's value; None without it. The first of that name: browsers put the nearest path first."""
        # Not http.cookies: one cookie of a foreign make, such as JSON, hides from it all that follow.
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return next((value for found, _, value in pairs if found == name), None)


@dataclass(frozen=True, slots=True)
class Access(Generic[CallerT]):
    """Who may call. `admit` returns the caller or raises 401 or 403; `name` stands in the route table."""

    name: str
    admit: Callable[[Request], CallerT]
    needs_token: bool = True


PUBLIC: Access[None] = Access("anyone", lambda request: None, needs_token=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[BodyT]):
    """An answer that differs from its route's usual status, or carries headers. Text is sent as it is."""

    body: BodyT
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Options(TypedDict, total=False):
    """What a route may say of itself.

    `raises` are the error statuses beyond those that follow from the declaration, `also` other good answers by
    status. With `takes_files`, the body may come as a form with files (RFC 7578) as well. `incomplete_status` is the
    `status` member of the 400 for a body that lacks something, where a seed's client compares it.
    """

    access: Required[Access[Any]]
    status: int
    raises: Collection[int]
    also: Mapping[int, type[shapes.View]]
    consumes: str
    takes_files: bool
    incomplete_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One declared operation. `parameters` are the view's, by name, with their annotations."""

    method: str
    path: str
    view: View
    tag: str
    parameters: Mapping[str, Any]
    access: Access[Any]
    status: int = 200
    raises: Collection[int] = ()
    also: Mapping[int, type[shapes.View]] = field(default_factory=dict)
    consumes: str = JSON
    takes_files: bool = False
    incomplete_status: str | None = None

    @property
    def body(self) -> type[pydantic.BaseModel] | None:
        annotation = self.parameters.get("body")
        return next((shape for shape in get_args(annotation) if shape is not NoneType), annotation)

    @property
    def content_types(self) -> list[str]:
        """Of the body."""
        return [self.consumes, MULTIPART] if self.takes_files else [self.consumes]

    @property
    def needs_body(self) -> bool:
        return self.body is not None and self.body is self.parameters["body"]

    @property
    def query(self) -> type[pydantic.BaseModel] | None:
        return self.parameters.get("query")

    @property
    def path_parameters(self) -> list[str]:
        return re.findall(r"{(\w+)}", self.path)

    @property
    def answer(self) -> Any:
        """The shape of the usual answer: the first that the view's annotation names."""
        annotation = inspect.signature(self.view, eval_str=True).return_annotation
        while get_args(annotation):
            annotation = get_args(annotation)[0]
        return annotation


class Routes(Blueprint):
    """A package's routes. `declared` remembers each for OpenAPI and the route table."""

    def __init__(self, import_name: str, *, tag: str) -> None:
        super().__init__(import_name)
        self.tag = tag
        self.declared: list[Route] = []

    def get(self, path: str, **options: Unpack[Options]) -> Declare:
        return self._declare("GET", path, options)

    def post(self, path: str, **options: Unpack[Options]) -> Declare:
        return self._declare("POST", path, options)

    def put(self, path: str, **options: Unpack[Options]) -> Declare:
        return self._declare("PUT", path, options)

    def patch(self, path: str, **options: Unpack[Options]) -> Declare:
        return self._declare("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[Options]) -> Declare:
        return self._declare("DELETE", path, options)

    def _declare(self, method: str, path: str, options: Options) -> Declare:
        def declare(view: View) -> View:
            signature = inspect.signature(view, eval_str=True)
            parameters = {name: parameter.annotation for name, parameter in signature.parameters.items()}
            route = Route(method=method, path=path, view=view, tag=self.tag, parameters=parameters, **options)
            self.declared.append(route)
            self._register(route)
            return view

        return declare

    def _register(self, route: Route) -> None:
        def handle(**path_values: str) -> Response:
            request = _request(self.current_request)
            try:
                return _rendered(route, route.view(**_arguments(route, request, path_values)))
            except errors.LyceumError as error:
                return error_response(error, request.language, request.id)

        # Chalice names the parameters it passes after those of the function; it must see the path's.
        handle.__name__ = route.view.__name__
        content_types = route.content_types if route.needs_body else ["*/*"]
        self.route(route.path, methods=[route.method], content_types=content_types, name=route.view.__name__)(handle)


def error_response(error: errors.LyceumError, language: texts.Language, request_id: str) -> Response:
    """The one error body, with the error's status and headers."""
    body = errors.body(error, language=language, request_id=request_id)
    return Response(body, status_code=error.STATUS_CODE, headers={"Content-Type": JSON, **error.headers})


def uniform_errors(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice middleware: gives the errors that Chalice answers by itself (405, 415, 500) the one error body."""
    response = get_response(event)
    if isinstance(response.body, dict) and response.body.keys() == {"Code", "Message"}:
        error = _CHALICE_ERRORS.get(response.status_code, _INTERNAL)
        uniform = error_response(error, _language(event.headers), event.context.get("requestId", ""))
        uniform.headers.update(response.headers)
        return uniform
    return response


def link_to_next(request: Request, cursor: str | None) -> dict[str, str]:
    """The headers that lead to the next page; none on the last."""
    if cursor is None:
        return {}
    target = f"{request.path}?{urlencode({**request.query, 'cursor': cursor})}"
    return {"Link": f'<{target}>; rel="next"', "X-Next-Cursor": cursor}


_INTERNAL = errors.InternalError("internal_error", "Something went wrong on our side")
_CHALICE_ERRORS: dict[int, errors.LyceumError] = {
    405: errors.MethodNotAllowed("method_not_allowed", "This path does not know this method"),
    415: errors.UnsupportedMediaType("unsupported_media_type", "This path does not take this content type"),
}


def _language(headers: Mapping[str, str]) -> texts.Language:
    return texts.preferred(headers.get("accept-language", ""))


def _request(raw: Any) -> Request:
    headers = raw.headers
    return Request(
        id=raw.context.get("requestId", ""),
        path=raw.path.format_map(raw.uri_params or {}),  # Chalice has the route's here
        headers=headers,
        query=dict(raw.query_params or {}),
        raw_body=raw.raw_body,
        source_ip=raw.context.get("identity", {}).get("sourceIp", ""),
        language=_language(headers),
    )


def _arguments(route: Route, request: Request, path_values: Mapping[str, str]) -> dict[str, Any]:
    caller = route.access.admit(request)
    sources: dict[str, Callable[[], Any]] = {
        "caller": lambda: caller,
        "request": lambda: request,
        "body": lambda: _body(route, request),
        "query": lambda: _query(route, request),
    }
    return {
        name: _path_value(kind, path_values[name]) if name in path_values else sources[name]()
        for name, kind in route.parameters.items()
    }


def _path_value(kind: Any, text: str) -> int | str:
    if kind is str:
        return text
    if not shapes.is_id(text):
        raise errors.NotFound("not_found", "Not found")
    return int(text)


def _body(route: Route, request: Request) -> pydantic.BaseModel | None:
    if not request.raw_body and not route.needs_body:
        return None
    if len(request.raw_body) > MAX_BODY_BYTES:
        raise errors.TooLarge("body_too_large", "The body is larger than {limit} bytes", limit=MAX_BODY_BYTES)
    shape: Any = route.body
    try:
        if route.takes_files and request.headers.get("content-type", "").lower().startswith(MULTIPART):
            return shape.model_validate(multipart.fields(request.headers["content-type"], request.raw_body))  # type: ignore[no-any-return]
        if route.consumes == FORM:
            return shape.model_validate(_form_fields(request.raw_body))  # type: ignore[no-any-return]
        return shape.model_validate_json(request.raw_body)  # type: ignore[no-any-return]
    except pydantic.ValidationError as error:
        raise violations.bad_request("invalid_body", error, incomplete_status=route.incomplete_status) from error


def _form_fields(raw_body: bytes) -> dict[str, str]:
    """The fields of a form; the last of those that have one name."""
    try:
        pairs = parse_qsl(raw_body.decode(), keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS, errors="strict")
    except ValueError as error:
        raise errors.BadRequest("invalid_form", "The form cannot be read") from error
    return dict(pairs)


def _query(route: Route, request: Request) -> pydantic.BaseModel:
    shape = route.parameters["query"]
    try:
        return shape.model_validate(dict(request.query))  # type: ignore[no-any-return]
    except pydantic.ValidationError as error:
        raise violations.bad_request("invalid_query", error, incomplete_status=route.incomplete_status) from error


def _rendered(route: Route, result: Any) -> Response:
    if result is None:
        return Response("", status_code=route.status, headers={})
    answer = result if isinstance(result, Answer) else Answer(body=result)
    body = answer.body if isinstance(answer.body, str) else answer.body.model_dump_json(by_alias=True)
    status = answer.status or route.status
    return Response(body, status_code=status, headers={"Content-Type": JSON, **answer.headers})
