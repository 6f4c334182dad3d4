"""Lists somebody's threads in an assignment: answered comments on their work, and on work that they reviewed.

Those whose last answer is from another side come first. Nothing tells who answered, nor when: equals stand in the order
of ids that are drawn at random.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import paging
from chalicelib.tracks import access, masking, review_duties, work_models
from chalicelib.tracks import models as track_models
from chalicelib.tracks.access import AssignmentViewer
from chalicelib.tracks.masking import Mask
from chalicelib.tracks.reviewing import comments, known_names, models
from chalicelib.tracks.reviewing.comments import CommentReader, ShownComments
from chalicelib.tracks.reviewing.models import By, Comment
from chalicelib.tracks.solutions.access import REVIEWED_IN, Reader, ReaderRole
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.work_models import Submission, SubmissionPlace

_ROLES = {By.AUTHOR: ReaderRole.AUTHOR, By.REVIEWER: ReaderRole.REVIEWER}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnThread:
    """A comment that was answered, and the side that its reader has in it."""

    comment: Comment
    side: By

    @property
    def awaits_reader(self) -> bool:
        """Whether the last answer is not from their side."""
        return bool(self.comment.last_reply_by != self.side)

    @property
    def rank(self) -> tuple[int, int, int]:
        return int(not self.awaits_reader), int(self.comment.submission_id), int(self.comment.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnThreads:
    """A page of them. `shown` has the comments on each submission as their reader sees them."""

    page: paging.Page[OwnThread]
    shown: Mapping[int, ShownComments]


def list_own(caller: Caller, assignment_id: int, query: paging.ListQuery) -> OwnThreads:
    """404 for no such assignment, 403 for who does not take part. A query for own work, and one for each reviewed."""
    viewer = access.get_viewer(caller, assignment_id)
    if viewer.participant is None:
        raise access.not_enrolled()
    own = work_models.find_submission(assignment_id, caller.id)
    on_own = models.comments_on(own.id) if own is not None and viewer.assignment.stage == Stage.COMPLETED else []
    found = [
        *(OwnThread(comment=each, side=By.AUTHOR) for each in _of_counted_reviews(on_own)),
        *(OwnThread(comment=each, side=By.REVIEWER) for each in _on_reviewed(viewer, caller.id)),
    ]
    page = paging.read_ranked(query, sorted(found, key=_rank), _rank)
    reviewers = {each.reviewer_id for each in on_own}
    return OwnThreads(page=page, shown=_shown(viewer, caller.id, page.items, reviewers))


def _rank(thread: OwnThread) -> paging.Rank:
    return thread.rank


def _answered(found: Iterable[Comment]) -> list[Comment]:
    return [each for each in found if each.replies]


def _of_counted_reviews(on_own: Sequence[Comment]) -> list[Comment]:
    """Those whose review no teacher has hidden or given back."""
    answered = _answered(on_own)
    if not answered:
        return []
    first = answered[0]
    counted = work_models.counted(work_models.reviews_of(first.assignment_id, first.author_id))
    return [each for each in answered if each.review_id in {review.id for review in counted}]


def _on_reviewed(viewer: AssignmentViewer, reviewer_id: int) -> list[Comment]:
    """A reviewer's own comments, while they may read the code that these are about."""
    assignment, participant = viewer.assignment, viewer.participant
    if participant is None or assignment.stage not in REVIEWED_IN:
        return []
    reviewed = sorted(review_duties.reviews_by(participant, assignment.id))
    all_on = (each for submission_id in reviewed for each in models.comments_on(submission_id))
    return _answered(each for each in all_on if each.reviewer_id == reviewer_id)


def _shown(
    viewer: AssignmentViewer, caller_id: int, threads: Sequence[OwnThread], reviewers: Collection[int]
) -> Mapping[int, ShownComments]:
    """By submission. Authors do not see what reviewers are called, nor reviewers what authors are."""
    sides = {each.comment.submission_id: each.side for each in threads}
    found: dict[int, ShownComments] = {}
    for submission in _submissions(sides):
        side = sides[submission.id]
        mask = known_names.mask_of(reviewers) if side is By.AUTHOR else known_names.mask_of_code(submission)
        reader = _reader(viewer, caller_id, submission, _ROLES[side], mask)
        here = [each.comment for each in threads if each.comment.submission_id == submission.id]
        paths = comments.shown_paths(here, reader)
        found[submission.id] = ShownComments(page=paging.Page(here), paths=paths, names={}, reader=reader)
    return found


def _reader(
    viewer: AssignmentViewer, caller_id: int, submission: Submission, role: ReaderRole, mask: Mask
) -> CommentReader:
    reader = Reader(
        track_state=viewer.track_state,
        assignment=viewer.assignment,
        submission=submission,
        role=role,
        mask=mask if role is ReaderRole.REVIEWER else masking.NO_MASK,
    )
    return CommentReader(caller_id=caller_id, reader=reader, mask=mask)


def _submissions(submission_ids: Collection[int]) -> Sequence[Submission]:
    if not submission_ids:
        return []
    places = SubmissionPlace.batch_get([track_models.submission_place_key(each) for each in submission_ids])
    keys = [track_models.submission_key(each.assignment_id, each.user_id) for each in places]
    return list(Submission.batch_get(keys, consistent_read=True)) if keys else []
