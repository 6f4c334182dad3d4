"""Has the code of a link fetched anew, for who teaches the track."""

from datetime import timedelta

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, limits
from chalicelib.common.http import errors
from chalicelib.tracks.fetching import fetches, queues, states
from chalicelib.tracks.fetching.states import Fetch
from chalicelib.tracks.solutions import access
from chalicelib.tracks.solutions.access import ReaderRole

LIMIT = limits.Limit("fetches of code", 60, timedelta(hours=1))
PATIENCE = timedelta(minutes=5)
"""So long a request is waited for before another may be made."""


def ask_anew(caller: Caller, assignment_id: int, submission_id: int) -> Fetch:
    """For who teaches the track: try a link again, or whether its commit is still there. 409 for one without a link,
    while it is being fetched, and for a link that is not to be fetched.

    What was pinned stays pinned: once submissions are closed it is that commit which is asked for.
    """
    reader = access.reader_of(caller, assignment_id, submission_id)
    submission, before = reader.submission, Fetch.of(reader.submission.fetch)
    if reader.role is not ReaderRole.TEACHER:
        raise errors.Forbidden("fetch_is_the_teachers", "Who teaches the track has code fetched anew")
    if submission.repository_url is None or (submission.code_version and before is None):
        raise errors.Conflict("nothing_to_fetch", "This solution is no link, or its files were sent in")
    refusal = fetches.refusal_of(submission.repository_url)
    if refusal is not None:
        raise errors.Conflict("link_not_fetched", "This link is not fetched: {reason}", reason=refusal)
    if before is not None and before.is_waiting and clock.now() - before.asked_at < PATIENCE:
        raise errors.Conflict("fetch_waits", "Its code is being fetched")
    mark = before.mark if before else None
    fetch = states.begun(ids.new_timeless_id(), clock.now(), mark=mark, before=before)
    if not fetches.note(submission, fetch):
        raise errors.ChangedMeanwhile
    pinned = before.commit if before and reader.assignment.allotment_seed is not None else None
    queues.fetches.put(fetches.request_for(submission, fetch, pinned or submission.commit))
    return fetch
