"""`make bench-judge`: that its programs are what it takes them for, and that it understands DMOJ's judge."""

import shlex
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bench import dmoj, judge
from judge_container import languages

# Says what dmoj-cli 4.1 says, of as many tests as it finds.
STAND_IN = """
import json, shlex, sys
from pathlib import Path
config = json.loads(Path(sys.argv[sys.argv.index("-c") + 1]).read_text())
[directory] = Path("/").glob(config["problem_storage_globs"][0].lstrip("/"))
cases = json.loads((directory / "init.yml").read_text())["test_cases"]
print("Skipped self-tests", "", "Running local judge...", "", sep="\\n", flush=True)
for line in sys.stdin:
    *_, problem, executor, file = shlex.split(line)
    print(f"dmoj> Start grading {problem}/1 in {executor}...")
    for number, case in enumerate(cases, 1):
        wanted = (directory / case["out"]).read_text()
        print(f"Test case {number:2} {'AC' if Path(file).read_text() == wanted else 'WA'} [0.005s]", flush=True)
    print("Done grading problem/1.", "", sep="\\n", flush=True)
"""


@pytest.fixture
def command(tmp_path: Path) -> str:
    program = tmp_path / "stand_in.py"
    program.write_text(STAND_IN)
    # By a shell: the first line of a program of its own could not name a Python in a folder with a blank in its name.
    file = tmp_path / dmoj.COMMAND
    file.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} {shlex.quote(str(program))} "$@"\n')
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return str(file)


@pytest.mark.parametrize("contest", judge.CONTESTS, ids=lambda contest: contest.language)
def test_the_bare_program_prints_the_answer(contest: judge.Comparison) -> None:
    with judge.built(languages.load()[contest.language], contest.source) as program:
        said = subprocess.run(program, input=judge.INPUT, capture_output=True, check=True)
    assert said.stdout == judge.ANSWER


def test_no_compilation_is_one_that_was_kept() -> None:
    with judge.running_handler() as measured:
        assert all(judge.compiled_anew(measured, "cpp17") > 0 for _ in range(2))


def test_results_of_dmojs_judge_are_timed(command: str) -> None:
    with dmoj.judge_of(command, 20, (b"1", b"right"), {}) as other:
        times = [other.judge(language, "right") for language in dmoj.EXECUTORS]
    assert all(0 < time < 1000 for time in times)


def test_what_dmojs_judge_does_not_accept_is_no_measurement(command: str) -> None:
    with dmoj.judge_of(command, 20, (b"1", b"right"), {}) as other, pytest.raises(SystemExit, match="Test case  1 WA"):
        other.judge("python3", "wrong")
