"""Headers of every answer: who may keep it, and what a browser may make of it.

No answer may be kept (`no-store`), unless its route is public and says otherwise (`caching=`). So what one person
was shown stays in no cache on the way and in no browser of a shared computer.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chalice.app import Response

from chalicelib.common import origins, settings

NOT_STORED = "no-store"
REVALIDATED = "no-cache"
"""May be kept, but not shown without asking whether it has changed."""

ALLOWED_TO = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
EVERYBODY = "*"

PROTECTION = {
    "Cache-Control": NOT_STORED,
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What an answer has that does not say otherwise. CloudFront says the same of what it answers by itself."""


def kept_for(age: timedelta) -> str:
    """Returns the Cache-Control of what everybody may keep for some time, caches on the way as well."""
    return f"public, max-age={int(age.total_seconds())}"


def protect(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice middleware: gives an answer the protective headers that it does not set itself."""
    response = get_response(event)
    response.headers = {**PROTECTION, **response.headers}
    return response


def name_origin(event: Any, get_response: Callable[[Any], Response]) -> Response:
    """Chalice middleware: lets the page that asks read the answer, when its origin is listed.

    Chalice knows one origin, and leaves its headers out of a 405. An answer that everybody may read says "*" itself.
    """
    response = get_response(event)
    if response.headers.get(ALLOWED_TO) != EVERYBODY:
        named = origins.named_to(event.headers.get("origin"), settings.load().allowed_origins)
        varies = [str(response.headers["Vary"])] if "Vary" in response.headers else []
        response.headers = {
            **response.headers,
            ALLOWED_TO: named,
            CREDENTIALS: "true",
            "Vary": ", ".join([*varies, "Origin"]),
        }
    return response
