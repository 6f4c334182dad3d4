"""Graders: when a checker's jobs end though there are more outputs to judge."""

import math

import pytest

from chalicelib.judge.grading.graders import ByChecker
from chalicelib.judge.grading.job_runner import TookTooLong
from chalicelib.judge.grading.validators import Convention
from chalicelib.judge.problems.testsets import TestCase
from chalicelib.judge_protocol.contract import Compilation, Outcome, Report, Run, Source


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.RUNTIME_ERROR])
def test_no_job_of_a_checker_is_begun_when_its_time_is_over(outcome: Outcome) -> None:
    """Where no output is to be judged no job is needed either."""
    checker = ByChecker(
        tests=[TestCase(b"", b"")],
        points=[1.0],
        program=Source(language="python3", source="x"),
        convention=Convention.ICPC,
        tenant="t",
        until=-math.inf,
    )
    runs = (Run(id="1", outcome=outcome, exit_code=0),)
    report = Report(job_id="j", compilation=Compilation(outcome=Outcome.OK), runs=runs)
    if outcome is Outcome.OK:
        with pytest.raises(TookTooLong):
            checker.check_results(report, job_id="j")
    else:
        assert checker.check_results(report, job_id="j") == {}
