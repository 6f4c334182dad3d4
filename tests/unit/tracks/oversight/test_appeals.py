"""Until when one may appeal, and which of several appeals decides."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.tracks.models import Assignment
from chalicelib.tracks.oversight import appeal_models, appeal_window
from chalicelib.tracks.oversight.appeal_models import Appeal, Ruling
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Review

OVER_AT = datetime(2026, 10, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def assignment(stage: Stage = Stage.COMPLETED, **more: Any) -> Assignment:
    return Assignment(stage=stage, code_review_deadline=OVER_AT, **more)


def review(after: timedelta) -> Review:
    return Review(completed_at=OVER_AT + after)


def test_there_is_time_after_the_stage_as_its_teacher_says() -> None:
    assert appeal_window.until(assignment(), [review(-HOUR)]) == OVER_AT + 72 * HOUR
    assert appeal_window.until(assignment(appeal_hours=0), []) == OVER_AT


@pytest.mark.parametrize("stage", [each for each in Stage if each is not Stage.COMPLETED])
def test_there_is_none_before(stage: Stage) -> None:
    assert appeal_window.until(assignment(stage), [review(-HOUR)]) is None


@pytest.mark.parametrize("after", [1 * HOUR, 3 * HOUR, 14 * HOUR])
def test_a_late_review_counts_from_the_end_of_its_day_whatever_its_hour(after: timedelta) -> None:
    end_of_day = datetime(2026, 10, 2, tzinfo=UTC)
    assert appeal_window.until(assignment(appeal_hours=2), [review(-HOUR), review(after)]) == end_of_day + 2 * HOUR


def ruling(points: float | None) -> Ruling:
    scores = None if points is None else {"style": points}
    return Ruling(scores=scores, reason="So", decided_by=1, decided_at=OVER_AT)


def appeal(appeal_id: int, *points: float | None) -> Appeal:
    return Appeal(id=appeal_id, decisions=[ruling(each).to_json() for each in points])


@pytest.mark.parametrize(
    ("appeals", "ruled", "points", "counts"),
    [
        ([appeal(1)], 1, 7, 7),
        ([appeal(1)], 1, None, None),
        ([appeal(1, 5), appeal(2)], 2, 7, 7),
        ([appeal(1, 5), appeal(2)], 2, None, 5),
        ([appeal(1, 5), appeal(2, 7)], 2, None, 5),
        ([appeal(1, 5), appeal(2, 7)], 1, 9, 7),
        ([appeal(1, 5), appeal(2, 7, None)], 1, None, None),
        ([appeal(1, 5), appeal(2)], 1, 6, 6),
    ],
)
def test_the_newest_appeal_that_is_upheld_decides(
    appeals: list[Appeal], ruled: int, points: float | None, counts: float | None
) -> None:
    (changed,) = [each for each in appeals if each.id == ruled]
    decision = appeal_models.decision_after(appeals, changed, ruling(points))
    assert (decision["scores"]["style"] if decision else None) == counts
