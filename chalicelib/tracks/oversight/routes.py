"""Routes by which authors rate and contest the reviews of their work, and teachers look after them."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits
from chalicelib.common.http import etags, paging, requests, routing
from chalicelib.tracks.oversight import appeals, queue, ratings, rulings, withholding
from chalicelib.tracks.oversight.requests import (
    AppealBody,
    AppealsQuery,
    DecisionBody,
    HidingBody,
    QueueQuery,
    RatingBody,
    ReturningBody,
)
from chalicelib.tracks.oversight.responses import (
    AppealsView,
    AppealView,
    EvidenceView,
    FairnessView,
    OwnAppealsView,
    QueueView,
    WrittenReviewsView,
)
from chalicelib.tracks.oversight.review_responses import RatingView
from chalicelib.tracks.oversight.rulings import Evidence
from chalicelib.tracks.responses import ReviewView
from chalicelib.tracks.work_models import Review

routes = routing.Routes(__name__, tag="Tracks")


@routes.put("/reviews/{review_id}/rating", access=authentication.USER)
def rate_review(review_id: int, body: RatingBody, caller: Caller) -> RatingView:
    """Say how helpful a review of one's own work was; replaces what was said before. The reviewer sees no name."""
    rating = body.rating()
    ratings.rate(caller, review_id, rating)
    return RatingView(helpful=rating.helpful, text=rating.text)


@routes.post("/reviews/{review_id}/hide", access=authentication.TEACHER, creates=False, raises=[409])
def hide_review(review_id: int, body: HidingBody, caller: Caller) -> ReviewView:
    """Have a review count nowhere, and tell who wrote it why. Its author does not see it; nobody owes it again."""
    return _withheld(withholding.hide(caller, review_id, body.reason))


@routes.delete("/reviews/{review_id}/hide", access=authentication.TEACHER, raises=[409])
def show_review_again(review_id: int, caller: Caller) -> ReviewView:
    """Have a hidden review count again."""
    return _withheld(withholding.show_again(caller, review_id))


@routes.post("/reviews/{review_id}/return", access=authentication.TEACHER, creates=False, raises=[409])
def return_review(review_id: int, body: ReturningBody, caller: Caller) -> ReviewView:
    """Give a review back, to be written again. It counts nowhere meanwhile; a stage that is over is not reopened."""
    return _withheld(withholding.give_back(caller, review_id, body.reason, body.until))


@routes.get("/assignments/{assignment_id}/reviews/written", access=authentication.USER)
def show_written_reviews(assignment_id: int, caller: Caller) -> WrittenReviewsView:
    """The reviews that the caller wrote of an assignment's submissions, how they were rated and what was decided."""
    return WrittenReviewsView.of(assignment_id, ratings.written_by(caller, assignment_id))


@routes.post("/assignments/{assignment_id}/appeal", access=authentication.USER, status=201, raises=[409])
def file_appeal(assignment_id: int, body: AppealBody, caller: Caller) -> AppealView:
    """Ask the track's teachers to look at the reviews of one's own work again, while there is time for it."""
    return AppealView.of(appeals.file(caller, assignment_id, body.appeal()))


@routes.get("/assignments/{assignment_id}/appeal", access=authentication.USER)
def show_own_appeals(assignment_id: int, caller: Caller) -> OwnAppealsView:
    """The caller's appeals in an assignment, and until when they may appeal."""
    return OwnAppealsView.of(appeals.own(caller, assignment_id))


@routes.get("/tracks/{track_id}/appeals", access=authentication.TEACHER, paged=True)
def list_appeals(track_id: int, query: AppealsQuery, caller: Caller) -> paging.PageAnswer[AppealsView]:
    """The appeals in a track, the newest first. With a `state` a page may be short, or empty, before the last."""
    found = rulings.list_in_track(caller, track_id, query.appeal_state, query)
    return found.page.answer(AppealsView.of(found))


@routes.get("/tracks/{track_id}/queue", access=authentication.TEACHER, paged=True, limit=limits.COSTLY_READS)
def show_queue(track_id: int, query: QueueQuery, caller: Caller) -> paging.PageAnswer[QueueView]:
    """What the track's teachers are to look at, the most urgent first, and why."""
    found = queue.of_track(caller, track_id, query.assignment_id, query)
    return found.page.answer(QueueView.of(found))


@routes.get("/assignments/{assignment_id}/fairness", access=authentication.TEACHER, limit=limits.COSTLY_READS)
def show_fairness(assignment_id: int, caller: Caller) -> FairnessView:
    """Whether the submissions to an assignment get the reviews that they are to get, and how far reviewers agree."""
    return FairnessView.of(assignment_id, queue.fairness_of(caller, assignment_id))


@routes.get("/appeals/{appeal_id}", access=authentication.TEACHER, versioned=True)
def show_appeal(appeal_id: int, caller: Caller) -> routing.Answer[EvidenceView]:
    """An appeal with what it is decided by: the submission and its reviews."""
    return _shown(rulings.evidence_of(caller, appeal_id))


@routes.post(
    "/appeals/{appeal_id}/decision", access=authentication.TEACHER, creates=False, raises=[409], headers=["ETag"]
)
def decide_appeal(appeal_id: int, body: DecisionBody, caller: Caller) -> routing.Answer[EvidenceView]:
    """Decide an appeal that is open: with scores that stand in place of the medians, or without, which rejects it."""
    return _shown(rulings.rule(caller, appeal_id, body.ruling()))


@routes.put("/appeals/{appeal_id}/decision", access=authentication.TEACHER, versioned=True, raises=[409])
def change_decision(
    appeal_id: int, body: DecisionBody, caller: Caller, request: requests.Request
) -> routing.Answer[EvidenceView]:
    """Decide otherwise. The author and the reviewers are told again; what was decided before is kept."""
    return _shown(rulings.change(caller, appeal_id, body.ruling(), etags.if_match(request)))


def _withheld(review: Review) -> ReviewView:
    return ReviewView.of(review, reviewer=True, author=True)


def _shown(evidence: Evidence) -> routing.Answer[EvidenceView]:
    body = EvidenceView.of(evidence)
    return routing.Answer(body=body, headers=etags.header(evidence.appeal.version, shown=body))
