"""What a solution and an interactor that talked are worth together. Pure.

The order is DOMjudge's: an interactor that calls the answer wrong is right, whatever the solution does afterwards; one
that accepts does not excuse a solution that then fails; and a solution that failed by itself before the interactor
ended is judged by its own failure, for all that the interactor saw was the end of its input.
"""

from signal import SIGPIPE

from chalicelib.judge import conventions
from chalicelib.judge.conventions import Convention
from chalicelib.judge.findings import Finding, jury_failed, wrong
from chalicelib.judge_protocol.contract import Outcome, Run, Verdict

LEFT_EARLY = "the program ended before the interaction did"

_OUT_OF_TIME = (Outcome.TIME_LIMIT, Outcome.WALL_TIME_LIMIT)
_MISSED_ITS_COUNTERPART = (b"BrokenPipeError", b"Broken pipe", b"EOFError", b"EPIPE")


def of_pair(run: Run, convention: Convention, *, points: float) -> Finding | None:
    """What the pair is worth; None when the solution's own outcome decides."""
    interactor = run.interactor
    if interactor is None:
        return jury_failed("did not run")
    failed = run.outcome is not Outcome.OK
    if failed and run.ended_first:
        return None
    finding = conventions.read(interactor, convention, points=points)
    if finding.verdict is Verdict.OK:
        return None if failed else finding
    if finding.verdict is Verdict.WRONG_ANSWER:
        return finding
    return _without_a_word(run, interactor, finding)


def _without_a_word(run: Run, interactor: Run, failure: Finding) -> Finding | None:
    """The interactor failed: its own fault, unless it was cut, or lost its counterpart, because of the solution."""
    if run.outcome in _OUT_OF_TIME and interactor.outcome is Outcome.WALL_TIME_LIMIT:
        return None
    if run.ended_first and _lost_its_counterpart(interactor):
        return wrong(LEFT_EARLY)
    return failure


def _lost_its_counterpart(interactor: Run) -> bool:
    return interactor.signal == SIGPIPE or any(mark in interactor.stderr for mark in _MISSED_ITS_COUNTERPART)
