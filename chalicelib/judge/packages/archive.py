"""Checks zip archives from strangers before anything is unpacked; nothing is ever unpacked to a disk. Pure."""

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.judge_protocol.contract import MAX_INPUT_BYTES

MAX_FILES = 25_000
"""Ten thousand tests have twenty thousand files."""
MAX_FILE_BYTES = MAX_INPUT_BYTES
"""Unpacked: no larger input can be judged."""
MAX_TOTAL_BYTES = 256 * 1024 * 1024
"""Unpacked: the function that reads a package holds it in its memory."""
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


@dataclass(frozen=True, slots=True)
class Fault:
    """`file` is empty when it is about the archive as a whole."""

    file: str
    reason: str


class Refused(Exception):
    """An archive or a package that is not taken; `faults` are all that were found."""

    def __init__(self, found: Iterable[Fault]) -> None:
        faults = list(dict.fromkeys(found))
        super().__init__("; ".join(f"{fault.file}: {fault.reason}" for fault in faults[:MAX_FAULTS]))
        more = len(faults) - MAX_FAULTS
        self.faults = [*faults[:MAX_FAULTS], *([Fault("", f"{more} more faults")] if more > 0 else [])]


class Broken(Exception):
    """A file that cannot be unpacked."""


@dataclass(frozen=True, slots=True)
class Archive:
    """`entries` are the regular files, by their names."""

    opened: zipfile.ZipFile
    entries: Mapping[str, zipfile.ZipInfo]

    def read(self, name: str) -> bytes:
        """A file's bytes; Broken when they are not those that were packed."""
        info = self.entries[name]
        try:
            data = self.opened.read(info)
        except _BROKEN as error:
            raise Broken(str(error)) from error
        if len(data) != info.file_size:
            raise Broken(f"it has {len(data)} bytes and should have {info.file_size}")
        return data


def look_through(data: bytes) -> Archive:
    """Open an archive; Refused, with every fault, when anything in it is not as it should be."""
    # Each entry costs memory as soon as an archive is opened, and what it says of their number may be a lie.
    if data.count(_ENTRY) > MAX_FILES:
        raise Refused([Fault("", f"There are more than {MAX_FILES} files")])
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise Refused([Fault("", f"It cannot be read as a zip archive: {error}")]) from error
    listed = [(_name(info), info) for info in opened.infolist()]
    faults = [*_faults_of_the_whole(opened, len(data)), *_faults_of_entries(listed), *_collisions(listed)]
    if faults:
        raise Refused(faults)
    return Archive(opened, {name: info for name, info in listed if not info.is_dir() and not _is_rubbish(name)})


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
        yield Fault("", f"It unpacks to {total} bytes, more than {MAX_TOTAL_BYTES}")
    if total > SMALL and total > MAX_RATIO * packed:
        yield Fault("", f"It unpacks to {total // packed} times its size: that looks like a bomb")


def _faults_of_entries(listed: list[tuple[str, zipfile.ZipInfo]]) -> Iterator[Fault]:
    for name, info in listed:
        for reason in (*_faults_of_name(name, info), *_faults_of_content(name, info)):
            yield Fault(_shown(name), reason)


def _faults_of_name(name: str, info: zipfile.ZipInfo) -> Iterator[str]:
    segments = name.removesuffix("/").split("/")
    if not info.flag_bits & _UTF8_NAME and not info.orig_filename.isascii() and name == info.orig_filename:
        yield "Its name is neither ASCII nor UTF-8"
    if "\\" in name:
        yield "There is a backslash in its name"
    elif name.startswith("/") or re.match("[A-Za-z]:", name):
        yield "Its name is an absolute path"
    elif any(segment in {"", ".", ".."} for segment in segments):
        yield "Its name leads elsewhere"
    if not name.isprintable():
        yield "There are control characters in its name"
    if len(name.encode("utf-8", "surrogatepass")) > MAX_NAME_BYTES:
        yield f"Its name is longer than {MAX_NAME_BYTES} bytes"


def _faults_of_content(name: str, info: zipfile.ZipInfo) -> Iterator[str]:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind == stat.S_IFLNK:
        yield "It is a link"
    elif kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield "It is not a regular file"
    if info.flag_bits & (_ENCRYPTED | _STRONGLY_ENCRYPTED):
        yield "It is encrypted"
    elif info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        yield "It is compressed in a way other than deflate"
    if info.file_size > MAX_FILE_BYTES:
        yield f"It is larger than {MAX_FILE_BYTES} bytes"
    if name.lower().endswith(ARCHIVES):
        yield "It is an archive within the archive"


def _collisions(listed: list[tuple[str, zipfile.ZipInfo]]) -> Iterator[Fault]:
    seen: set[str] = set()
    directories = {name[:end] for name, _ in listed for end in range(1, len(name)) if name[end] == "/"}
    for name, info in listed:
        plain = name.removesuffix("/")
        if plain in seen:
            yield Fault(_shown(name), "There are two files of this name")
        elif not info.is_dir() and plain in directories:
            yield Fault(_shown(name), "It is a file and a directory at once")
        seen.add(plain)


def _is_rubbish(name: str) -> bool:
    return name.startswith(RUBBISH[0]) or name.rpartition("/")[2] in RUBBISH


def _shown(name: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)[:200]
