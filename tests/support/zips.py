"""Zip archives for tests: good ones from names and contents, and such as no archiver would write."""

import io
import stat
import zipfile
from collections.abc import Iterable, Mapping

Contents = Mapping[str, str | bytes]

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
"""As much of a picture as tells what it is."""


def packed(files: Contents | Iterable[tuple[str, str | bytes]], *, compressed: bool = True) -> bytes:
    """An archive of these files; pairs may have one name twice."""
    pairs = files.items() if isinstance(files, Mapping) else files
    return (
        packed_entries((zipfile.ZipInfo(name), content) for name, content in pairs)
        if not compressed
        else _deflated(pairs)
    )


def packed_entries(entries: Iterable[tuple[zipfile.ZipInfo, str | bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for info, content in entries:
            archive.writestr(info, content)
    return buffer.getvalue()


def special(name: str, kind: int = stat.S_IFLNK, content: str = "/etc/passwd") -> bytes:
    """A link, a device, whatever `kind` is, beside a test."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (kind | 0o644) << 16
    return packed_entries([(zipfile.ZipInfo("1.in"), "1"), (zipfile.ZipInfo("1.out"), "1"), (info, content)])


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """The same archive with other bytes for a name: those of a writer that does not ask what is proper."""
    assert len(old) == len(new)
    assert data.count(old) == 2
    return data.replace(old, new)


def flagged(data: bytes, flag: int) -> bytes:
    """The same archive, with a flag set for every file in both of its lists."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = changed.find(signature)
        while start != -1:
            changed[start + offset] |= flag
            start = changed.find(signature, start + 4)
    return bytes(changed)


def _deflated(pairs: Iterable[tuple[str, str | bytes]]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in pairs:
            archive.writestr(name, content)
    return buffer.getvalue()
