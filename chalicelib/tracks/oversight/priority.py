"""Decides how urgently a teacher is to look at a submission, and why. Pure.

The priority of a submission is the sum of what its reasons weigh:

    appeal        100        its author waits for a decision
    judge          60        the points for what works say the opposite of the judge, by half of them or more: by that
    broken         55        a counter-test breaks a program that passes the problem's tests: they lack it
    disagreement   50        reviews lie apart (`scoring.disagreement`): by the part of the points
    missing        30        it lacks reviews, and its review stage is over: by the part of those that it is to get
    empty          20 each   a review of nothing: all criteria equal, no words, sent within a minute

What a teacher has reviewed or decided on is settled: of that only an appeal and missing reviews are reasons.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from chalicelib.tracks import scoring
from chalicelib.tracks.evidence.counter_models import CounterTest
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Review, Submission

AT_ONCE = timedelta(minutes=1)
"""Between handing out and sending: nobody reads a solution in less."""
OPPOSITE = 0.5
"""The part of the points by which a median says the opposite of the judge."""


class ReasonKind(StrEnum):
    APPEAL = "appeal"
    JUDGE = "judge"
    BROKEN = "broken"
    DISAGREEMENT = "disagreement"
    MISSING = "missing"
    EMPTY = "empty"


WEIGHTS: Mapping[ReasonKind, float] = {
    ReasonKind.APPEAL: 100,
    ReasonKind.JUDGE: 60,
    ReasonKind.BROKEN: 55,
    ReasonKind.DISAGREEMENT: 50,
    ReasonKind.MISSING: 30,
    ReasonKind.EMPTY: 20,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """`part` says how much of the weight counts, from 0 to 1: by how much medians and judge or reviews lie apart, or
    which part of the reviews is missing.
    """

    kind: ReasonKind
    part: float = 1
    criterion: str | None = None
    review_id: int | None = None
    appeal_id: int | None = None
    counter_test_id: int | None = None

    @property
    def weight(self) -> float:
        return WEIGHTS[self.kind] * self.part


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """By what a track's reviews go. `works` is the criterion that the judge knows of, None without one."""

    criteria: Sequence[str]
    max_score: float
    works: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A submission that a teacher is to look at, with its reviews that count; the weightiest reason first."""

    assignment: Assignment
    submission: Submission
    reviews: Sequence[Review]
    reasons: Sequence[Reason]

    @property
    def priority(self) -> float:
        return round(sum(each.weight for each in self.reasons), scoring.DIGITS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the judge has said of a submission: whether it passes the problem's tests, and what breaks it."""

    passes: bool
    broken_by: Sequence[CounterTest] = ()


def case_of(
    assignment: Assignment, submission: Submission, reviews: Iterable[Review], rubric: Rubric, judged: Judged | None
) -> Case | None:
    """None when there is nothing to look at. `judged` is None when the judge has said nothing."""
    counted = [each for each in reviews if each.counts]
    reasons = [*_open(assignment, submission)]
    if submission.decision is None and not any(each.is_teachers for each in counted):
        reasons += [*_apart(counted, rubric), *_empty(counted, rubric)]
        reasons += [*_against_judge(judged, counted, rubric), *_untested(judged)] if judged else []
    if not reasons:
        return None
    by_weight = sorted(reasons, key=lambda each: -each.weight)
    return Case(assignment=assignment, submission=submission, reviews=counted, reasons=by_weight)


def ordered(cases: Iterable[Case]) -> list[Case]:
    """The most urgent first; of equals the earlier assignment's, and then by the id."""
    return sorted(cases, key=rank)


def rank(case: Case) -> tuple[float, int, int]:
    """By which cases are ordered: no two have the same."""
    return -case.priority, int(case.assignment.order), int(case.submission.id)


def _open(assignment: Assignment, submission: Submission) -> Iterator[Reason]:
    if submission.open_appeal is not None:
        yield Reason(kind=ReasonKind.APPEAL, appeal_id=submission.open_appeal)
    missing = assignment.reviews_each - submission.reviews
    if assignment.stage == Stage.COMPLETED and missing > 0:
        yield Reason(kind=ReasonKind.MISSING, part=missing / assignment.reviews_each)


def _apart(reviews: Sequence[Review], rubric: Rubric) -> Iterator[Reason]:
    spread = scoring.disagreement(rubric.criteria, [each.scores for each in reviews], rubric.max_score)
    if spread is not None:
        yield Reason(kind=ReasonKind.DISAGREEMENT, part=spread.part, criterion=spread.criterion)


def _against_judge(judged: Judged, reviews: Sequence[Review], rubric: Rubric) -> Iterator[Reason]:
    medians = scoring.medians(rubric.criteria, [each.scores for each in reviews])
    if rubric.works is None or medians is None:
        return
    is_right = judged.passes and not judged.broken_by
    gap = abs(medians[rubric.works] / rubric.max_score - (1 if is_right else 0))
    if gap >= OPPOSITE:
        yield Reason(kind=ReasonKind.JUDGE, part=round(gap, scoring.DIGITS), criterion=rubric.works)


def _untested(judged: Judged) -> Iterator[Reason]:
    lacking = [each for each in judged.broken_by if each.tests_version is None]
    if judged.passes and lacking:
        yield Reason(kind=ReasonKind.BROKEN, counter_test_id=lacking[0].id)


def _empty(reviews: Iterable[Review], rubric: Rubric) -> Iterator[Reason]:
    for review in reviews:
        if says_nothing(review, rubric.criteria):
            yield Reason(kind=ReasonKind.EMPTY, review_id=review.id)


def says_nothing(review: Review, criteria: Iterable[str]) -> bool:
    """Whether a review has no word, the same points everywhere, and was sent within a minute. One of which it is not
    known when its work was handed out is given the benefit of the doubt.
    """
    has_words = any(said and said.strip() for said in (review.comment, *review.remarks.values()))
    if has_words or review.line_comments or review.handed_out_at is None:
        return False
    at_once = review.completed_at - review.handed_out_at < AT_ONCE
    return at_once and len({review.scores[name] for name in criteria}) == 1
