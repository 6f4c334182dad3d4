"""Speaks git's protocol for fetching (gitprotocol-pack(5), version 0) as a client that wants one commit. Pure.

Version 0 is spoken by every server. One commit is asked for without its history, and where the server can, without
files that are too large to be taken.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chalicelib.tracks.fetching import links, reasons
from chalicelib.tracks.fetching.reasons import Refused
from chalicelib.tracks.solutions import file_rules

AGENT = "agent=lyceum"
_NAME = re.compile(r"[0-9a-f]{40}")
_NO_OBJECT = "0" * 40
_LENGTH = 4
_DATA, _PROGRESS = 1, 2
_SIDE_BAND, _SHALLOW, _FILTER = "side-band-64k", "shallow", "filter"


@dataclass(frozen=True, slots=True)
class Refs:
    """What a server has: the tips of its branches by their names, and what it can do."""

    tips: Mapping[str, str]
    abilities: frozenset[str]


def refs_in(answer: bytes) -> Refs:
    """What a server says that it has; Refused when it is no git server, or has nothing."""
    lines = [line for line in lines_of(answer) if line is not None]
    if not lines or lines[0].rstrip(b"\n") != f"# service={links.SERVICE}".encode():
        raise Refused(reasons.NOT_GIT)
    tips, abilities = {}, frozenset[str]()
    for number, line in enumerate(lines[1:]):
        named, _, listed = line.partition(b"\0")
        if number == 0:
            abilities = frozenset(listed.decode("ascii", "replace").split())
        name, _, ref = named.decode("utf-8", "replace").rstrip("\n").partition(" ")
        if _NAME.fullmatch(name) is None:
            raise Refused(reasons.NOT_GIT)
        if name != _NO_OBJECT:
            tips[ref] = name
    if not tips:
        raise Refused(reasons.REPOSITORY_EMPTY)
    if _SIDE_BAND not in abilities:
        raise Refused(reasons.NOT_GIT)
    return Refs(tips, abilities)


def chosen(refs: Refs, commit: str | None) -> str:
    """The whole name of the commit that is to be asked for; without one, that of the main branch."""
    if commit is None:
        if "HEAD" not in refs.tips:
            raise Refused(reasons.REPOSITORY_EMPTY)
        return refs.tips["HEAD"]
    wanted = commit.lower()
    if _NAME.fullmatch(wanted):
        return wanted
    found = {tip for tip in refs.tips.values() if tip.startswith(wanted)}
    if len(found) != 1:
        raise Refused(reasons.COMMIT_SHORT)
    return found.pop()


def request_for(commit: str, refs: Refs) -> bytes:
    """What asks for a commit."""
    asked = [each for each in (_SIDE_BAND, _SHALLOW, _FILTER, "ofs-delta", "no-progress") if each in refs.abilities]
    lines = [f"want {commit} {' '.join((*asked, AGENT))}\n"]
    if _SHALLOW in asked:
        lines.append("deepen 1\n")
    if _FILTER in asked:
        lines.append(f"filter blob:limit={file_rules.MAX_FILE_BYTES + 1}\n")
    return b"".join(_line(each) for each in lines) + b"0000" + _line("done\n")


def pack_in(answer: bytes) -> bytes:
    """The pack that a server sends; Refused when it does not have what was asked for."""
    lines, pack, begun = lines_of(answer), bytearray(), False
    for line in lines:
        if line is None:
            continue
        if not begun:
            if line.startswith(b"ERR "):
                raise Refused(reasons.COMMIT_GONE)
            begun = line.startswith((b"NAK", b"ACK"))
        elif line[:1] == bytes([_DATA]):
            pack += line[1:]
        elif line[:1] != bytes([_PROGRESS]):
            raise Refused(reasons.COMMIT_GONE)
    if not begun:
        raise Refused(reasons.NOT_GIT)
    return bytes(pack)


def lines_of(answer: bytes) -> Iterator[bytes | None]:
    """The lines of an answer, each with its length before it; None where a part ends."""
    at = 0
    while at < len(answer):
        try:
            length = int(answer[at : at + _LENGTH], 16)
        except ValueError as error:
            raise Refused(reasons.NOT_GIT) from error
        if length == 0:
            at += _LENGTH
            yield None
            continue
        if length < _LENGTH or at + length > len(answer):
            raise Refused(reasons.NOT_GIT)
        yield answer[at + _LENGTH : at + length]
        at += length


def _line(text: str) -> bytes:
    return f"{len(text.encode()) + _LENGTH:04x}{text}".encode()
