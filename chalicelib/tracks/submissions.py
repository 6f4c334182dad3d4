"""Submits solutions, which are links to repositories.

Reviewers see a submission's id, so the id does not tell when it was made.
"""

from dataclasses import dataclass

from pynamodb.expressions.update import Action

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.tracks import access, models, state
from chalicelib.tracks.models import Assignment, Participant, Status, Submission, SubmissionPlace, Track
from chalicelib.tracks.stages import Stage

OPEN, PLACE, SUBMISSION = "assignment_open", "id_free", "submission"
"""Conditions: the assignment takes submissions; the id is free; there is no submission yet, or one to replace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    repository_url: str
    commit: str | None


def submit(caller: Caller, assignment_id: int, solution: Solution) -> Submission:
    """Once; 400 after the deadline, 403 before the assignment is open and while reviews of earlier ones are owed."""
    assignment = _open_to(caller, assignment_id)

    def store(submission_id: int) -> Submission:
        submission = _submission(submission_id, assignment, caller.id, solution)
        try:
            _store(submission, new=True)
        except transactions.ConditionFailed as refused:
            if refused.failed == {PLACE}:
                raise transactions.ConditionFailed(transactions.KEY_FREE) from refused
            raise _refusal(refused, _exists()) from refused
        return submission

    submission = transactions.with_new_id(store, ids.new_timeless_id)
    observe.logger.info("solution sent in", submission_id=submission.id, assignment_id=assignment_id)
    return submission


def own(caller: Caller, assignment_id: int) -> Submission:
    """What the caller has sent in, at any time; 404 for nothing, 403 for one who does not take part."""
    if access.get_viewer(caller, assignment_id).participant is None:
        raise access.not_enrolled()
    submission = models.find_submission(assignment_id, caller.id)
    if submission is None:
        raise _missing()
    return submission


def replace(caller: Caller, assignment_id: int, solution: Solution) -> Submission:
    """Before the deadline; 404 when there is nothing to replace."""
    assignment = _open_to(caller, assignment_id)
    earlier = models.find_submission(assignment_id, caller.id)
    if earlier is None:
        raise _missing()
    submission = _submission(earlier.id, assignment, caller.id, solution)
    try:
        _store(submission, new=False)
    except transactions.ConditionFailed as refused:
        raise _refusal(refused, _missing()) from refused
    observe.logger.info("solution replaced", submission_id=submission.id, assignment_id=assignment_id)
    return submission


def _open_to(caller: Caller, assignment_id: int) -> Assignment:
    """Learning Platform's refusals, with its statuses, and then those of gating."""
    try:
        track_state, assignment = state.with_assignment(assignment_id)
    except errors.NotFound as missing:
        raise errors.BadRequest("assignment_not_found", "Assignment not found") from missing
    participant = models.find_participant(track_state.track.id, caller.id)
    if participant is None:
        raise errors.BadRequest("not_enrolled", "User not enrolled in this track")
    _refuse(track_state.track, assignment, participant)
    return assignment


def _refuse(track: Track, assignment: Assignment, participant: Participant) -> None:
    if track.status != Status.ACTIVE:
        raise errors.BadRequest("track_not_active", "Track is not active")
    if assignment.stage == Stage.NOT_STARTED:
        raise access.not_open()
    if assignment.stage != Stage.SUBMISSION:
        raise _too_late()
    if participant.owes:
        raise access.reviews_owed()


def _store(submission: Submission, *, new: bool) -> None:
    """ConditionFailed by names: too late; reviews are owed; the id is taken; there is one, or none."""
    place = SubmissionPlace(
        *models.submission_place_key(submission.id),
        track_id=submission.track_id,
        assignment_id=submission.assignment_id,
        user_id=submission.user_id,
    )
    assignment = models.assignment_key(submission.track_id, submission.assignment_id)
    takes = (Assignment.stage == Stage.SUBMISSION) & (Assignment.submission_deadline > submission.submitted_at)
    sender = models.participant_key(submission.track_id, submission.user_id)
    pk = Submission.pk
    free = pk.exists() & Participant.owes.does_not_exist()

    def fill(transaction: Transaction) -> None:
        transaction.save(place, condition=pk.does_not_exist() if new else pk.exists(), named=PLACE)
        transaction.check(Assignment, *assignment, condition=takes, named=OPEN)
        transaction.check(Participant, *sender, condition=free, named="owes_no_reviews")
        if new:
            transaction.save(submission, condition=pk.does_not_exist(), named=SUBMISSION)
        else:  # the reviews that it has got stay
            kept = Submission(submission.pk, submission.sk)
            transaction.update(kept, actions=_anew(submission), condition=pk.exists(), named=SUBMISSION)

    transactions.transact(fill)


def _anew(submission: Submission) -> list[Action]:
    changes = {
        "repository_url": submission.repository_url,
        "commit": submission.commit,
        "submitted_at": submission.submitted_at,
    }
    return models.setting(Submission, changes)


def _refusal(refused: transactions.ConditionFailed, otherwise: errors.LyceumError) -> errors.LyceumError:
    if SUBMISSION in refused.failed:
        return otherwise
    return _too_late() if OPEN in refused.failed else access.reviews_owed()


def _exists() -> errors.BadRequest:
    return errors.BadRequest("submission_exists", "Submission already exists")


def _missing() -> errors.NotFound:
    return errors.NotFound("solution_not_found", "Submission not found")


def _too_late() -> errors.BadRequest:
    return errors.BadRequest("deadline_passed", "The deadline for submissions has passed")


def _submission(submission_id: int, assignment: Assignment, user_id: int, solution: Solution) -> Submission:
    return Submission(
        *models.submission_key(assignment.id, user_id),
        id=submission_id,
        user_id=user_id,
        track_id=assignment.track_id,
        assignment_id=assignment.id,
        repository_url=solution.repository_url,
        commit=solution.commit,
        submitted_at=clock.now(),
    )
