"""Files that are put into a box before a run, and files that are taken out of it afterwards.

What comes out was made by a program, so nothing of it is trusted: no link is followed, only the program's own regular
files are read, and never beyond a limit. It is read after the sweep, when nobody can swap a name under our hands.
"""

import contextlib
import os
import stat
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from chalicelib.judge_protocol.contract import MAX_COLLECTED_BYTES, MAX_FILES, File, is_file_name

_NOT_FOLLOWED = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def put(place: Path, files: Iterable[File], uid: int | None) -> None:
    """Write files into a box that no program has seen yet."""
    for file in files:
        make_directories(place, [file.name], uid)
        path = place / file.name
        path.write_bytes(file.data)
        _hand_over(path, 0o644, uid)


def make_directories(place: Path, names: Iterable[str], uid: int | None) -> None:
    """The directories in which files of these names can be."""
    for name in names:
        directory = place
        for segment in PurePosixPath(f"{name}x").parent.parts:
            directory /= segment
            directory.mkdir(exist_ok=True)
            _hand_over(directory, 0o755, uid)


def collect(
    place: Path, names: Iterable[str], uid: int | None, *, at_most: int = MAX_COLLECTED_BYTES
) -> dict[str, bytes]:
    """Those of the named files that are there, each cut to so many bytes; of a directory, all files together."""
    owner = os.geteuid() if uid is None else uid
    found: dict[str, bytes | None] = {}
    for name in names:
        if name.endswith("/"):
            found |= _read_directory(place, name, owner, at_most)
        else:
            found[name] = _read(place, name, owner, at_most)
    return {name: data for name, data in found.items() if data is not None}


def _hand_over(path: Path, mode: int, uid: int | None) -> None:
    path.chmod(mode)
    if uid is not None:
        os.chown(path, uid, uid)


def _read_directory(place: Path, name: str, owner: int, at_most: int) -> dict[str, bytes]:
    """The files right in a directory, in the order of their names, but for names that no file may have."""
    found: dict[str, bytes] = {}
    with contextlib.ExitStack() as stack:
        try:
            entries = sorted(os.listdir(_open(stack, name.rstrip("/"), _open(stack, str(place), None))))
        except OSError:
            return {}  # the program has put something else in its place
    for entry in entries:
        data = _read(place, name + entry, owner, at_most) if is_file_name(name + entry) else None
        if data is not None and len(found) < MAX_FILES:
            found[name + entry] = data
            at_most -= len(data)
    return found


def _read(place: Path, name: str, owner: int, at_most: int) -> bytes | None:
    *directories, last = name.split("/")
    with contextlib.ExitStack() as stack:
        try:
            here = _open(stack, str(place), None)
            for directory in directories:
                here = _open(stack, directory, here)
            file = stack.enter_context(os.fdopen(os.open(last, _NOT_FOLLOWED, dir_fd=here), "rb"))
        except OSError:
            return None  # absent, a link, a socket, closed to us: whatever it is, it is not the file that was asked for
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_uid != owner:
            return None
        return file.read(at_most)


def _open(stack: contextlib.ExitStack, name: str, parent: int | None) -> int:
    fd = os.open(name, _NOT_FOLLOWED | os.O_DIRECTORY, dir_fd=parent)
    stack.callback(os.close, fd)
    return fd
