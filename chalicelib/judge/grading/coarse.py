"""Makes results coarse: what a problem with `coarse_results` tells of its hidden tests. Pure.

A program can turn what it reads in a hidden test into anything that is measured of it. So the hidden tests are told
together, not one by one: the verdict of the submission and, when it passed everything, one of four quarters. The two
bits of the quarter are all that time, memory, exit codes and messages carry beside the verdict (ADR 0024).
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from chalicelib.common.texts import Text
from chalicelib.judge.grading import verdict
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.grading.scoring import Scoring
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge_protocol.contract import Verdict

QUARTERS = 4

_OUT_OF_TIME = (Verdict.TIME_LIMIT, Verdict.WALL_TIME_LIMIT)


def told(exact: Judgement, scoring: Scoring, *, shown: int, time_limit_ms: float, memory_limit_kb: float) -> Judgement:
    """What is told of a judgement when only the first `shown` tests are known to the submitter.

    The limits are those that the program was held to, with its language's factor.
    """
    known, hidden = exact.results[:shown], exact.results[shown:]
    if not hidden:
        return exact
    if exact.verdict is Verdict.OK:
        quarter = _quarter(exact, time_limit_ms, memory_limit_kb)
        time_ms, memory_kb = time_limit_ms * quarter / QUARTERS, memory_limit_kb * quarter / QUARTERS
        return replace(exact, results=(*known, *_alike(hidden, Verdict.OK, time_ms, memory_kb)))
    time_ms = time_limit_ms if exact.verdict in _OUT_OF_TIME else 0.0
    memory_kb = memory_limit_kb if exact.verdict is Verdict.MEMORY_LIMIT else 0.0
    results = (*known, *_alike(hidden, Verdict.HIDDEN, time_ms, memory_kb))
    return replace(exact, results=results, text=_text(exact, known, scoring))


def _quarter(exact: Judgement, time_limit_ms: float, memory_limit_kb: float) -> int:
    """From 1 to 4: how near the program came to a limit, whichever it came nearest to.

    One quarter for both, since two would carry four bits.
    """
    used = max(exact.time_ms / time_limit_ms, exact.memory_kb / memory_limit_kb)
    return min(max(math.ceil(used * QUARTERS), 1), QUARTERS)


def _alike(hidden: Sequence[TestResult], found: Verdict, time_ms: float, memory_kb: float) -> list[TestResult]:
    """The same of each, so that none of them says anything by itself."""
    share = 1.0 if found is Verdict.OK else 0.0
    return [
        TestResult(number=each.number, verdict=found, time_ms=time_ms, memory_kb=int(memory_kb), share=share)
        for each in hidden
    ]


def _text(exact: Judgement, known: Sequence[TestResult], scoring: Scoring) -> Text:
    """Without the number of a hidden test."""
    failure = verdict.first_failure(known)
    if failure is not None and failure.verdict is exact.verdict:
        return exact.text
    return verdict.text_without_test(exact.verdict, exact.points, scoring)
