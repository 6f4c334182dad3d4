"""The error tree of the application. A status code stands here and nowhere else.

Raise with the code that programs read and the English text that people read. `{placeholders}` in the text are
filled from keyword arguments, in whatever language the caller asked for (`texts.py`)::

    raise errors.NotFound("course_not_found", "Course not found")
    raise errors.TooManyRequests("rate_limited", "Try again in {retry_after} s", retry_after=12)
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any

from chalice.app import ChaliceViewError

from chalicelib.common import texts


class In(StrEnum):
    """The parts of a request."""

    BODY = "body"
    QUERY = "query"
    PATH = "path"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a request. In a body the field is a JSON pointer (RFC 6901), empty for all of it; else a name."""

    part: In
    field: str = ""


WHOLE_BODY = Place(In.BODY)


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that is wrong with a request: where, as a code for programs, and in words for people.

    `limits` are what the value has to keep, such as `{"min": 8}`. `listed_as` is what the list `errors` has of it,
    where that is not the text itself: the words that clients of the five systems compare.
    """

    place: Place
    code: str
    text: texts.Text
    limits: Mapping[str, object] = field(default_factory=dict)
    listed_as: texts.Text | None = None

    def to_json(self, language: texts.Language) -> dict[str, Any]:
        return {
            "in": self.place.part,
            "field": self.place.field,
            "code": self.code,
            "limits": dict(self.limits),
            "message": sentence(self.text.in_language(language)),
        }


class LyceumError(ChaliceViewError):
    """An answer other than success. Deriving from ChaliceViewError keeps the CORS headers."""

    STATUS_CODE = 500

    def __init__(
        self,
        code: str,
        text: str,
        *,
        plural: str = "",
        status: str | None = None,
        violations: Sequence[Violation] = (),
        headers: Mapping[str, str] | None = None,
        **params: object,
    ) -> None:
        """`status` fixes the `status` member when a client of one of the five systems compares it with a literal.
        With `plural`, `text` is the text for one, see `texts.Text`.
        """
        self.text = texts.Text(code, text, params, plural)
        super().__init__(str(self.text))
        self.code = code
        self.status = status
        self.violations = tuple(violations)
        self.headers = dict(headers or {})


class BadRequest(LyceumError):
    """What is wrong with a request, as `violations`; if none are given it is the error itself, at `where`."""

    STATUS_CODE = 400

    def __init__(self, code: str, text: str, *, where: Place = WHOLE_BODY, **options: Any) -> None:
        super().__init__(code, text, **options)
        self.violations = self.violations or (Violation(where, code, self.text),)


def as_bad_request(refused: LyceumError) -> BadRequest:
    """Returns a refusal as a 400 with the same text."""
    return bad_request(refused.text)


def bad_request(text: texts.Text) -> BadRequest:
    """Returns a 400 with this text."""
    options: dict[str, Any] = {"plural": text.plural, **text.params}
    return BadRequest(text.code, text.english, **options)


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


class ChangedMeanwhile(Conflict):
    """Others changed the same at that moment, again and again: it passes, and is worth another try."""

    def __init__(self) -> None:
        super().__init__("changed_meanwhile", "This was changed by somebody else at the same time, try again")


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
        self.retry_after = retry_after


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


def sentence(text: str) -> str:
    """Returns a text as it stands by itself: with a capital letter."""
    return text[:1].upper() + text[1:]


def body(error: LyceumError, *, language: texts.Language, request_id: str) -> dict[str, Any]:
    """Returns the members of an error's body: the union of what clients of the five systems read."""
    message = error.text.in_language(language)
    listed = [(violation.listed_as or violation.text).in_language(language) for violation in error.violations]
    return {
        "success": False,
        "code": error.code,
        "status": error.status or message,
        "errors": listed or [message],
        "detail": message,
        "violations": [violation.to_json(language) for violation in error.violations],
        "result": None,
        "request_id": request_id,
    }
