"""Directories that user code may write to: fresh for every run, gone after it.

Deleting follows no link, needs no recursion and no more than two descriptors, however deep the program nested its
directories; it happens only after the sweep, so that nobody can swap a name under our hands.
"""

import contextlib
import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

_PREFIX = "judge-"
# A directory is locked right after it is made; younger ones are left alone.
_ABANDONED_SECONDS = 60

_BLOCK = 512
_INODE_BYTES = 4096  # so that a million empty files count as well
_SHARED_PLACES = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))


@contextlib.contextmanager
def job_directory(scratch: Path, uid: int | None) -> Iterator[Path]:
    """A job's own directory; with a separate user for programs it may pass through, but not list or write."""
    path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=scratch))
    path.chmod(0o700 if uid is None else 0o711)
    lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)  # says that it is in use, for as long as this process lives
        yield path
    finally:
        os.close(lock)
        destroy(path)


def clear_abandoned(scratch: Path) -> None:
    """Delete the job directories of judges that were killed: nobody holds their locks."""
    for path in scratch.glob(f"{_PREFIX}*"):
        try:
            status = path.lstat()
            ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
            if ours and time.time() - status.st_mtime > _ABANDONED_SECONDS and not _is_locked(path):
                destroy(path)
        except FileNotFoundError:
            continue  # another judge was faster


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


def wipe(path: Path) -> None:
    """Empty a directory. Subdirectories move to its top before they are opened, so depth never matters."""
    path.chmod(0o700)
    top = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        moved = 0
        while entries := _listing(top):
            for name, is_directory in entries:
                if is_directory:
                    moved = _hoist_children(name, top, moved)
                    os.rmdir(name, dir_fd=top)
                else:
                    os.unlink(name, dir_fd=top)
    finally:
        os.close(top)


def wipe_shared_places(uid: int, keep: Path) -> None:
    """Delete what a user left in the world-writable directories, except the directory that the judge itself uses."""
    for place in _SHARED_PLACES:
        if place.is_dir():
            for entry in list(os.scandir(place)):
                if _owner(entry) == uid and Path(entry.path) != keep:
                    _delete(Path(entry.path))


def size_of(data_bytes: int) -> int:
    """At most this much a file takes in a box, in the measure of `size_exceeds`."""
    return data_bytes + _INODE_BYTES


def size_exceeds(path: Path, limit: int) -> bool:
    """Whether what lies below takes more than `limit` bytes on disk; looks no further than it has to.

    The program is running meanwhile: names vanish under our hands, and a wrong guess costs only its own verdict.
    """
    used = 0
    waiting = [path]
    while waiting and used <= limit:
        for entry_bytes, directory in _entries(waiting.pop()):
            used += entry_bytes
            if directory is not None:
                waiting.append(directory)
    return used > limit


def _entries(path: Path) -> list[tuple[int, Path | None]]:
    try:
        return [_measure(entry) for entry in os.scandir(path)]
    except OSError:
        return []


def _measure(entry: os.DirEntry[str]) -> tuple[int, Path | None]:
    status = entry.stat(follow_symlinks=False)
    directory = Path(entry.path) if stat.S_ISDIR(status.st_mode) else None
    return max(status.st_blocks * _BLOCK, _INODE_BYTES), directory


def _owner(entry: os.DirEntry[str]) -> int | None:
    try:
        return entry.stat(follow_symlinks=False).st_uid
    except FileNotFoundError:
        return None  # others work there as well, and delete what is theirs


def _is_locked(path: Path) -> bool:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


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
