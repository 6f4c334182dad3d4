"""Keeps a review that is being written, on all devices of its reviewer, until it is sent or a year has passed.

A draft that was saved elsewhere since it was read is not overwritten: whoever is second hears of the first (412), reads
it, and decides. Saving the same again is no change. What a draft says is looked at when the review is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.tracks import models as track_models
from chalicelib.tracks import review_duties, reviews, work_models
from chalicelib.tracks.review_duties import Situation
from chalicelib.tracks.reviewing import models, written
from chalicelib.tracks.reviewing.line_comments import LineComment
from chalicelib.tracks.reviewing.models import DraftPlace, ReviewDraft
from chalicelib.tracks.solutions import access
from chalicelib.tracks.solutions.access import ReaderRole
from chalicelib.tracks.work_models import Review, SubmissionPlace

KEPT = timedelta(days=365)
"""After it was last saved."""
NONE = 0
"""The version of a draft that is not there."""
AS_EXPECTED, NOT_SENT, THERE = "as_expected", "not_sent", "submission_there"
"""Conditions: the draft is as it was read; no review was sent that stands; the submission is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a reviewer has written so far."""

    scores: Mapping[str, float]
    remarks: Mapping[str, str]
    comment: str | None
    line_comments: Sequence[LineComment]
    code_version: int | None

    def fields(self) -> dict[str, Any]:
        said = [asdict(each) for each in self.line_comments]
        return {
            "scores": dict(self.scores),
            "remarks": dict(self.remarks),
            "comment": self.comment,
            "line_comments": said,
            "code_version": self.code_version,
        }


def read(caller: Caller, submission_id: int) -> ReviewDraft | None:
    """The caller's draft; None when there is none, as after the review was sent. 404 for who does not review it."""
    _check_reads(caller, submission_id)
    return _find(submission_id, caller.id, clock.now())


def save(caller: Caller, submission_id: int, content: Content, expected: IfMatch) -> ReviewDraft:
    """Keep a draft as it is now; None for `expected` takes whatever is there, `NONE` among them that nothing is.

    Refuses who may not review the submission as sending the review does; 412 when other words are there.
    """
    situation = reviews.situation_of(caller, submission_id)
    if situation.capacity is None:
        raise reviews.not_allotted()
    now = situation.now
    try:
        _write(situation, caller.id, content, expected)
    except transactions.ConditionFailed as refused:
        if NOT_SENT in refused.failed:
            raise reviews.reviewed_already() from refused
        if THERE in refused.failed:
            raise access.no_such_submission() from refused
        there = _find(submission_id, caller.id, now)
        if there is None or _content_of(there) != content.fields():
            raise etags.precondition_failed(there.version if there else NONE) from refused
        return there
    saved = models.find_draft(submission_id, caller.id)
    if saved is None:
        raise reviews.reviewed_already()
    return saved


def discard(caller: Caller, submission_id: int, expected: IfMatch) -> None:
    """Have no draft any more; 412 when it is not as it was seen. Where there is none, there is nothing to do."""
    _check_reads(caller, submission_id)
    if _find(submission_id, caller.id, clock.now()) is None:
        etags.require(NONE, expected)
        return
    draft = ReviewDraft(*models.draft_key(submission_id, caller.id))
    condition = None if expected is None else etags.version_matches(ReviewDraft.version, expected)

    def fill(transaction: Transaction) -> None:
        transaction.delete(draft, condition=condition, named=AS_EXPECTED)
        transaction.delete(DraftPlace(*models.draft_place_key(caller.id, submission_id)))

    try:
        transactions.transact(fill)
    except transactions.ConditionFailed as refused:
        there = _find(submission_id, caller.id, clock.now())
        raise etags.precondition_failed(there.version if there else NONE) from refused


def forget(user_id: int) -> None:
    """Delete the drafts of an account that was erased."""
    for place in models.draft_places_of(user_id):
        transactions.transact(partial(written.end_draft, submission_id=place.submission_id, reviewer_id=user_id))


def _check_reads(caller: Caller, submission_id: int) -> None:
    place = work_models.find_submission_place(submission_id)
    if place is None:
        raise access.no_such_submission()
    if access.reader_of(caller, place.assignment_id, submission_id).role is ReaderRole.AUTHOR:
        raise access.no_such_submission()


def _find(submission_id: int, reviewer_id: int, now: datetime) -> ReviewDraft | None:
    """DynamoDB deletes what has expired days later: until then it is there for the table, and for nobody else."""
    draft = models.find_draft(submission_id, reviewer_id)
    return draft if draft is not None and draft.expires_at > now else None


def _write(situation: Situation, reviewer_id: int, content: Content, expected: IfMatch) -> None:
    submission, now = situation.submission, situation.now
    draft = ReviewDraft(*models.draft_key(submission.id, reviewer_id))
    place = DraftPlace(*models.draft_place_key(reviewer_id, submission.id))
    place.submission_id, place.expires_at = submission.id, now + KEPT
    review = track_models.review_key(submission.assignment_id, submission.user_id, reviewer_id)
    work = track_models.submission_place_key(submission.id)

    def fill(transaction: Transaction) -> None:
        transaction.check(Review, *review, condition=review_duties.not_reviewed(situation), named=NOT_SENT)
        transaction.check(SubmissionPlace, *work, condition=SubmissionPlace.pk.exists(), named=THERE)
        transaction.save(place)
        actions = _saving(submission.id, reviewer_id, content, now)
        transaction.update(draft, actions=actions, condition=_as_expected(expected, now), named=AS_EXPECTED)

    transactions.transact(fill)


def _saving(submission_id: int, reviewer_id: int, content: Content, now: datetime) -> list[Action]:
    fixed = {"kind": ReviewDraft, "submission_id": submission_id, "reviewer_id": reviewer_id}
    fields = {**fixed, **content.fields(), "saved_at": now, "expires_at": now + KEPT}
    version = (ReviewDraft.version | etags.first_version(now)) + 1
    return [*track_models.setting(ReviewDraft, fields), ReviewDraft.version.set(version)]


def _content_of(draft: ReviewDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in _CONTENT}


_CONTENT = ("scores", "remarks", "comment", "line_comments", "code_version")


def _as_expected(expected: IfMatch, now: datetime) -> Condition | None:
    if expected is None:
        return None
    known = etags.version_matches(ReviewDraft.version, expected)
    absent = ReviewDraft.version.does_not_exist() | (ReviewDraft.expires_at <= now)
    return known | absent if NONE in expected else known
