"""Decides which pages of other hosts may call. Pure.

`ALLOWED_ORIGINS` lists their origins (RFC 6454) with commas between. `http://localhost:*` is any port of that host. A
browser reads an answer only when `Access-Control-Allow-Origin` names its page's origin, and one origin alone fits in
there: so the header is chosen for each request.
"""

from collections.abc import Collection

ANY_PORT = ":*"


def parse(text: str) -> tuple[str, ...]:
    """Reads a list of origins. What is empty between two commas counts for nothing."""
    return tuple(origin for each in text.split(",") if (origin := each.strip()))


def is_listed(origin: str | None, listed: Collection[str]) -> bool:
    """Whether a page of this origin may call. A port is digits: nothing else may follow the host of an `:*`."""
    return origin is not None and (origin in _literal(listed) or _without_port(origin) in listed)


def named_to(origin: str | None, listed: Collection[str]) -> str:
    """Returns the origin that an answer names: the caller's if it is listed, else the first, which no other page is."""
    if origin is not None and is_listed(origin, listed):
        return origin
    return next(iter(_literal(listed)), "")


def _literal(listed: Collection[str]) -> list[str]:
    return [each for each in listed if not each.endswith(ANY_PORT)]


def _without_port(origin: str) -> str | None:
    host, _, port = origin.rpartition(":")
    return host + ANY_PORT if port.isascii() and port.isdecimal() else None
