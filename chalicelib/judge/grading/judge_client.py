"""The judge function, which is untrusted, as its trusted caller sees it.

A judge may fail because of the job (a program that brought it down, ran into the platform's timeout, or printed more
than an answer carries) or for reasons of its own. Only the former may ever be held against a program, and only when
two judges in a row failed over one single test while a third, asked for nothing but its languages, answers.
"""

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from chalicelib.common import clock, observe, settings
from chalicelib.common.hooks import Hook
from chalicelib.judge.grading import transport
from chalicelib.judge.grading.validators import BROUGHT_DOWN
from chalicelib.judge_protocol import contract, wire
from chalicelib.judge_protocol.contract import Job, Language, Outcome, Report, Run

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


MAX_FAILED_JOBS = 4
"""Jobs of one submission that two judges each may fail over; then what is left is not run."""


class Failure(StrEnum):
    """How the judge failed. AWAY is everything that no job can cause; BUSY is that Lambda started none."""

    AWAY = "away"
    BUSY = "busy"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    TOO_LARGE = "too large"


_WORTH = {
    Failure.CRASHED: (Outcome.RUNTIME_ERROR, str(BROUGHT_DOWN).encode()),
    Failure.TIMED_OUT: (Outcome.TIME_LIMIT, b""),
    Failure.TOO_LARGE: (Outcome.OUTPUT_LIMIT, b""),
}

_BY_TYPE = {
    "Runtime.ExitError": Failure.CRASHED,
    "Runtime.OutOfMemory": Failure.CRASHED,
    "Sandbox.Timedout": Failure.TIMED_OUT,
    "Function.ResponseSizeTooLarge": Failure.TOO_LARGE,
}


def of_answer(payload: object) -> Failure:
    """Which failure Lambda describes; an exception in the judge's own code is none that a program causes."""
    described: Mapping[str, Any] = payload if isinstance(payload, Mapping) else {}
    if "Task timed out after" in str(described.get("errorMessage", "")):
        return Failure.TIMED_OUT
    return _BY_TYPE.get(str(described.get("errorType", "")), Failure.AWAY)


def may_be_the_jobs(failure: Failure) -> bool:
    return failure in _WORTH


def run_for_failure(test_id: str, failure: Failure) -> Run:
    """The run of a program over which judges failed."""
    outcome, said = _WORTH[failure]
    return Run(id=test_id, outcome=outcome, stderr=said, ended_first=True)


LONGEST_ANSWER = 150
"""Seconds to wait for an answer: a little over the judge function's own timeout."""
SOON = 25
"""Seconds that somebody waits whose request API Gateway ends after 29."""

TOO_MANY = "TooManyRequestsException"
"""Lambda's answer when the function's concurrency, the account's, or its environments of tenants are used up."""

_NOBODY = "lyceum"
"""The tenant of what is no user's program."""

AnswerT = TypeVar("AnswerT")


class JudgeUnavailable(Exception):
    """The judge gave no answer that can be used. Worth trying later; `failure` says if the job may be to blame."""

    def __init__(self, cause: str, failure: Failure = Failure.AWAY) -> None:
        super().__init__(cause)
        self.failure = failure

    @property
    def is_busy(self) -> bool:
        """Whether there was no room for the job: it has not been tried, and waits on."""
        return self.failure is Failure.BUSY


class Judge(Protocol):
    def __call__(self, event: Mapping[str, Any], tenant: str, /) -> Mapping[str, Any]:
        """`tenant`: no environment that has run a program of one runs a program of another."""


_judge = Hook[Judge]("judge")
_judge_soon = Hook[Judge]("judge_soon")


def judge(job: Job, tenant: str) -> Report:
    """Run a job; JudgeUnavailable when two judges in a row fail to give a report that fits it."""
    shipment = transport.shipped(job)
    return _ask_twice(wire.job_to_json(shipment.job), tenant, lambda answer: shipment.received(_report_on(job, answer)))


def judge_soon(job: Job, tenant: str) -> Report:
    """Run a job for somebody who waits for it; JudgeUnavailable when one judge gives no report in `SOON`."""
    return _ask(wire.job_to_json(job), tenant, lambda answer: _report_on(job, answer), _judge_soon.get())


def describe() -> tuple[Language, ...]:
    """The languages that the judge has."""
    return _ask_twice(wire.describe_event(), _NOBODY, wire.languages_from_json)


def tenant_of(user_id: int) -> str:
    """Of the programs that somebody wrote."""
    return f"user-{user_id}"


def _ask_twice(event: Mapping[str, Any], tenant: str, read: Callable[[Mapping[str, Any]], AnswerT]) -> AnswerT:
    try:
        return _ask(event, tenant, read, _judge.get())
    except JudgeUnavailable as failure:
        # A judge that crashed or was killed is replaced by a fresh one, in a moment: that one may do.
        observe.logger.warning("judge asked again", cause=str(failure))
        clock.sleep(settings.load().judge_pause)
        try:
            return _ask(event, tenant, read, _judge.get())
        except JudgeUnavailable as again:
            # No room for a second try: the first was one, or a job that kills judges would come again for ever.
            if again.is_busy and not failure.is_busy:
                raise JudgeUnavailable(str(failure)) from again
            raise


def _ask(event: Mapping[str, Any], tenant: str, read: Callable[[Mapping[str, Any]], AnswerT], judge: Judge) -> AnswerT:
    try:
        return read(judge(event, tenant))
    except contract.ContractError as unusable:
        raise JudgeUnavailable(f"{unusable.code}: {unusable}") from unusable


def _report_on(job: Job, answer: Mapping[str, Any]) -> Report:
    """The report, if it is about this job and these tests: whoever wrote it is not to be trusted.

    A judge may lose its footing on the way (a program left something running); what it had done before counts.
    """
    report = wire.report_from_json(answer)
    if report.job_id != job.job_id:
        raise contract.ContractError("wrong_job", "The report is about another job")
    if [run.id for run in report.runs] != [test.id for test in job.tests[: len(report.runs)]]:
        raise contract.ContractError("wrong_tests", "The report is about other tests")
    if report.refused:
        raise contract.ContractError(report.refused, "The judge refused the job")
    if report.compilation.outcome is Outcome.OK:
        _check_runs(job, report)
    runs = tuple(takewhile(_was_run, report.runs))
    if report.compilation.outcome is Outcome.SYSTEM_ERROR or (report.runs and not runs):
        raise contract.ContractError("system_error", "The judge failed to run the job")
    return replace(report, runs=runs)


def _check_runs(job: Job, report: Report) -> None:
    """Each test has been run, unless the job was to stop and has stopped; an interactor that compiled has run too."""
    compiled = report.interactor_compilation is None or report.interactor_compilation.outcome is Outcome.OK
    if not compiled:
        return
    stopped = job.stop_on_failure and bool(report.runs) and report.runs[-1].outcome is not Outcome.OK
    if len(report.runs) < len(job.tests) and not stopped:
        raise contract.ContractError("missing_tests", "The report leaves tests out")


def _was_run(run: Run) -> bool:
    return run.outcome is not Outcome.SYSTEM_ERROR


def ask_patiently(event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
    """Ask the judge function, for as long as it may take."""
    return _through_lambda(event, tenant, LONGEST_ANSWER)


def ask_soon(event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
    """Ask the judge function, for as long as somebody waits."""
    return _through_lambda(event, tenant, SOON)


def _through_lambda(event: Mapping[str, Any], tenant: str, seconds: int) -> Mapping[str, Any]:
    try:
        answer = _lambda(seconds).invoke(
            FunctionName=settings.load().judge_function, Payload=json.dumps(event).encode(), TenantId=tenant
        )
        payload = json.loads(answer["Payload"].read())
    except ReadTimeoutError as error:
        raise JudgeUnavailable(str(error), Failure.TIMED_OUT) from error
    except ClientError as error:
        busy = error.response["Error"]["Code"] == TOO_MANY
        raise JudgeUnavailable(str(error), Failure.BUSY if busy else Failure.AWAY) from error
    except (BotoCoreError, ValueError) as error:
        raise JudgeUnavailable(str(error)) from error
    if answer.get("FunctionError"):
        raise JudgeUnavailable(f"{answer['FunctionError']}: {str(payload)[:500]}", of_answer(payload))
    if not isinstance(payload, dict):
        raise JudgeUnavailable(f"An answer of type {type(payload).__name__}")
    return payload


@functools.cache
def _lambda(seconds: int) -> "LambdaClient":
    return boto3.client("lambda", config=Config(read_timeout=seconds, retries={"total_max_attempts": 1}))
