"""Runs one program's jobs, one after another, until no test is pending, and handles the jobs that fail."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from chalicelib.common import clock, observe
from chalicelib.judge.grading import batches, judge_client
from chalicelib.judge.grading.judge_client import MAX_FAILED_JOBS, Failure, JudgeUnavailable
from chalicelib.judge_protocol.contract import Compilation, Job, Outcome, Report, TestInput

Pending = Callable[[], Iterable[TestInput]]
"""The tests that are still to be run, in order: asked anew before each job."""


class TookTooLong(Exception):
    """There was more to judge than there was time for."""


class JobRunner:
    """`tenant` is whose program it is. `careful` begins as after a failure: with single tests. With
    `paced` the first job has one test, and each takes about `PACE_MS`. After `until`, of the monotonic clock, no
    further job is asked.
    """

    def __init__(
        self,
        pending: Pending,
        job: Callable[[tuple[TestInput, ...]], Job],
        budget: batches.JobBudget,
        *,
        tenant: str,
        paced: bool = False,
        careful: bool = False,
        until: float = math.inf,
    ) -> None:
        self._pending, self._job, self._budget = pending, job, budget
        self._tenant, self._paced, self._until = tenant, paced, until
        self._at_most = 1 if paced or careful else None
        self._reported = 0
        self._recovering = careful
        self._failed = 0

    @property
    def is_recovering(self) -> bool:
        """Whether the judge has failed over a job, so that the next are small."""
        return self._recovering

    def reports(self) -> Iterator[Report]:
        """Each must be taken note of before the next: what has a result is pending no more.

        JudgeUnavailable when the judge is away, TookTooLong when the time for more jobs is over. A job over which the
        judge failed is tried again test by test; a single test over which it failed has a run that says so.
        """
        while batch := batches.take_batch(self._pending(), self._budget, at_most=self._at_most):
            if clock.monotonic() > self._until:
                raise TookTooLong
            job = self._job(batch)
            try:
                report = judge_client.judge(job, self._tenant)
            except JudgeUnavailable as unavailable:
                if (failed_tests := self._failed_tests(batch, unavailable)) is not None:
                    yield _report(job, failed_tests, unavailable.failure)
            else:
                self._at_most = self._next_size(report)
                self._reported += 1
                yield report

    def _next_size(self, report: Report) -> int | None:
        if self._recovering:
            return 2 * max(len(report.runs), 1)
        return batches.next_batch_size(report, is_first=self._reported == 0) if self._paced else None

    def _failed_tests(self, batch: Sequence[TestInput], unavailable: JudgeUnavailable) -> Sequence[TestInput] | None:
        """The tests that the failure is put down to; None when smaller jobs are to tell."""
        if not judge_client.may_be_the_jobs(unavailable.failure):
            raise unavailable
        observe.logger.warning("judge failed over a job", failure=unavailable.failure, tests=len(batch))
        self._failed += 1
        self._recovering, self._at_most = True, 1
        if len(batch) > 1 and self._failed < MAX_FAILED_JOBS:
            return None
        judge_client.describe()
        return batch if self._failed < MAX_FAILED_JOBS else list(self._pending())


def _report(job: Job, tests: Sequence[TestInput], failure: Failure) -> Report:
    runs = tuple(judge_client.run_for_failure(test.id, failure) for test in tests)
    return Report(job_id=job.job_id, compilation=Compilation(outcome=Outcome.OK), runs=runs)
