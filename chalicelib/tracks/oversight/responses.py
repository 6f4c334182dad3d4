"""Responses of ratings, appeals, rulings and the queue."""

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from chalicelib.common.http.responses import ListView, Moment, View
from chalicelib.tracks.evidence.counter_tests import SeenCounterTest
from chalicelib.tracks.evidence.responses import CounterTestView
from chalicelib.tracks.oversight.appeal_models import Appeal, Ruling
from chalicelib.tracks.oversight.appeals import OwnAppeals
from chalicelib.tracks.oversight.fairness import FairnessCard
from chalicelib.tracks.oversight.priority import Case, Reason, ReasonKind
from chalicelib.tracks.oversight.queue import Queue
from chalicelib.tracks.oversight.ratings import WrittenReview
from chalicelib.tracks.oversight.review_responses import DecisionView
from chalicelib.tracks.oversight.rulings import AppealsPage, Evidence
from chalicelib.tracks.responses import PersonView, ReviewView, SolutionView

State = Literal["open", "upheld", "rejected"]


class RulingView(View):
    """`scores` is null when the appeal was rejected."""

    scores: dict[str, float] | None
    reason: str
    decided_at: Moment

    @classmethod
    def of(cls, ruling: Ruling) -> Self:
        scores = None if ruling.scores is None else dict(ruling.scores)
        return cls(scores=scores, reason=ruling.reason, decided_at=ruling.decided_at)


class AppealView(View):
    """`review_id` and `criterion` are what it is about, null for the whole. `decision` is what holds."""

    id: int
    track_id: int
    assignment_id: int
    submission_id: int
    review_id: int | None
    criterion: str | None
    text: str
    created_at: Moment
    state: State
    decision: RulingView | None

    @classmethod
    def of(cls, appeal: Appeal) -> Self:
        return cls(
            id=appeal.id,
            track_id=appeal.track_id,
            assignment_id=appeal.assignment_id,
            submission_id=appeal.submission_id,
            review_id=appeal.review_id,
            criterion=appeal.criterion,
            text=appeal.text,
            created_at=appeal.created_at,
            state=appeal.state,
            decision=RulingView.of(appeal.ruling) if appeal.ruling else None,
        )


class OwnAppealsView(View):
    """The caller's appeals in an assignment, the oldest first. `until` is null when no more can be made."""

    until: Moment | None
    appeals: list[AppealView]

    @classmethod
    def of(cls, found: OwnAppeals) -> Self:
        return cls(until=found.until, appeals=[AppealView.of(each) for each in found.appeals])


class TaughtAppealView(AppealView):
    """An appeal as the track's teachers see it."""

    author: PersonView
    decided_by: PersonView | None

    @classmethod
    def of_author(cls, appeal: Appeal, names: Mapping[int, str | None]) -> Self:
        by = appeal.ruling.decided_by if appeal.ruling else None
        return cls(
            **AppealView.of(appeal).model_dump(),
            author=PersonView(user_id=appeal.author_id, username=names.get(appeal.author_id)),
            decided_by=PersonView(user_id=by, username=names.get(by)) if by is not None else None,
        )


class AppealsView(ListView):
    items: list[TaughtAppealView]

    @classmethod
    def of(cls, found: AppealsPage) -> Self:
        items = [TaughtAppealView.of_author(each, found.names) for each in found.page.items]
        return cls(items=items, next=found.page.next_cursor)


class CommentsOfReviewsView(View):
    """How many comments on lines all reviews of a submission have, how many of them were `answered`, and where they
    and their threads are.
    """

    count: int
    answered: int
    path: str

    @classmethod
    def of(cls, found: Evidence) -> Self:
        return cls(
            count=len(found.comments),
            answered=sum(1 for each in found.comments if each.replies),
            path=f"/submissions/{found.submission.id}/comments",
        )


class EvidenceView(View):
    """An appeal with what it is decided by. `earlier` are the decisions that hold no more, the oldest first. `median`
    is null without reviews. `counter_tests` are what reviewers tried on the program, at most five for each.
    """

    appeal: TaughtAppealView
    earlier: list[RulingView]
    submission: SolutionView
    median: dict[str, float] | None
    reviews: list[ReviewView]
    counter_tests: list[CounterTestView]
    line_comments: CommentsOfReviewsView

    @classmethod
    def of(cls, found: Evidence) -> Self:
        written = {each.reviewer_id: each.id for each in found.reviews}
        return cls(
            appeal=TaughtAppealView.of_author(found.appeal, found.names),
            earlier=[RulingView.of(each) for each in found.appeal.rulings[:-1]],
            submission=SolutionView.of(found.submission, shows_verdict=True),
            median=dict(found.medians) if found.medians is not None else None,
            reviews=[
                ReviewView.of(each, reviewer=True, author=True, reviewer_name=found.names.get(each.reviewer_id))
                for each in found.reviews
            ],
            counter_tests=[
                CounterTestView.of(SeenCounterTest.by_teacher(each, written)) for each in found.counter_tests
            ],
            line_comments=CommentsOfReviewsView.of(found),
        )


class WrittenReviewView(View):
    """A review that the caller wrote, with its rating; `decision` is what a teacher decided of the submission since."""

    review: ReviewView
    decision: DecisionView | None

    @classmethod
    def of(cls, found: WrittenReview) -> Self:
        review = ReviewView.of(found.review, reviewer=True, author=False, mask=found.mask)
        return cls(review=review, decision=DecisionView.of(found.decision))


class WrittenReviewsView(View):
    assignment_id: int
    reviews: list[WrittenReviewView]

    @classmethod
    def of(cls, assignment_id: int, found: Sequence[WrittenReview]) -> Self:
        return cls(assignment_id=assignment_id, reviews=[WrittenReviewView.of(each) for each in found])


class ReasonView(View):
    """Why a teacher is to look at a submission. `part`, from 0 to 1, says how strongly: how far reviews lie apart, or
    their median from the judge, or which part of the reviews is missing. `review_id` is of a review of nothing,
    `counter_test_id` of a counter-test that breaks a program which passes the problem's tests.
    """

    kind: ReasonKind
    part: float
    weight: float
    criterion: str | None
    review_id: int | None
    appeal_id: int | None
    counter_test_id: int | None

    @classmethod
    def of(cls, reason: Reason) -> Self:
        return cls(
            kind=reason.kind,
            part=reason.part,
            weight=reason.weight,
            criterion=reason.criterion,
            review_id=reason.review_id,
            appeal_id=reason.appeal_id,
            counter_test_id=reason.counter_test_id,
        )


class CaseView(View):
    """A submission to look at, with its reviews that count. `priority` is the sum of what the reasons weigh."""

    assignment_id: int
    assignment_title: str
    submission: SolutionView
    author: PersonView
    priority: float
    reasons: list[ReasonView]
    reviews: list[ReviewView]
    reviews_expected: int

    @classmethod
    def of(cls, case: Case, names: Mapping[int, str | None]) -> Self:
        author_id = case.submission.user_id
        return cls(
            assignment_id=case.assignment.id,
            assignment_title=case.assignment.title,
            submission=SolutionView.of(case.submission, shows_verdict=True),
            author=PersonView(user_id=author_id, username=names.get(author_id)),
            priority=case.priority,
            reasons=[ReasonView.of(each) for each in case.reasons],
            reviews=[
                ReviewView.of(each, reviewer=True, author=True, reviewer_name=names.get(each.reviewer_id))
                for each in case.reviews
            ],
            reviews_expected=case.assignment.reviews_each,
        )


class QueueView(ListView):
    """The most urgent first."""

    items: list[CaseView]

    @classmethod
    def of(cls, found: Queue) -> Self:
        items = [CaseView.of(each, found.names) for each in found.page.items]
        return cls(items=items, next=found.page.next_cursor)


class FairnessView(View):
    """Whether the submissions to an assignment get the reviews that they are to get. Members of which nothing can be
    said are null.

    `share_short` of the submissions have fewer than `reviews_expected`. `longest_wait_seconds` is for a first review,
    since submissions closed. `reserved` are with volunteers at the moment; `lapsed` they let go without a review.
    `agreement` is Krippendorff's alpha among the participants' reviews, for intervals: 1 is perfect, 0 is chance.
    """

    assignment_id: int
    submissions: int
    reviews_expected: int
    reviews_fewest: int | None
    reviews_median: float | None
    share_short: float | None
    longest_wait_seconds: float | None
    reserved: int
    lapsed: int
    agreement: float | None
    agreement_by_criterion: dict[str, float | None]

    @classmethod
    def of(cls, assignment_id: int, card: FairnessCard) -> Self:
        wait = card.longest_wait
        return cls(
            assignment_id=assignment_id,
            submissions=card.submissions,
            reviews_expected=card.reviews_expected,
            reviews_fewest=card.reviews_fewest,
            reviews_median=card.reviews_median,
            share_short=card.share_short,
            longest_wait_seconds=None if wait is None else wait.total_seconds(),
            reserved=card.reserved,
            lapsed=card.lapsed,
            agreement=card.agreement,
            agreement_by_criterion=dict(card.agreement_by_criterion),
        )
