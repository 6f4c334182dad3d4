"""Checks zip archives from strangers before anything is unpacked; nothing is ever unpacked to a disk. Pure.

An archive is a file that can be read at any place. It is never held as a whole; of what is in it, one file at a time.
"""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from chalicelib.common.texts import Text
from chalicelib.judge_protocol.contract import MAX_INPUT_BYTES

MAX_FILES = 25_000
"""Ten thousand tests have twenty thousand files."""
MAX_FILE_BYTES = MAX_INPUT_BYTES
"""Unpacked: no larger input can be judged."""
MAX_TOTAL_BYTES = 1024 * 1024 * 1024
"""Unpacked: reading and packing it anew takes the import about a minute."""
MAX_RATIO = 200
"""Of unpacked to packed bytes, once an archive unpacks to more than `SMALL`."""
SMALL = 16 * 1024 * 1024
MAX_NAME_BYTES = 500
MAX_FAULTS = 100
"""That anybody reads of one archive."""

ARCHIVES = (".zip", ".jar", ".7z", ".rar", ".tar", ".tgz", ".gz", ".bz2", ".xz", ".zst")
RUBBISH = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What operating systems leave behind in archives."""

_ENTRY = b"PK\x01\x02"
_BLOCK = 256 * 1024
_ENCRYPTED, _STRONGLY_ENCRYPTED, _UTF8_NAME = 0x1, 0x40, 0x800
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
)


_BACKSLASH = Text("name_backslash", "There is a backslash in its name")


@dataclass(frozen=True, slots=True)
class Fault:
    """`file` is empty when it is about the archive as a whole."""

    file: str
    reason: Text


class Refused(Exception):
    """An archive or a package that is not taken; `faults` are all that were found."""

    def __init__(self, found: Iterable[Fault]) -> None:
        faults = list({(fault.file, str(fault.reason)): fault for fault in found}.values())
        super().__init__("; ".join(f"{fault.file}: {fault.reason}" for fault in faults[:MAX_FAULTS]))
        more = len(faults) - MAX_FAULTS
        self.faults = [*faults[:MAX_FAULTS], *([Fault("", _more(more))] if more > 0 else [])]


def _more(number: int) -> Text:
    return Text("more_faults", "{number} more fault", {"number": number}, plural="{number} more faults")


class Broken(Exception):
    """A file that cannot be unpacked; the text says why."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Archive:
    """`entries` are the regular files, by their names; `left_out` says of others why they are none of them."""

    opened: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]
    left_out: Sequence[Fault] = ()

    def read(self, name: str) -> bytes:
        """A file's bytes; Broken when they are not those that were packed."""
        info = self.entries[name]
        try:
            with self.opened.open(info) as file:
                # No more than was announced: read to its end, it would unpack to whatever it holds before it is cut.
                data = file.read(info.file_size + 1)
        except _BROKEN as error:
            raise Broken(Text("file_broken", "It is broken")) from error
        if len(data) != info.file_size:
            english = "It is broken: it has {size} bytes and should have {announced}"
            raise Broken(Text("file_size_differs", english, {"size": len(data), "announced": info.file_size}))
        return data


def look_through(packed: bytes | BinaryIO) -> Archive:
    """Open an archive; Refused, with every fault, when anything in it is not as it should be."""
    file = io.BytesIO(packed) if isinstance(packed, bytes) else packed
    # Each entry costs memory as soon as an archive is opened, and what it says of their number may be a lie.
    entries_found, size = _entries_and_size(file)
    if entries_found > MAX_FILES:
        english = "There are more than {limit} files"
        raise Refused([Fault("", Text("too_many_files", english, {"limit": MAX_FILES}))])
    try:
        opened = zipfile.ZipFile(file)
    except UnicodeDecodeError as error:
        english = "It cannot be read as a zip archive: a name in it is marked as UTF-8 and is not"
        raise Refused([Fault("", Text("no_zip_archive_name", english))]) from error
    except _BROKEN as error:
        raise Refused([Fault("", Text("no_zip_archive", "It cannot be read as a zip archive"))]) from error
    named = [(_name(info), info) for info in opened.infolist()]
    listed = [(name, info) for name, info in named if not _is_odd_submission(name)]
    faults = [*_faults_of_the_whole(opened, size), *_faults_of_entries(listed), *_collisions(listed)]
    if faults:
        raise Refused(faults)
    entries = {name: info for name, info in listed if not info.is_dir() and not _is_rubbish(name)}
    odd = [Fault(_shown(name), _BACKSLASH) for name, _ in named if _is_odd_submission(name)]
    return Archive(opened, entries, odd)


def blocks(file: BinaryIO) -> Iterator[bytes]:
    """All of a file, from its beginning."""
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block


def _entries_and_size(file: BinaryIO) -> tuple[int, int]:
    """How often there is what begins an entry, and how many bytes there are."""
    found = size = 0
    tail = b""
    for block in blocks(file):
        size += len(block)
        found += (tail + block).count(_ENTRY)
        tail = block[-len(_ENTRY) + 1 :]
    return found, size


def _name(info: zipfile.ZipInfo) -> str:
    """The name as it was meant: archivers on macOS write UTF-8 without saying so."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME and not name.isascii():
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            return name
    return unicodedata.normalize("NFC", name)


def _faults_of_the_whole(opened: zipfile.ZipFile, packed: int) -> Iterator[Fault]:
    total = sum(info.file_size for info in opened.infolist())
    if total > MAX_TOTAL_BYTES:
        english = "It unpacks to {size} bytes, more than {limit}"
        yield Fault("", Text("unpacked_too_large", english, {"size": total, "limit": MAX_TOTAL_BYTES}))
    if total > SMALL and total > MAX_RATIO * packed:
        english = "It unpacks to {times} times its size: that looks like a bomb"
        yield Fault("", Text("zip_bomb", english, {"times": total // packed}))


def _faults_of_entries(listed: list[tuple[str, zipfile.ZipInfo]]) -> Iterator[Fault]:
    for name, info in listed:
        for reason in (*_faults_of_name(name, info), *_faults_of_content(name, info)):
            yield Fault(_shown(name), reason)


def _faults_of_name(name: str, info: zipfile.ZipInfo) -> Iterator[Text]:
    segments = name.removesuffix("/").split("/")
    if not info.flag_bits & _UTF8_NAME and not info.orig_filename.isascii() and name == info.orig_filename:
        yield Text("name_not_utf8", "Its name is neither ASCII nor UTF-8")
    if "\\" in name:
        yield _BACKSLASH
    elif name.startswith("/") or re.match("[A-Za-z]:", name):
        yield Text("name_absolute", "Its name is an absolute path")
    elif any(segment in {"", ".", ".."} for segment in segments):
        yield Text("name_leads_elsewhere", "Its name leads elsewhere")
    if not name.isprintable():
        yield Text("name_unprintable", "There are control characters in its name")
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        yield Text("file_name_too_long", "Its name is longer than {limit} bytes", {"limit": MAX_NAME_BYTES})


def _faults_of_content(name: str, info: zipfile.ZipInfo) -> Iterator[Text]:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        yield Text("file_link", "It is a link")
    elif kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield Text("file_not_regular", "It is not a regular file")
    if info.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED):
        yield Text("file_encrypted", "It is encrypted")
    elif info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield Text("file_compression", "It is compressed in a way other than deflate")
    if info.file_size > MAX_FILE_BYTES:
        yield Text("file_too_large", "It is larger than {limit} bytes", {"limit": MAX_FILE_BYTES})
    if name.lower().endswith(ARCHIVES):
        yield Text("file_archive", "It is an archive within the archive")


def _collisions(listed: list[tuple[str, zipfile.ZipInfo]]) -> Iterator[Fault]:
    seen: set[str] = set()
    ordered = sorted(name for name, _ in listed)
    for name, info in listed:
        plain = name.removesuffix("/")
        if plain in seen:
            yield Fault(_shown(name), Text("file_twice", "There are two files of this name"))
        elif not info.is_dir() and _is_directory(plain, ordered):
            yield Fault(_shown(name), Text("file_and_directory", "It is a file and a directory at once"))
        seen.add(plain)


def _is_directory(plain: str, ordered: Sequence[str]) -> bool:
    """Whether another name leads through it. The directories of all names are not listed: a long one has thousands."""
    place = bisect_left(ordered, f"{plain}/")
    return place < len(ordered) and ordered[place].startswith(f"{plain}/")


def _is_odd_submission(name: str) -> bool:
    """A program of the jury only proves something: for its name alone nobody's package is refused."""
    return "\\" in name and re.match(r"(?:[^/\\]+/)?submissions/", name) is not None


def _is_rubbish(name: str) -> bool:
    return name.startswith(RUBBISH[0]) or name.rpartition("/")[2] in RUBBISH


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)[:200]
