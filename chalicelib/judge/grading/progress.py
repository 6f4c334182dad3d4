"""Tells how far the judging of a submission is: on its author's channel, and to whoever reads the submission.

Progress may be lost: the verdict comes anyway. So it has no number in the channel, is not sent again, and a failure to
tell it is logged and does not stop the judging. Where results are coarse it tells the stage alone: the test at which
judging stops is the one that failed.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.common import clock, observe
from chalicelib.common.http.responses import for_any_language
from chalicelib.judge import waiting_models
from chalicelib.judge.frames import PROGRESS, ProgressPayload, Stage
from chalicelib.judge.grading.results import TestResult
from chalicelib.judge.models import Submission
from chalicelib.realtime import broadcasts, rooms

EVERY = timedelta(milliseconds=300)


class Progress:
    """The progress of one judging. If it `is_coarse`, nothing is told of tests."""

    def __init__(self, submission: Submission, *, is_coarse: bool) -> None:
        self._submission = submission
        self._total = submission.tests_total
        self._is_coarse = is_coarse
        self._told_at: datetime | None = None

    def begin(self) -> None:
        """Also of the jury's programs it is written that they are being judged."""
        self._submission.progress = None  # how far a judging came that died says nothing of this one
        if self._submission.submitter is None:
            with _logged(self._submission):
                waiting_models.note_begun(self._submission)
            return
        self._tell(Stage.COMPILING, test=0, passed=0, note=waiting_models.note_begun)

    def tested(self, results: Mapping[int, TestResult]) -> None:
        """`results` are those so far. The last are told with the verdict."""
        is_early = self._told_at is not None and clock.now() - self._told_at < EVERY
        if results and not is_early and len(results) < self._total:
            passed = sum(result.has_passed for result in results.values())
            self._tell(Stage.TESTING, test=max(results), passed=passed)

    def interrupted(self, *, counts: bool) -> None:
        """The judge is away: the submission waits again. `counts` unless no judge had room for it."""
        with _logged(self._submission):
            waiting_models.note_interrupted(self._submission, counts=counts)

    def _tell(
        self, stage: Stage, *, test: int, passed: int, note: Callable[[Submission], None] = waiting_models.note_progress
    ) -> None:
        if self._submission.submitter is None:  # the jury's
            return
        progress = [stage, *((0, 0, 0) if self._is_coarse else (test, passed, self._total))]
        if progress == self._submission.progress:
            return
        self._told_at = clock.now()
        self._submission.progress = progress
        with _logged(self._submission):
            note(self._submission)
            payload = ProgressPayload.of(self._submission)
            broadcasts.tell(rooms.personal(self._submission.user_id), PROGRESS, for_any_language(payload))


@contextlib.contextmanager
def _logged(submission: Submission) -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError, PynamoDBException):
        observe.logger.warning("progress not told", submission_id=submission.id, exc_info=True)
