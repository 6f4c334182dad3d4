"""A program that was compiled is kept for its next job: closed to others, in a bounded number, and nowhere unsafe."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chalicelib.judge_protocol.contract import File, Job, Outcome, Report, Source, TestInput
from judge_container.kept_builds import MAX_KEPT
from tests.sandbox import workers
from tests.sandbox.workers import HELLO, Worker


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with workers.worker() as worker:
        yield worker


def program(name: str, **changes: Any) -> Job:
    """A program like no other test's."""
    source = f'#include <stdio.h>\nint main(void) {{ puts("compiled"); }} // {name}\n'
    test = TestInput(id="1", input=b"", time_limit_ms=2000)
    return replace(Job(job_id=name, language="c", source=source, tests=(test,)), **changes)


SPY = """
import os
for place in {places}:
    try:
        print(os.listdir(place))
    except PermissionError:
        pass
"""


def builds(worker: Worker) -> set[Path]:
    return {path for kept in worker.kept() for path in kept.glob("build-*")}


def is_compiled(report: Report) -> bool:
    """Whether it was compiled for this job."""
    assert [(run.outcome, run.stdout) for run in report.runs] == [(Outcome.OK, b"compiled\n")]
    return report.compilation.wall_ms > 0


def test_second_job_of_a_program_does_not_compile_it(worker: Worker) -> None:
    first, second = worker.judge(program("twice")), worker.judge(program("twice", job_id="again"))

    assert (is_compiled(first), is_compiled(second)) == (True, False)
    assert second.compilation == replace(first.compilation, wall_ms=0.0)


@pytest.mark.parametrize(
    "changes",
    [
        {"source": program("another").source + " "},
        {"language": "cpp17"},
        {"files": (File(name="words.h", data=b""),)},
    ],
    ids=["source", "language", "files"],
)
def test_whatever_goes_into_a_program_makes_it_another(worker: Worker, changes: dict[str, Any]) -> None:
    worker.judge(program("another"))

    assert is_compiled(worker.judge(program("another", **changes)))
    assert not is_compiled(worker.judge(program("another")))


def test_what_does_not_compile_is_not_kept(worker: Worker) -> None:
    bad = program("bad", source="int main(void) { return }")
    before = builds(worker)

    assert [worker.judge(bad).compilation.outcome for _ in range(2)] == [Outcome.COMPILE_ERROR] * 2
    assert builds(worker) == before


def test_the_builds_that_waited_longest_make_room(worker: Worker) -> None:
    programs = [program(f"number {number}") for number in range(MAX_KEPT + 1)]
    for each in (*programs[:-1], programs[0], programs[-1]):
        worker.judge(each)

    assert len(builds(worker)) == MAX_KEPT
    assert not is_compiled(worker.judge(programs[0]))
    assert is_compiled(worker.judge(programs[1]))


def test_kept_builds_are_closed_to_other_programs(worker: Worker) -> None:
    if not worker.isolation["own_uid"]:
        pytest.skip("programs run as the judge's own user here: Landlock alone closes what they may not read")
    worker.judge(program("secret"))
    places = sorted(map(str, builds(worker)))
    spy = SPY.format(places=places)

    [run] = worker.judge(replace(HELLO, source=spy)).runs

    assert (run.outcome, run.stdout) == (Outcome.OK, b"")
    assert places
    assert all(path.stat().st_mode & 0o077 == 0 for path in builds(worker))


def test_one_program_on_both_sides_of_a_pair_is_two_builds(worker: Worker) -> None:
    both = "print(1, flush=True)\ninput()\n"
    job = replace(HELLO, source=both, interactor=Source(language="python3", source=both))

    for _ in range(2):
        report = worker.judge(job)
        assert [run.outcome for run in report.runs] == [Outcome.OK]
    if worker.isolation["own_uid"]:
        assert report.interactor_compilation is not None
        assert (report.compilation.wall_ms, report.interactor_compilation.wall_ms) == (0, 0)


def test_nothing_is_kept_where_nothing_keeps_programs_out() -> None:
    with workers.worker(without="landlock,seccomp") as bare:
        bare.judge(program("bare"))
        again = bare.judge(program("bare"))
        if bare.isolation["own_uid"]:
            assert again.compilation.wall_ms == 0
        else:
            assert (bare.kept(), again.compilation.wall_ms > 0) == (set(), True)


def test_the_end_of_a_judge_takes_its_builds_along() -> None:
    with workers.worker() as short_lived:
        short_lived.judge(program("last"))
        assert short_lived.kept()
        short_lived.process.terminate()
        short_lived.process.wait()
        assert short_lived.kept() == set()
