"""Decides who may read a submission, and who may have it judged anew."""

from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Permission
from chalicelib.common.http import errors
from chalicelib.judge.grading import origin_hooks
from chalicelib.judge.models import Submission
from chalicelib.judge.problems import jury, library
from chalicelib.judge.submissions import submissions
from chalicelib.school import teaching


def readable_by(caller: Caller, submission_id: int) -> Submission:
    """A submission of the caller's own or of a pupil of theirs, or of the jury of their problem; 403 for others.

    What it was sent to may have rules of its own, which hold instead.
    """
    submission = submissions.get(submission_id)
    origin = origin_hooks.known_origin_of(submission)
    if origin is not None and origin.read_by is not None:
        if not origin.read_by(caller, submission):
            raise not_yours()
    elif not (jury.is_of_jury(submission) and may_rejudge(caller, submission)):
        teaching.check_may_read_about(caller, submission.user_id, not_yours())
    return submission


def whose_are_asked_for(caller: Caller, user_id: int | None) -> int:
    """Whose submissions are to be listed: without `user_id` the caller's; 403 for all but one's own pupils."""
    whose = user_id or caller.id
    teaching.check_may_read_about(caller, whose, not_yours())
    return whose


def may_rejudge(caller: Caller, submission: Submission) -> bool:
    """Whether the caller owns or teaches what the program was sent to, or is an admin."""
    if not caller.teaches:
        return False
    if caller.may(Permission.ADMINISTER):
        return True
    origin = origin_hooks.known_origin_of(submission)
    return origin is not None and origin.taught_by is not None and origin.taught_by(caller, submission)


def sees_exactly(caller: Caller, submission: Submission) -> bool:
    """Whether coarse results are shown as they were measured: to the author of the problem, admins, and those who
    teach what another sent the program to.
    """
    if caller.may(Permission.ADMINISTER):
        return True
    if caller.teaches and library.is_author(submission.problem_id, caller.id):
        return True
    return caller.id != submission.user_id and may_rejudge(caller, submission)


def check_may_rejudge(caller: Caller, submission_id: int) -> None:
    """404 for no such submission, 403 for one that was sent to what another teaches."""
    if not may_rejudge(caller, submissions.get(submission_id)):
        raise not_yours()


def not_yours() -> errors.Forbidden:
    return errors.Forbidden("not_your_submission", "This is somebody else's submission")
