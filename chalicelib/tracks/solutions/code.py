"""The code of solutions: the files that somebody has sent in, in versions that never change.

The version that stands is the newest. As nobody can send in anything once submissions are closed, it is then the one
that is reviewed. Whoever replaces work that may have been reviewed, with more time of their own or because
submissions were opened again, leaves that version readable: what reviewers wrote is about its lines.
"""

from chalicelib.common import observe
from chalicelib.common.dynamo import transactions
from chalicelib.tracks.solutions import code_models
from chalicelib.tracks.solutions.file_rules import SolutionFile
from chalicelib.tracks.work_models import Submission

__all__ = ["SolutionFile", "files_of", "first_shown", "forget", "keep_shown"]


def files_of(submission: Submission, version: int | None = None) -> list[SolutionFile]:
    """Returns the files of a version, in the order of their paths; without a number, of the version that stands.

    There are none of a version that is not kept, and of a link whose code was not fetched.
    """
    wanted = submission.code_version if version is None else version
    return (code_models.read(submission.id, wanted) or []) if wanted else []


def first_shown(submission: Submission) -> int:
    """Returns the oldest version that reviewers may read; 0 when there is no code."""
    return submission.shown_from or submission.code_version


def keep_shown(submission: Submission) -> None:
    """Delete the versions that nobody could review: the track is over. It is noted, so that the end of a large track
    that was interrupted goes on where it was.
    """
    first = first_shown(submission)
    if not submission.versions or first == 1 or submission.tidied:
        return
    code_models.delete(submission.id, before=first or None)
    try:
        with transactions.conditional():
            submission.update(actions=[Submission.tidied.set(True)], condition=Submission.pk.exists())
    except transactions.ConditionFailed:
        observe.logger.info("solution was erased meanwhile", submission_id=submission.id)


def forget(submission: Submission) -> None:
    """Delete all versions, with the work itself."""
    code_models.delete(submission.id)
