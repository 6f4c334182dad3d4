"""Whether a process waits, as the kernel tells."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from judge_container import processes

READS = "print(flush=True)\ninput()"
WORKS = "print(flush=True)\nwhile True: pass"
ONE_OF_TWO_WORKS = f"import threading\nthreading.Thread(target=input, daemon=True).start()\n{WORKS}"


@contextmanager
def running(source: str) -> Iterator[int]:
    """A program that has come to what it is about."""
    command = [sys.executable, "-c", source]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()


def test_who_reads_waits_and_who_works_does_not() -> None:
    with running(READS) as reads, running(WORKS) as works, running(ONE_OF_TWO_WORKS) as both:
        while not processes.all_wait([reads]):
            time.sleep(0.001)
        assert not processes.all_wait([works])
        assert not processes.all_wait([reads, works])
        assert not processes.all_wait([both])
    assert not processes.all_wait([reads])
    assert not processes.all_wait([])
