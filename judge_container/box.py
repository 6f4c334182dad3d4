"""Directories that user code may write to: fresh for every run, gone after it.

Deleting follows no link, needs no recursion and no more than two descriptors, however deep the program nested its
directories; it happens only after the sweep, so that nobody can swap a name under our hands.
"""

import contextlib
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

_PREFIX = "lyceum-judge-"
_MARKER = ".lyceum-judge"
_MARKER_BYTES = 256

_BLOCK = 512
_INODE_BYTES = 4096  # so that a million empty files count as well
SHARED_PLACES = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))


@contextlib.contextmanager
def job_directory(scratch: Path, uid: int | None, name: str = "") -> Iterator[Path]:
    """A job's own directory; with a separate user for programs it may pass through, but not list or write.

    It is locked for as long as this process lives, and holds a marker with its own name: by these two `clear_abandoned`
    knows what is left of a killed process. One that was killed before it wrote the marker leaves an empty directory.
    `name` is for those who look.
    """
    path = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{name}", dir=scratch))
    path.chmod(0o700 if uid is None else 0o711)
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        _mark(directory, path.name)
        yield path
    finally:
        try:
            wipe(path, keep=_MARKER)  # which goes last: killed on the way, we leave what the next judge may delete
            destroy(path)
        finally:
            os.close(directory)


def clear_abandoned(scratch: Path) -> None:
    """Delete the job directories of judges that were killed: they hold the marker, and nobody holds their locks.

    A name alone proves nothing: others may call a directory of theirs as we do, in a place that we share with them.
    """
    for path in scratch.glob(f"{_PREFIX}*"):
        # In use; or deleted by another judge meanwhile; or no directory, or one that is closed to us: not ours.
        with contextlib.suppress(BlockingIOError, FileNotFoundError, NotADirectoryError, PermissionError):
            _clear(path)


@contextlib.contextmanager
def fresh(parent: Path, name: str, uid: int | None) -> Iterator[Path]:
    """An empty directory that programs may write to, destroyed at the end."""
    path = create(parent, name, uid)
    try:
        yield path
    finally:
        destroy(path)


def create(parent: Path, name: str, uid: int | None) -> Path:
    path = parent / name
    path.mkdir(mode=0o700)
    if uid is not None:
        os.chown(path, uid, uid)
    return path


def seal(path: Path, uid: int | None) -> None:
    """Let a user's programs read and execute what is here, not change it; let other users' do neither."""
    for directory, _, files in os.walk(path):
        for name in files:
            _seal_entry(Path(directory, name), uid)
        _seal_entry(Path(directory), uid)
    if uid is not None:
        os.chown(path, os.geteuid(), uid)
        path.chmod(0o550)


def destroy(path: Path) -> None:
    wipe(path)
    path.rmdir()


def wipe(path: Path, *, keep: str = "") -> None:
    """Empty a directory, but for the entry `keep`.

    Subdirectories move to its top before they are opened, so depth never matters.
    """
    path.chmod(0o700)
    top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        moved = 0
        while entries := [entry for entry in _listing(top) if entry[0] != keep]:
            for name, is_directory in entries:
                if is_directory:
                    moved = _hoist_children(name, top, moved)
                    os.rmdir(name, dir_fd=top)
                else:
                    os.unlink(name, dir_fd=top)
    finally:
        os.close(top)


def wipe_shared_places(uid: int, keep: Path, places: Iterable[Path] = SHARED_PLACES) -> None:
    """Delete what a user left in the world-writable directories, except the directory that the judge itself uses."""
    for place in places:
        if place.is_dir():
            for entry in list(os.scandir(place)):
                if _owner(entry) == uid and Path(entry.path) != keep:
                    _delete(Path(entry.path))


def size_of(data_bytes: int) -> int:
    """At most this much a file takes in a box, in the measure of `size_exceeds`."""
    return data_bytes + _INODE_BYTES


def size_exceeds(path: Path, limit: int, *, at_rest: bool = False) -> bool:
    """Whether what lies below takes more than `limit` bytes on disk; looks no further than it has to.

    Unless it is `at_rest`, the program is running meanwhile: names vanish under our hands, and directories that are
    closed to us are passed over. Afterwards those are opened.
    """
    used = 0
    waiting = [path]
    while waiting and used <= limit:
        for entry_bytes, directory in _entries(waiting.pop(), may_open=at_rest):
            used += entry_bytes
            if directory is not None:
                waiting.append(directory)
    return used > limit


def _entries(path: Path, *, may_open: bool) -> list[tuple[int, Path | None]]:
    try:
        if may_open and (mode := stat.S_IMODE(path.stat().st_mode)) & stat.S_IRWXU != stat.S_IRWXU:
            path.chmod(mode | stat.S_IRWXU)
        return [found for entry in os.scandir(path) if (found := _measure(entry)) is not None]
    except OSError:
        return []


def _measure(entry: os.DirEntry[str]) -> tuple[int, Path | None] | None:
    """None for what has vanished: what lies beside it counts all the same."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    directory = Path(entry.path) if stat.S_ISDIR(status.st_mode) else None
    return max(status.st_blocks * _BLOCK, _INODE_BYTES), directory


def _owner(entry: os.DirEntry[str]) -> int | None:
    try:
        return entry.stat(follow_symlinks=False).st_uid
    except FileNotFoundError:
        return None  # others work there as well, and delete what is theirs


def _clear(path: Path) -> None:
    """Delete a job directory, if it is one. BlockingIOError when it is in use."""
    directory = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if _is_ours(os.fstat(directory)) and _is_marked(directory, path.name):
            wipe(path, keep=_MARKER)
            destroy(path)
    finally:
        os.close(directory)


def _mark(directory: int, name: str) -> None:
    marker = os.open(_MARKER, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400, dir_fd=directory)
    try:
        os.write(marker, os.fsencode(name))
    finally:
        os.close(marker)


def _is_marked(directory: int, name: str) -> bool:
    """Whether a judge of this user made the directory under this name; a copy or a link of a marker proves nothing."""
    try:
        marker = os.open(_MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=directory)  # no FIFO may block us
    except OSError:
        return False  # there is none, or what has its name is a link or a socket
    try:
        status = os.fstat(marker)
        return stat.S_ISREG(status.st_mode) and _is_ours(status) and os.read(marker, _MARKER_BYTES) == os.fsencode(name)
    finally:
        os.close(marker)


def _is_ours(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid()


def _hoist_children(name: str, top: int, moved: int) -> int:
    # Numbers cannot collide with a program's names: the prefix is checked to be free at the top.
    os.chmod(name, 0o700, dir_fd=top)
    child = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
    try:
        for entry, is_directory in _listing(child):
            if is_directory:
                os.chmod(entry, 0o700, dir_fd=child)
                moved += 1
                os.rename(entry, _free_name(top, moved), src_dir_fd=child, dst_dir_fd=top)
            else:
                os.unlink(entry, dir_fd=child)
    finally:
        os.close(child)
    return moved


def _free_name(top: int, number: int) -> str:
    name = f"hoisted-{number}"
    while _exists(name, top):
        name += "-"
    return name


def _exists(name: str, directory: int) -> bool:
    try:
        os.stat(name, dir_fd=directory, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _listing(directory: int) -> list[tuple[str, bool]]:
    with os.scandir(directory) as entries:
        return [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        destroy(path)
    else:
        path.unlink(missing_ok=True)


def _seal_entry(path: Path, uid: int | None) -> None:
    if path.is_symlink():
        return
    if uid is not None:
        os.chown(path, os.geteuid(), os.getegid())
    path.chmod(0o555 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o444)
