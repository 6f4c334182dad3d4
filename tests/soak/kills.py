"""Kills what a local cloud is made of, at its work."""

import asyncio
import os
import random
import signal
import time

from infra.local.cloud import Cloud
from tests.e2e.local_cloud import Run, function_of

EVERY = 5.0
"""Seconds between two kills."""


async def kill_processes(run: Run, cloud: Cloud, deadline: float) -> None:
    """Until the deadline: the judge, and processes of functions, one after the other."""
    while time.monotonic() < deadline:
        await asyncio.sleep(EVERY)
        victims = [workers(run, f"lyceum-{cloud.stage}-{name}") for name in ("api", "dispatch", "fan-out", "advance")]
        victims.append(run.descendants(of=f"judge_process --port {run.judge_port}"))
        kill(random.choice([each for each in victims if each]))  # noqa: S311


def workers(run: Run, function: str) -> set[int]:
    """The warm processes of a function."""
    return {each for each in run.descendants() if function_of(each) == function}


def kill(processes: set[int]) -> int:
    """How many there were to kill."""
    killed = 0
    for process in processes:
        try:
            os.kill(process, signal.SIGKILL)
        except ProcessLookupError:
            continue
        killed += 1
    return killed
