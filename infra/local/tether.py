"""Run a program that ends when its parent does, even when the parent is killed and can stop nothing.

    python tether.py PARENT_PID PROGRAM ARGUMENT...

The kernel sends SIGTERM, so the emulator still saves its state. Only Linux has this; elsewhere the program just runs.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def tether(parent: int) -> None:
    """End this process with SIGTERM once `parent`, its parent, has ended."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it ended before the kernel was told
        sys.exit(0)


if __name__ == "__main__":
    tether(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 the point of this program
