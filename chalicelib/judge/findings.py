"""What is said of one output, whoever says it: a built-in checker, the author's checker, an interactor."""

from dataclasses import dataclass

from chalicelib.judge_protocol.contract import Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """`share` is how much of the test's points the output earns, 0 to 1; right outputs may earn less than all.

    `message` is for the student; `notice` for the problem's author alone, when a program of theirs has failed.
    """

    verdict: Verdict
    message: str = ""
    share: float = 0.0
    notice: str = ""


RIGHT = Finding(Verdict.OK, share=1.0)


def wrong(message: str, *, share: float = 0.0) -> Finding:
    return Finding(Verdict.WRONG_ANSWER, message, share)


def jury_failed(notice: str) -> Finding:
    """A program of the problem's author failed: never the student's fault, and not theirs to read about."""
    return Finding(Verdict.SYSTEM_ERROR, notice=notice)
