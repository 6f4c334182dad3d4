"""Every acceptance case through the real handler: on this machine as it is, and as if its kernel had no Landlock."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from chalicelib.judge_protocol.contract import Outcome, Report
from tests.sandbox import case_files as cases
from tests.sandbox import workers
from tests.sandbox.case_files import Case
from tests.sandbox.workers import Worker

_MAX_MESSAGE_BYTES = 64 * 1024 + 200
SHORT_COMPILATIONS = MappingProxyType({"JUDGE_COMPILE_CPU_MS": "10000"})
"""As much as the slowest compiler needs for a small program."""
SHORTEST_COMPILATIONS = MappingProxyType({"JUDGE_COMPILE_CPU_MS": "2000"})
"""For what uses up whatever there is."""
QUICK_MS = 200
"""The time limit of a pair that runs many times."""


@pytest.fixture(scope="module", params=["", "landlock"], ids=["all_layers", "without_landlock"])
def without(request: pytest.FixtureRequest) -> str:
    """The layer that the kernel lacks."""
    return str(request.param)


@pytest.fixture(scope="module")
def worker(without: str) -> Iterator[Worker]:
    with workers.worker(without=without, environment=SHORT_COMPILATIONS) as worker:
        yield worker


@pytest.mark.parametrize("case", cases.load(), ids=lambda case: case.name)
def test_case_gets_its_verdict_and_leaves_nothing(worker: Worker, case: Case, without: str) -> None:
    if not case.settings.get("compiles_endlessly"):
        _check_case(worker, case)
        return
    with workers.worker(without=without, environment=SHORTEST_COMPILATIONS) as impatient:
        _check_case(impatient, case)


def _check_case(worker: Worker, case: Case) -> None:
    if not case.can_run(_layers(worker)):
        pytest.skip(f"says nothing without {case.settings.get('needs', case.settings.get('needs_any'))}")

    needed = Path(case.settings.get("needs_path", "/"))
    if not needed.exists():
        pytest.skip(f"{needed} is not installed (make toolchains)")
    if case.language not in worker.languages:
        pytest.skip(f"{case.language} is not installed (make toolchains)")

    report = worker.judge(case.job(worker.secret))

    assert set(case.verdicts(report)) <= set(case.expect), report
    assert report.clean
    _check_details(case, report)
    assert worker.survivors() == []
    assert worker.leftovers() == []
    _check_next_submission(worker)


def _check_details(case: Case, report: Report) -> None:
    assert len(report.compilation.output) <= _MAX_MESSAGE_BYTES
    assert case.settings.get("compiler_says", "") in report.compilation.output
    said = repr((report.compilation.output, [(run.stdout, run.stderr) for run in report.runs]))
    for word in case.settings.get("never", ()):
        assert word not in said
    for run in report.runs:
        assert run.exit_code == case.settings.get("exit_code", run.exit_code)
        assert run.signal == case.settings.get("signal", run.signal)
        assert run.stdout == case.settings.get("stdout", run.stdout.decode("latin-1")).encode("latin-1")
        assert run.stdout.hex() == case.settings.get("stdout_hex", run.stdout.hex())
        assert case.settings.get("stderr_contains", "") in run.stderr.decode("utf-8", "replace")
        if run.interactor is not None:
            assert run.ended_first == case.settings.get("ended_first", run.ended_first)
            assert case.settings.get("interactor_says", "") in run.interactor.stderr.decode("utf-8", "replace")


def _check_next_submission(worker: Worker) -> None:
    report = worker.judge(workers.HELLO)
    assert [(run.outcome, run.stdout) for run in report.runs] == [(Outcome.OK, b"5\n")]


def _layers(worker: Worker) -> set[str]:
    return {layer for layer, holds in worker.isolation.items() if holds} | {"hidden", os.uname().machine}


@pytest.fixture(scope="module")
def any_worker() -> Iterator[Worker]:
    with workers.worker() as worker:
        yield worker


@pytest.mark.parametrize("case", [case for case in cases.load() if case.interactor], ids=lambda case: case.name)
def test_pair_gets_the_same_verdict_each_time(any_worker: Worker, case: Case) -> None:
    if not case.can_run(_layers(any_worker)):
        pytest.skip("says nothing here: a layer is missing")
    times = case.settings.get("repeats", 20)
    job = case.job(any_worker.secret)
    [test] = job.tests
    quick = replace(test, time_limit_ms=min(test.time_limit_ms, QUICK_MS))

    report = any_worker.judge(replace(job, tests=(quick,) * times))

    assert len(case.verdicts(report)) == times
    assert set(case.verdicts(report)) <= set(case.expect), report
