"""Decides which pages may open a WebSocket. Pure.

A browser lets any page connect to any host and names the page's origin; a program that is no browser names none. What
authenticates a connection is no cookie, so a foreign page has nothing to connect with; this is the second lock (OWASP
ASVS 5.0, 4.4.2).
"""

from collections.abc import Collection
from urllib.parse import SplitResult, urlsplit

from chalicelib.common.origins import is_listed


def is_allowed(origin: str | None, *, listed: Collection[str], hosts: Collection[str], local: bool) -> bool:
    """Whether a page of this origin may connect, or a program that has none.

    `listed` are the origins of frontends (`ALLOWED_ORIGINS`), `hosts` the hosts under which the client reached us, with
    their ports.
    On a developer's machine (`local`) pages of this machine may connect too, and TLS is not asked for.
    """
    if origin is None or is_listed(origin, listed):
        return True
    parts = _split(origin)
    if parts is None or parts.scheme not in ({"http", "https"} if local else {"https"}):
        return False
    return parts.netloc in hosts or (local and parts.hostname in {"localhost", "127.0.0.1", "::1"})


def _split(origin: str) -> SplitResult | None:
    """Returns the parts of an origin (RFC 6454, 6.1: scheme, host and port, nothing else); None for what is none."""
    try:
        parts = urlsplit(origin)
        is_origin = f"{parts.scheme}://{parts.netloc}" == origin and parts.hostname is not None and "@" not in origin
    except ValueError:
        return None
    return parts if is_origin else None
