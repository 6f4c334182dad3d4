"""Runs programs of Node with the Node of .venv, or says that this machine cannot have one.

python -m infra.node npm --prefix web run build
python -m infra.node            exits with 1 and one line, if no wheel of Node runs here
"""

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path

GLIBC = (2, 28)
MACHINES = ("x86_64", "aarch64", "arm64")


def missing(machine: str, libc: tuple[str, str]) -> str:
    """What hinders Node here, in one line, or "". `libc` is what platform.libc_ver says: empty names for musl."""
    if machine not in MACHINES:
        return f"there is no Node for {machine} (only for x86-64 and arm64)"
    name, version = libc
    if name == "glibc" and tuple(int(part) for part in version.split(".")[:2]) < GLIBC:
        return f"Node needs glibc {'.'.join(map(str, GLIBC))} or newer, and here is {version}"
    return ""


def environment(own: Mapping[str, str]) -> dict[str, str]:
    """The environment in which what npm starts finds the same Node, and trusts whom the system trusts, as pip does."""
    path = os.pathsep.join([str(Path(sys.executable).parent), own.get("PATH", os.defpath)])
    return {**own, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}


def main(command: list[str]) -> int:
    if reason := missing(platform.machine(), platform.libc_ver()):
        print(f"make: {reason}", file=sys.stderr)
        return 1
    if not command:
        return 0
    variables = environment(os.environ)
    try:
        os.execvpe(command[0], command, variables)  # noqa: S606 what the Makefile names
    except FileNotFoundError:
        print(f"make: there is no {command[0]} in {Path(sys.executable).parent}: run `make node`", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
