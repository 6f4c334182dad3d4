"""What participants are told that is left to do."""

from datetime import UTC, datetime

from chalicelib.tracks import models, notifications
from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.stages import Stage

AT = datetime(2026, 11, 30, 12, tzinfo=UTC)
FIRST, SECOND = 1, 2


def second(stage: Stage) -> Assignment:
    return Assignment(
        *models.assignment_key(7, SECOND),
        id=SECOND,
        track_id=7,
        title="Sorting",
        stage=stage,
        deadline_hours=10,
        review_hours=5,
        opened_at=AT,
        submission_deadline=AT,
        code_review_deadline=AT,
    )


def left(stage: Stage, *owes: tuple[int, int]) -> int:
    duties = {models.review_duty(*each) for each in owes}
    debtor = Participant(*models.participant_key(7, 9), user_id=9, owes=duties)
    (notice,) = notifications.deadline_soon(second(stage), [debtor])
    return int(notice.payload["reviews_left"])


def test_a_reminder_counts_the_reviews_of_the_stage_that_ends() -> None:
    assert left(Stage.CODE_REVIEW, (FIRST, 5), (FIRST, 6), (SECOND, 8)) == 1


def test_before_one_may_send_in_the_reviews_of_earlier_assignments_come_first() -> None:
    assert left(Stage.SUBMISSION, (FIRST, 5), (FIRST, 6)) == 2
