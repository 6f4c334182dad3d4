"""Extensions: more time for one participant in one assignment, with a reason, which is told to them.

Nobody else's stage waits for it. Work that comes after the stage is not allotted: those who are done are offered it,
and teachers may review it. Its author is allotted no reviews while they may still send in: they would see others' work.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, etags, paging
from chalicelib.common.http.errors import In, Place
from chalicelib.common.http.etags import IfMatch
from chalicelib.common.http.paging import Page
from chalicelib.tracks import access, extension_models, models, notifications, state
from chalicelib.tracks.fetching import own_time
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState

TRIES = 10
FURTHEST = timedelta(days=366)
"""From now, that an extension may reach."""
ABSENT = 0
"""The version of an extension that there is none of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreTime:
    """What a teacher gives."""

    submission_until: datetime | None
    code_review_until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """An extension, and whose it is."""

    assignment_id: int
    user_id: int
    username: str | None
    extension: Extension


def list_all(caller: Caller, assignment_id: int, query: paging.ListQuery) -> Page[Granted]:
    """A page may be short: it is who has an extension of a page of all participants."""
    track_state, _ = _own(caller, assignment_id)
    page = extension_models.list_participants(track_state.track.id, query)
    found = {each.user_id: extension for each in page.items if (extension := each.extension_in(assignment_id))}
    names = access.display_names(found)
    items = [
        Granted(assignment_id=assignment_id, user_id=user_id, username=names[user_id], extension=extension)
        for user_id, extension in found.items()
    ]
    return Page(items, page.next_cursor)


def grant(caller: Caller, assignment_id: int, user_id: int, more: MoreTime, expected: IfMatch) -> Granted:
    """Give somebody more time, or other than they have. 404 for who does not take part, 409 before the assignment is
    open, 400 for a time that is not later than the stage's deadline; 412 when theirs is not as it was seen.
    """
    for _ in range(TRIES):
        track_state, assignment = _own(caller, assignment_id)
        now = clock.now()
        _refuse_moments(assignment, more, now)
        participant = _participant(track_state, user_id)
        before = participant.extension_in(assignment_id)
        etags.require(before.version if before else ABSENT, expected)
        extension = _extension(more, before, caller.id, now)
        try:
            if extension is not before:
                _set(participant, assignment_id, extension, now)
        except transactions.ConditionFailed:
            continue
        # Done again after a failure, it tells whom it has not told.
        notifications.send([notifications.extension_granted(assignment, user_id, extension).to_json()], [])
        observe.logger.info("extension granted", assignment_id=assignment_id, account_id=user_id, by=caller.id)
        names = access.display_names([user_id])
        return Granted(assignment_id=assignment_id, user_id=user_id, username=names[user_id], extension=extension)
    raise errors.ChangedMeanwhile


def take_back(caller: Caller, assignment_id: int, user_id: int, expected: IfMatch) -> None:
    """404 where there is none; 412 when it is not as it was seen. What was sent in by it stays, and is late."""
    for _ in range(TRIES):
        track_state, _assignment = _own(caller, assignment_id)
        participant = _participant(track_state, user_id)
        extension = participant.extension_in(assignment_id)
        if extension is None:
            raise errors.NotFound("extension_not_found", "This participant has no extension")
        etags.require(extension.version, expected)
        try:
            _set(participant, assignment_id, None, clock.now())
        except transactions.ConditionFailed:
            continue
        observe.logger.info("extension taken back", assignment_id=assignment_id, account_id=user_id, by=caller.id)
        return
    raise errors.ChangedMeanwhile


def _set(participant: Participant, assignment_id: int, extension: Extension | None, now: datetime) -> None:
    """With the timer of when their link is fetched for the last time."""
    ends_at = Extension.ends_at(participant.extension_in(assignment_id), extension, now)
    user_id = participant.user_id

    def wait(transaction: Transaction) -> None:
        if ends_at is not None:
            own_time.wait(transaction, assignment_id, user_id, ends_at)

    extension_models.set_extension(participant, assignment_id, extension, wait)
    if ends_at is not None:
        own_time.enqueue_if_soon(assignment_id, user_id, ends_at)


def _own(caller: Caller, assignment_id: int) -> tuple[TrackState, Assignment]:
    track_state, assignment = state.with_assignment(assignment_id)
    access.check_may_write(caller, track_state.track)
    return track_state, assignment


def _participant(track_state: TrackState, user_id: int) -> Participant:
    participant = models.find_participant(track_state.track.id, user_id)
    if participant is None:
        raise errors.NotFound("enrollment_not_found", "Enrollment not found")
    return participant


def _extension(more: MoreTime, before: Extension | None, by: int, now: datetime) -> Extension:
    """What there is, if it is the same."""
    given = (more.submission_until, more.code_review_until, more.reason)
    if before and (before.submission_until, before.code_review_until, before.reason) == given:
        return before
    return Extension(
        submission_until=more.submission_until,
        code_review_until=more.code_review_until,
        reason=more.reason,
        granted_by=by,
        granted_at=now,
        version=before.version + 1 if before else etags.first_version(now),
    )


def _refuse_moments(assignment: Assignment, more: MoreTime, now: datetime) -> None:
    if assignment.stage == Stage.NOT_STARTED:
        raise errors.Conflict("assignment_not_open", "This assignment is not open yet")
    given = {
        "submission_until": (more.submission_until, assignment.submission_deadline),
        "code_review_until": (more.code_review_until, assignment.code_review_deadline),
    }
    for name, (until, deadline) in given.items():
        where = Place(In.BODY, f"/{name}")
        if until is not None and deadline is not None and until <= deadline:
            raise errors.BadRequest("extension_not_later", "An extension is later than the deadline", where=where)
        if until is not None and until > now + FURTHEST:
            raise errors.BadRequest(
                "deadline_too_far", "A deadline is at most {days} days ahead", days=FURTHEST.days, where=where
            )
