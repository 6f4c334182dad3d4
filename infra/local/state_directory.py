"""The directory in which a local cloud keeps its state.

What lies in it is replaced and deleted by name, so all of it has to be the local cloud's own.
"""

from pathlib import Path

from infra.local.cloud import LocalCloudError

MARKER = "made-by-lyceum"


def claim(directory: Path) -> None:
    """Make a directory the local cloud's own. LocalCloudError when it holds what no local cloud put there."""
    directory.mkdir(parents=True, exist_ok=True)
    if not _is_ours(directory):
        raise LocalCloudError(f"{directory} holds other things than a local cloud's state: choose another --state-dir")
    (directory / MARKER).touch()


def _is_ours(directory: Path) -> bool:
    """Whether it is marked, or empty, or has the lock of a version before there were markers: a process's number."""
    if (directory / MARKER).is_file() or not any(directory.iterdir()):
        return True
    lock = directory / "lock"
    return lock.is_file() and (lock.stat().st_size == 0 or lock.read_bytes().isdigit())
