"""Reviews: hands the next submission to a reviewer, and stores the review.

Authors see a review's id, so the id does not tell when it was written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.common.http import errors, validation
from chalicelib.tracks import access, criteria, models, review_duties, scoring, work_models
from chalicelib.tracks.access import AssignmentViewer
from chalicelib.tracks.models import TOPIC, Assignment, Participant, Track
from chalicelib.tracks.oversight import handing_out
from chalicelib.tracks.reliability import recounts
from chalicelib.tracks.review_duties import Situation
from chalicelib.tracks.reviewing import line_comments, written
from chalicelib.tracks.reviewing.line_comments import LineComment
from chalicelib.tracks.reviewing.models import Comment
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Capacity, Review, Submission

TRIES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What a reviewer thinks: points for each criterion, words for some, words for the whole, and for single lines of
    a version of the code; None is the one that stands.
    """

    scores: Mapping[str, float]
    remarks: Mapping[str, str]
    comment: str | None
    line_comments: Sequence[LineComment] = ()
    code_version: int | None = None


def next_for(caller: Caller, assignment_id: int) -> Submission:
    """One that the caller owes a review of; when they owe none, one that others have left undone. 404 without any."""
    try:
        viewer = access.get_viewer(caller, assignment_id)
    except errors.NotFound as missing:
        raise _none_available() from missing
    reviewer = viewer.participant
    if reviewer is None:
        raise access.not_enrolled()
    access.refuse_barred(viewer)
    submission = _next(viewer, reviewer)
    if submission is None:
        raise _nothing_left(reviewer, assignment_id)
    handing_out.note(assignment_id, reviewer.user_id, submission.id, clock.now())
    return submission


def write(caller: Caller, submission_id: int, opinion: Opinion) -> Review:
    """400 for one's own, one reviewed before, points that are not the track's, and comments on lines that there are not
    or on too few criteria; 403 for one not allotted. Its draft goes.
    """
    for _ in range(TRIES):
        situation = situation_of(caller, submission_id)
        review = _review(caller, situation, opinion)
        comments = written.comments_of(review, situation, opinion.line_comments, opinion.code_version)
        if situation.returned is not None:
            written.forget_replaced(submission_id, situation.returned)
        try:
            review_duties.record(review, situation, partial(_write_more, situation, review, comments))
        except transactions.ConditionFailed as refused:
            if review_duties.NOT_REVIEWED in refused.failed:
                raise reviewed_already() from refused
        else:
            _wake(situation, review)
            return review
    raise errors.ChangedMeanwhile


def _write_more(situation: Situation, review: Review, comments: Sequence[Comment], transaction: Transaction) -> None:
    written.add(transaction, review=review, comments=comments)
    recounts.note_review(transaction, situation.assignment, review, situation.now)


def situation_of(caller: Caller, submission_id: int) -> Situation:
    """What the caller may do about a submission now; with the refusals of `write` for who may never review it."""
    place = work_models.find_submission_place(submission_id)
    if place is None:
        raise errors.BadRequest("solution_not_found", "Submission not found")
    viewer = access.viewer_of(caller, place.track_id, place.assignment_id)
    reviewer = viewer.participant
    if place.user_id == caller.id:
        raise errors.BadRequest("own_submission", "Cannot review own submission")
    submission = work_models.find_submission(place.assignment_id, place.user_id)
    if submission is None:
        raise errors.BadRequest("solution_not_found", "Submission not found")
    if reviewer is not None and submission.id in review_duties.reviews_by(reviewer, place.assignment_id):
        raise reviewed_already()
    access.refuse_barred(viewer)
    return Situation(
        track_state=viewer.track_state,
        assignment=viewer.assignment,
        submission=submission,
        reviewer=reviewer,
        now=clock.now(),
        returned=_returned(reviewer, submission) if reviewer else None,
    )


def _returned(reviewer: Participant, submission: Submission) -> Review | None:
    """The caller's review that a teacher gave back, if there is one."""
    if reviewer.returned_until(submission.assignment_id, submission.id) is None:
        return None
    review = work_models.find_review(submission.assignment_id, submission.user_id, reviewer.user_id)
    return review if review is not None and not review.counts else None


def _next(viewer: AssignmentViewer, reviewer: Participant) -> Submission | None:
    assignment = viewer.assignment
    if assignment.stage not in {Stage.CODE_REVIEW, Stage.COMPLETED}:
        return None
    owed = reviewer.owed_in(assignment.id) or reviewer.given_back_in(assignment.id)
    if owed:
        place = work_models.find_submission_place(owed[0])
        return work_models.find_submission(place.assignment_id, place.user_id) if place else None
    return _volunteered(assignment, reviewer)


def _volunteered(assignment: Assignment, reviewer: Participant) -> Submission | None:
    """One that is reserved for a volunteer from now on; None when nothing is left."""
    for _ in range(TRIES):
        now = clock.now()
        if not review_duties.extras_offered(assignment, now):
            return None
        left = work_models.short_submissions_to(assignment)
        chosen = review_duties.to_hand_out(left, assignment, reviewer, now)
        if chosen is None or reviewer.user_id in review_duties.leases_of(chosen, now):
            return chosen
        try:
            review_duties.reserve(chosen, assignment, reviewer, now)
        except transactions.ConditionFailed:
            reviewer = models.find_participant(reviewer.track_id, reviewer.user_id) or reviewer
        else:
            return chosen
    raise errors.ChangedMeanwhile


def _review(caller: Caller, situation: Situation, opinion: Opinion) -> Review:
    capacity = situation.capacity
    if capacity is None:
        raise not_allotted()
    _refuse_strange(opinion, situation.track_state.track)
    _refuse_uncommented(opinion, situation.track_state.track)
    assignment, author_id = situation.assignment, situation.submission.user_id
    return Review(
        *models.review_key(assignment.id, author_id, caller.id),
        id=ids.new_timeless_id(),
        assignment_id=assignment.id,
        submission_id=situation.submission.id,
        author_id=author_id,
        reviewer_id=caller.id,
        capacity=capacity,
        scores=dict(opinion.scores),
        remarks=dict(opinion.remarks),
        comment=opinion.comment,
        line_comments=len(opinion.line_comments),
        completed_at=situation.now,
        handed_out_at=handing_out.moment(assignment.id, caller.id, situation.submission.id),
    )


def _refuse_strange(opinion: Opinion, track: Track) -> None:
    wrong = scoring.violations_in(opinion.scores, track.criteria, track.max_score)
    wrong += scoring.strange_remarks(opinion.remarks, track.criteria)
    if wrong:
        raise errors.BadRequest(
            "invalid_scores",
            "Each criterion, and nothing else, gets from 0 to {limit:g} points",
            limit=track.max_score,
            violations=wrong,
        )


def _refuse_uncommented(opinion: Opinion, track: Track) -> None:
    demanding = criteria.commented_among(track.options)
    missing = line_comments.uncommented(sorted(demanding), opinion.line_comments, opinion.remarks)
    if missing:
        raise errors.BadRequest(
            "comment_required",
            "Some criteria demand a comment, on a line or in general",
            violations=[validation.required(scoring.remark_place(name)) for name in missing],
        )


def _wake(situation: Situation, review: Review) -> None:
    observe.logger.info("review written", submission_id=review.submission_id, capacity=review.capacity)
    if review.capacity == Capacity.OWED and situation.is_last:
        timers.enqueue_if_soon(TOPIC, str(situation.track_state.track.id), situation.now)


def _nothing_left(reviewer: Participant, assignment_id: int) -> errors.LyceumError:
    done, required = len(review_duties.reviews_by(reviewer, assignment_id)), len(reviewer.written_in(assignment_id))
    if not done:
        return _none_available()
    return errors.BadRequest(
        "reviews_completed", "Already completed {done} reviews. Required: {required}", done=done, required=required
    )


def _none_available() -> errors.NotFound:
    return errors.NotFound("no_submission_available", "No submission available for review")


def not_allotted() -> errors.Forbidden:
    return errors.Forbidden("not_allotted", "This submission is not yours to review")


def reviewed_already() -> errors.BadRequest:
    return errors.BadRequest("review_exists", "Review already exists")
