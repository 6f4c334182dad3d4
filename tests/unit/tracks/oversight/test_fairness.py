"""The fairness card of an assignment."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.tracks.models import Assignment, Participant
from chalicelib.tracks.oversight import fairness
from chalicelib.tracks.oversight.fairness import FairnessCard
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Capacity, Review, Submission

CLOSED = datetime(2026, 10, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ASSIGNMENT = Assignment(
    id=1,
    stage=Stage.COMPLETED,
    reviews_each=2,
    deadline_hours=1,
    review_hours=48,
    submission_deadline=CLOSED,
    code_review_deadline=CLOSED + 48 * HOUR,
)


def work(number: int, **more: Any) -> Submission:
    return Submission(**{"id": number, "submitted_at": CLOSED - HOUR, **more})


def review(submission_id: int, hours: float, points: float, **more: Any) -> Review:
    return Review(
        **{
            "submission_id": submission_id,
            "completed_at": CLOSED + hours * HOUR,
            "scores": {"style": points, "tests": 10 - points},
            "capacity": Capacity.OWED,
            **more,
        }
    )


def card(submissions: list[Submission], *reviews: Review, hours: float = 50, **more: Any) -> FairnessCard:
    people = more.get("people", [])
    return fairness.card_of(ASSIGNMENT, submissions, reviews, people, ["style", "tests"], CLOSED + hours * HOUR)


def test_of_nothing_nothing_is_said() -> None:
    found = card([])
    assert (found.reviews_fewest, found.reviews_median, found.share_short, found.longest_wait) == (None,) * 4
    assert (found.agreement, found.agreement_by_criterion) == (None, {"style": None, "tests": None})


def test_numbers_of_reviews_are_of_those_that_count() -> None:
    reviews = [review(1, 1, 5), review(1, 2, 6), review(2, 1, 5), review(2, 1, 5, withheld={"state": "hidden"})]
    found = card([work(1), work(2), work(3)], *reviews)
    assert (found.submissions, found.reviews_expected) == (3, 2)
    assert (found.reviews_fewest, found.reviews_median, found.share_short) == (0, 1, 0.666667)


def test_the_longest_wait_is_for_a_first_review() -> None:
    assert card([work(1), work(2)], review(1, 3, 5), review(1, 30, 5), review(2, 7, 5)).longest_wait == 7 * HOUR
    late = work(1, submitted_at=CLOSED + 5 * HOUR)
    assert card([late], review(1, 7, 5)).longest_wait == 2 * HOUR
    assert card([work(1)], hours=10).longest_wait == 10 * HOUR, "it waits still"
    assert card([work(1)], hours=400).longest_wait == 48 * HOUR, "until the stage was over"
    assert card([work(1)], hours=-1).longest_wait is None, "submissions are not closed"


def test_what_is_reserved_and_what_was_let_go() -> None:
    now = CLOSED + 40 * HOUR
    leases = {"7": (now + HOUR).isoformat(), "8": (now - HOUR).isoformat()}
    people = [Participant(user_id=user, handed={f"1#{submission}"}) for user, submission in ((7, 1), (8, 1), (9, 2))]
    again = Participant(user_id=5, handed={"1#2"}, returned={"1#2": now.isoformat()})
    found = card([work(1, leases=leases), work(2)], hours=40, people=[*people, again])
    assert (found.reserved, found.lapsed) == (1, 2)


def test_agreement_is_of_participants_and_their_totals() -> None:
    """All totals are 10, so nothing can be said of them; the criteria mirror each other."""
    reviews = [review(1, 1, 2), review(1, 1, 3), review(2, 1, 8), review(2, 1, 9)]
    teachers = review(1, 1, 10, capacity=Capacity.TEACHER)
    found = card([work(1), work(2)], *reviews, teachers)
    assert found.agreement is None
    assert found.agreement_by_criterion["style"] == found.agreement_by_criterion["tests"]
    expected = 1 - (2 + 2) / (2 * 4 * sum((each - 5.5) ** 2 for each in (2, 3, 8, 9)) / 3)
    assert found.agreement_by_criterion["style"] == round(expected, 6)
