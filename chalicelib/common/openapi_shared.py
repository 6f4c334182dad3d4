"""What the operations of the OpenAPI document have in common: errors, headers, ways to show who calls."""

from collections.abc import Iterable
from typing import Any

from chalicelib.common import errors, texts, web

Schema = dict[str, Any]
REFERENCE = "#/components/schemas/{model}"

ERRORS: dict[int, tuple[str, str, str]] = {
    400: ("Broken or invalid; `errors` has every violation.", "invalid_body", "'name' is a required property"),
    401: ("No token, or none that is accepted.", "token_missing", "The access token is missing"),
    403: ("Not allowed.", "insufficient_rights", "Insufficient access rights"),
    404: ("There is none.", "not_found", "Not found"),
    409: ("At odds with what there is.", "already_registered", "This e-mail, login or phone is taken"),
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
    "ETag": "The version of what is shown, for If-Match and If-None-Match.",
    "Link": 'The next page, as `<…>; rel="next"`; not on the last.',
    "X-Next-Cursor": "The `cursor` of the next page; not on the last.",
    "Location": "Where to look further.",
    "Retry-After": "Seconds to wait before the next try.",
    "WWW-Authenticate": "Which token is wanted (RFC 6750).",
    "Set-Cookie": "Keeps or forgets the refresh token.",
    "Cache-Control": "How long the answer may be kept.",
    "Content-Security-Policy": "The page loads nothing from elsewhere.",
    "X-Content-Type-Options": "The file is of the type that it says.",
}

OF_ERRORS = {401: ["WWW-Authenticate"], 409: ["Retry-After"], 429: ["Retry-After"], 503: ["Retry-After"]}
"""Headers beside X-Request-Id."""

SECURITY: dict[web.Credential, Schema] = {
    web.Credential.ACCESS_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`jwt_access` of a sign-in; it lives for minutes.",
    },
    web.Credential.REFRESH_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`jwt_refresh` of a sign-in; good for one use.",
    },
    web.Credential.SIGN_UP_TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "`sign_up_token` of a confirmed address.",
    },
    web.Credential.REFRESH_COOKIE: {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Secure-refresh-token",
        "description": "Set by POST /auth/login.",
    },
}


def components(error_statuses: Iterable[int]) -> Schema:
    return {
        "responses": {_name(status): _error(status) for status in sorted(error_statuses)},
        "headers": {name: {"description": said, "schema": {"type": "string"}} for name, said in HEADERS.items()},
        "securitySchemes": {credential.value: scheme for credential, scheme in SECURITY.items()},
    }


def error(status: int) -> Schema:
    return {"$ref": f"#/components/responses/{_name(status)}"}


def header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}


def _name(status: int) -> str:
    return f"Error{status}"


def _error(status: int) -> Schema:
    meaning, code, text = ERRORS[status]
    example = errors.body(errors.LyceumError(code, text), language=texts.Language.EN, request_id="c0ffee")
    return {
        "description": meaning,
        "headers": {name: header(name) for name in ["X-Request-Id", *OF_ERRORS.get(status, [])]},
        "content": {web.JSON: {"schema": {"$ref": REFERENCE.format(model="ErrorView")}, "example": example}},
    }
