"""Chooses the user that programs run as: one of their own when the judge is root, otherwise the judge's."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from . import processes

# Above every range that distributions, systemd and container tools hand out; two for each pid, so no workers share.
_FIRST_SPARE_UID = 2_000_000_000
# In user namespaces with 65,536 ids: below systemd's dynamic users (61,184 and up).
_FIRST_SMALL_UID = 60_600
_SMALL_PAIRS = 250

# RLIMIT_NPROC counts threads of the whole user. Alone a program gets this many; a shared user keeps room for the rest.
OWN_THREADS = 256
SHARED_THREADS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """`uid` is None when programs run as the judge itself."""

    uid: int | None
    threads: int

    def partner(self) -> "Identity":
        """Who a program runs as that shall be out of the first one's reach; where there is no choice, the same."""
        return self if self.uid is None else replace(self, uid=self.uid + 1)


def choose() -> Identity:
    uid = _spare_uid() if os.geteuid() == 0 else None
    if uid is None:
        return Identity(uid=None, threads=processes.threads_of(os.geteuid()) + SHARED_THREADS)
    return Identity(uid=uid, threads=OWN_THREADS)


def _spare_uid() -> int | None:
    mapped = Path("/proc/self/uid_map").read_text()
    candidates = (_FIRST_SPARE_UID + 2 * os.getpid(), _FIRST_SMALL_UID + 2 * (os.getpid() % _SMALL_PAIRS))
    return next((uid for uid in candidates if is_mapped(uid + 1, mapped)), None)


def is_mapped(uid: int, uid_map: str) -> bool:
    """Whether this user namespace knows the id at all."""
    ranges = (tuple(int(word) for word in line.split()) for line in uid_map.splitlines())
    return any(first <= uid < first + count for first, _, count in ranges)
