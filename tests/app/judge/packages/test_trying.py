"""Packages that are tried in the judge: outputs for their validators, programs from which a time limit follows."""

import contextlib
import itertools
from collections import Counter

import pytest

from chalicelib.common import hooks
from chalicelib.judge.packages import trying
from chalicelib.judge.packages.format import JudgedOutput, Package
from chalicelib.judge.packages.pages import OutOfTime, PageTime
from chalicelib.judge.packages.recipes import Checked
from chalicelib.judge.packages.trying import MEASURED_MS
from chalicelib.judge.problems import library
from chalicelib.judge_protocol.contract import Compilation, Job, Outcome, Report, Run
from tests.app.judge.packages.sending import (
    PACKAGE,
    Files,
    announce,
    deliver,
    imported,
    pages_of,
    report,
    send,
    shown,
)
from tests.support import zips
from tests.support.school import Person, School

TRIED = {
    "data/valid_output/a.in": "",
    "data/valid_output/a.ans": "Five",
    "data/valid_output/a.out": "Five ",
    "data/invalid_output/b.in": "",
    "data/invalid_output/b.ans": "Five",
    "data/invalid_output/b.out": "five",
}


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({}, None),
        (
            {"data/valid_output/a.out": "five"},
            ("data/valid_output/a.out", "It is meant to be right, and the output validator refuses it: expected Five"),
        ),
        (
            {"data/invalid_output/b.out": "Five"},
            ("data/invalid_output/b.out", "It is meant to be wrong, and the output validator accepts it"),
        ),
    ],
)
def test_the_validator_is_tried_on_outputs_that_are_right_and_wrong(
    school: School, teacher: Person, problem_id: int, changes: Files, fault: tuple[str, str] | None
) -> None:
    done = imported(school, teacher, problem_id, {**PACKAGE, **TRIED, **changes})
    assert done["state"] == ("done" if fault is None else "failed")
    if fault is not None:
        (told,) = done["faults"]
        assert (told["file"], told["reason"].startswith(fault[1])) == (fault[0], True)


@pytest.mark.parametrize(("code", "is_right"), [(42, True), (43, False), (1, None)])
def test_a_validator_of_ones_own_is_tried_too(
    school: School, teacher: Person, problem_id: int, code: int, *, is_right: bool | None
) -> None:
    def validates(job: Job) -> Report:
        exits = Outcome.RUNTIME_ERROR if job.source == "validator" else Outcome.OK
        runs = tuple(
            Run(id=test.id, outcome=exits, exit_code=code if job.source == "validator" else 0, stdout=b"5")
            for test in job.tests
        )
        return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs)

    school.judge.report = validates  # type: ignore[method-assign]
    own = {"problem.yaml": "validation: custom\nlimits: {time_limit: 1}", "output_validators/v.py": "validator"}
    done = imported(school, teacher, problem_id, {**PACKAGE, **TRIED, **own})
    wrong = {True: "data/invalid_output/b.out", False: "data/valid_output/a.out"}
    assert done["state"] == "failed"
    assert {each["file"] for each in done["faults"]} == (
        {wrong[is_right]} if is_right is not None else {*wrong.values()}
    )


def test_outputs_are_tried_some_at_a_time_and_held_no_longer() -> None:
    """Two of 20 MB are not held together, and no more than fifty of any size."""
    asked: list[str] = []

    def read(name: str) -> bytes:
        asked.append(name)
        return b"5"

    def output(number: int) -> JudgedOutput:
        size = 20_000_000 if number in (3, 4) else 10
        return JudgedOutput(file=f"o/{number}.out", read=read, size=size, is_right=True)

    package = Package(tests=(), samples=0, outputs=[output(number) for number in range(100)])
    checked = Checked()
    ends: list[int] = []
    while not ends or ends[-1] < 100:
        with hooks.override(monotonic=lambda: 1.0), contextlib.suppress(OutOfTime):
            assert trying.check_outputs(package, checked, PageTime(0.0), name="n", tenant="t") == []
        ends.append(checked.read["outputs"])
    assert ends == [4, 54, 100]
    assert sorted(Counter(asked).values()) == [1] * 300


@pytest.mark.parametrize(
    ("described", "seconds", "jobs"),
    [
        ("name: x", 1.0, 2),
        ("name: x\nlimits: {time_resolution: 0.01}", 0.06, 2),
        ("name: x\nlimits: {time_multiplier: 40, time_resolution: 0.1}", 0.5, 2),
        ("problem_format_version: 2025-09\nlimits: {time_resolution: 0.005}", 0.025, 3),
        ("name: x\nlimits: {time_limit: 3}", 3.0, 0),
    ],
)
def test_without_a_time_limit_it_follows_from_how_long_the_jury_takes(
    school: School, teacher: Person, problem_id: int, described: str, seconds: float, jobs: int
) -> None:
    """The judge of these tests says 12 ms; programs that are measured may take 15 s."""
    done = imported(school, teacher, problem_id, {**PACKAGE, "problem.yaml": described})
    assert done["state"] == "done"
    assert library.get(problem_id).time_limit_ms == round(1000 * seconds)
    told = [each["reason"] for each in done["warnings"] if each["reason"].startswith("It names no time limit: it is")]
    assert len(told) == (1 if jobs else 0)
    limits = [test.time_limit_ms for job in school.judge.jobs for test in job.tests]
    assert limits.count(15_000) == jobs


def test_what_a_program_does_after_it_was_refused_is_not_measured(
    school: School, teacher: Person, problem_id: int
) -> None:
    def talks(job: Job) -> Report:
        is_right = job.source == "5"
        said = Run(id="1", outcome=Outcome.RUNTIME_ERROR, exit_code=42 if is_right else 43)
        runs = tuple(
            Run(id=test.id, outcome=Outcome.OK, cpu_ms=600.0 if is_right else 14_000.0, interactor=said)
            for test in job.tests
        )
        done = Compilation(outcome=Outcome.OK)
        return Report(job_id=job.job_id, compilation=done, interactor_compilation=done, runs=runs)

    school.judge.report = talks  # type: ignore[method-assign]
    described = "problem_format_version: 2025-09\ntype: interactive\nname: x"
    done = imported(
        school, teacher, problem_id, {**PACKAGE, "problem.yaml": described, "output_validator/v.py": "validator"}
    )
    assert (done["state"], [each["is_met"] for each in done["jury"]]) == ("done", [True, True])
    assert library.get(problem_id).time_limit_ms == 2000


def test_measuring_goes_on_in_pages(school: School, teacher: Person, problem_id: int) -> None:
    more = {"problem.yaml": "name: x", "submissions/accepted/second.py": "5", "submissions/accepted/wrong.py": "6"}
    data = zips.packed({**PACKAGE, **more})
    import_id = announce(school, teacher, problem_id, data)
    send(import_id, data)
    moments = itertools.count(step=60)  # a page has the time of one program, whose every job takes a minute
    with hooks.override(monotonic=lambda: float(next(moments))):
        assert deliver(report(import_id))
        measured = [len(measurements(school))]
        for page in itertools.islice(pages_of(import_id), 3):
            assert deliver(page)
            measured.append(len(measurements(school)))
    assert measured == [2, 4, 5, 5]
    assert shown(school, teacher, problem_id, import_id)["state"] == "done"
    assert library.get(problem_id).time_limit_ms == 1000


def measurements(school: School) -> list[Job]:
    return [job for job in school.judge.jobs if any(test.time_limit_ms == MEASURED_MS for test in job.tests)]
