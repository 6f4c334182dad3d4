"""Threads: author and reviewer answer each other below a comment, when the review stage is over; teachers may, too.

Neither side learns who the other is, nor when they answered. Each side may answer a comment so many times.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, paging
from chalicelib.tracks import access, notifications
from chalicelib.tracks import models as track_models
from chalicelib.tracks.reviewing import comments, models
from chalicelib.tracks.reviewing.comments import CommentReader
from chalicelib.tracks.reviewing.models import By, Comment, Reply
from chalicelib.tracks.solutions import access as code_access
from chalicelib.tracks.work_models import SubmissionPlace

MOST_REPLIES = 20
"""Of one side to one comment."""
TRIES = 10
AS_READ, THERE = "replies_as_read", "submission_there"
"""Conditions: nobody has answered meanwhile; the submission is there."""
_COUNTS = {
    By.AUTHOR: Comment.replies_by_author,
    By.REVIEWER: Comment.replies_by_reviewer,
    By.TEACHER: Comment.replies_by_teacher,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A page of the answers to a comment. `names` are for teachers."""

    page: paging.Page[Reply]
    names: Mapping[int, str | None]
    reader: CommentReader


def read(caller: Caller, submission_id: int, comment_id: int, query: paging.ListQuery) -> Thread:
    """The answers to a comment, in their order; 404 for who is not shown the comment."""
    reader = comments.reader_of(caller, submission_id)
    comment, _ = comments.get(reader, comment_id)
    page = models.replies_to(comment, query)
    names = access.display_names({each.user_id for each in page.items}) if reader.sees_names else {}
    return Thread(page=page, names=names, reader=reader)


def answer(caller: Caller, submission_id: int, comment_id: int, text: str) -> Thread:
    """Answer a comment, and tell the others in its thread that there is an answer. 403 before the review stage is
    over, 409 for one answer too many; 404 for who is not shown the comment.
    """
    for _ in range(TRIES):
        reader = comments.reader_of(caller, submission_id)
        comment, by = comments.get(reader, comment_id)
        if not comments.is_over(reader):
            raise errors.Forbidden("thread_not_open", "Comments are answered when the review stage is over")
        if getattr(comment, _COUNTS[by].attr_name) >= MOST_REPLIES:
            raise errors.Conflict(
                "too_many_replies", "One side may answer a comment {limit} times at most", limit=MOST_REPLIES
            )
        reply = _reply(comment, caller.id, by, text)
        try:
            _store(reply, comment, by)
        except transactions.ConditionFailed as refused:
            if THERE in refused.failed:
                raise code_access.no_such_submission() from refused
            continue
        _tell(reader, comment, reply)
        names = access.display_names([caller.id]) if reader.sees_names else {}
        return Thread(page=paging.Page([reply]), names=names, reader=reader)
    raise errors.ChangedMeanwhile


def _reply(comment: Comment, user_id: int, by: By, text: str) -> Reply:
    number = comment.replies + 1
    return Reply(
        *models.reply_key(comment.submission_id, comment.id, number),
        comment_id=comment.id,
        number=number,
        user_id=user_id,
        by=by,
        text=text,
        created_at=clock.now(),
    )


def _store(reply: Reply, comment: Comment, by: By) -> None:
    work = track_models.submission_place_key(comment.submission_id)
    counted = Comment(*models.comment_key(comment.submission_id, comment.id))

    def fill(transaction: Transaction) -> None:
        transaction.check(SubmissionPlace, *work, condition=SubmissionPlace.pk.exists(), named=THERE)
        transaction.save(reply)
        transaction.update(
            counted,
            actions=[Comment.replies.add(1), _COUNTS[by].add(1), Comment.last_reply_by.set(by.value)],
            condition=Comment.replies == comment.replies,
            named=AS_READ,
        )

    transactions.transact(fill)


def _tell(reader: CommentReader, comment: Comment, reply: Reply) -> None:
    """Who wrote the comment and whose work it is on, but for the one who answers, and for an author who is not shown
    it. Erased accounts hear nothing.
    """
    others = {comment.reviewer_id, *([comment.author_id] if comments.is_for_author(reader, comment) else [])}
    others -= {reply.user_id}
    notice = notifications.comment_answered(reader.reader.assignment, comment.submission_id, comment.id, reply.number)
    notifications.send([notice.to_json()], access.still_there(others))
    observe.logger.info("comment answered", submission_id=comment.submission_id, comment_id=comment.id, by=reply.by)
