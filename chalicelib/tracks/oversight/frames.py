"""Frames of appeals and of reviews that are withheld, on users' personal channels."""

from enum import StrEnum

from chalicelib.common.http.responses import Moment, View
from chalicelib.realtime.frames import Outgoing
from chalicelib.realtime.rooms import RoomKind


class Type(StrEnum):
    APPEAL_FILED = "APPEAL_FILED"
    APPEAL_DECIDED = "APPEAL_DECIDED"
    REVIEW_DECIDED = "REVIEW_DECIDED"
    REVIEW_HIDDEN = "REVIEW_HIDDEN"
    REVIEW_RETURNED = "REVIEW_RETURNED"


class AppealFiled(View):
    appeal_id: int
    assignment_id: int
    track_id: int


class AppealDecided(View):
    """With `upheld` the teacher's scores stand in place of the medians."""

    appeal_id: int
    assignment_id: int
    track_id: int
    upheld: bool
    reason: str


class ReviewDecided(View):
    """The same for who reviewed the work; whose it is they do not learn."""

    submission_id: int
    assignment_id: int
    track_id: int
    upheld: bool
    reason: str


class ReviewHidden(View):
    review_id: int
    submission_id: int
    assignment_id: int
    track_id: int
    reason: str


class ReviewReturned(ReviewHidden):
    """Until then no later assignment is shut by it."""

    until: Moment


_PERSONAL = frozenset({RoomKind.PERSONAL})

FRAMES = (
    Outgoing(
        Type.APPEAL_FILED, AppealFiled, _PERSONAL, "An appeal waits for a decision of the recipient's", notifies=True
    ),
    Outgoing(Type.APPEAL_DECIDED, AppealDecided, _PERSONAL, "The recipient's appeal was decided", notifies=True),
    Outgoing(
        Type.REVIEW_DECIDED,
        ReviewDecided,
        _PERSONAL,
        "An appeal was decided that concerns a review of the recipient's",
        notifies=True,
    ),
    Outgoing(
        Type.REVIEW_HIDDEN,
        ReviewHidden,
        _PERSONAL,
        "A review of the recipient's counts nowhere any more",
        notifies=True,
    ),
    Outgoing(
        Type.REVIEW_RETURNED, ReviewReturned, _PERSONAL, "The recipient is to write a review again", notifies=True
    ),
)
