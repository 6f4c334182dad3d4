"""DMOJ's judge (PyPI `dmoj`), which `make bench-judge` compares with ours when it is installed.

It is a process of its own, in whatever virtual environment it has, and is told what to judge as its users tell it:
through `dmoj-cli`. Its time is that from its first result to its last, so that neither its start nor its compilation
counts.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

COMMAND = "dmoj-cli"
ENVIRONMENT = "DMOJ_CLI"
"""The path of the command, where it is neither in PATH nor beside our own interpreter."""
EXECUTORS = {"cpp17": "CPP17", "python3": "PY3"}
_MEMORY_KB = 256 * 1024
_RESULT = re.compile(r"Test case +\d+ (\S+)")
_PROMPT = re.compile(r"^dmoj> *")
_QUIET = ("Start grading", "Done grading")


def find() -> str | None:
    """Where DMOJ's judge is installed, if it is."""
    beside = Path(sys.executable).with_name(COMMAND)
    return os.environ.get(ENVIRONMENT) or shutil.which(COMMAND) or (str(beside) if beside.exists() else None)


class Dmoj:
    """The judge with one problem, all of whose tests are the same."""

    def __init__(self, process: "subprocess.Popen[str]", directory: Path) -> None:
        self._process, self._directory = process, directory

    def judge(self, language: str, source: str) -> float:
        """Milliseconds for each test but the first, whose time has the start of the process in it."""
        file = self._directory / f"source.{language}"
        file.write_text(source)
        self._ask(shlex.join(["submit", "-ml", str(_MEMORY_KB), "problem", EXECUTORS[language], str(file)]))
        first, *later = self._results()
        return (later[-1] - first) * 1000 / len(later)

    def _ask(self, line: str) -> None:
        if self._process.stdin is None:
            raise SystemExit("bench-judge: DMOJ's judge has no pipes")
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _results(self) -> Iterator[float]:
        """When each result came. What is not expected of it ends the comparison, with its own words."""
        for line in self._process.stdout or ():
            at, said = time.perf_counter(), _PROMPT.sub("", line).strip()
            result = _RESULT.match(said)
            if said.startswith("Done grading"):
                return
            if result and result[1] == "AC":
                yield at
            elif said and not said.startswith(_QUIET):
                raise SystemExit(f"bench-judge: DMOJ's judge says: {said}")
        raise SystemExit("bench-judge: DMOJ's judge has ended")


@contextmanager
def judge_of(command: str, tests: int, test: tuple[bytes, bytes], runtimes: Mapping[str, str]) -> Iterator[Dmoj]:
    """DMOJ's judge with so many tests of that input and output. `runtimes`: its names of programs, and their paths."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        config = _lay_out(directory, tests, test, runtimes)
        arguments = ["-c", str(config), "-e", ",".join(EXECUTORS.values()), "--no-ansi", "--skip-self-test"]
        with subprocess.Popen(
            [command, *arguments, "--history", str(directory / "history")],
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            try:
                _pass_over_greetings(process)
                yield Dmoj(process, directory)
            finally:
                process.terminate()


def _lay_out(directory: Path, tests: int, test: tuple[bytes, bytes], runtimes: Mapping[str, str]) -> Path:
    problem = directory / "problems" / "problem"
    problem.mkdir(parents=True)
    cases = [{"in": f"{number}.in", "out": f"{number}.out", "points": 1} for number in range(tests)]
    for case in cases:
        (problem / str(case["in"])).write_bytes(test[0])
        (problem / str(case["out"])).write_bytes(test[1])
    (problem / "init.yml").write_text(json.dumps({"test_cases": cases}))  # JSON is YAML
    config = directory / "config.yml"
    globs = [str(directory / "problems" / "*")]
    config.write_text(
        json.dumps({"problem_storage_globs": globs, "runtime": dict(runtimes), "tempdir": str(directory)})
    )
    return config


def _pass_over_greetings(process: "subprocess.Popen[str]") -> None:
    """Up to the empty line behind what it says when it starts."""
    for line in process.stdout or ():
        if line.startswith("Running local judge"):
            break
    else:
        raise SystemExit("bench-judge: DMOJ's judge does not start")
    for line in process.stdout or ():
        if not line.strip():
            return
