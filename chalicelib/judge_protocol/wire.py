"""Writes and reads the judge's contract as JSON, with data as plain text or base64 of zlib: a payload is under 6 MB.

Both directions are derived from the fields of the contract's dataclasses: from their types, and from the `Limits` in
their metadata. An unknown member is ignored; a missing one is refused unless it may be null.

Standard library only, as the contract. The judge is untrusted, and so are the jobs it gets: both are checked here.
"""

import base64
import binascii
import functools
import json
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from chalicelib.judge_protocol.contract import (
    MAX_FILES,
    ContractError,
    Job,
    Language,
    Limits,
    Report,
    Run,
    TestInput,
    fit_together,
    is_file_name,
)

_T = TypeVar("_T")

_PLAIN = "="
_MAX_PLAIN_BYTES = 256 * 1024


def pack(data: bytes) -> str:
    """Bytes as they travel: base64 of zlib; a moderate length of ASCII plainly, after a sign that base64 has only last.

    Nearly all tests are that, and compressing and base64 cost both sides more than a small program takes to run.
    """
    if len(data) <= _MAX_PLAIN_BYTES and data.isascii() and not _grows(text := data.decode("ascii")):
        return _PLAIN + text
    return base64.b64encode(zlib.compress(data, 1)).decode("ascii")


def unpack(text: str, *, limit: int) -> bytes:
    """The reverse of `pack`; refuses what would grow beyond `limit` bytes, before it has grown."""
    try:
        data = text[len(_PLAIN) :].encode("ascii") if text.startswith(_PLAIN) else _inflate(text, limit)
    except (binascii.Error, zlib.error, TypeError, ValueError) as error:
        raise ContractError("bad_encoding", f"Neither plain nor base64 of zlib: {error}") from error
    if len(data) > limit:
        raise ContractError("too_large", f"More than {limit} bytes")
    return data


def _grows(text: str) -> bool:
    """Whether JSON makes more of it than base64 would."""
    return len(json.dumps(text)) > len(text) * 4 // 3 + len('""')


def _inflate(text: str, limit: int) -> bytes:
    inflater = zlib.decompressobj()
    data = inflater.decompress(base64.b64decode(text, validate=True), limit + 1)
    if len(data) <= limit and not inflater.eof:
        raise ValueError("the compressed data ends early")
    return data


def job_to_json(job: Job) -> dict[str, Any]:
    """The event that asks the judge function for a Report."""
    return {"kind": "judge", **codec(Job).write(job)}


def job_from_json(event: Mapping[str, Any]) -> Job:
    """Read and check an event; raises ContractError with a code that names the fault."""
    job: Job = codec(Job).read(event, "job", None)
    return job


def report_to_json(report: Report) -> dict[str, Any]:
    """What the judge function answers."""
    return codec(Report).write(report)


def report_from_json(answer: Mapping[str, Any]) -> Report:
    """Read a Report. The judge is untrusted: anything that is not a Report raises ContractError."""
    report: Report = codec(Report).read(answer, "report", None)
    return report


def describe_event() -> dict[str, Any]:
    """The event that asks the judge function which languages it has."""
    return {"kind": "describe"}


def languages_to_json(languages: tuple[Language, ...], isolation: Mapping[str, bool]) -> dict[str, Any]:
    """The answer to `describe_event`."""
    return {"languages": [codec(Language).write(each) for each in languages], "isolation": dict(isolation)}


def languages_from_json(answer: Mapping[str, Any]) -> tuple[Language, ...]:
    """Read the answer to `describe_event`."""
    described = _check(_object(answer, "languages").get("languages"), list, "languages")
    return tuple(codec(Language).read(each, "languages", None) for each in described)


class _Room:
    """The bytes that data may still unpack to in a tuple with a `total`; inside another, both have room for them."""

    __slots__ = ("left", "outer")

    def __init__(self, total: int, outer: "_Room | None") -> None:
        self.left: int = total if outer is None else min(total, outer.left)
        self.outer = outer

    def take(self, size: int) -> None:
        room: _Room | None = self
        while room is not None:
            room.left -= size
            room = room.outer


_Write = Callable[[Any], Any]
_Read = Callable[[Any, str, _Room | None], Any]
"""Returns the value that JSON stands for, from the JSON, the name of its member, and the room for its data."""


@dataclass(frozen=True, slots=True)
class Codec:
    """How a dataclass is written and read."""

    write: Callable[[Any], dict[str, Any]]
    read: _Read


_CODECS: dict[type, Codec] = {}


def codec(kind: type[Any]) -> Codec:
    """Derived once from a dataclass; KeyError for one with data or a number that has no limit."""
    return _CODECS.get(kind) or _CODECS.setdefault(kind, _derived(kind))


def _derived(kind: type[Any]) -> Codec:
    hints = get_type_hints(kind)
    members = {each.name: _member(hints[each.name], cast(Limits, each.metadata), kind) for each in fields(kind)}
    values_of = attrgetter(*members)
    writers = [(name, write) for name, (write, _) in members.items() if write is not None]
    readers = [(name, read) for name, (_, read) in members.items()]
    check_json, check_read = _CHECKS.get(kind, (_no_check, _no_check))

    def write(value: Any) -> dict[str, Any]:
        data = dict(zip(members, values_of(value), strict=True))
        for name, write_member in writers:
            data[name] = write_member(data[name])
        return data

    def read(data: Any, key: str, room: _Room | None) -> Any:
        given = _object(data, key).get
        check_json(data)
        value = kind(**{name: read_member(given(name), name, room) for name, read_member in readers})
        check_read(value)
        return value

    return Codec(write, read)


def _member(hint: Any, limits: Limits, owner: type[Any]) -> tuple[_Write | None, _Read]:
    """How a value of this type is written (None: as it is) and read."""
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        (present,) = (each for each in arguments if each is not NoneType)
        return _optional(*_member(present, limits, owner))
    if origin is tuple:
        return _tuple(*_member(arguments[0], limits, owner), limits)
    if origin is Mapping:
        return _mapping(*_member(arguments[1], limits, owner), limits)
    if is_dataclass(hint):
        return _nested(cast(type[Any], hint), owner)
    if issubclass(hint, Enum):
        return None, _enum(hint)
    return (pack if hint is bytes else None), _PLAIN_TYPES[hint](limits)


def _nested(kind: type[Any], owner: type[Any]) -> tuple[_Write, _Read]:
    if kind is not owner:
        known = codec(kind)
        return known.write, known.read

    def write(value: Any) -> Any:
        return codec(kind).write(value)

    def read(value: Any, key: str, room: _Room | None) -> Any:
        return codec(kind).read(value, key, room)

    return write, read  # looked up when there is one: a Run may have a Run


def _optional(write: _Write | None, read: _Read) -> tuple[_Write | None, _Read]:
    def read_optional(value: Any, key: str, room: _Room | None) -> Any:
        return None if value is None else read(value, key, room)

    if write is None:
        return None, read_optional

    def write_optional(value: Any) -> Any:
        return None if value is None else write(value)

    return write_optional, read_optional


def _tuple(write: _Write | None, read: _Read, limits: Limits) -> tuple[_Write, _Read]:
    count, total, are_files = limits.get("count"), limits.get("total"), limits.get("are_files")

    def write_tuple(value: tuple[Any, ...]) -> list[Any]:
        return [write(each) for each in value] if value and write is not None else list(value)

    def read_tuple(value: Any, key: str, room: _Room | None) -> tuple[Any, ...]:
        items = _check(value, list, key)
        if count is not None and len(items) > count:
            raise ContractError("too_many", f"More than {count} {key!r}")
        if are_files:
            _check_names([_name_of(each, key) for each in items], key)
        inner = room if total is None else _Room(total, room)
        return tuple([read(each, key, inner) for each in items])

    return write_tuple, read_tuple


def _mapping(write: _Write | None, read: _Read, limits: Limits) -> tuple[_Write, _Read]:
    are_files = limits.get("are_files")

    def write_mapping(value: Mapping[str, Any]) -> dict[str, Any]:
        return dict(value) if write is None else {name: write(each) for name, each in value.items()}

    def read_mapping(value: Any, key: str, room: _Room | None) -> dict[str, Any]:
        items = _check(value, dict, key)
        if are_files:
            _check_names(items, key)
        return {name: read(each, key, room) for name, each in items.items()}

    return write_mapping, read_mapping


def _enum(kind: type[Enum]) -> _Read:
    known = {each.value: each for each in kind}

    def read(value: Any, key: str, _room: _Room | None) -> Any:
        found = known.get(value) if isinstance(value, str) else None
        if found is None:
            raise ContractError("bad_field", f"No such {key}: {str(value)[:100]!r}")
        return found

    return read


def _bool(_limits: Limits) -> _Read:
    return lambda value, key, _room: _check(value, bool, key)


def _number(kind: type[int | float], limits: Limits) -> _Read:
    """Numbers with bounds alone: no table takes them of any size. Anything compared with NaN is False."""
    least, most = limits["least"], limits["most"]
    taken = (int, float) if kind is float else (int,)

    def read(value: Any, key: str, _room: _Room | None) -> float:
        if isinstance(value, bool) or not isinstance(value, taken) or not least <= value <= most:
            raise ContractError("bad_field", f"{key!r} must be a number between {least} and {most}")
        return kind(value)

    return read


def _data(limits: Limits) -> _Read:
    """Data of a limited size alone: a judge could send what unpacks to any."""
    size = limits["size"]

    def read(value: Any, key: str, room: _Room | None) -> bytes:
        if not isinstance(value, str):
            raise _wrong(key, "str")
        if room is None:
            return unpack(value, limit=size)
        data = unpack(value, limit=min(size, room.left))
        room.take(len(data))
        return data

    return read


def _text(limits: Limits) -> _Read:
    size, code, is_word = limits.get("size"), limits.get("too_large", "too_large"), limits.get("is_word", False)
    errors = "strict" if is_word or limits.get("is_text") else "surrogatepass"

    def read(text: Any, key: str, _room: _Room | None) -> str:
        if not isinstance(text, str) or (is_word and "\0" in text):
            raise _wrong(key, "str")
        if size is None or (len(text) <= size and text.isascii()):
            return text
        try:
            length = len(text.encode("utf-8", errors))
        except UnicodeEncodeError as error:
            raise ContractError("bad_field", f"{key!r} is not Unicode text") from error
        if length > size:
            raise ContractError(code, f"{key!r} is larger than {size} bytes")
        return text

    return read


_PLAIN_TYPES: dict[type, Callable[[Limits], _Read]] = {
    bool: _bool,
    int: functools.partial(_number, int),
    float: functools.partial(_number, float),
    bytes: _data,
    str: _text,
}


def _no_check(_value: Any) -> None:
    """Most need none."""


def _check_test(data: Mapping[str, Any]) -> None:
    if (data.get("input") is None) == (data.get("input_url") is None):
        raise ContractError("bad_job", "A test has either an input or an input_url")


def _check_places(test: TestInput) -> None:
    """Files that a test brings may be collected, too; no other two may have one place. A directory may have files."""
    files = [*(file.name for file in test.files), *(remote.name for remote in test.fetched or ())]
    if test.fetched:
        _check_names(files, "files")
    if not test.collect:
        return  # the files alone are checked
    directories = {name for name in test.collect if name.endswith("/")}
    collected = [name for name in test.collect if name not in directories]
    names = set(files) - set(collected)
    _check_names([*names, *collected], "files")
    _check_names([f"{name}0" for name in directories], "files")
    if {name.rstrip("/") for name in directories} & {*names, *collected}:
        raise ContractError("bad_file_name", "Two of 'files' have one place")


def _check_streams(job: Job) -> None:
    _check_names([name for name in (job.input_file, job.output_file) if name is not None], "input_file")
    if job.interactor is not None and (job.input_file or job.output_file):
        raise ContractError("bad_job", "Programs that talk to an interactor have no files")
    if job.files_at_run:
        for test in job.tests if job.interactor is None else ():
            together = [file.name for file in (*job.files, *test.files)]
            if not fit_together([*together, job.input_file] if job.input_file else together):
                raise ContractError("bad_file_name", "Two of 'files' have one place")


def _check_pair(data: Mapping[str, Any]) -> None:
    counterpart = data.get("interactor")
    if isinstance(counterpart, Mapping) and counterpart.get("interactor") is not None:
        raise ContractError("bad_field", "An interactor has no interactor")


_CHECKS: dict[type, tuple[Callable[[Any], None], Callable[[Any], None]]] = {
    Job: (_no_check, _check_streams),
    TestInput: (_check_test, _check_places),
    Run: (_check_pair, _no_check),
}
"""What fields cannot say by themselves: checks of the JSON, before anything of it is unpacked, and of what was read."""


def _check_names(names: Iterable[str], key: str) -> None:
    """Files that can all be there at once: each name good, none the same as another or a directory of it."""
    names = list(names)
    if len(names) > MAX_FILES:
        raise ContractError("too_many", f"More than {MAX_FILES} {key!r}")
    for name in names:
        if not is_file_name(name):
            raise ContractError("bad_file_name", f"A file cannot be called {name[:100]!r}")
    if len(set(names)) < len(names) or not fit_together(names):
        raise ContractError("bad_file_name", f"Two of {key!r} have one place")


def _name_of(file: Any, key: str) -> str:
    name = _object(file, key).get("name")
    return _check(name, str, "name")


def _object(data: Any, key: str) -> Mapping[str, Any]:
    if not isinstance(data, (dict, Mapping)):  # a dict is known at once, a Mapping after a search
        raise _wrong(key, "dict")
    return data


def _check(value: Any, kind: type[_T], key: str) -> _T:
    if not isinstance(value, kind):
        raise _wrong(key, kind.__name__)
    return value


def _wrong(key: str, kind: str) -> ContractError:
    return ContractError("bad_field", f"{key!r} must be of type {kind}")
