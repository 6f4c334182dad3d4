"""Request bodies and queries of ratings, appeals and rulings."""

from typing import Annotated, Literal

from pydantic import Field

from chalicelib.common.http import paging, validation
from chalicelib.common.http.requests import Body
from chalicelib.common.ids import MAX_ID
from chalicelib.tracks.oversight.appeal_models import AppealState
from chalicelib.tracks.oversight.appeals import NewAppeal
from chalicelib.tracks.oversight.ratings import Rating
from chalicelib.tracks.oversight.rulings import NewRuling
from chalicelib.tracks.requests import MAX_CRITERION, Instant, Score

MAX_RATING, MAX_APPEAL, MAX_REASON = 1024, 4096, 2000
"""In characters."""
BEST_RATING = 5

Reason = Annotated[str, Field(max_length=MAX_REASON), validation.NOT_BLANK]


class RatingBody(Body):
    """How helpful a review was, from 1 to 5, and a word why."""

    helpful: Annotated[int, Field(ge=1, le=BEST_RATING)]
    text: Annotated[str, Field(max_length=MAX_RATING)] | None = None

    def rating(self) -> Rating:
        return Rating(helpful=self.helpful, text=self.text)


class AppealBody(Body):
    """What an appeal is about: one review, one criterion, or without them the whole."""

    review_id: Annotated[int, Field(ge=0, le=MAX_ID)] | None = None
    criterion: Annotated[str, Field(max_length=MAX_CRITERION)] | None = None
    text: Annotated[str, Field(max_length=MAX_APPEAL), validation.NOT_BLANK]

    def appeal(self) -> NewAppeal:
        return NewAppeal(review_id=self.review_id, criterion=self.criterion, text=self.text)


class DecisionBody(Body):
    """`scores` names every criterion of the track, and nothing else; without it the appeal is rejected. The reason is
    told to the author and to the reviewers.
    """

    scores: Annotated[dict[str, Score], Field(max_length=100)] | None = None
    reason: Reason

    def ruling(self) -> NewRuling:
        return NewRuling(scores=self.scores, reason=self.reason)


class HidingBody(Body):
    """The reason is told to who wrote the review."""

    reason: Reason


class ReturningBody(HidingBody):
    """By `until` the review is to be written again; until then no later assignment is shut by it."""

    until: Instant


class QueueQuery(paging.ListQuery):
    assignment_id: Annotated[int, Field(ge=0, le=MAX_ID)] | None = None


class AppealsQuery(paging.ListQuery):
    state: Literal["open", "upheld", "rejected"] | None = None

    @property
    def appeal_state(self) -> AppealState | None:
        return AppealState(self.state) if self.state else None
