"""Routes requests to upstreams. CloudFront's function gets the same table (infra/packaging/front_door.py)."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote


class Upstream(StrEnum):
    REST = "rest"
    WEBSOCKET = "websocket"
    WEB = "web"
    """The web client's files."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where to send a request. A WebSocket API has no paths: there `path` is empty."""

    upstream: Upstream
    path: str
    query: str


# Path -> the query parameter that its last segment becomes. First match wins; every other path is the REST API's.
WEBSOCKET_ROUTES: tuple[tuple[str, str | None], ...] = (
    ("/ws", None),
    ("/ws/lobby", None),
    ("/ws/training", None),
    ("/ws/{token}", "token"),
)


WEB_CLIENT = "/app"
WEB_ASSETS = f"{WEB_CLIENT}/assets/"
"""Files whose names change with their content."""
WEB_PAGE = f"{WEB_CLIENT}/index.html"


def route(path: str, query: str) -> Target:
    """`path` and `query` are as on the wire, still encoded."""
    if path == WEB_CLIENT or path.startswith(f"{WEB_CLIENT}/"):
        return Target(Upstream.WEB, path, query)
    for pattern, parameter in WEBSOCKET_ROUTES:
        segment = _match(pattern, path)
        if segment is not None:
            return Target(Upstream.WEBSOCKET, "", _with_parameter(query, parameter, segment))
    return Target(Upstream.REST, path, query)


def web_file(path: str) -> str:
    """Returns the file that answers a path of the web client: an asset by its name, the page for everything else."""
    return path if path.startswith(WEB_ASSETS) else WEB_PAGE


def leads_to_web_client(method: str, path: str, accept: str) -> bool:
    """Whether a browser comes to the front door itself: programs get the API's welcome there."""
    return path == "/" and method in {"GET", "HEAD"} and "text/html" in accept


def _match(pattern: str, path: str) -> str | None:
    """What stands in the pattern's placeholder ("" when it has none), or None."""
    fixed, placeholder, _ = pattern.partition("{")
    if not placeholder:
        return "" if path == pattern else None
    segment = path.removeprefix(fixed)
    return segment if path.startswith(fixed) and segment and "/" not in segment else None


def _with_parameter(query: str, parameter: str | None, segment: str) -> str:
    if parameter is None:
        return query
    """The path's word counts: another of the same name goes."""
    others = [pair for pair in query.split("&") if pair and pair.partition("=")[0] != parameter]
    return "&".join([f"{parameter}={quote(segment, safe='%')}", *others])
