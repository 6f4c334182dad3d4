"""Withholds reviews: a teacher hides one, which then counts nowhere, or gives it back to be written again.

Who wrote a review that is hidden has done what they owed. One that is given back is owed again, and shuts no later
assignment until its time; a volunteer's is theirs to write again, and not owed. A stage that is over stays so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.common.http.errors import In, Place
from chalicelib.tracks import access, models, work_models
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.oversight import notifications, ratings
from chalicelib.tracks.reliability import recounts
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Capacity, Review, Submission, Withheld

TRIES = 10
FURTHEST = timedelta(days=366)
"""From now, by when a review is to be written again."""
UNTIL = Place(In.BODY, "/until")

FillMore = Callable[[Transaction], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A review, and where it is."""

    track_state: TrackState
    assignment: Assignment
    review: Review


def hide(caller: Caller, review_id: int, reason: str) -> Review:
    """404 for no such review, 403 for who does not teach its track; 409 for one that is hidden or was given back."""
    return _withhold(caller, review_id, Withheld.HIDDEN, reason, None)


def give_back(caller: Caller, review_id: int, reason: str, until: datetime) -> Review:
    """As `hide`; 400 for a time that cannot be, 409 also for a teacher's, and for one whose writer has left."""
    now = clock.now()
    if until <= now:
        raise errors.BadRequest("deadline_in_the_past", "The new deadline is in the past", where=UNTIL)
    if until > now + FURTHEST:
        raise errors.BadRequest(
            "deadline_too_far", "A deadline is at most {days} days ahead", days=FURTHEST.days, where=UNTIL
        )
    return _withhold(caller, review_id, Withheld.RETURNED, reason, until)


def show_again(caller: Caller, review_id: int) -> Review:
    """Undo `hide`; 409 for a review that is not hidden."""
    for _ in range(TRIES):
        held = _held(caller, review_id)
        review = held.review
        if (review.withheld or {}).get("state") != Withheld.HIDDEN:
            raise errors.Conflict("review_not_hidden", "This review is not hidden")
        try:
            _store(held, None, by=1, more=lambda _: None)
        except transactions.ConditionFailed:
            continue
        observe.logger.info("review shown again", review_id=review_id, by=caller.id)
        review.withheld = None
        return review
    raise errors.ChangedMeanwhile


def _withhold(caller: Caller, review_id: int, how: Withheld, reason: str, until: datetime | None) -> Review:
    for _ in range(TRIES):
        held = _held(caller, review_id)
        review, said = held.review, {"state": how.value, "reason": reason, "by": caller.id, "until": _text(until)}
        if review.counts:
            more = _owing_again(held, until) if until is not None else lambda _: None
            withheld = {**said, "at": _text(clock.now())}
            try:
                _store(held, withheld, by=-1, more=more)
            except transactions.ConditionFailed:
                continue
            observe.logger.info("review withheld", review_id=review_id, state=how, by=caller.id)
            review.withheld = withheld
        elif {**review.withheld, "at": None} != {**said, "at": None}:
            raise errors.Conflict("review_withheld", "This review is hidden, or was given back, already")
        # Done again after a failure, it tells whom it has not told.
        notifications.tell_of_withheld(held.assignment, review)
        return review
    raise errors.ChangedMeanwhile


def _held(caller: Caller, review_id: int) -> Held:
    place = work_models.find_review_place(review_id)
    if place is None:
        raise ratings.no_such_review()
    track_state = access.get_taught(caller, place.track_id)
    assignment = track_state.find(place.assignment_id)
    review = work_models.find_review(place.assignment_id, place.author_id, place.reviewer_id)
    if assignment is None or review is None or review.id != review_id:
        raise ratings.no_such_review()
    return Held(track_state=track_state, assignment=assignment, review=review)


def _store(held: Held, withheld: dict[str, Any] | None, *, by: int, more: FillMore) -> None:
    """ConditionFailed when it is not as it was read. `by` is what it changes of the submission's reviews."""
    review = held.review

    def fill(transaction: Transaction) -> None:
        transaction.update(
            Review(review.pk, review.sk),
            actions=models.setting(Review, {"withheld": withheld}),
            condition=(Review.id == review.id) & models.same(Review.withheld, review.withheld),
            named="review_as_read",
        )
        transaction.update(
            Submission(*models.submission_key(review.assignment_id, review.author_id)),
            actions=[Submission.reviews.add(by)],
            condition=Submission.id == review.submission_id,
            named="submission_there",
        )
        if held.assignment.stage in recounts.SEES_LATER:
            recounts.note(transaction, held.assignment, clock.now())
        more(transaction)

    transactions.transact(fill)


def _owing_again(held: Held, until: datetime) -> FillMore:
    review, assignment = held.review, held.assignment
    if review.is_teachers:
        raise errors.Conflict("teachers_review", "A teacher's review is not given back")
    reviewer = models.find_participant(held.track_state.track.id, review.reviewer_id)
    if reviewer is None:
        raise errors.Conflict("reviewer_left", "Who wrote this review has left the track")
    if assignment.stage not in {Stage.CODE_REVIEW, Stage.COMPLETED}:
        raise errors.Conflict("stage_not_running", "This assignment is not in the stage {stage}", stage="code_review")

    def fill(transaction: Transaction) -> None:
        duty = models.review_duty(assignment.id, review.submission_id)
        returned = {**(reviewer.returned or {}), duty: until.isoformat()}
        is_owed = review.capacity == Capacity.OWED
        done = Participant.written if is_owed else Participant.extras
        actions = [
            done.delete({duty}),
            (Participant.owes if is_owed else Participant.handed).add({duty}),
            Participant.returned.set(returned),
        ]
        transaction.update(
            reviewer,
            actions=actions,
            condition=done.contains(duty) & models.same(Participant.returned, reviewer.returned),
            named="written",
        )
        _count_up(transaction, assignment, is_owed=is_owed)

    return fill


def _count_up(transaction: Transaction, assignment: Assignment, *, is_owed: bool) -> None:
    """A stage that runs waits for what is owed again; one that is over is not reopened, but by who reads the number."""
    key = models.assignment_key(assignment.track_id, assignment.id)
    as_read = Assignment.stage == assignment.stage
    if not is_owed:
        transaction.check(Assignment, *key, condition=as_read, named="stage_as_read")
        return
    if assignment.stage == Stage.CODE_REVIEW:
        as_read &= Assignment.owed > 0
    one_more: list[Action] = [Assignment.owed.add(1)]
    transaction.update(Assignment(*key), actions=one_more, condition=as_read, named="runs")


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
