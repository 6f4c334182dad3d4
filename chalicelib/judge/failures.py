"""What a judge that gave no report says about the job that it was given. Pure.

A judge may fail because of the job (a program that brought it down, ran into the platform's timeout, or printed more
than an answer carries) or for reasons of its own. Only the former may ever be held against a program, and only when
two judges in a row failed over one single test while a third, asked for nothing but its languages, answers.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from chalicelib.judge_protocol.contract import Outcome, Run

MAX_FAILED_JOBS = 4
"""Jobs of one submission that two judges each may fail over; then what is left is not run."""


class Failure(StrEnum):
    """How the judge failed. AWAY is everything that no job can cause."""

    AWAY = "away"
    CRASHED = "crashed"
    TIMED_OUT = "timed out"
    TOO_LARGE = "too large"


_WORTH = {
    Failure.CRASHED: (Outcome.RUNTIME_ERROR, b"the program brought the judge down"),
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


def blamed(test_id: str, failure: Failure) -> Run:
    """The run of a program over which judges failed."""
    outcome, said = _WORTH[failure]
    return Run(id=test_id, outcome=outcome, stderr=said, ended_first=True)
