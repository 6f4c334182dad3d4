"""Writes comments on lines with the review that they belong to, and takes them out with the work that they are about.

A review and its comments are one transaction, which ends the draft too: who sends a review twice, or saves a draft of
it afterwards, leaves nothing double.
"""

from collections.abc import Mapping, Sequence

from chalicelib.common import ids
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors, validation
from chalicelib.common.http.errors import In, Place
from chalicelib.tracks import models as track_models
from chalicelib.tracks.models import TracksItem
from chalicelib.tracks.review_duties import Situation
from chalicelib.tracks.reviewing import known_names, line_comments, models
from chalicelib.tracks.reviewing.line_comments import LineComment
from chalicelib.tracks.reviewing.models import Comment, DraftPlace, ReviewDraft
from chalicelib.tracks.solutions import code, code_models
from chalicelib.tracks.work_models import Review, Submission, SubmissionPlace


def comments_of(
    review: Review, situation: Situation, said: Sequence[LineComment], version: int | None
) -> list[Comment]:
    """Returns what a review says of lines, as it is stored; 400 for lines that the version does not have.

    A reviewer names files as they are shown to them, a teacher as they are.
    """
    submission = situation.submission
    wanted = submission.code_version if version is None else version
    lines = _lines(submission, wanted, is_teacher=situation.reviewer is None)
    shown = _shown_paths(submission, lines, is_teacher=situation.reviewer is None)
    by_shown = {as_shown: path for path, as_shown in shown.items()}
    criteria = situation.track_state.track.criteria
    wrong = line_comments.violations_in(said, {as_shown: lines[path] for as_shown, path in by_shown.items()}, criteria)
    if wrong:
        raise errors.BadRequest(
            "invalid_line_comments", "A comment is about lines that this version has", violations=wrong
        )
    return [_comment(each, by_shown[each.path], review, wanted) for each in said]


def add(transaction: Transaction, *, review: Review, comments: Sequence[Comment]) -> None:
    """Store comments with their review, and end its draft. Nothing is stored of work that is being erased."""
    place = track_models.submission_place_key(review.submission_id)
    transaction.check(SubmissionPlace, *place, condition=SubmissionPlace.pk.exists(), named="submission_there")
    for comment in comments:
        transaction.save(comment)
    end_draft(transaction, review.submission_id, review.reviewer_id)


def end_draft(transaction: Transaction, submission_id: int, reviewer_id: int) -> None:
    transaction.delete(ReviewDraft(*models.draft_key(submission_id, reviewer_id)))
    transaction.delete(DraftPlace(*models.draft_place_key(reviewer_id, submission_id)))


def forget(submission: Submission) -> None:
    """Delete all that was written of a solution, with the work itself. Doing it again does no harm.

    Nothing more is written of it by then: every such write has the condition that the place of the work is there.
    """
    with TracksItem.batch_write() as batch:
        for item in models.written_of(submission.id):
            if isinstance(item, ReviewDraft):
                batch.delete(DraftPlace(*models.draft_place_key(item.reviewer_id, submission.id)))
            batch.delete(item)


def forget_replaced(submission_id: int, review: Review) -> None:
    """Delete what a review that a teacher gave back said of lines, with the answers to it, before another takes its
    place. Doing it again, after an interruption, ends it.

    Comments go first: nobody answers one that is gone, so no answer comes later than those that are deleted here.
    """
    with TracksItem.batch_write() as batch:
        for comment in models.comments_on(submission_id):
            if comment.review_id == review.id:
                batch.delete(comment)
    answers = models.replies_on(submission_id)
    there = {each.id for each in models.comments_on(submission_id)} if answers else set()
    with TracksItem.batch_write() as batch:
        for answer in answers:
            if answer.comment_id not in there:
                batch.delete(answer)


def _lines(submission: Submission, version: int, *, is_teacher: bool) -> dict[str, int]:
    """How many lines each file of a version has; 400 for one that was never up for review."""
    is_shown = is_teacher or version >= code.first_shown(submission)
    found = code_models.find(submission.id, version) if version and is_shown else None
    if version and found is None:
        raise errors.BadRequest(
            "no_such_version",
            "There is no such version of this solution",
            where=Place(In.BODY, validation.pointer("code_version")),
        )
    return {each["path"]: each["lines"] for each in found.files} if found else {}


def _shown_paths(submission: Submission, lines: Mapping[str, int], *, is_teacher: bool) -> Mapping[str, str]:
    """Paths as they are shown to whoever reviews, by the paths that are stored."""
    if is_teacher or not lines:
        return {path: path for path in lines}
    return known_names.mask_of_code(submission).paths(lines)


def _comment(said: LineComment, path: str, review: Review, version: int) -> Comment:
    comment_id = ids.new_timeless_id()
    return Comment(
        *models.comment_key(review.submission_id, comment_id),
        id=comment_id,
        submission_id=review.submission_id,
        assignment_id=review.assignment_id,
        review_id=review.id,
        author_id=review.author_id,
        reviewer_id=review.reviewer_id,
        path=path,
        from_line=said.from_line,
        to_line=said.to_line,
        text=said.text,
        criterion=said.criterion,
        code_version=version,
    )
