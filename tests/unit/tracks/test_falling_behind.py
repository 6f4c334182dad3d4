"""What of a track waits for its teachers, and who falls behind in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.school.overviews import Waiting
from chalicelib.tracks import falling_behind, models
from chalicelib.tracks.late_work import Extension
from chalicelib.tracks.models import Assignment, Participant, Status, Track
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState
from chalicelib.tracks.work_models import Capacity, Review, Submission

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
DAY = timedelta(days=1)


def ago(days: float) -> datetime:
    return NOW - days * DAY


def track(**more: Any) -> Track:
    known = {"status": Status.WAITING, "current_participants": 3, "created_at": ago(60), "criteria": {"a": "", "b": ""}}
    return Track(**{"id": 5, "title": "Sorting", "max_score": 10, **known, **more})


def assignment(number: int = 1, stage: Stage = Stage.COMPLETED, days: float = 5) -> Assignment:
    """Submissions ended so many days ago, reviews a day later."""
    return Assignment(
        id=number,
        title=f"A{number}",
        stage=stage,
        reviews_each=2,
        submission_deadline=ago(days),
        code_review_deadline=ago(days - 1),
    )


def brief(waiting: Waiting | None) -> tuple[str, float, int] | None:
    return None if waiting is None else (waiting.kind.value, (NOW - waiting.since) / DAY, waiting.count)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ("track", 60, 3)),
        ({"created_at": ago(6.9)}, None),
        ({"current_participants": 1}, None),
        ({"status": Status.ACTIVE}, None),
        ({"starts_at": ago(1), "current_participants": 0}, ("track", 1, 0)),
        ({"starts_at": ago(-1)}, None),
    ],
)
def test_a_track_waits_for_its_teacher(changes: dict[str, Any], expected: tuple[str, float, int] | None) -> None:
    assert brief(falling_behind.waits(track(**changes), NOW)) == expected


def test_submissions_lack_reviews_once_the_stage_is_over() -> None:
    submissions = [Submission("pk", "sk", id=number, reviews=number) for number in range(4)]
    of = falling_behind.lacks_reviews
    assert brief(of(track(), assignment(), submissions)) == ("reviews", 4, 2)
    assert of(track(), assignment(stage=Stage.CODE_REVIEW), submissions) is None
    assert of(track(), assignment(), submissions[2:]) is None


def missed(participant: Participant, *assignments: Assignment, sent: dict[int, set[int]]) -> Any:
    found = falling_behind.behind(TrackState(track(), assignments), participant, sent, NOW)
    return found and (found.place.title, (NOW - found.since) / DAY, found.count)


def more_time(**until: float) -> dict[str, Any]:
    moments = {name: ago(-days) for name, days in until.items()}
    known: dict[str, Any] = {"submission_until": None, "code_review_until": None, **moments}
    return Extension(**known, reason="Ill", granted_by=1, granted_at=ago(9)).to_json()


def test_what_was_not_sent_in_is_missed() -> None:
    one, two, next_ = assignment(1), assignment(2, Stage.SUBMISSION, 1), assignment(3, Stage.SUBMISSION, -1)
    idle, ill = Participant(user_id=8), Participant(user_id=9, extensions={"1": more_time(submission_until=1)})
    nobody: dict[int, set[int]] = {1: set(), 2: set(), 3: set()}
    assert missed(idle, one, next_, sent=nobody) == ("A1", 5, 1)
    assert missed(idle, one, two, sent=nobody) == ("A1", 5, 2), "late work is still taken of the second"
    assert missed(idle, one, two, sent={1: {8}, 2: {8}}) is None
    assert missed(idle, one, sent={}) is None, "nothing is known of it"
    assert missed(idle, assignment(1, Stage.REOPENING), sent=nobody) is None
    assert missed(ill, one, sent=nobody) is None
    ill.extensions = {"1": more_time(submission_until=-2)}
    assert missed(ill, one, sent=nobody) == ("A1", 2, 1)


def test_reviews_that_are_owed_are_missed_once_their_stage_is_over() -> None:
    owing = Participant(user_id=8, owes={models.review_duty(1, 70), models.review_duty(1, 71)})
    assert missed(owing, assignment(1), sent={1: {8}}) == ("A1", 4, 2)
    assert missed(owing, assignment(1, Stage.CODE_REVIEW), sent={1: {8}}) is None
    owing.extensions = {"1": more_time(code_review_until=1)}
    assert missed(owing, assignment(1), sent={1: {8}}) is None


def review(submission: int, a: float, b: float, capacity: Capacity = Capacity.OWED, days: float = 1) -> Review:
    return Review(
        submission_id=submission, author_id=8, scores={"a": a, "b": b}, capacity=capacity, completed_at=ago(days)
    )


def test_reviewers_disagree_until_a_teacher_has_reviewed() -> None:
    found = list(
        falling_behind.disagreements(
            track(),
            assignment(),
            [
                *(review(70, 9, 9), review(70, 2, 9, days=3)),
                *(review(71, 9, 9), review(71, 8, 8)),
                *(review(72, 9, 9), review(72, 0, 0), review(72, 5, 5, Capacity.TEACHER)),
                review(73, 0, 0),
            ],
        )
    )
    (one,) = found
    assert (one.place.ids["submission_id"], one.user_id, one.reviews) == (70, 8, 2)
    assert (one.spread, one.criterion, (NOW - one.since) / DAY) == (0.35, None, 1)


def test_the_last_that_were_opened_are_looked_at() -> None:
    stages = (Stage.COMPLETED, Stage.COMPLETED, Stage.CODE_REVIEW, Stage.NOT_STARTED)
    placed = [assignment(number, stage) for number, stage in enumerate(stages)]
    assert [each.id for each in falling_behind.begun(placed, 2)] == [1, 2]
