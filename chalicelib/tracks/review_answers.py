"""How solutions and what is said of them look from outside."""

from collections.abc import Mapping
from typing import Self

from chalicelib.common.http.responses import Moment, View
from chalicelib.tracks.answers import PersonView
from chalicelib.tracks.models import Review, Submission
from chalicelib.tracks.results import Owed, Result, Results


class SolutionView(View):
    """`user_id` is null for reviewers."""

    id: int
    user_id: int | None
    assignment_id: int
    repository_url: str
    commit: str | None
    submitted_at: Moment

    @classmethod
    def of(cls, submission: Submission, *, blind: bool = False) -> Self:
        return cls(
            id=submission.id,
            user_id=None if blind else submission.user_id,
            assignment_id=submission.assignment_id,
            repository_url=submission.repository_url,
            commit=submission.commit,
            submitted_at=submission.submitted_at,
        )


class ReviewView(View):
    """Reviewers do not learn the author (`reviewee_id` is null), authors not the reviewer."""

    id: int
    submission_id: int
    reviewer_id: int | None
    reviewee_id: int | None
    criteria_scores: dict[str, float]
    comment: str | None
    completed_at: Moment

    @classmethod
    def of(cls, review: Review, *, reviewer: bool, author: bool) -> Self:
        """Whether its reviewer and its author may be known."""
        return cls(
            id=review.id,
            submission_id=review.submission_id,
            reviewer_id=review.reviewer_id if reviewer else None,
            reviewee_id=review.author_id if author else None,
            criteria_scores=review.scores,
            comment=review.comment,
            completed_at=review.completed_at,
        )


class ResultView(View):
    """`median` by criterion and their sum, `score`; null without reviews. `author` is for teachers."""

    submission: SolutionView
    author: PersonView | None
    median: dict[str, float] | None
    score: float | None
    reviews: list[ReviewView]

    @classmethod
    def of(cls, result: Result, names: Mapping[int, str | None] | None) -> Self:
        user_id = result.submission.user_id
        everything = names is not None
        return cls(
            submission=SolutionView.of(result.submission),
            author=PersonView(user_id=user_id, username=names.get(user_id)) if names is not None else None,
            median=dict(result.medians) if result.medians is not None else None,
            score=result.score,
            reviews=[ReviewView.of(each, reviewer=everything, author=True) for each in result.reviews],
        )


class ResultsView(View):
    """One's own submission; for teachers, all."""

    assignment_id: int
    results: list[ResultView]

    @classmethod
    def of(cls, found: Results) -> Self:
        results = [ResultView.of(each, found.names) for each in found.results]
        return cls(assignment_id=found.assignment.id, results=results)


class DebtView(PersonView):
    submission_ids: list[int]


class WaitingView(PersonView):
    """A submission that has fewer reviews than it is to get, and whose it is."""

    submission: SolutionView
    reviews: int
    reviews_expected: int


class OwedView(View):
    assignment_id: int
    owed: list[DebtView]
    waiting: list[WaitingView]

    @classmethod
    def of(cls, found: Owed) -> Self:
        return cls(
            assignment_id=found.assignment.id,
            owed=[
                DebtView(user_id=user_id, username=found.names[user_id], submission_ids=list(submission_ids))
                for user_id, submission_ids in found.by_reviewer.items()
            ],
            waiting=[_waiting(each, found) for each in found.waiting],
        )


def _waiting(submission: Submission, found: Owed) -> WaitingView:
    return WaitingView(
        user_id=submission.user_id,
        username=found.names[submission.user_id],
        submission=SolutionView.of(submission),
        reviews=submission.reviews,
        reviews_expected=found.assignment.reviews_each,
    )
