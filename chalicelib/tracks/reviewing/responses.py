"""Responses of comments on lines, their threads, and drafts of reviews."""

from typing import Literal, Self

from chalicelib.common.http.responses import ListView, Moment, View
from chalicelib.tracks.responses import PersonView
from chalicelib.tracks.reviewing.comments import CommentReader, ShownComments
from chalicelib.tracks.reviewing.models import Comment, Reply, ReviewDraft
from chalicelib.tracks.reviewing.own_threads import OwnThread, OwnThreads
from chalicelib.tracks.reviewing.threads import Thread


class LineCommentView(View):
    """What a draft says of lines."""

    path: str
    from_line: int
    to_line: int
    text: str
    criterion: str | None


class ReviewDraftView(View):
    """A review that is being written. `code_version` is which version `line_comments` are about."""

    criteria_scores: dict[str, float]
    criteria_comments: dict[str, str]
    comment: str | None
    line_comments: list[LineCommentView]
    code_version: int | None
    saved_at: Moment

    @classmethod
    def of(cls, draft: ReviewDraft) -> Self:
        return cls(
            criteria_scores=draft.scores,
            criteria_comments=draft.remarks,
            comment=draft.comment,
            line_comments=[LineCommentView(**each) for each in draft.line_comments],
            code_version=draft.code_version,
            saved_at=draft.saved_at,
        )


class KeptDraftView(View):
    """`draft` is null where nothing was written, and after the review was sent."""

    draft: ReviewDraftView | None

    @classmethod
    def of(cls, draft: ReviewDraft | None) -> Self:
        return cls(draft=ReviewDraftView.of(draft) if draft else None)


class CommentView(View):
    """A comment on lines of the version `code_version` of the code. `is_own`: the caller wrote it.

    `reviewer` is for teachers alone: whose review it is. `replies` counts the answers in its thread.
    """

    id: int
    review_id: int
    path: str
    from_line: int
    to_line: int
    text: str
    criterion: str | None
    code_version: int
    replies: int
    is_own: bool
    reviewer: PersonView | None

    @classmethod
    def of(cls, comment: Comment, shown: ShownComments, **more: object) -> Self:
        reader = shown.reader
        reviewer = PersonView(user_id=comment.reviewer_id, username=shown.names.get(comment.reviewer_id))
        return cls(
            id=comment.id,
            review_id=comment.review_id,
            path=shown.paths[comment.id],
            from_line=comment.from_line,
            to_line=comment.to_line,
            text=reader.mask.text(comment.text),
            criterion=comment.criterion,
            code_version=comment.code_version,
            replies=comment.replies,
            is_own=comment.reviewer_id == reader.caller_id,
            reviewer=reviewer if reader.sees_names else None,
            **more,
        )


class CommentsView(ListView):
    """In the order of files and lines."""

    items: list[CommentView]

    @classmethod
    def of(cls, shown: ShownComments) -> Self:
        items = [CommentView.of(each, shown) for each in shown.page.items]
        return cls(items=items, next=shown.page.next_cursor)


class OwnThreadView(CommentView):
    """A comment that was answered: on the caller's work, or one of theirs (`is_own`). `awaits_you`: the last answer is
    not from the caller's side.
    """

    submission_id: int
    awaits_you: bool

    @classmethod
    def of_thread(cls, thread: OwnThread, shown: ShownComments) -> Self:
        comment = thread.comment
        return cls.of(comment, shown, submission_id=comment.submission_id, awaits_you=thread.awaits_reader)


class OwnThreadsView(ListView):
    """Those that await the caller first."""

    items: list[OwnThreadView]

    @classmethod
    def of(cls, found: OwnThreads) -> Self:
        there = [(each, found.shown.get(each.comment.submission_id)) for each in found.page.items]
        items = [OwnThreadView.of_thread(each, shown) for each, shown in there if shown is not None]
        return cls(items=items, next=found.page.next_cursor)


class ReplyView(View):
    """An answer; `number` is its place in the thread, `by` which side it is from, `is_own` whether it is the caller's.

    `user` is for teachers alone. So is `created_at`, but for one's own: when somebody answers may tell who they are.
    """

    number: int
    by: Literal["author", "reviewer", "teacher"]
    text: str
    is_own: bool
    user: PersonView | None
    created_at: Moment | None

    @classmethod
    def of(cls, reply: Reply, thread: Thread) -> Self:
        reader: CommentReader = thread.reader
        is_own = reply.user_id == reader.caller_id
        user = PersonView(user_id=reply.user_id, username=thread.names.get(reply.user_id))
        return cls(
            number=reply.number,
            by=reply.by,
            text=reply.text if is_own else reader.mask.text(reply.text),
            is_own=is_own,
            user=user if reader.sees_names else None,
            created_at=reply.created_at if is_own or reader.sees_names else None,
        )


class RepliesView(ListView):
    """In the order of answering."""

    items: list[ReplyView]

    @classmethod
    def of(cls, thread: Thread) -> Self:
        return cls(items=[ReplyView.of(each, thread) for each in thread.page.items], next=thread.page.next_cursor)
