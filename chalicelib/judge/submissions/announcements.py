"""Announces verdicts: sends a frame to the submitter's personal channel."""

from chalicelib.common.http.responses import for_any_language
from chalicelib.judge.frames import RETRIEVED, VerdictPayload
from chalicelib.judge.models import Submission
from chalicelib.realtime import broadcasts, rooms


def announce(submission: Submission, is_new: bool) -> None:  # noqa: FBT001 - the grader's `Announcer`
    """Tell the author of a submission. Judged anew with the same verdict, it is not worth telling."""
    if is_new:
        tell(submission)


def tell(submission: Submission, *, worth: int | None = None) -> None:
    """Tell the author of a submission of its verdict. `worth` is how many points the task has that it was sent to."""
    payload = for_any_language(VerdictPayload.of(submission, worth))
    cause = f"verdict#{submission.id}#{submission.judging}"
    broadcasts.send(rooms.personal(submission.user_id), RETRIEVED, payload, cause=cause)
