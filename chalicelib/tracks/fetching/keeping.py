"""Stores the code that was fetched and, where solutions are judged, its program for the judge in the same write.

What the judge does not take is stored all the same, with the reason. Beyond its author's quota it waits: what was
fetched is reported once more in some minutes, so that the code's host is not asked again.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.common import clock, observe
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.judge import queues
from chalicelib.tracks import models
from chalicelib.tracks.evidence import judging
from chalicelib.tracks.evidence.programs import Choice, ChosenProgram
from chalicelib.tracks.fetching import reasons
from chalicelib.tracks.fetching.states import Fetch
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.solutions import code as solution_code
from chalicelib.tracks.solutions import code_models
from chalicelib.tracks.solutions.code_models import Code
from chalicelib.tracks.work_models import Submission, SubmissionPlace

MOST_TRIES = 10
"""At the judge, beyond its author's quota: for about two hours."""
SHORTEST_PAUSE, LONGEST_PAUSE = 60, 900
"""Seconds between two of them; SQS delays nothing for longer."""
NOT_TAKEN = (errors.BadRequest, errors.Unprocessable, errors.TooLarge, errors.NotFound)
"""What the judge says of a program that it will not take the next time either."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is to be stored with work as it was read. `code` is a new version, if there is one, of that number.

    `judged` is what was known of the program until now; `is_judged_now` when there is one that the judge has not been
    sent: of other files, or because it had no room.
    """

    submission: Submission
    assignment: Assignment
    fetch: Fetch
    code: Code | None
    version: int
    known_as: list[str] | None
    judged: dict[str, Any] | None
    is_judged_now: bool
    at: datetime


def keep(submission: Submission, fetch: Fetch, code: Code | None, *, known_as: list[str] | None, key: str) -> None:
    """The same files as in the newest version make no new one. Without code the version that stands is looked at alone.

    ConditionFailed when the work was replaced meanwhile.
    """
    kept = _kept(submission, fetch, code, known_as)
    if not kept.is_judged_now:
        _store(kept, None)
        return
    try:
        files = kept.code.files if kept.code else tuple(solution_code.files_of(submission, kept.version))
        _store(kept, judging.program_of(kept.assignment, files, Choice.of(submission.choice)))
    except errors.TooManyRequests as refused:
        _put_off(kept, refused, key)
    except NOT_TAKEN as refused:
        observe.logger.info("fetched code not judged", submission_id=submission.id, reason=refused.code)
        _store(replace(kept, fetch=fetch.refused_by_judge(refused.text, again=False)), None)


def _kept(submission: Submission, fetch: Fetch, code: Code | None, known_as: list[str] | None) -> Kept:
    assignment = Assignment.get(
        *models.assignment_key(submission.track_id, submission.assignment_id), consistent_read=True
    )
    version = submission.code_version
    if code is not None:
        newest = code_models.find(submission.id, submission.versions) if submission.versions else None
        is_new = newest is None or newest.digest != code.digest
        version, code = submission.versions + is_new, code if is_new else None
    is_wanted = assignment.problem_id is not None and submission.choice is not None and version > 0
    return Kept(
        submission=submission,
        assignment=assignment,
        fetch=fetch,
        code=code,
        version=version,
        known_as=known_as,
        judged=submission.judged,
        is_judged_now=is_wanted and (code is not None or not submission.judged),
        at=clock.now(),
    )


def _put_off(kept: Kept, refused: errors.TooManyRequests, key: str) -> None:
    """Reported first: a report too many finds nobody who waits, one too few would leave somebody waiting."""
    again = kept.fetch.tries < MOST_TRIES
    if again:
        pause = max(refused.retry_after, SHORTEST_PAUSE * 2**kept.fetch.tries)
        queues.arrivals.put(queues.Arrival(key=key), delay=min(pause, LONGEST_PAUSE))
    observe.logger.info("judge has no room for fetched code", submission_id=kept.submission.id, again=again)
    _store(replace(kept, fetch=kept.fetch.refused_by_judge(reasons.JUDGE_FULL, again=again)), None)


def _store(kept: Kept, program: ChosenProgram | None) -> None:
    submission = kept.submission
    same = models.same(Submission.fetch, submission.fetch) & (Submission.versions == submission.versions)

    def fill(transaction: Transaction) -> None:
        if kept.code is not None:
            code_models.add(transaction, submission.id, kept.version, kept.code, kept.at)
        # Of work whose author is being erased the place goes first.
        place = models.submission_place_key(submission.id)
        transaction.check(SubmissionPlace, *place, condition=SubmissionPlace.pk.exists(), named="solution_there")
        changes = _changes(kept)
        if kept.is_judged_now:
            changes["judged"] = submission.judged if program else None
        stored = Submission(submission.pk, submission.sk)
        actions = models.setting(Submission, changes)
        transaction.update(stored, actions=actions, condition=Submission.pk.exists() & same, named="as_read")

    judging.store(program, submission, kept.assignment, fill)
    if kept.is_judged_now:
        judging.withdraw(kept.judged)
    observe.logger.info("fetch ended", submission_id=submission.id, version=kept.version)


def _changes(kept: Kept) -> dict[str, Any]:
    submission = kept.submission
    changes: dict[str, Any] = {"fetch": kept.fetch.to_json()}
    if kept.version != submission.code_version or kept.code is not None:
        changes |= {"code_version": kept.version, "versions": max(kept.version, submission.versions)}
    if kept.known_as is not None:
        changes["known_as"] = kept.known_as or None
    was_closed = kept.assignment.allotment_seed is not None
    if was_closed and submission.code_version not in {0, kept.version}:
        changes["shown_from"] = submission.shown_from or submission.code_version
    return changes
