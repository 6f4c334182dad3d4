"""Keeps back WebSocket frames that API Gateway would not take, before a library has joined them into messages.

A message may have several frames (RFC 6455, 5.4), and libraries hand out messages alone. So the bytes of a connection
are read on their way: only the headers of its frames (5.2).
"""

import asyncio
from typing import Final, cast

from aiohttp import web

SHORT, LONG, LONGER = 125, 126, 127
"""The largest length that stands in the second byte, and the values that say that 2 or 8 bytes more have it."""
FIRST: Final = 2  # bytes that every header has
MASK: Final = 4  # bytes more, which every frame of a client has
FIRST_CONTROL: Final = 0x8  # opcodes from here on: close, ping, pong


class FrameLimit:
    """Of the bytes of a connection those that belong to frames with a payload of at most so many bytes. Pure.

    After one that is larger only control frames pass: the rest of its message is of no use, and a close has an answer.
    """

    def __init__(self, most: int) -> None:
        self.exceeded = False
        self._most = most
        self._header = bytearray()
        self._left = 0
        self._passes = True

    def passed(self, data: bytes) -> bytes:
        """What of the next bytes passes."""
        out = bytearray()
        at = 0
        while at < len(data):
            if self._left:
                part = data[at : at + self._left]
                self._left -= len(part)
                at += len(part)
                out += part if self._passes else b""
            else:
                self._header.append(data[at])
                at += 1
                out += self._begun()
        return bytes(out)

    def _begun(self) -> bytes:
        """The header, once it is whole and its frame passes."""
        size = _header_size(self._header)
        if len(self._header) < size:
            return b""
        header, self._header = bytes(self._header), bytearray()
        self._left = _payload_size(header)
        is_too_large = self._left > self._most
        self._passes = not is_too_large and (not self.exceeded or header[0] & 0xF >= FIRST_CONTROL)
        self.exceeded = self.exceeded or is_too_large
        return header if self._passes else b""


def _header_size(header: bytearray) -> int:
    """How long it will be, as far as that can be seen."""
    if len(header) < FIRST:
        return FIRST
    more = {LONG: 2, LONGER: 8}.get(header[1] & 0x7F, 0)
    return FIRST + more + (MASK if header[1] & 0x80 else 0)


def _payload_size(header: bytes) -> int:
    short = header[1] & 0x7F
    if short <= SHORT:
        return short
    return int.from_bytes(header[2 : 4 if short == LONG else 10])


class Meter(asyncio.Protocol):
    """Stands between a connection and its protocol. `exceeded` is set by the first frame that is too large."""

    def __init__(self, protocol: asyncio.Protocol, most: int) -> None:
        self.exceeded = asyncio.Event()
        self._protocol = protocol
        self._limit = FrameLimit(most)

    def data_received(self, data: bytes) -> None:
        if passed := self._limit.passed(data):
            self._protocol.data_received(passed)
        if self._limit.exceeded:
            self.exceeded.set()

    def eof_received(self) -> bool | None:
        return self._protocol.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._protocol.connection_lost(exc)

    def pause_writing(self) -> None:
        self._protocol.pause_writing()

    def resume_writing(self) -> None:
        self._protocol.resume_writing()


def measured(request: web.Request, most: int) -> Meter:
    """Measures all that a client sends from now on: before the handshake is answered, it sends nothing.

    ConnectionResetError when it has left.
    """
    transport = request.transport
    if transport is None:
        raise ConnectionResetError("The client has left")
    meter = Meter(cast("asyncio.Protocol", transport.get_protocol()), most)
    transport.set_protocol(meter)
    return meter
