"""Reads the results of validators: what an author's checker or interactor says of one output by its exit. Pure.

The conventions are testlib's and the ICPC output validator's. A program that did anything else than its convention
allows has failed, and that is never the pupil's fault.

A solution and its interactor are judged together in DOMjudge's order: an interactor that calls the answer wrong is
right, whatever the solution does afterwards; one that accepts does not excuse a solution that then fails; and where an
interactor learned that the solution had ended, the solution is judged by its own failure, because the interactor saw
nothing but the end of its input.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from signal import SIGPIPE

from chalicelib.common.texts import EMPTY, Text, untranslated
from chalicelib.judge.grading.group_graders import MOST_SCORE
from chalicelib.judge_protocol.contract import Outcome, Run, Verdict


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`share` is how much of the test's points the output earns, 0 to 1; right outputs may earn less than all. Where
    points have no bound it is the points themselves.

    `message` is for the student; `notice` for the problem's author alone, when a program of theirs has failed.
    """

    verdict: Verdict
    message: Text = EMPTY
    share: float = 0.0
    notice: Text = EMPTY


RIGHT = CheckResult(Verdict.OK, share=1.0)
UNDECIDED = CheckResult(Verdict.PENDING)
"""Nothing is to be said of the test yet: it is run again."""


def wrong(message: Text, *, share: float = 0.0) -> CheckResult:
    return CheckResult(Verdict.WRONG_ANSWER, message, share)


def jury_failed(notice: Text) -> CheckResult:
    """A program of the problem's author failed: never the student's fault, and not theirs to read about."""
    return CheckResult(Verdict.SYSTEM_ERROR, notice=notice)


MAX_MESSAGE = 300
"""Characters of an author's program that anybody reads."""

MESSAGE_FILE = "feedback/judgemessage.txt"
TEAM_MESSAGE_FILE = "feedback/teammessage.txt"
SCORE_FILE = "feedback/score.txt"
MULTIPLIER_FILE = "feedback/score_multiplier.txt"
"""A share of what the test is worth, since 2025-09."""

ROUNDING = 1e-9
"""Of points that are a share of a group's: three thirds may add up to a little more than one."""

_NUMBER = r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
"""With an exponent, too: the header that Kattis' validators include writes every score so, `3.000000000e+00`."""
_SCORE = re.compile(_NUMBER)
_POINTS = re.compile(rf"(?:points\s+)?({_NUMBER})(?:\s+(.*))?", re.DOTALL)

_RIGHT, _WRONG, _FORMAT, _DIRT, _POINTED, _EARLY_END = 0, 1, 2, 4, 7, 8
_WRONG_ANSWER = Text("answer_wrong", "wrong answer")
_WRONG_FORMAT = Text("wrong_output_format", "wrong output format")
_UNEXPECTED_END = Text("unexpected_eof", "unexpected eof")
_CALLED = {
    _RIGHT: untranslated("ok"),
    _WRONG: _WRONG_ANSWER,
    _FORMAT: _WRONG_FORMAT,
    _DIRT: _WRONG_FORMAT,
    _EARLY_END: _UNEXPECTED_END,
}
"""What testlib calls its exit codes; in English it begins what a checker says."""

_ENDINGS = {
    Outcome.TIME_LIMIT: Text("ended_time_limit", "ended with time limit"),
    Outcome.WALL_TIME_LIMIT: Text("ended_wall_time_limit", "ended with wall time limit"),
    Outcome.MEMORY_LIMIT: Text("ended_memory_limit", "ended with memory limit"),
    Outcome.OUTPUT_LIMIT: Text("ended_output_limit", "ended with output limit"),
    Outcome.RUNTIME_ERROR: Text("ended_runtime_error", "ended with runtime error"),
    Outcome.SYSTEM_ERROR: Text("ended_system_error", "ended with system error"),
}

# Runtimes end an uncaught exception with the very codes by which testlib calls an answer wrong.
_CRASHES = re.compile(
    rb"^(?:Traceback \(most recent call last\):|Exception in thread \"|Error: Could not find or load main class"
    rb"|panic: |fatal error: |goroutine [0-9]+ \[|node:[a-z/_]+:[0-9]+|Node\.js v[0-9]|Unhandled [Ee]xception)",
    re.MULTILINE,
)


class Convention(StrEnum):
    TESTLIB = "testlib"
    ICPC = "icpc"


def read_result(run: Run, convention: Convention, *, points: float, usual: float | None = None) -> CheckResult:
    """What a checker or interactor found; `points` is what the test is worth at most, `usual` what it earns when the
    program accepts and names no points: None is as many.
    """
    exited = run.outcome in (Outcome.OK, Outcome.RUNTIME_ERROR) and run.signal is None
    return _READERS[convention](run, points, usual) if exited else jury_failed(failure(run))


BROUGHT_DOWN = Text("judge_brought_down", "the program brought the judge down")


def last_words(run: Run, words: str) -> Text:
    """Some of what a program wrote to stderr. Where the judge itself went down, our own words stand there."""
    return BROUGHT_DOWN if run.stderr == str(BROUGHT_DOWN).encode() else untranslated(words)


def failure(run: Run) -> Text:
    """How an author's program failed, as its author reads it."""
    if run.signal is not None or run.outcome not in (Outcome.OK, Outcome.RUNTIME_ERROR):
        ended = _ENDINGS.get(run.outcome, _ENDINGS[Outcome.RUNTIME_ERROR])
    else:
        ended = Text("ended_exit_code", "ended with exit code {exit_code}", {"exit_code": run.exit_code})
    return _saying(ended, last_words(run, _text(run.stderr)[-MAX_MESSAGE:]))


def said(run: Run) -> str:
    """What an author's program wrote, as its author reads it: on stderr, else on stdout."""
    return _cut(_text(run.stderr[-4 * MAX_MESSAGE :]) or _text(run.stdout[-4 * MAX_MESSAGE :]))


def _testlib(run: Run, points: float, _usual: float | None) -> CheckResult:
    said = _text(run.stderr)
    if run.exit_code == _POINTED:
        scored = _POINTS.fullmatch(said)
        if scored is None:
            return jury_failed(Text("named_no_points", "named no points: {said}", {"said": _cut(said)}))
        return _as_testlib_counts(_scored(scored[1], points, scored[2] or ""), points)
    if run.exit_code not in _CALLED or _CRASHES.search(run.stderr):
        return jury_failed(failure(run))
    if run.exit_code == _RIGHT:
        return CheckResult(Verdict.OK, untranslated(_cut(said)), share=1.0)
    called = _CALLED[run.exit_code]
    detail = _cut(said.removeprefix(str(called)))
    if run.exit_code == _WRONG:
        return wrong(untranslated(detail) or called)
    return wrong(_saying(called, untranslated(detail)))


def _as_testlib_counts(found: CheckResult, points: float) -> CheckResult:
    """Polygon and Codeforces tell a result with points (PT) from OK. Where there is no bound, there are no points that
    would be all, so that it stays a part.
    """
    is_part = math.isinf(points) and found.verdict is Verdict.OK
    return replace(found, verdict=Verdict.PARTIAL) if is_part else found


def _icpc(run: Run, points: float, usual: float | None) -> CheckResult:
    message = _text(run.collected.get(TEAM_MESSAGE_FILE, b"")) or _text(run.collected.get(MESSAGE_FILE, b""))
    if run.exit_code == 43:  # noqa: PLR2004 - the two codes are the convention
        return wrong(untranslated(_cut(message)) or _WRONG_ANSWER)
    if run.exit_code != 42:  # noqa: PLR2004
        return jury_failed(failure(run))
    if MULTIPLIER_FILE in run.collected:
        return _shared(_text(run.collected[MULTIPLIER_FILE]), points, message)
    if SCORE_FILE not in run.collected:
        return CheckResult(Verdict.OK, untranslated(_cut(message)), share=_usual_share(points, usual))
    return _scored(_text(run.collected[SCORE_FILE]), points, message)


def _usual_share(points: float, usual: float | None) -> float:
    """Of a right output for which no points are named."""
    if usual is None or not points:
        return 1.0
    return usual if math.isinf(points) else min(usual / points, 1.0)


def _shared(share: str, points: float, message: str) -> CheckResult:
    """A right output that earns so much of a test's points; no share of them is a failure, nor is one of no bound."""
    if not _SCORE.fullmatch(share) or not 0 <= float(share) <= 1 or math.isinf(points):
        return jury_failed(Text("gave_wrong_share", "gave '{share}', which is no share", {"share": _cut(share)}))
    return CheckResult(Verdict.OK, untranslated(_cut(message)), float(share) if points else 1.0)


def _scored(score: str, points: float, message: str) -> CheckResult:
    """A right output that earns so many points; fewer than none, more than there are, or no number is a failure.

    Where there are no points to earn, as beside a sample, a validator scores all the same: that is not counted.
    """
    if not points and _SCORE.fullmatch(score):
        return CheckResult(Verdict.OK, untranslated(_cut(message)), share=1.0)
    if not _SCORE.fullmatch(score) or not 0 <= float(score) <= min(points + ROUNDING, MOST_SCORE):
        params = {"score": _cut(score), "points": points}
        return jury_failed(Text("gave_wrong_points", "gave '{score}' points of {points:g}", params))
    value = float(score)
    if math.isinf(points):
        earned = Text("score_earned", "{earned:g} points", {"earned": value})
        return CheckResult(Verdict.OK, _saying(earned, untranslated(_cut(message))), value)
    earned = Text("points_earned", "{earned:g} of {points:g} points", {"earned": value, "points": points})
    return CheckResult(Verdict.OK, _saying(earned, untranslated(_cut(message))), min(value / points, 1.0))


_READERS: Mapping[Convention, Callable[[Run, float, float | None], CheckResult]] = {
    Convention.TESTLIB: _testlib,
    Convention.ICPC: _icpc,
}


def _saying(what: Text, said: Text) -> Text:
    """What happened, and what the author's program said of it."""
    return Text("saying", "{what}: {said}", {"what": what, "said": said}) if said else what


def _text(data: bytes) -> str:
    text = data.decode("utf-8", "backslashreplace").strip()
    return "".join(char if char.isprintable() or char in "\n\t" else ascii(char)[1:-1] for char in text)


def _cut(text: str) -> str:
    """One line that fits a message."""
    line = " ".join(text.split())
    return line if len(line) <= MAX_MESSAGE else line[:MAX_MESSAGE] + "…"


LEFT_EARLY = Text("left_early", "the program ended before the interaction did")

_OUT_OF_TIME = (Outcome.TIME_LIMIT, Outcome.WALL_TIME_LIMIT)
_MISSED_ITS_COUNTERPART = (b"BrokenPipeError", b"Broken pipe", b"EOFError", b"EPIPE")


def read_pair(run: Run, convention: Convention, *, points: float, usual: float | None = None) -> CheckResult | None:
    """What the pair is worth; None when the solution's own outcome decides."""
    interactor = run.interactor
    if interactor is None:
        return jury_failed(Text("did_not_run", "did not run"))
    failed = run.outcome is not Outcome.OK
    if failed and run.ended_first:
        return None
    check_result = read_result(interactor, convention, points=points, usual=usual)
    if check_result.verdict in (Verdict.OK, Verdict.PARTIAL):
        return None if failed else check_result
    if check_result.verdict is Verdict.WRONG_ANSWER:
        return check_result
    return _without_a_word(run, interactor, check_result)


def _without_a_word(run: Run, interactor: Run, failure: CheckResult) -> CheckResult | None:
    """The interactor failed: its own fault, unless it was cut, or lost its counterpart, because of the solution."""
    if run.outcome in _OUT_OF_TIME and interactor.outcome is Outcome.WALL_TIME_LIMIT:
        return None
    if run.ended_first and _lost_its_counterpart(interactor):
        return wrong(LEFT_EARLY)
    return failure


def _lost_its_counterpart(interactor: Run) -> bool:
    return interactor.signal == SIGPIPE or any(mark in interactor.stderr for mark in _MISSED_ITS_COUNTERPART)
