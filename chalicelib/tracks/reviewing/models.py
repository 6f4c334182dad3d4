"""What is written of single lines of solutions, in the table of tracks.

SUBMISSION#{submission} / LINE_COMMENT#{listed comment}           a comment on lines, of a review that was sent
SUBMISSION#{submission} / REPLY#{listed comment}#{number}         an answer to a comment, in the order of answering
SUBMISSION#{submission} / REVIEW_DRAFT#{reviewer}                 a review that is being written
REVIEWER#{reviewer}     / REVIEW_DRAFT#{submission}               where one's drafts are, to erase them

All of a submission is erased with it. Drafts live for a year after they were last saved.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.pagination import ResultIterator

from chalicelib.common import ids
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.http import paging
from chalicelib.tracks.models import TracksItem

Key = dynamo_items.Key

COMMENTS, REPLIES, DRAFTS = "LINE_COMMENT#", "REPLY#", "REVIEW_DRAFT#"
"""What the sort keys of these begin with."""


class By(StrEnum):
    """Who answers a comment."""

    AUTHOR = "author"
    REVIEWER = "reviewer"
    TEACHER = "teacher"


class ReviewDraft(TracksItem, discriminator="review_draft"):
    """A review before it is sent, as complete as it is. Paths are those that its reviewer is shown, in the version
    `code_version` of the code; None where nothing was said of it.
    """

    submission_id = dynamo_items.IntegerAttribute()
    reviewer_id = dynamo_items.IntegerAttribute()
    scores = dynamo_items.JsonTextAttribute()
    remarks = dynamo_items.JsonTextAttribute()
    comment = dynamo_items.OptionalTextAttribute()
    line_comments = dynamo_items.JsonTextAttribute()
    code_version = dynamo_items.OptionalIntegerAttribute()
    saved_at = UTCDateTimeAttribute()
    version = dynamo_items.IntegerAttribute()


class DraftPlace(TracksItem, discriminator="review_draft_place"):
    submission_id = dynamo_items.IntegerAttribute()


class Comment(TracksItem, discriminator="line_comment"):
    """`code_version` is the version of the code that it speaks of, 0 where that has none. `replies` counts all
    answers, the others those of each side; `last_reply_by` is the side that answered last.
    """

    id = dynamo_items.IntegerAttribute()
    submission_id = dynamo_items.IntegerAttribute()
    assignment_id = dynamo_items.IntegerAttribute()
    review_id = dynamo_items.IntegerAttribute()
    author_id = dynamo_items.IntegerAttribute()
    reviewer_id = dynamo_items.IntegerAttribute()
    path = UnicodeAttribute()
    from_line = dynamo_items.IntegerAttribute()
    to_line = dynamo_items.IntegerAttribute()
    text = UnicodeAttribute()
    criterion = dynamo_items.OptionalTextAttribute()
    code_version = dynamo_items.IntegerAttribute(default=0)
    replies = dynamo_items.IntegerAttribute(default=0)
    replies_by_author = dynamo_items.IntegerAttribute(default=0)
    replies_by_reviewer = dynamo_items.IntegerAttribute(default=0)
    replies_by_teacher = dynamo_items.IntegerAttribute(default=0)
    last_reply_by = dynamo_items.OptionalTextAttribute()

    @property
    def reading_order(self) -> tuple[str, int, int, int]:
        return self.path, self.from_line, self.to_line, self.id


class Reply(TracksItem, discriminator="line_comment_reply"):
    """`number` is its place in the thread, from 1."""

    comment_id = dynamo_items.IntegerAttribute()
    number = dynamo_items.IntegerAttribute()
    user_id = dynamo_items.IntegerAttribute()
    by = UnicodeAttribute()
    text = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()


# --- Keys ------------------------------------------------------------------------------------------------------------


def comment_key(submission_id: int, comment_id: int) -> Key:
    return f"SUBMISSION#{submission_id}", f"{COMMENTS}{ids.sortable(comment_id)}"


def reply_key(submission_id: int, comment_id: int, number: int) -> Key:
    return f"SUBMISSION#{submission_id}", f"{_thread(comment_id)}{number:04}"


def _thread(comment_id: int) -> str:
    """What the sort keys of the answers to a comment begin with."""
    return f"{REPLIES}{ids.sortable(comment_id)}#"


def draft_key(submission_id: int, reviewer_id: int) -> Key:
    return f"SUBMISSION#{submission_id}", f"{DRAFTS}{reviewer_id}"


def draft_place_key(reviewer_id: int, submission_id: int) -> Key:
    return f"REVIEWER#{reviewer_id}", f"{DRAFTS}{submission_id}"


# --- Reading ---------------------------------------------------------------------------------------------------------


def find_draft(submission_id: int, reviewer_id: int) -> ReviewDraft | None:
    return dynamo_items.find(ReviewDraft, *draft_key(submission_id, reviewer_id), consistent=True)


def draft_places_of(reviewer_id: int) -> Iterable[DraftPlace]:
    pk, _ = draft_place_key(reviewer_id, 0)
    return DraftPlace.query(pk, DraftPlace.sk.startswith(DRAFTS), consistent_read=True)


def find_comment(submission_id: int, comment_id: int) -> Comment | None:
    return dynamo_items.find(Comment, *comment_key(submission_id, comment_id), consistent=True)


def comments_on(submission_id: int) -> list[Comment]:
    """All comments on a submission, in the order of its files and lines."""
    pk, _ = comment_key(submission_id, 0)
    found = Comment.query(pk, Comment.sk.startswith(COMMENTS), consistent_read=True)
    return sorted(found, key=lambda each: each.reading_order)


def replies_to(comment: Comment, query: paging.ListQuery) -> paging.Page[Reply]:
    """The answers to a comment, in their order."""
    pk, _ = reply_key(comment.submission_id, comment.id, 0)

    def run(limit: int, start: paging.Key | None) -> ResultIterator[Reply]:
        return Reply.query(
            pk, Reply.sk.startswith(_thread(comment.id)), limit=limit, last_evaluated_key=start, consistent_read=True
        )

    return paging.read_list(query, run)


def replies_on(submission_id: int) -> list[Reply]:
    """The answers to all comments on a submission."""
    pk, _ = comment_key(submission_id, 0)
    return list(Reply.query(pk, Reply.sk.startswith(REPLIES), consistent_read=True))


def written_of(submission_id: int) -> Iterator[TracksItem]:
    """All drafts of a submission's reviews, and all comments with their answers."""
    pk, _ = comment_key(submission_id, 0)
    for prefix in (COMMENTS, REPLIES, DRAFTS):
        yield from TracksItem.query(pk, TracksItem.sk.startswith(prefix), consistent_read=True)
