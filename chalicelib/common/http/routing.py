"""Typed routes over Chalice's Blueprint.

A view declares by the names of its parameters what it takes, and gets just that::

    routes = routing.Routes(__name__, tag="Courses")

    @routes.post("/courses/{course_id}/tasks", access=authentication.TEACHER, status=201, raises=[404])
    def add_task(course_id: int, body: requests.NewTask, caller: Caller) -> responses.TaskView: ...

- a name from the path: an id (int), or any text (str); a value that cannot be an id is answered 404;
- `body`, `query`: the pydantic model of its annotation; the 400 lists every violation. A body annotated
  `Model | None` may be left out;
- `caller`: the caller that `access` admitted; `request`: the request itself.

A view that returns None answers without a body.

The same declarations make the OpenAPI document (`openapi.py`) and the route table that a test reviews.
"""

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from types import NoneType
from typing import Any, Generic, Protocol, Required, TypedDict, TypeVar, Unpack, get_args, get_origin, runtime_checkable

import pydantic
from chalice.app import Blueprint, Response

from chalicelib.common import limits, observe, spoken_names, texts
from chalicelib.common.dynamo import retryable
from chalicelib.common.http import client_address, errors, etags, idempotency, paging, requests, responses
from chalicelib.common.http.headers import REVALIDATED
from chalicelib.common.http.requests import Request
from chalicelib.common.limits import CountedWithin, Limit

JSON = "application/json"
FORM = requests.FORM
MULTIPART = requests.MULTIPART

CallerT = TypeVar("CallerT")
BodyT = TypeVar("BodyT", bound=responses.View | str)
View = Callable[..., Any]
Declare = Callable[[View], View]


class Credential(StrEnum):
    """The credentials that callers may show, by their names in the OpenAPI document."""

    ACCESS_TOKEN = "accessToken"  # noqa: S105 - names, not secrets
    PASSWORD = "password"  # noqa: S105
    """For an access token: see `POST /token`."""
    REFRESH_TOKEN = "refreshToken"  # noqa: S105
    REFRESH_COOKIE = "refreshCookie"
    SIGN_UP_TOKEN = "signUpToken"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Access(Generic[CallerT]):
    """Who may call a route. `admit` returns the caller or raises 401 or 403; `name` stands in the route table.

    With `needs_token` the credential is required; otherwise it may be left out. `limit` is that of a write whose route
    names no other.
    """

    name: str
    admit: Callable[[Request], CallerT]
    needs_token: bool = True
    credential: Credential | None = Credential.ACCESS_TOKEN
    limit: Limit = limits.FROM_ADDRESS


@runtime_checkable
class Identified(Protocol):
    """A caller with an account."""

    @property
    def id(self) -> int: ...


PUBLIC: Access[None] = Access("anyone", lambda request: None, needs_token=False, credential=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Generic[BodyT]):
    """An answer with headers, or with another status than its route's usual one. Text is sent as it is."""

    body: BodyT
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Options(TypedDict, total=False):
    """What a route may say of itself.

    `raises` are the error statuses beyond those that follow from the declaration, `also` other good answers by
    status, `headers` those of its good answers. `versioned`: its answers have an ETag; GET takes If-None-Match, a write
    If-Match. `paged`: its view takes a `paging.ListQuery` as `query` and returns a `paging.PageAnswer`; the headers
    that lead to the next page are added here. `creates`: whether a POST creates something, and so takes an
    Idempotency-Key; what answers 201 does. With `takes_files`, the body may come as a form with files (RFC 7578) as
    well. `incomplete_status` is the `status` member of the 400 for a body that lacks something, where a client of one
    of the five systems compares it. `caching` is the Cache-Control of good answers (see `headers.py`): a GET that asks
    for no credential declares it, and no other route may, for what others answer is kept by nobody. `limit` is how
    often it may be asked, instead of what its access says for a write; a read has no limit otherwise. What is not
    `documented` is no part of the API: a page, and what it loads. `produces` is the content type of good answers that
    are text. `reads` are request headers beyond those that follow from the declaration. `use_instead` names the
    operation ("GET /me") that does the same and is recommended: this one stays for clients of the five systems, and is
    shown as deprecated.
    """

    access: Required[Access[Any]]
    status: int
    creates: bool
    versioned: bool
    paged: bool
    headers: Collection[str]
    raises: Collection[int]
    also: Mapping[int, type[responses.View] | None]
    consumes: str
    takes_files: bool
    incomplete_status: str
    caching: str
    limit: Limit | CountedWithin
    documented: bool
    produces: str
    reads: Collection[str]
    use_instead: str


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
    creates: bool | None = None
    versioned: bool = False
    paged: bool = False
    headers: Collection[str] = ()
    raises: Collection[int] = ()
    also: Mapping[int, type[responses.View] | None] = field(default_factory=dict)
    consumes: str = JSON
    takes_files: bool = False
    incomplete_status: str | None = None
    caching: str | None = None
    limit: Limit | CountedWithin | None = None
    documented: bool = True
    produces: str = JSON
    reads: Collection[str] = ()
    use_instead: str | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def limited_to(self) -> Limit | CountedWithin | None:
        return self.limit or (None if self.method == "GET" else self.access.limit)

    @property
    def is_public_read(self) -> bool:
        return self.method == "GET" and self.access.credential is None

    @property
    def revalidates(self) -> bool:
        """Whether its answers have an ETag that spares whoever has them already (304): versions, and public reads."""
        return self.method == "GET" and (self.versioned or self.caching == REVALIDATED)

    @property
    def takes_idempotency_key(self) -> bool:
        return self.method == "POST" and (self.status == HTTPStatus.CREATED if self.creates is None else self.creates)

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
        """Returns the model of the usual answer: the first that the view's annotation names; None without a body."""
        if self.status == HTTPStatus.NO_CONTENT:
            return None
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
            _check_paged(route, signature.return_annotation)
            _check_caching(route)
            self.declared.append(route)
            self._register(route)
            return view

        return declare

    def _register(self, route: Route) -> None:
        def handle(**path_values: str) -> Response:
            request = _request(self.current_request, self.current_app.lambda_context)
            try:
                return _with_more_headers(_answer(route, request, path_values), request)
            except errors.LyceumError as error:
                _report(route, request, error)
                return error_response(error, request.language, request.id)
            except Exception as failure:
                if not retryable.is_transient(failure):
                    raise  # Chalice logs it, and answers 500
                observe.logger.exception("AWS failed for the moment")
                return error_response(_AWAY, request.language, request.id)

        # Chalice names the parameters it passes after those of the function; it must see the path's.
        handle.__name__ = route.view.__name__
        content_types = route.content_types if route.needs_body else ["*/*"]
        self.route(route.path, methods=[route.method], content_types=content_types, name=route.view.__name__)(handle)


def _with_more_headers(response: Response, request: Request) -> Response:
    """Adds the headers that were asked for on the way; cookies beside the one that the view sets."""
    response.headers.update(request.headers_to_set)
    if request.cookies_to_set:
        own = response.headers.get("Set-Cookie")
        response.headers["Set-Cookie"] = [*([own] if isinstance(own, str) else own or []), *request.cookies_to_set]
    return response


def _check_paged(route: Route, returned: Any) -> None:
    """Raises TypeError unless `paged` and the view's annotation agree."""
    takes_pages = route.query is not None and issubclass(route.query, paging.ListQuery)
    gives_pages = get_origin(returned) is paging.PageAnswer
    if not route.paged == takes_pages == gives_pages:
        raise TypeError(f"{route.view.__name__}: paged=True, a ListQuery and a PageAnswer go together")


def _check_caching(route: Route) -> None:
    """Raises TypeError for a public read that does not say how it is cached, and for anything else that does."""
    if route.is_public_read != (route.caching is not None):
        raise TypeError(f"{route.view.__name__}: caching= goes with a GET that asks for no credential")


def error_response(error: errors.LyceumError, language: texts.Language, request_id: str) -> Response:
    """Returns the response to an error: the common error body with the error's status and headers."""
    body = errors.body(error, language=language, request_id=request_id)
    return Response(body, status_code=error.STATUS_CODE, headers={"Content-Type": JSON, **error.headers})


def uniform_errors(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice middleware: gives the errors that Chalice answers by itself (405, 415, 500) the common error body."""
    response = get_response(event)
    if isinstance(response.body, dict) and response.body.keys() == {"Code", "Message"}:
        error = _CHALICE_ERRORS.get(response.status_code, _INTERNAL)
        uniform = error_response(error, _language(event.headers), event.context.get("requestId", ""))
        uniform.headers.update(response.headers)
        return uniform
    return response


_REPORTED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS}
_AWAY = errors.Unavailable("unavailable", "Not available for the moment, try again")
_INTERNAL = errors.InternalError("internal_error", "Something went wrong on our side")
_CHALICE_ERRORS: dict[int, errors.LyceumError] = {
    405: errors.MethodNotAllowed("method_not_allowed", "This path does not know this method"),
    415: errors.UnsupportedMediaType("unsupported_media_type", "This path does not take this content type"),
}


def _language(headers: Mapping[str, str]) -> texts.Language:
    return texts.preferred(headers.get("accept-language", ""))


def _request(raw: Any, context: Any) -> Request:
    headers = raw.headers
    return Request(
        id=raw.context.get("requestId", ""),
        path=raw.path.format_map(raw.uri_params or {}),  # Chalice has the route's here
        headers=headers,
        query=dict(raw.query_params or {}),
        raw_body=raw.raw_body,
        source_ip=raw.context.get("identity", {}).get("sourceIp", ""),
        language=_language(headers),
        context=context,
    )


def _answer(route: Route, request: Request, path_values: Mapping[str, str]) -> Response:
    caller = route.access.admit(request)
    if isinstance(route.limited_to, Limit):
        limits.hit(route.limited_to, _subject(request, caller))
    arguments = _arguments(route, request, path_values, caller)

    def answer() -> Response:
        result = route.view(**arguments)
        if isinstance(result, paging.PageAnswer):
            link = paging.link_to_next(request, arguments["query"], result.next_cursor)
            result = Answer(body=result.body, headers={**result.headers, **link})
        return _rendered(route, result, request)

    if route.takes_idempotency_key and "idempotency-key" in request.headers:
        return _answer_once(request, caller, answer)
    return _unless_known(request, answer()) if route.revalidates else answer()


def _subject(request: Request, caller: object) -> str:
    """Returns by whom a limit counts."""
    if isinstance(caller, Identified):
        return str(caller.id)
    return f"address {client_address.network(_address(request))}"


def _report(route: Route, request: Request, error: errors.LyceumError) -> None:
    """Reports refusals that an attack would meet."""
    if error.STATUS_CODE in _REPORTED:
        observe.refused(
            observe.Refusal(
                status=error.STATUS_CODE,
                code=error.code,
                method=route.method,
                route=route.path,
                address=_address(request),
            ),
            signing_in=isinstance(error, errors.WrongCredentials),
        )


def _address(request: Request) -> str:
    return client_address.client_address(request.headers, request.source_ip)


def _unless_known(request: Request, response: Response) -> Response:
    """Returns 304 to a caller who already has this version (RFC 9110, 13.1.2), otherwise the response."""
    tag = str(response.headers.get("ETag", ""))
    if not tag or not etags.none_match(request.headers.get("if-none-match", ""), tag):
        return response
    return Response("", status_code=HTTPStatus.NOT_MODIFIED, headers=response.headers)


def _answer_once(request: Request, caller: object, answer: Callable[[], Response]) -> Response:
    attempt = idempotency.IdempotentRequest(
        # Those without an account are told apart by their address: nobody's key is in another's way.
        caller=f"account {caller.id}" if isinstance(caller, Identified) else f"address {_address(request)}",
        path=request.path,
        key=idempotency.valid(request.headers["idempotency-key"]),
        body=request.raw_body,
        context=request.context,
    )
    return idempotency.answer_once(attempt, answer)


def _arguments(route: Route, request: Request, path_values: Mapping[str, str], caller: object) -> dict[str, Any]:
    sources: dict[str, Callable[[], Any]] = {
        "caller": lambda: caller,
        "request": lambda: request,
        "body": lambda: _body(route, request),
        "query": lambda: requests.query(route.query, request.query, incomplete_status=route.incomplete_status),
    }
    return {
        name: requests.path_value(kind, path_values[name]) if name in path_values else sources[name]()
        for name, kind in route.parameters.items()
    }


def _body(route: Route, request: Request) -> pydantic.BaseModel | None:
    if not request.raw_body and not route.needs_body:
        return None
    sent_as = request.headers.get("content-type", "")
    has_files = route.takes_files and sent_as.lower().startswith(MULTIPART)
    content_type = sent_as if has_files else route.consumes
    return requests.body(route.body, request.raw_body, content_type, incomplete_status=route.incomplete_status)


def _rendered(route: Route, result: Any, request: Request) -> Response:
    if result is None:
        return Response("", status_code=route.status, headers={})
    answer = result if isinstance(result, Answer) else Answer(body=result)
    body, tag = answer.body, str(answer.headers.get("ETag", ""))
    if not isinstance(body, str):
        body, is_spoken = _json(body, request)
        tag = etags.as_spoken(tag, body) if tag and is_spoken else tag
    status = answer.status or route.status
    caching = {"Cache-Control": route.caching} if route.caching else {}
    tags = etags.of_text(body) if route.revalidates and not route.versioned else {}
    given = {**answer.headers, **({"ETag": tag} if tag else {})}
    return Response(body, status_code=status, headers={"Content-Type": JSON, **caching, **tags, **given})


def _json(body: responses.View, request: Request) -> tuple[str, bool]:
    """Returns the body, and whether it depends on the languages that its reader asks for."""
    asked = spoken_names.Asked(request.headers.get("accept-language", ""))
    json = body.model_dump_json(by_alias=True, context={responses.LANGUAGE: request.language, responses.ASKED: asked})
    if asked.matters:
        request.headers_to_set["Vary"] = "Accept-Language"
    return json, asked.matters
