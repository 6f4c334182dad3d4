"""`make bench-judge`: measures how much slower a job is than its programs alone.

Both sides take turns in one run, on one machine, so that the ratios say something even where the times do not. A job is
what the handler's process takes from the event to the answer, less the compilation; the bare side starts the same
binary as often with posix_spawn. A shared machine changes its speed from one moment to the next, so each round is
compared with the bare one right after it, and the median of the rounds counts. Exits with the number of bars that were
missed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Job, Outcome, Report, TestInput
from judge_container import languages
from judge_container.languages import LanguageSpec, Place

_ROOT = Path(__file__).resolve().parents[2]
_TESTS = 20
_ROUNDS = 25
_INPUT = (" ".join(str(number * 7919 % 100_003) for number in range(10_000)) + "\n").encode()
_MAX_OVERHEAD_MS = 1.5
_MAX_MEMORY_MB = 60.0
_MAX_HEADER_RATIO = 0.4

_SORTS_CPP = """
#include <algorithm>
#include <iostream>
#include <vector>

int main() {
    std::vector<int> numbers;
    for (int number; std::cin >> number;) numbers.push_back(number);
    std::sort(numbers.begin(), numbers.end());
    std::cout << numbers[numbers.size() / 2] << std::endl;
}
"""
_SORTS_PYTHON = "numbers = sorted(map(int, input().split()))\nprint(numbers[len(numbers) // 2])\n"
_HEADER = "#include <bits/stdc++.h>\nint main() { std::cout << std::vector<int>{1, 2}.size() << std::endl; }\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    language: str
    source: str
    max_ratio: float


_CONTESTS = (
    Comparison(language="cpp17", source=_SORTS_CPP, max_ratio=1.6),
    Comparison(language="python3", source=_SORTS_PYTHON, max_ratio=1.2),
)


class Handler:
    """The handler as a process of its own."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def judge(self, job: Job) -> tuple[Report, float]:
        """The report, and the milliseconds that it took without the compilation."""
        event = json.dumps(wire.job_to_json(job)).encode() + b"\n"
        started = time.perf_counter()
        answer = self._exchange(event)
        took = (time.perf_counter() - started) * 1000
        report = wire.report_from_json(json.loads(answer))
        if any(run.outcome is not Outcome.OK for run in report.runs) or report.compilation.outcome is not Outcome.OK:
            raise SystemExit(f"bench-judge: the program did not run well: {report}")
        return report, took - report.compilation.wall_ms

    def peak_mb(self) -> float:
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1024

    def _exchange(self, event: bytes) -> bytes:
        if self._process.stdin is None or self._process.stdout is None:
            raise SystemExit("bench-judge: the handler has no pipes")
        self._process.stdin.write(event)
        self._process.stdin.flush()
        return self._process.stdout.readline()


def main() -> int:
    specs = languages.load()
    missed = 0
    with _handler() as handler:
        for contest in _CONTESTS:
            missed += _compare(handler, contest, specs[contest.language])
        missed += _check("handler's peak memory", handler.peak_mb(), _MAX_MEMORY_MB, "MB")
        missed += _compare_headers(handler, specs["cpp17"])
    return missed


def _compare(handler: Handler, contest: Comparison, spec: LanguageSpec) -> int:
    tests = tuple(TestInput(id=str(number), input=_INPUT, time_limit_ms=5000) for number in range(_TESTS))
    job = Job(job_id="bench", language=contest.language, source=contest.source, tests=tests)
    with _built(spec, contest.source) as command:
        rounds = _alternate(lambda: handler.judge(job)[1], lambda: _run_bare(command))
    print(f"{contest.language}: {_TESTS} tests, {_described(rounds)}")
    missed = _check("  judged / bare", median(judged / bare for judged, bare in rounds), contest.max_ratio, "x")
    overhead = median((judged - bare) / _TESTS for judged, bare in rounds)
    return missed + _check("  overhead of a run", overhead, _MAX_OVERHEAD_MS, "ms")


def _compare_headers(handler: Handler, spec: LanguageSpec) -> int:
    if not languages.cache_of(spec).exists():
        print("bits/stdc++.h: not prepared here, so not compared")
        return 0
    job = Job(job_id="bench", language=spec.id, source=_HEADER, tests=())
    with tempfile.TemporaryDirectory() as directory:
        place = Place(build=Path(directory), cache=Path(directory), memory_kb=0, sources=(spec.source_file,))
        (place.build / spec.source_file).write_text(_HEADER)
        plain = languages.fill(spec.compile, place)
        rounds = _alternate(
            lambda: handler.judge(job)[0].compilation.wall_ms,
            lambda: _timed(lambda: subprocess.run(plain, cwd=directory, check=True)),
        )
    print(f"bits/stdc++.h: {_described(rounds)}")
    return _check("  judged / plain", median(judged / plain for judged, plain in rounds), _MAX_HEADER_RATIO, "x")


def _alternate(judged: Callable[[], float], bare: Callable[[], float]) -> list[tuple[float, float]]:
    judged(), bare()  # what is slow only once is not the question
    return [(judged(), bare()) for _ in range(_ROUNDS)]


def _described(rounds: list[tuple[float, float]]) -> str:
    judged, plain = (median(times) for times in zip(*rounds, strict=True))
    return f"judged {judged:.1f} ms, without the judge {plain:.1f} ms"


def _check(name: str, value: float, bar: float, unit: str) -> int:
    missed = value > bar
    print(f"{name}: {value:.2f} {unit} (at most {bar:g}){' MISSED' if missed else ''}")
    return int(missed)


def _run_bare(command: tuple[str, ...]) -> float:
    with tempfile.TemporaryFile() as stdin:
        stdin.write(_INPUT)
        stdin.flush()
        return _timed(lambda: [_spawn(command, stdin.fileno()) for _ in range(_TESTS)])


def _spawn(command: tuple[str, ...], stdin: int) -> bytes:
    os.lseek(stdin, 0, os.SEEK_SET)
    reading, writing = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, stdin, 0), (os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_CLOSE, reading)]
    pid = os.posix_spawn(command[0], command, {}, file_actions=actions)
    os.close(writing)
    with os.fdopen(reading, "rb") as stdout:
        said = stdout.read()
    os.waitpid(pid, 0)
    return said


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


@contextmanager
def _built(spec: LanguageSpec, source: str) -> Iterator[tuple[str, ...]]:
    """The command that runs the same program outside of the judge."""
    with tempfile.TemporaryDirectory() as directory:
        place = Place(build=Path(directory), cache=languages.cache_of(spec), memory_kb=0, sources=(spec.source_file,))
        (place.build / spec.source_file).write_text(source)
        subprocess.run(languages.fill(spec.compile, place), cwd=directory, check=True)
        yield languages.fill(spec.run, place)


@contextmanager
def _handler() -> Iterator[Handler]:
    command = [sys.executable, "-m", "judge_container.serve"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            yield Handler(process)
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
