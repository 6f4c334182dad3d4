"""Ratings: an author says how helpful a review of their work was. Reviewers see theirs without a name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.accounts.authentication import Caller
from chalicelib.common import observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.tracks import access, models, review_duties, work_models
from chalicelib.tracks.masking import Mask
from chalicelib.tracks.models import Participant
from chalicelib.tracks.reviewing import known_names
from chalicelib.tracks.work_models import Review, Submission, SubmissionPlace


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """From 1, of no help, to 5."""

    helpful: int
    text: str | None

    def to_json(self) -> dict[str, Any]:
        return {"helpful": self.helpful, "text": self.text}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenReview:
    """A review that the caller wrote, and what was decided of the submission: None when nothing was. `mask` hides what
    the authors of the works are called, in their ratings.
    """

    review: Review
    decision: Mapping[str, Any] | None
    mask: Mask


def rate(caller: Caller, review_id: int, rating: Rating) -> Review:
    """Replaces an earlier rating. 404 for a review that is not of the caller's work; 403 before the results are out."""
    place = work_models.find_review_place(review_id)
    if place is None or place.author_id != caller.id:
        raise no_such_review()
    access.refuse_before_results(access.viewer_of(caller, place.track_id, place.assignment_id).assignment)
    review = work_models.find_review(place.assignment_id, place.author_id, place.reviewer_id)
    if review is None or review.id != review_id or not review.counts:
        raise no_such_review()
    actions = models.setting(Review, {"rating": rating.to_json()})
    try:
        with transactions.conditional():
            review.update(actions=actions, condition=(Review.id == review_id) & Review.withheld.does_not_exist())
    except transactions.ConditionFailed as gone:
        raise no_such_review() from gone
    observe.logger.info("review rated", review_id=review_id, helpful=rating.helpful)
    return review


def written_by(caller: Caller, assignment_id: int) -> Sequence[WrittenReview]:
    """What the caller wrote, also what counts no more, by the ids of the reviews, which tell no order; 403 for who does
    not take part.
    """
    viewer = access.get_viewer(caller, assignment_id)
    if viewer.participant is None:
        raise access.not_enrolled()
    reviewed = _reviewed(viewer.participant, assignment_id)
    places = SubmissionPlace.batch_get([models.submission_place_key(each) for each in reviewed]) if reviewed else ()
    authors = [place.user_id for place in places]
    found = _reviews(assignment_id, authors, caller.id)
    submissions = {each.id: each for each in _submissions(assignment_id, authors)}
    mask = known_names.mask_of({each.author_id for each in found if each.rating})
    return [
        WrittenReview(review=each, decision=submissions[each.submission_id].decision, mask=mask)
        for each in sorted(found, key=lambda each: each.id)
        if each.submission_id in submissions
    ]


def _reviewed(reviewer: Participant, assignment_id: int) -> list[int]:
    return sorted({*review_duties.reviews_by(reviewer, assignment_id), *reviewer.given_back_in(assignment_id)})


def _reviews(assignment_id: int, authors: Sequence[int], reviewer_id: int) -> list[Review]:
    keys = [models.review_key(assignment_id, each, reviewer_id) for each in authors]
    return list(Review.batch_get(keys, consistent_read=True)) if keys else []


def _submissions(assignment_id: int, authors: Sequence[int]) -> list[Submission]:
    keys = [models.submission_key(assignment_id, each) for each in authors]
    return list(Submission.batch_get(keys, consistent_read=True)) if keys else []


def no_such_review() -> errors.NotFound:
    return errors.NotFound("review_not_found", "Review not found")
