"""What participants of tracks have made: submissions and their reviews. `models.py` lists the keys."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from pynamodb.attributes import BooleanAttribute, JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.tracks import models
from chalicelib.tracks.models import Assignment, TracksItem


class Capacity(StrEnum):
    """In which somebody reviews."""

    OWED = "owed"
    EXTRA = "extra"
    TEACHER = "teacher"


class Withheld(StrEnum):
    """What a teacher has done with a review that counts nowhere."""

    HIDDEN = "hidden"
    RETURNED = "returned"
    """Its writer is to write it again."""


class Submission(TracksItem, discriminator="solution"):
    """`judged` is what the judge said. `reviews` counts those that it has got. `leases` say until when it is reserved,
    by volunteer.

    `code_version` is the version of the code that stands, 0 for none; of `versions` that were made reviewers may read
    those from `shown_from` on, or where that is not set, the one that stands. `tidied`: the track is over, and the
    others are deleted.

    `fetch` says what came of fetching the code of a link (`fetching/states.py`), and `choice` which of it is the
    program, where it is to be judged: {"language", "main"}. `known_as` is what its commits call who made them: what no
    reviewer may see.

    `appeals` are the ids of its author's, `open_appeal` that of the one which a teacher has to decide, made at
    `appealed_at`. `decision` is what a teacher has decided on one: {"scores", "reason", "decided_by", "decided_at",
    "appeal_id"}; its scores stand in place of the medians.
    """

    id = dynamo_items.IntegerAttribute()
    user_id = dynamo_items.IntegerAttribute()
    track_id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    repository_url = dynamo_items.OptionalTextAttribute()
    commit = dynamo_items.OptionalTextAttribute()
    code_version = dynamo_items.IntegerAttribute(default=0)
    versions = dynamo_items.IntegerAttribute(default=0)
    shown_from = dynamo_items.OptionalIntegerAttribute()
    tidied = BooleanAttribute(default=False)
    submitted_at = UTCDateTimeAttribute()
    fetch = JSONAttribute(null=True)
    choice = JSONAttribute(null=True)
    known_as = JSONAttribute(null=True)
    judged = JSONAttribute(null=True)
    reviews = dynamo_items.IntegerAttribute(default=0)
    leases = JSONAttribute(null=True)
    appeals = JSONAttribute(null=True)
    open_appeal = dynamo_items.OptionalIntegerAttribute()
    appealed_at = dynamo_items.OptionalMomentAttribute()
    decision = JSONAttribute(null=True)

    @property
    def decided_scores(self) -> Mapping[str, float] | None:
        """By criterion, where a teacher has decided on an appeal."""
        return self.decision["scores"] if self.decision else None


class Review(TracksItem, discriminator="code_review"):
    """`scores` are points by criterion, `remarks` what was said of some of them. `line_comments` is how many there are:
    `reviewing/models.py` has them. `rating` is what the author of the work says of it: {"helpful": 1 to 5, "text"}.
    `handed_out_at` is when the reviewer got the work first, where that is known. `withheld` says why the review counts
    nowhere: {"state", "reason", "by", "at", "until"}.
    """

    id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    submission_id = dynamo_items.IntegerAttribute()
    author_id = dynamo_items.IntegerAttribute()
    reviewer_id = dynamo_items.IntegerAttribute()
    capacity = UnicodeAttribute()
    scores = JSONAttribute()
    remarks = JSONAttribute(default=dict)
    comment = dynamo_items.OptionalTextAttribute()
    line_comments = dynamo_items.IntegerAttribute(default=0)
    completed_at = UTCDateTimeAttribute()
    rating = JSONAttribute(null=True)
    handed_out_at = dynamo_items.OptionalMomentAttribute()
    withheld = JSONAttribute(null=True)

    @property
    def counts(self) -> bool:
        """Whether no teacher has hidden it or given it back: it counts in results, and its author sees it."""
        return self.withheld is None

    @property
    def is_teachers(self) -> bool:
        return bool(self.capacity == Capacity.TEACHER)


class HandedOut(TracksItem, discriminator="handed_out"):
    at = UTCDateTimeAttribute()


class SubmissionPlace(TracksItem, discriminator="submission_place"):
    track_id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    user_id = dynamo_items.IntegerAttribute()


class ReviewPlace(TracksItem, discriminator="review_place"):
    track_id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    author_id = dynamo_items.IntegerAttribute()
    reviewer_id = dynamo_items.IntegerAttribute()


def find_submission(assignment_id: int, user_id: int) -> Submission | None:
    return dynamo_items.find(Submission, *models.submission_key(assignment_id, user_id), consistent=True)


def submissions_of(user_id: int, assignment_ids: Iterable[int]) -> dict[int, Submission]:
    """What somebody has sent in to these assignments, by assignment."""
    keys = [models.submission_key(assignment_id, user_id) for assignment_id in assignment_ids]
    found = Submission.batch_get(keys, consistent_read=True) if keys else ()
    return {each.assignment_id: each for each in found}


def find_submission_place(submission_id: int) -> SubmissionPlace | None:
    return dynamo_items.find(SubmissionPlace, *models.submission_place_key(submission_id), consistent=True)


def find_review_place(review_id: int) -> ReviewPlace | None:
    return dynamo_items.find(ReviewPlace, *models.review_place_key(review_id), consistent=True)


def find_review(assignment_id: int, author_id: int, reviewer_id: int) -> Review | None:
    return dynamo_items.find(Review, *models.review_key(assignment_id, author_id, reviewer_id), consistent=True)


def submissions_to(assignment_id: int) -> list[Submission]:
    return models.all_below(Submission, models.assignment_place_key(assignment_id), models.SUBMISSIONS)


def short_submissions_to(assignment: Assignment) -> list[Submission]:
    """Those that have fewer reviews than they are to get; of the others nothing comes from the database."""
    short = Submission.reviews < assignment.reviews_each
    return models.all_below(Submission, models.assignment_place_key(assignment.id), models.SUBMISSIONS, short)


def counted(reviews: Iterable[Review]) -> list[Review]:
    """Those that count, in their order."""
    return [each for each in reviews if each.counts]


def reviews_of(assignment_id: int, author_id: int | None = None) -> list[Review]:
    """The reviews of one author's submission, or of all; in the order of their writing."""
    prefix = models.REVIEWS if author_id is None else f"{models.REVIEWS}{author_id}#"
    found = models.all_below(Review, models.assignment_place_key(assignment_id), prefix)
    return _in_order(found)


def work_in(assignment_id: int) -> tuple[list[Submission], list[Review]]:
    """All submissions to an assignment, and all reviews of them in the order of their writing; in one query."""
    pk, _ = models.assignment_place_key(assignment_id)
    between = TracksItem.sk.between(models.REVIEWS, f"{models.SUBMISSIONS}~")
    found = list(TracksItem.query(pk, between, consistent_read=True))
    return models.only(Submission, found), _in_order(models.only(Review, found))


def _in_order(reviews: Iterable[Review]) -> list[Review]:
    return sorted(reviews, key=lambda each: (each.completed_at, each.id))
