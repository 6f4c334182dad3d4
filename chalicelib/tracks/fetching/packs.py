"""Reads packs of git, of which nothing is believed: sizes are counted before anything is made of them. Pure.

The format is that of gitformat-pack(5), version 2. A pack of 8 MiB can announce gigabytes, in one object or in deltas
upon deltas; so all objects together, and what the deltas make, have one budget. An object is known by the hash of
what it is, never by what anybody says.
"""

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.tracks.fetching import reasons
from chalicelib.tracks.fetching.reasons import Refused

MOST_OBJECTS = 5000
MOST_MADE = 32 * 1024 * 1024
"""Bytes of all objects, deltas and what they make."""
MOST_ORDERS = 500_000
"""Of all deltas: with orders of a byte each they would take a function longer than it has."""
_HEADER, _HASH = 12, 20
_MOST_BITS = 64
_PIECE = 16 * 1024
_KINDS = {1: "commit", 2: "tree", 3: "blob", 4: "tag"}
_BY_OFFSET, _BY_NAME = 6, 7
_COPY_ALL = 0x10000


@dataclass(frozen=True, slots=True)
class GitObject:
    kind: str
    data: bytes

    @property
    def name(self) -> str:
        head = f"{self.kind} {len(self.data)}\0".encode()
        return hashlib.sha1(head + self.data, usedforsecurity=False).hexdigest()


def objects_in(pack: bytes) -> Mapping[str, GitObject]:
    """The objects of a pack, by their names; Refused when it is broken or too much."""
    if len(pack) < _HEADER + _HASH or pack[:8] != b"PACK\0\0\0\2":
        raise Refused(reasons.BROKEN)
    if hashlib.sha1(pack[:-_HASH], usedforsecurity=False).digest() != pack[-_HASH:]:
        raise Refused(reasons.BROKEN)
    announced = int.from_bytes(pack[8:_HEADER])
    if announced > MOST_OBJECTS:
        raise Refused(reasons.TOO_MANY_ENTRIES)
    reader = _Reader(pack[:-_HASH])
    for _ in range(announced):
        reader.read_entry()
    if reader.at != len(pack) - _HASH or reader.waiting:
        raise Refused(reasons.BROKEN)
    return reader.found


@dataclass(frozen=True, slots=True)
class _Delta:
    offset: int
    data: bytes


class _Reader:
    """Goes through a pack once; a delta waits for its base, which may come later."""

    def __init__(self, pack: bytes) -> None:
        self.pack, self.at, self.left, self.orders = pack, _HEADER, MOST_MADE, MOST_ORDERS
        self.found: dict[str, GitObject] = {}
        self.waiting: dict[int | str, list[_Delta]] = {}
        self._by_offset: dict[int, GitObject] = {}

    def read_entry(self) -> None:
        offset = self.at
        kind, size = self._kind_and_size()
        if kind in _KINDS:
            self._add(offset, GitObject(_KINDS[kind], self._inflated(size)))
            return
        base = self._base(kind, offset)
        delta = _Delta(offset, self._inflated(size))
        known = self._by_offset.get(base) if isinstance(base, int) else self.found.get(base)
        if known is None:
            self.waiting.setdefault(base, []).append(delta)
        else:
            self._add(offset, self._changed(known, delta))

    def _add(self, offset: int, made: GitObject) -> None:
        """With all that waited for it, and for those."""
        fresh = [(offset, made)]
        while fresh:
            at, each = fresh.pop()
            name = each.name
            self._by_offset[at] = self.found[name] = each
            waited = (*self.waiting.pop(at, ()), *self.waiting.pop(name, ()))
            fresh.extend((delta.offset, self._changed(each, delta)) for delta in waited)

    def _base(self, kind: int, offset: int) -> int | str:
        if kind == _BY_NAME:
            name = self.pack[self.at : self.at + _HASH]
            self.at += _HASH
            return name.hex()
        if kind != _BY_OFFSET:
            raise Refused(reasons.BROKEN)
        byte = self._byte()
        back = byte & 0x7F
        while byte & 0x80 and back <= len(self.pack):
            byte = self._byte()
            back = (back + 1 << 7) | (byte & 0x7F)
        if not 0 < back <= offset - _HEADER:
            raise Refused(reasons.BROKEN)
        return offset - back

    def _kind_and_size(self) -> tuple[int, int]:
        byte = self._byte()
        kind, size, shift = (byte >> 4) & 7, byte & 0x0F, 4
        while byte & 0x80:
            byte = self._byte()
            size |= (byte & 0x7F) << shift
            shift += 7
            if size > MOST_MADE:
                raise Refused(reasons.UNPACKED_TOO_MUCH)
            if shift > _MOST_BITS:
                raise Refused(reasons.BROKEN)
        return kind, size

    def _byte(self) -> int:
        if self.at >= len(self.pack):
            raise Refused(reasons.BROKEN)
        self.at += 1
        return self.pack[self.at - 1]

    def _inflated(self, size: int) -> bytes:
        """What is compressed here, which is to have so many bytes: no more than one more is ever made."""
        self._spend(size)
        inflater, made = zlib.decompressobj(), bytearray()
        try:
            while not inflater.eof and len(made) <= size:
                piece = self.pack[self.at : self.at + _PIECE]
                if not piece:
                    raise Refused(reasons.BROKEN)
                made += inflater.decompress(piece, size - len(made) + 1)
                self.at += len(piece) - len(inflater.unconsumed_tail) - len(inflater.unused_data)
        except zlib.error as error:
            raise Refused(reasons.BROKEN) from error
        if len(made) != size:
            raise Refused(reasons.BROKEN)
        return bytes(made)

    def _changed(self, base: GitObject, delta: _Delta) -> GitObject:
        before, at = _number(delta.data, 0)
        after, at = _number(delta.data, at)
        if before != len(base.data):
            raise Refused(reasons.BROKEN)
        self._spend(after)
        made, orders = applied(base.data, delta.data, at, after, most=self.orders)
        self.orders -= orders
        return GitObject(base.kind, made)

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise Refused(reasons.UNPACKED_TOO_MUCH)


def applied(base: bytes, delta: bytes, at: int, size: int, *, most: int = MOST_ORDERS) -> tuple[bytes, int]:
    """What a delta's orders, from `at` on, make of a base: just so many bytes; and how many orders those were."""
    made, orders = bytearray(), 0
    while at < len(delta):
        order = delta[at]
        at, orders = at + 1, orders + 1
        if orders > most:
            raise Refused(reasons.UNPACKED_TOO_MUCH)
        if order & 0x80:
            start, length, at = _copied(delta, at, order)
            if start + length > len(base):
                raise Refused(reasons.BROKEN)
            made += base[start : start + length]
        else:
            if not order or at + order > len(delta):
                raise Refused(reasons.BROKEN)
            made += delta[at : at + order]
            at += order
        if len(made) > size:
            raise Refused(reasons.BROKEN)
    if len(made) != size:
        raise Refused(reasons.BROKEN)
    return bytes(made), orders


def _copied(delta: bytes, at: int, order: int) -> tuple[int, int, int]:
    """From where and how much an order copies, and where the next one is."""
    numbers = 0
    for bit in range(7):
        if order & (1 << bit):
            if at >= len(delta):
                raise Refused(reasons.BROKEN)
            numbers |= delta[at] << (8 * bit)
            at += 1
    return numbers & 0xFFFFFFFF, (numbers >> 32) or _COPY_ALL, at


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of seven bits a byte, the lowest first; and where it ends."""
    number = shift = 0
    while at < len(data) and shift < _MOST_BITS:
        number |= (data[at] & 0x7F) << shift
        if not data[at] & 0x80:
            return number, at + 1
        at, shift = at + 1, shift + 7
    raise Refused(reasons.BROKEN)
