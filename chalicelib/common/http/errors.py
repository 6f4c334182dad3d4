"""The error tree of the application. A status code stands here and nowhere else.

Raise with the code that programs read and the English text that people read. `{placeholders}` in the text are
filled from keyword arguments, in whatever language the caller asked for (`texts.py`)::

    raise errors.NotFound("course_not_found", "Course not found")
    raise errors.TooManyRequests("rate_limited", "Try again in {retry_after} s", retry_after=12)
"""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from chalice.app import ChaliceViewError

from chalicelib.common import texts


class LyceumError(ChaliceViewError):
    """An answer other than success. Deriving from ChaliceViewError keeps the CORS headers."""

    STATUS_CODE = 500

    def __init__(
        self,
        code: str,
        text: str,
        *,
        status: str | None = None,
        violations: Sequence[texts.Text] = (),
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        """`status` fixes the `status` member when a client of one of the five systems compares it with a literal."""
        super().__init__(text.format_map(params))
        self.code = code
        self.text = texts.Text(code, text, params)
        self.status = status
        self.violations = tuple(violations)
        self.headers = dict(headers or {})


class BadRequest(LyceumError):
    STATUS_CODE = 400


REALM = 'realm="lyceum"'
"""What the tokens are for (RFC 9110, 11.5)."""


class Unauthorized(LyceumError):
    """The caller must show a token (RFC 6750, 3). `challenge` has the parameters of WWW-Authenticate beside the realm:
    none of them for a request that brought no token.
    """

    STATUS_CODE = 401

    def __init__(self, code: str, text: str, *, challenge: str = "", **options: Any) -> None:
        parameters = ", ".join(filter(None, (REALM, challenge)))
        super().__init__(code, text, headers={"WWW-Authenticate": f"Bearer {parameters}"}, **options)


class InvalidToken(Unauthorized):
    """The token that came is not good: another one is needed (RFC 6750, 3.1)."""

    def __init__(self, code: str, text: str, **options: Any) -> None:
        super().__init__(code, text, challenge='error="invalid_token"', **options)


class WrongCredentials(LyceumError):
    """A sign-in failed. No token was asked for; the bare scheme is what Learning Platform answers."""

    STATUS_CODE = 401

    def __init__(self, code: str, text: str, **options: Any) -> None:
        super().__init__(code, text, headers={"WWW-Authenticate": "Bearer"}, **options)


class Forbidden(LyceumError):
    STATUS_CODE = 403


class NotFound(LyceumError):
    STATUS_CODE = 404


class MethodNotAllowed(LyceumError):
    STATUS_CODE = 405


class Conflict(LyceumError):
    STATUS_CODE = 409


class PreconditionFailed(LyceumError):
    """The item has changed since the caller read it (RFC 9110, 13.1)."""

    STATUS_CODE = 412


class TooLarge(LyceumError):
    STATUS_CODE = 413


class UnsupportedMediaType(LyceumError):
    STATUS_CODE = 415


class Unprocessable(LyceumError):
    """The request is understood, but cannot be done."""

    STATUS_CODE = 422


class TooManyRequests(LyceumError):
    """`retry_after` is in whole seconds."""

    STATUS_CODE = 429

    def __init__(self, code: str, text: str, *, retry_after: int, **options: Any) -> None:
        headers = {"Retry-After": str(retry_after)}
        super().__init__(code, text, headers=headers, retry_after=retry_after, **options)


def whole_seconds(pause: timedelta) -> int:
    """Rounds a pause up for Retry-After: at least a second, so that nobody retries too early."""
    return max(1, math.ceil(pause.total_seconds()))


class InternalError(LyceumError):
    """A fault of ours. The answer says nothing of the cause: that is in the log, under the request's id."""

    STATUS_CODE = 500


class Unavailable(LyceumError):
    """A fault of ours that may pass: the request can be tried again."""

    STATUS_CODE = 503
    RETRY_SECONDS = 1

    def __init__(self, code: str, text: str, **options: Any) -> None:
        super().__init__(code, text, headers={"Retry-After": str(self.RETRY_SECONDS)}, **options)


def body(error: LyceumError, *, language: texts.Language, request_id: str) -> dict[str, Any]:
    """Returns the members of an error's body: the union of what clients of the five systems read."""
    message = error.text.in_language(language)
    return {
        "success": False,
        "code": error.code,
        "status": error.status or message,
        "errors": [violation.in_language(language) for violation in error.violations] or [message],
        "detail": message,
        "result": None,
        "request_id": request_id,
    }
