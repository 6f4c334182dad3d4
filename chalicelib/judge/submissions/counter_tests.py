"""Sends counter-tests to the judge: a program that was judged, to be tried on somebody's input.

They wait in the judge's queue as programs do that are judged anew, and use nothing up of what their program's author
may send.
"""

import zlib
from dataclasses import dataclass

from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.common.texts import EMPTY, Text
from chalicelib.judge import models
from chalicelib.judge.grading import counter_test_rules
from chalicelib.judge.grading.samples import SampleRun
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import jury, testsets
from chalicelib.judge.submissions import submissions
from chalicelib.judge.submissions.submissions import Placement

MAX_INPUT_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialResult:
    """What came of a counter-test: its input, what the jury answers (empty until it has), what the program printed and
    what was wrong with that. The output is cut.
    """

    given: str
    answer: str
    output: str
    is_cut: bool
    message: Text


def check_taken(problem: Problem) -> None:
    """409 with the reason for a problem whose programs cannot be tried on inputs."""
    reason = _refusal(problem)
    if reason is not None:
        english = "There are no counter-tests here: {reason}"
        raise errors.Conflict("no_counter_tests", english, reason=reason)


def _refusal(problem: Problem) -> Text | None:
    try:
        testset = testsets.read(problem.id, problem.tests_version)
    except testsets.MissingTestset:
        return Text("no_tests_yet", "There are no tests yet")
    reason = counter_test_rules.refusal(problem, testset)
    if reason is not None or jury.right_programs(problem):
        return reason
    return counter_test_rules.no_right_program()


def send(against: Submission, problem: Problem, given: bytes, *, origin: str, placement: Placement) -> Submission:
    """Have a program tried on an input. ConditionFailed when what the placement writes besides is refused."""

    def store(submission_id: int) -> Submission:
        made = models.new_submission(
            submission_id,
            against.user_id,
            origin,
            clock.now(),
            holds_place=False,
            problem_id=problem.id,
            tests_version=problem.tests_version,
            tests_total=1,
            language=against.language,
            source=against.source,
            files=against.files,
            given=zlib.compress(given),
        )
        models.add_counter_test(made, also=lambda transaction: placement.also(made, transaction))
        return made

    made = transactions.with_new_id(store, lambda: ids.new_id(clock.now()))
    submissions.queue(made)
    observe.logger.info("counter-test stored", submission_id=made.id, against=against.id)
    return made


def tried(submission: Submission) -> TrialResult:
    """What is there to see of a counter-test, as it stands now."""
    (ran,) = [SampleRun.of_json(each) for each in submission.samples] or (None,)
    messages = [Text.from_json(each[4]) for each in submission.results]
    return TrialResult(
        given=_text(submission.given),
        answer=_text(submission.answer),
        output=(ran.got or "") if ran is not None else "",
        is_cut=ran is not None and "got" in ran.truncated,
        message=messages[0] if messages else EMPTY,
    )


def test_of(submission: Submission) -> tuple[bytes, bytes]:
    """The input and the jury's answer of one that was decided."""
    return zlib.decompress(submission.given or b""), zlib.decompress(submission.answer or b"")


def _text(packed: bytes | None) -> str:
    return zlib.decompress(packed).decode("utf-8", "replace") if packed is not None else ""
