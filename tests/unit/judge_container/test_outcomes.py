"""What happened to a process, from what was measured: the whole table."""

import signal
from dataclasses import replace
from typing import Any

import pytest

from chalicelib.judge_protocol.contract import Outcome
from judge_container import outcomes, sandbox
from judge_container.sandbox import Ending, Execution, LauncherError, Limits

LIMITS = Limits(
    cpu_ms=1000, wall_ms=3000, memory_kb=65536, address_space_kb=0, output_bytes=1024, file_kb=64, box_bytes=1024
)
FINE = Ending(
    exit_code=0,
    signal=0,
    cpu_ms=10,
    wall_ms=10,
    peak_kb=1000,
    stopped="no",
    ended_us=77,
    left=False,
    layers=frozenset({"landlock", "seccomp"}),
)


def execution(ending: Ending = FINE, *, stderr: bytes = b"", truncated: bool = False, full: bool = False) -> Execution:
    return Execution(ending=ending, stdout=b"", stderr=stderr, truncated=truncated, overfull=full, clean=True)


def dismissed(ending: Ending, **also: Any) -> Execution:
    """Stopped by us, because its interactor had the last word."""
    return replace(execution(replace(ending, stopped="request"), **also), dismissed=True)


@pytest.mark.parametrize(
    ("happened", "outcome"),
    [
        (execution(), Outcome.OK),
        (execution(replace(FINE, exit_code=1)), Outcome.RUNTIME_ERROR),
        (execution(replace(FINE, signal=signal.SIGSEGV)), Outcome.RUNTIME_ERROR),
        (execution(replace(FINE, cpu_ms=1000.0)), Outcome.OK),
        (execution(replace(FINE, cpu_ms=1000.1, exit_code=1)), Outcome.TIME_LIMIT),
        (execution(replace(FINE, stopped="cpu", signal=9)), Outcome.TIME_LIMIT),
        (execution(replace(FINE, stopped="wall", signal=9)), Outcome.WALL_TIME_LIMIT),
        (execution(replace(FINE, stopped="memory", signal=9)), Outcome.MEMORY_LIMIT),
        (execution(replace(FINE, peak_kb=65537)), Outcome.MEMORY_LIMIT),
        (execution(replace(FINE, peak_kb=65536)), Outcome.OK),
        (execution(replace(FINE, peak_kb=65537, exit_code=1)), Outcome.MEMORY_LIMIT),
        (execution(replace(FINE, signal=9)), Outcome.RUNTIME_ERROR),
        (execution(replace(FINE, signal=9, peak_kb=60000)), Outcome.MEMORY_LIMIT),
        (execution(replace(FINE, exit_code=1), stderr=b"MemoryError\n"), Outcome.MEMORY_LIMIT),
        (execution(FINE, stderr=b"MemoryError\n"), Outcome.OK),
        (execution(replace(FINE, stopped="request", signal=9), truncated=True), Outcome.OUTPUT_LIMIT),
        (execution(replace(FINE, exit_code=1), truncated=True), Outcome.OUTPUT_LIMIT),
        (execution(replace(FINE, exit_code=1), full=True, stderr=b"MemoryError\n"), Outcome.OUTPUT_LIMIT),
        (execution(replace(FINE, peak_kb=65537), truncated=True), Outcome.MEMORY_LIMIT),
        (execution(truncated=True), Outcome.OUTPUT_LIMIT),
        (execution(full=True), Outcome.OUTPUT_LIMIT),
        (execution(replace(FINE, stopped="request", signal=9)), Outcome.SYSTEM_ERROR),
        (dismissed(FINE), Outcome.OK),
        (dismissed(replace(FINE, signal=9)), Outcome.OK),
        (dismissed(replace(FINE, exit_code=1), stderr=b"MemoryError\n"), Outcome.OK),
        (dismissed(replace(FINE, cpu_ms=1000.1, signal=9)), Outcome.TIME_LIMIT),
        (dismissed(replace(FINE, peak_kb=65537, signal=9)), Outcome.MEMORY_LIMIT),
        (dismissed(FINE, full=True), Outcome.OUTPUT_LIMIT),
    ],
)
def test_outcome_of_run(happened: Execution, outcome: Outcome) -> None:
    assert outcomes.of_run(happened, LIMITS, ("MemoryError",)) is outcome


@pytest.mark.parametrize(
    ("happened", "outcome"),
    [
        (execution(), Outcome.OK),
        (execution(truncated=True), Outcome.OK),
        (execution(replace(FINE, exit_code=1)), Outcome.COMPILE_ERROR),
        (execution(replace(FINE, stopped="wall")), Outcome.COMPILE_ERROR),
        (execution(replace(FINE, signal=signal.SIGXFSZ)), Outcome.COMPILE_ERROR),
        (execution(full=True), Outcome.COMPILE_ERROR),
    ],
)
def test_outcome_of_compilation(happened: Execution, outcome: Outcome) -> None:
    assert outcomes.of_compilation(happened) is outcome


def test_report_of_ending_is_read() -> None:
    measures = b"exit=3 signal=0 cpu_us=1500 wall_us=2500 peak_kb=700 stopped=no ended_us=77 left=0"
    line = b"ended " + measures + b" layers=landlock,seccomp,\n"
    ending = sandbox.read_report(line)
    assert ending == replace(FINE, exit_code=3, cpu_ms=1.5, wall_ms=2.5, peak_kb=700)


@pytest.mark.parametrize(
    ("report", "message"),
    [
        (b"failed step=landlock_add_rule errno=13\n", "landlock_add_rule: Permission denied"),
        (b"", "no report"),
        (b"nonsense\n", "no report"),
    ],
)
def test_anything_but_an_ending_is_the_sandbox_failing(report: bytes, message: str) -> None:
    with pytest.raises(LauncherError, match=message):
        sandbox.read_report(report)
