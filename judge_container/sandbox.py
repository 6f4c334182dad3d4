"""The sandbox's vocabulary: programs, their limits, and how they ended."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from chalicelib.judge_protocol.contract import MAX_STDERR_BYTES
from judge_container import identity

LAYERS = ("landlock", "seccomp", "close_range", "own_uid")


class LauncherError(Exception):
    """The sandbox itself failed. Never the program's fault, and never to be mistaken for its exit code."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`memory_kb` bounds resident memory, `address_space_kb` (0: not at all) is only a backstop between two looks."""

    cpu_ms: int
    wall_ms: int
    memory_kb: int
    address_space_kb: int
    output_bytes: int
    file_kb: int
    box_bytes: int
    stderr_bytes: int = MAX_STDERR_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """`readable` are the paths that it may read and execute besides its box.

    A compiler is `trusted`: it may fork, its two streams are one, and too long an output is cut, not punished.
    """

    command: tuple[str, ...]
    box: Path
    readable: tuple[str, ...]
    limits: Limits
    stdin: bytes = b""
    environment: Mapping[str, str] = field(default_factory=dict)
    trusted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the launcher measured. `stopped` names the limit that it enforced: cpu, wall, memory, request or no.

    `ended_us` is a time on the machine's monotonic clock: it orders the endings of a pair. `left` says that
    somebody outlived the program.
    """

    exit_code: int
    signal: int
    cpu_ms: float
    wall_ms: float
    peak_kb: int
    stopped: str
    ended_us: int
    left: bool
    layers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """`overfull` says that the box outgrew its limit; `clean` that no process was left; `dismissed` that we stopped it
    because its counterpart had the last word, so that how it ended says nothing of it.
    """

    ending: Ending
    stdout: bytes
    stderr: bytes
    truncated: bool
    overfull: bool
    clean: bool
    dismissed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sandbox:
    """How programs are started here. A layer in `required` held once on this machine, so it has to hold every time."""

    launcher: Path
    identity: identity.Identity
    required: frozenset[str] = frozenset()


def read_report(report: bytes) -> Ending:
    """The launcher's line as an Ending; anything else is a LauncherError."""
    line = report.decode("ascii", "replace").partition("\n")[0]
    kind, _, rest = line.partition(" ")
    fields = dict(pair.partition("=")[::2] for pair in rest.split())
    if kind == "failed":
        raise LauncherError(f"{fields.get('step')}: {os.strerror(int(fields.get('errno', '0')))}")
    if kind != "ended":
        raise LauncherError(f"no report from the launcher: {line!r}")
    return Ending(
        exit_code=int(fields["exit"]),
        signal=int(fields["signal"]),
        cpu_ms=int(fields["cpu_us"]) / 1000,
        wall_ms=int(fields["wall_us"]) / 1000,
        peak_kb=int(fields["peak_kb"]),
        stopped=fields["stopped"],
        ended_us=int(fields["ended_us"]),
        left=fields["left"] == "1",
        layers=frozenset(filter(None, fields["layers"].split(","))),
    )
