"""Packs of git, made byte by byte: also such as no git would make."""

import hashlib
import zlib
from collections.abc import Sequence

COMMIT, TREE, BLOB, BY_OFFSET, BY_NAME = 1, 2, 3, 6, 7


def entry(kind: int, data: bytes, *, base: bytes = b"", size: int | None = None) -> bytes:
    """One object or delta; `size` is what it says of itself."""
    left = len(data) if size is None else size
    byte, left = kind << 4 | left & 0x0F, left >> 4
    head = bytearray()
    while left:
        head.append(byte | 0x80)
        byte, left = left & 0x7F, left >> 7
    head.append(byte)
    return bytes(head) + base + zlib.compress(data, 9)


def pack(entries: Sequence[bytes], count: int | None = None) -> bytes:
    body = b"PACK" + (2).to_bytes(4) + (len(entries) if count is None else count).to_bytes(4) + b"".join(entries)
    return sealed(body)


def sealed(body: bytes) -> bytes:
    """With the hash of everything at its end."""
    return body + hashlib.sha1(body, usedforsecurity=False).digest()


def number(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    made.append(value)
    return bytes(made)


def delta(before: int, after: int, orders: bytes) -> bytes:
    return number(before) + number(after) + orders


def name(kind: str, data: bytes) -> str:
    return hashlib.sha1(f"{kind} {len(data)}\0".encode() + data, usedforsecurity=False).hexdigest()


def tree(*entries: tuple[str, str, str]) -> bytes:
    """Of modes, names and objects."""
    return b"".join(f"{mode} {named}".encode() + b"\0" + bytes.fromhex(of) for mode, named, of in entries)
