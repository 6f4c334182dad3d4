"""Decides the Outcome of a measured run. Pure: one table in the tests has all cases.

Order: a limit that the launcher enforced; CPU time; memory; how much it wrote; then how it ended by itself. A program
that wrote too much is stopped: whether it ended before that is a race, so its end says nothing. A program that noticed
that it ran out of memory (the runtime's own error, after the address-space backstop refused) is a memory limit as well:
the language file names what its runtime says then. Anyone may print those words, and so turn their runtime error into a
memory limit; that is no advantage.
"""

import signal

from chalicelib.judge_protocol.contract import Outcome
from judge_container.sandbox import Execution, Limits

_STOPPED = {"cpu": Outcome.TIME_LIMIT, "wall": Outcome.WALL_TIME_LIMIT, "memory": Outcome.MEMORY_LIMIT}


def of_run(execution: Execution, limits: Limits, memory_errors: tuple[str, ...]) -> Outcome:
    ending = execution.ending
    if ending.stopped in _STOPPED:
        return _STOPPED[ending.stopped]
    if ending.cpu_ms > limits.cpu_ms:
        return Outcome.TIME_LIMIT
    if ending.peak_kb > limits.memory_kb:
        return Outcome.MEMORY_LIMIT
    if execution.truncated or execution.overfull:
        return Outcome.OUTPUT_LIMIT
    return _of_end(execution, limits, memory_errors)


def _of_end(execution: Execution, limits: Limits, memory_errors: tuple[str, ...]) -> Outcome:
    """Of one that broke no limit that is measured."""
    ending = execution.ending
    if _died_of_memory(execution, limits, memory_errors):
        return Outcome.MEMORY_LIMIT
    if ending.stopped == "no" and (ending.exit_code or ending.signal):
        return Outcome.RUNTIME_ERROR
    return Outcome.SYSTEM_ERROR if ending.stopped == "request" and not execution.dismissed else Outcome.OK


def of_compilation(execution: Execution) -> Outcome:
    """A compiler that does not end well has met a source that is not good, whatever the limit was."""
    ending = execution.ending
    failed = ending.exit_code or ending.signal or ending.stopped != "no" or execution.overfull
    return Outcome.COMPILE_ERROR if failed else Outcome.OK


def _died_of_memory(execution: Execution, limits: Limits, memory_errors: tuple[str, ...]) -> bool:
    ending = execution.ending
    if ending.stopped != "no":
        return False
    if ending.signal == signal.SIGKILL:
        # Not ours, so the kernel's or its own. The kernel's comes when the machine, not the limit, is exhausted.
        return ending.peak_kb > limits.memory_kb // 2
    words = execution.stderr.decode("utf-8", "replace")
    return bool(ending.exit_code or ending.signal) and any(error in words for error in memory_errors)
