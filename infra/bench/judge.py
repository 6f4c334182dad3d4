"""`make bench-judge`: measures how much slower a job is than its programs alone.

Both sides take turns in one run, on one machine, so that the ratios say something even where the times do not. A job is
what the handler's process takes from the event to the answer, less the compilation; the bare side starts the same
binary as often with posix_spawn. A shared machine changes its speed from one moment to the next, so each round is
compared with the bare one right after it, and the median of the rounds counts. Where DMOJ's judge is installed
(`dmoj.py`), it takes its turn too. Exits with the number of bars that were missed.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Job, Outcome, Report, TestInput
from infra.bench import dmoj
from judge_container import languages, programs
from judge_container.languages import LanguageSpec, Place

_ROOT = Path(__file__).resolve().parents[2]
_TESTS = 20
_ROUNDS = 25
_NUMBERS = [number * 7919 % 100_003 for number in range(10_000)]
INPUT = (" ".join(map(str, _NUMBERS)) + "\n").encode()
ANSWER = f"{sorted(_NUMBERS)[len(_NUMBERS) // 2]}\n".encode()
_MAX_OVERHEAD_MS = 1.5
_MAX_MEMORY_MB = 60.0
_MAX_HEADER_RATIO = 0.4
_MAX_OF_DMOJ = 1.0
_SIDES = ("judged", "without the judge", "by DMOJ's judge")

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


CONTESTS = (
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
    with running_handler() as handler, _dmoj(specs) as other:
        for contest in CONTESTS:
            missed += _compare(handler, other, contest, specs[contest.language])
        missed += _check("handler's peak memory", handler.peak_mb(), _MAX_MEMORY_MB, "MB")
        missed += _compare_headers(handler, specs["cpp17"])
    return missed


def _compare(handler: Handler, other: dmoj.Dmoj | None, contest: Comparison, spec: LanguageSpec) -> int:
    tests = tuple(TestInput(id=str(number), input=INPUT, time_limit_ms=5000) for number in range(_TESTS))
    job = Job(job_id="bench", language=contest.language, source=contest.source, tests=tests)
    with built(spec, contest.source) as command:
        sides = [lambda: handler.judge(job)[1], lambda: _run_bare(command)]
        if other is not None:
            sides.append(lambda: other.judge(contest.language, contest.source) * _TESTS)
        rounds = _alternate(*sides)
    print(f"{contest.language}: {_TESTS} tests, {_described(rounds)}")
    missed = _check("  judged / bare", median(times[0] / times[1] for times in rounds), contest.max_ratio, "x")
    overhead = median((times[0] - times[1]) / _TESTS for times in rounds)
    missed += _check("  overhead of a run", overhead, _MAX_OVERHEAD_MS, "ms")
    if other is not None:
        print(f"  DMOJ's judge / bare: {median(times[2] / times[1] for times in rounds):.2f} x")
        missed += _check("  judged / DMOJ's judge", median(times[0] / times[2] for times in rounds), _MAX_OF_DMOJ, "x")
    return missed


def _compare_headers(handler: Handler, spec: LanguageSpec) -> int:
    if not languages.cache_of(spec).exists():
        print("bits/stdc++.h: not prepared here, so not compared")
        return 0
    with tempfile.TemporaryDirectory() as directory:
        place = _laid_out(Path(directory), Path(directory), spec, _HEADER)
        plain = languages.fill(spec.compile, place)
        rounds = _alternate(
            lambda: compiled_anew(handler, spec.id),
            lambda: _timed(lambda: subprocess.run(plain, cwd=directory, check=True)),
        )
    print(f"bits/stdc++.h: {_described(rounds)}")
    return _check("  judged / plain", median(times[0] / times[1] for times in rounds), _MAX_HEADER_RATIO, "x")


def compiled_anew(handler: Handler, language: str) -> float:
    """Milliseconds of one compilation. Of a source that it has compiled before the judge has kept the build."""
    job = Job(job_id="bench", language=language, source=f"{_HEADER}// {time.monotonic_ns()}\n", tests=())
    return handler.judge(job)[0].compilation.wall_ms


def _alternate(*sides: Callable[[], float]) -> list[tuple[float, ...]]:
    for side in sides:
        side()  # what is slow only once is not the question
    return [tuple(side() for side in sides) for _ in range(_ROUNDS)]


def _described(rounds: list[tuple[float, ...]]) -> str:
    told = [f"{median(times):.1f} ms" for times in zip(*rounds, strict=True)]
    return ", ".join(f"{side} {took}" for side, took in zip(_SIDES, told, strict=False))


def _check(name: str, value: float, bar: float, unit: str) -> int:
    missed = value > bar
    print(f"{name}: {value:.2f} {unit} (at most {bar:g}){' MISSED' if missed else ''}")
    return int(missed)


def _run_bare(command: tuple[str, ...]) -> float:
    with tempfile.TemporaryFile() as stdin:
        stdin.write(INPUT)
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
def built(spec: LanguageSpec, source: str) -> Iterator[tuple[str, ...]]:
    """The command that runs the same program outside of the judge."""
    with tempfile.TemporaryDirectory() as directory:
        place = _laid_out(Path(directory), languages.cache_of(spec), spec, source)
        subprocess.run(languages.fill(spec.compile, place), cwd=directory, check=True)
        yield languages.fill(spec.run, place)


def _laid_out(directory: Path, cache: Path, spec: LanguageSpec, source: str) -> Place:
    """The source where its compiler finds it, beside what the judge adds to every program of its language."""
    for name, text in {spec.source_file: source, **spec.companions}.items():
        (directory / name).write_text(text)
    return Place(build=directory, cache=cache, memory_kb=0, sources=programs.sources(spec, directory))


@contextmanager
def _dmoj(specs: Mapping[str, LanguageSpec]) -> Iterator[dmoj.Dmoj | None]:
    """DMOJ's judge with the same compiler and interpreter, if it is installed."""
    command = dmoj.find()
    if command is None:
        print(f"DMOJ's judge: not installed ({dmoj.COMMAND} in PATH, or named by {dmoj.ENVIRONMENT}), so not compared")
        yield None
        return
    tools = {"g++17": specs["cpp17"].compile, "python3": specs["python3"].run}
    runtimes = {name: path for name, tool in tools.items() if (path := languages.tool_of(tool))}
    with dmoj.judge_of(command, _TESTS, (INPUT, ANSWER), runtimes) as other:
        yield other


@contextmanager
def running_handler() -> Iterator[Handler]:
    command = [sys.executable, "-m", "judge_container.serve"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=_ROOT, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        try:
            yield Handler(process)
        finally:
            process.terminate()


if __name__ == "__main__":
    sys.exit(main())
