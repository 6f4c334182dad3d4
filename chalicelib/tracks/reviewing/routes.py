"""Routes of comments on lines, their threads, and drafts of reviews."""

from chalicelib.accounts import authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.common import limits, settings
from chalicelib.common.http import etags, paging, requests, routing
from chalicelib.tracks.reviewing import comments, drafts, own_threads, threads
from chalicelib.tracks.reviewing.draft_requests import ReviewDraftBody
from chalicelib.tracks.reviewing.requests import ReplyBody
from chalicelib.tracks.reviewing.responses import (
    CommentsView,
    KeptDraftView,
    OwnThreadsView,
    RepliesView,
    ReplyView,
    ReviewDraftView,
)

routes = routing.Routes(__name__, tag="Tracks")

DRAFTS = limits.Limit("drafts of reviews", settings.load().drafts_per_minute, limits.MINUTE)
REPLIES = limits.Limit("answers to comments", 20, limits.MINUTE)


@routes.get("/submissions/{submission_id}/review/draft", access=authentication.USER, versioned=True)
def show_review_draft(submission_id: int, caller: Caller) -> routing.Answer[KeptDraftView]:
    """The review that the caller is writing, on whichever device.

    Where there is none, `draft` is null and the ETag says so to a PUT as well: it is saved only while there is none.
    """
    draft = drafts.read(caller, submission_id)
    body = KeptDraftView.of(draft)
    return routing.Answer(body=body, headers=etags.header(draft.version if draft else drafts.NONE, shown=body))


@routes.put(
    "/submissions/{submission_id}/review/draft",
    access=authentication.USER,
    versioned=True,
    limit=DRAFTS,
    reads=["If-None-Match"],
    raises=[400, 429, 503],
)
def save_review_draft(
    submission_id: int, body: ReviewDraftBody, caller: Caller, request: requests.Request
) -> routing.Answer[ReviewDraftView]:
    """Keep the review that the caller is writing, incomplete as it may be; for a year.

    A 412 has the ETag of what was saved elsewhere meanwhile: read that with GET, and save under its ETag what is to
    stay. Saving the same again is no change, whatever If-Match says. Sending the review ends its draft.
    """
    expected = etags.if_match_or_absent(request, absent=drafts.NONE)
    draft = drafts.save(caller, submission_id, body.content(), expected)
    return routing.Answer(body=ReviewDraftView.of(draft), headers=etags.header(draft.version))


@routes.delete("/submissions/{submission_id}/review/draft", access=authentication.USER, status=204, versioned=True)
def discard_review_draft(submission_id: int, caller: Caller, request: requests.Request) -> None:
    """Have no draft of the review any more."""
    drafts.discard(caller, submission_id, etags.if_match(request))


@routes.get("/submissions/{submission_id}/comments", access=authentication.USER, paged=True)
def list_comments(submission_id: int, query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[CommentsView]:
    """What reviews say of single lines, in the order of files and lines: for the author once the review stage is over,
    for a reviewer their own, for the track's teachers all, with names.
    """
    shown = comments.list_on(caller, submission_id, query)
    return shown.page.answer(CommentsView.of(shown))


@routes.get("/assignments/{assignment_id}/threads", access=authentication.USER, paged=True)
def list_own_threads(assignment_id: int, query: paging.ListQuery, caller: Caller) -> paging.PageAnswer[OwnThreadsView]:
    """The comments in an assignment that were answered, on the caller's work and in reviews by them: those that await
    the caller first. For who takes part.
    """
    found = own_threads.list_own(caller, assignment_id, query)
    return found.page.answer(OwnThreadsView.of(found))


@routes.get("/submissions/{submission_id}/comments/{comment_id}/replies", access=authentication.USER, paged=True)
def list_replies(
    submission_id: int, comment_id: int, query: paging.ListQuery, caller: Caller
) -> paging.PageAnswer[RepliesView]:
    """The answers to a comment, in their order: for whose work it is on, who wrote it, and the track's teachers."""
    thread = threads.read(caller, submission_id, comment_id, query)
    return thread.page.answer(RepliesView.of(thread))


@routes.post(
    "/submissions/{submission_id}/comments/{comment_id}/replies",
    access=authentication.USER,
    status=201,
    limit=REPLIES,
    raises=[409],
)
def answer_comment(submission_id: int, comment_id: int, body: ReplyBody, caller: Caller) -> ReplyView:
    """Answer a comment when the review stage is over; the other side is told that there is an answer, and no more."""
    thread = threads.answer(caller, submission_id, comment_id, body.text)
    return ReplyView.of(thread.page.items[0], thread)
