"""Frames that tracks send on users' personal channels."""

from enum import StrEnum
from typing import Literal

from chalicelib.common.http.responses import Moment, View
from chalicelib.realtime.frames import Outgoing
from chalicelib.realtime.rooms import RoomKind


class Type(StrEnum):
    TRACK_STARTED = "TRACK_STARTED"
    TRACK_NOT_STARTED = "TRACK_NOT_STARTED"
    ASSIGNMENT_OPENED = "ASSIGNMENT_OPENED"
    REVIEW_STARTED = "REVIEW_STARTED"
    DEADLINE_SOON = "DEADLINE_SOON"
    DEADLINE_MOVED = "DEADLINE_MOVED"
    STAGE_CLOSED = "STAGE_CLOSED"
    STAGE_REOPENED = "STAGE_REOPENED"
    EXTENSION_GRANTED = "EXTENSION_GRANTED"
    COMMENT_ANSWERED = "COMMENT_ANSWERED"


class TrackStarted(View):
    track_id: int
    started_at: Moment


class TrackNotStarted(View):
    """`starts_at` is when it was to start. It waits on, until it is full or its teacher starts it."""

    track_id: int
    starts_at: Moment
    participants: int


class AssignmentOpened(View):
    assignment_id: int
    track_id: int
    deadline: Moment


class ReviewStarted(View):
    """`reviews_left` are those of this assignment that the recipient is to write."""

    assignment_id: int
    track_id: int
    deadline: Moment
    reviews_left: int


class DeadlineSoon(View):
    """`reviews_left` are those that the recipient owes: of this assignment, in the submission stage of earlier ones."""

    assignment_id: int
    track_id: int
    stage: Literal["submission", "code_review"]
    deadline: Moment
    reviews_left: int


class DeadlineMoved(View):
    """The stage ends later: its teacher wants it so, or what an outage took is given back."""

    assignment_id: int
    track_id: int
    stage: Literal["submission", "code_review"]
    deadline: Moment
    reason: Literal["teacher", "outage"]


class StageClosed(View):
    assignment_id: int
    track_id: int
    stage: Literal["submission", "code_review"]


class StageReopened(View):
    assignment_id: int
    track_id: int
    stage: Literal["submission", "code_review"]
    deadline: Moment


class ExtensionGranted(View):
    """Until `submission_until` the recipient may send in; until `code_review_until` reviews shut nothing to them."""

    assignment_id: int
    track_id: int
    submission_until: Moment | None
    code_review_until: Moment | None
    reason: str


class CommentAnswered(View):
    """There is an answer in the thread of a comment on the recipient's work, or of one that they wrote."""

    assignment_id: int
    track_id: int
    submission_id: int
    comment_id: int


_PERSONAL = frozenset({RoomKind.PERSONAL})

FRAMES = (
    Outgoing(
        Type.TRACK_STARTED,
        TrackStarted,
        _PERSONAL,
        "A track that the recipient takes part in has started",
        notifies=True,
    ),
    Outgoing(
        Type.TRACK_NOT_STARTED,
        TrackNotStarted,
        _PERSONAL,
        "A track that the recipient made was to start, and too few take part",
        notifies=True,
    ),
    Outgoing(Type.ASSIGNMENT_OPENED, AssignmentOpened, _PERSONAL, "An assignment takes submissions", notifies=True),
    Outgoing(
        Type.REVIEW_STARTED, ReviewStarted, _PERSONAL, "The recipient was allotted submissions to review", notifies=True
    ),
    Outgoing(
        Type.DEADLINE_SOON,
        DeadlineSoon,
        _PERSONAL,
        "80 % of a stage that the recipient has not finished are over",
        notifies=True,
    ),
    Outgoing(Type.DEADLINE_MOVED, DeadlineMoved, _PERSONAL, "A running stage ends later", notifies=True),
    Outgoing(Type.STAGE_CLOSED, StageClosed, _PERSONAL, "The teacher has ended a running stage", notifies=True),
    Outgoing(Type.STAGE_REOPENED, StageReopened, _PERSONAL, "A stage that was over runs again", notifies=True),
    Outgoing(Type.EXTENSION_GRANTED, ExtensionGranted, _PERSONAL, "The recipient was given more time", notifies=True),
    Outgoing(
        Type.COMMENT_ANSWERED,
        CommentAnswered,
        _PERSONAL,
        "A comment of a review that the recipient wrote or got was answered",
        notifies=True,
    ),
)
