"""Connects to git servers: resolves, refuses every address that is not public, and connects to the one it has checked.

Whoever checked a name first and connected by it later would be led elsewhere by a second answer of its resolver.
Nothing of the environment counts here, no proxies and no credentials. Every wait ends at one moment for all, also when
a server sends a byte now and then.
"""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.common import clock
from chalicelib.tracks.fetching import addresses, reasons
from chalicelib.tracks.fetching.links import Host
from chalicelib.tracks.fetching.reasons import Refused

PIECE = 64 * 1024
HTTPS_PORT = 443
_FAILURES = (OSError, http.client.HTTPException)


class _Timed:
    """A socket that waits until a moment of the monotonic clock, however its bytes drip."""

    until: float

    def recv_into(self, *args: Any, **kwargs: Any) -> Any:
        self.settimeout(_left(self.until))  # type: ignore[attr-defined]
        return super().recv_into(*args, **kwargs)  # type: ignore[misc]


class _Plain(_Timed, socket.socket):
    pass


class _Secured(_Timed, ssl.SSLSocket):
    pass


@contextlib.contextmanager
def answer(
    host: Host, method: str, path: str, headers: Mapping[str, str], *, until: float, body: bytes | None = None
) -> Iterator[http.client.HTTPResponse]:
    """What a host answers to a request; Refused when it does not, or not in time."""
    with contextlib.closing(_connected(host, until)) as connected:
        connection = http.client.HTTPConnection(host.name)
        connection.sock = connected
        named = host.name if host.is_public else f"{host.name}:{host.port}"
        try:
            connection.request(method, path, body, {"Host": named, **headers})
            with contextlib.closing(connection.getresponse()) as response:
                yield response
        except _FAILURES as failure:
            raise Refused(reasons.HOST_SILENT) from failure


def read(response: http.client.HTTPResponse, at_most: int) -> bytes:
    """The body of an answer; Refused as soon as it is larger."""
    found = bytearray()
    while piece := response.read(PIECE):
        found += piece
        if len(found) > at_most:
            raise Refused(reasons.TOO_MUCH)
    return bytes(found)


def checked(host: Host) -> list[tuple[int, Any]]:
    """The addresses of a host, each with its family; Refused when one of them is not what the list allows."""
    port = host.port or HTTPS_PORT
    try:
        found = socket.getaddrinfo(host.name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Refused(reasons.HOST_NOT_FOUND) from error
    may = addresses.is_public if host.is_public else addresses.is_loopback
    if not all(may(str(each[4][0])) for each in found):
        raise Refused(reasons.ADDRESS_REFUSED)
    return [(each[0], each[4]) for each in found]


def _connected(host: Host, until: float) -> socket.socket:
    failure: OSError | None = None
    for family, address in checked(host):
        plain = _Plain(family, socket.SOCK_STREAM)
        plain.until = until
        try:
            plain.settimeout(_left(until))
            plain.connect(address)
            return _secured(plain, host, until) if host.is_public else plain
        except OSError as error:
            plain.close()
            failure = error
    raise Refused(reasons.HOST_SILENT) from failure


def _secured(plain: socket.socket, host: Host, until: float) -> ssl.SSLSocket:
    context = ssl.create_default_context()
    context.sslsocket_class = _Secured
    plain.settimeout(_left(until))
    secured = context.wrap_socket(plain, server_hostname=host.name)
    secured.until = until  # type: ignore[attr-defined]
    return secured


def _left(until: float) -> float:
    left = until - clock.monotonic()
    if left <= 0:
        raise TimeoutError("no time is left")
    return left
