"""Shows comments on lines to those whom they are for: the author, their reviewer, and who teaches the track.

Authors see them when the review stage is over, with nothing that says who wrote them; reviewers see their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import errors, paging
from chalicelib.tracks import access, work_models
from chalicelib.tracks.masking import Mask
from chalicelib.tracks.reviewing import known_names, models
from chalicelib.tracks.reviewing.models import By, Comment
from chalicelib.tracks.solutions import access as code_access
from chalicelib.tracks.solutions.access import Reader, ReaderRole
from chalicelib.tracks.stages import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentReader:
    """Who reads the comments on a solution. `mask` hides names in what is said there."""

    caller_id: int
    reader: Reader
    mask: Mask

    @property
    def sees_names(self) -> bool:
        return self.reader.role is ReaderRole.TEACHER

    def by(self, comment: Comment) -> By | None:
        """As what they have a part in a comment's thread; None when it is not shown to them."""
        if comment.reviewer_id == self.caller_id:
            return By.REVIEWER
        return _BY_ROLE[self.reader.role]


_BY_ROLE = {ReaderRole.AUTHOR: By.AUTHOR, ReaderRole.TEACHER: By.TEACHER, ReaderRole.REVIEWER: None}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownComments:
    """A page of comments. `paths` are as they are shown, by comment; `names` of reviewers are for teachers."""

    page: paging.Page[Comment]
    paths: Mapping[int, str]
    names: Mapping[int, str | None]
    reader: CommentReader


def list_on(caller: Caller, submission_id: int, query: paging.ListQuery) -> ShownComments:
    """The comments on a solution, in the order of its files and lines. 404 for who has no business with it, 403 for
    its author while it is reviewed.
    """
    reader = reader_of(caller, submission_id)
    if reader.reader.role is ReaderRole.AUTHOR:
        access.refuse_before_results(reader.reader.assignment)
    everything = models.comments_on(submission_id)
    shown = [each for each in everything if reader.by(each) is not None]
    if reader.reader.role is ReaderRole.AUTHOR:  # what a teacher has hidden or given back is not for them
        submission = reader.reader.submission
        counted = work_models.counted(work_models.reviews_of(submission.assignment_id, submission.user_id))
        shown = [each for each in shown if each.review_id in {review.id for review in counted}]
    page = paging.read_by_cursor(query, lambda at: _page(shown, at, everything))
    names = access.display_names({each.reviewer_id for each in page.items}) if reader.sees_names else {}
    return ShownComments(page=page, paths=shown_paths(shown, reader), names=names, reader=reader)


def reader_of(caller: Caller, submission_id: int) -> CommentReader:
    """404 for everybody who may not read the solution itself."""
    place = work_models.find_submission_place(submission_id)
    if place is None:
        raise code_access.no_such_submission()
    reader = code_access.reader_of(caller, place.assignment_id, submission_id)
    return CommentReader(caller_id=caller.id, reader=reader, mask=_mask(reader))


def get(reader: CommentReader, comment_id: int) -> tuple[Comment, By]:
    """A comment, and as what the reader has a part in it; 404 when it is not shown to them."""
    comment = models.find_comment(reader.reader.submission.id, comment_id)
    by = reader.by(comment) if comment is not None else None
    if comment is None or by is None or (by is By.AUTHOR and not is_for_author(reader, comment)):
        raise errors.NotFound("comment_not_found", "Comment not found")
    return comment, by


def is_for_author(reader: CommentReader, comment: Comment) -> bool:
    """Whether the author sees it: the stage is over, and its review counts. One that was given back is another's."""
    if not is_over(reader):
        return False
    submission = reader.reader.submission
    review = work_models.find_review(submission.assignment_id, submission.user_id, comment.reviewer_id)
    return review is not None and review.id == comment.review_id and review.counts


def is_over(reader: CommentReader) -> bool:
    """Whether the review stage is."""
    return bool(reader.reader.assignment.stage == Stage.COMPLETED)


def _mask(reader: Reader) -> Mask:
    """Reviewers do not see what the author is called, nor the author what reviewers are called."""
    if reader.role is not ReaderRole.AUTHOR:
        return reader.mask
    return known_names.mask_of({each.reviewer_id for each in models.comments_on(reader.submission.id)})


def shown_paths(comments: Sequence[Comment], reader: CommentReader) -> Mapping[int, str]:
    """Reviewers see the paths that they saw as they wrote."""
    if reader.reader.role is not ReaderRole.REVIEWER:
        return {each.id: each.path for each in comments}
    found: dict[int, str] = {}
    for version in {each.code_version for each in comments}:
        shown = known_names.shown_paths(reader.reader.submission, version)
        found |= {
            each.id: shown.get(each.path) or reader.mask.text(each.path)
            for each in comments
            if each.code_version == version
        }
    return found


def _page(shown: Sequence[Comment], query: paging.CursorQuery, everything: Sequence[Comment]) -> paging.Page[Comment]:
    """After the place of the comment that the cursor names: another review may come between two pages.

    The cursor has no path: it may be one that is masked.
    """
    last = paging.number_after(paging.start_key(query.cursor))
    after = next((each.reading_order for each in everything if each.id == last), None)
    if last and after is None:
        raise paging.invalid_cursor()
    rest = [each for each in shown if after is None or each.reading_order > after]
    page = rest[: query.limit]
    return paging.Page(page, paging.cursor_of_number(page[-1].id) if len(page) < len(rest) else None)
