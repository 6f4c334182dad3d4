"""Frames of counter-tests, on reviewers' personal channels."""

from enum import StrEnum
from typing import Literal

from chalicelib.common.http.responses import View
from chalicelib.realtime.frames import Outgoing
from chalicelib.realtime.rooms import RoomKind


class Type(StrEnum):
    COUNTER_TEST_JUDGED = "COUNTER_TEST_JUDGED"


class CounterTestJudged(View):
    """What came of it is to be had at `GET /submissions/{submission_id}/counter-tests/{counter_test_id}`."""

    track_id: int
    assignment_id: int
    submission_id: int
    counter_test_id: int
    outcome: Literal["breaks", "holds", "invalid"]


FRAMES = (
    Outgoing(
        Type.COUNTER_TEST_JUDGED,
        CounterTestJudged,
        frozenset({RoomKind.PERSONAL}),
        "The judge has tried an input that the recipient sent against a program under review",
    ),
)
