"""Has the code of links fetched: when they are sent in, and when submissions close."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from chalicelib.common import clock, ids, limits, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.events.queues import MAX_BATCH
from chalicelib.common.texts import Text
from chalicelib.tracks import models, work_models
from chalicelib.tracks.fetching import links, queues, states
from chalicelib.tracks.fetching.queues import FetchRequest
from chalicelib.tracks.fetching.reasons import Refused
from chalicelib.tracks.fetching.states import Fetch
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.work_models import Submission

ASKED = limits.Limit("links to fetch", 30, timedelta(hours=1))
"""Of one pupil: a few are fetched at once, and all others' wait behind them."""


def count(user_id: int, link: str) -> None:
    """Before work with a link and no files is stored; 429 for too many. What is not fetched costs nothing."""
    if refusal_of(link) is None:
        limits.hit(ASKED, str(user_id))


def begin(submission: Submission) -> None:
    """Note on work that is about to be stored whether its link is to be fetched. `send` is to follow."""
    submission.fetch = None
    if submission.repository_url is None or submission.code_version:
        return
    refusal = refusal_of(submission.repository_url)
    fetch_id, now = ids.new_timeless_id(), submission.submitted_at
    fetch = states.refused(fetch_id, refusal, now) if refusal else states.begun(fetch_id, now)
    submission.fetch = fetch.to_json()


def send(submission: Submission) -> None:
    """Ask for what is waited for; asking twice does no harm."""
    fetch = Fetch.of(submission.fetch)
    if fetch is not None and fetch.is_waiting:
        queues.fetches.put(request_for(submission, fetch, submission.commit))


def pin(assignment: Assignment, closes_at: datetime) -> None:
    """Ask for the code of every link as it is when submissions close. Doing it again only asks again."""
    mark = closes_at.isoformat()
    waiting = []
    for submission in work_models.submissions_to(assignment.id):
        fetch = Fetch.of(submission.fetch)
        if fetch is None or fetch.mark != mark:
            fetch = _pinned(submission, fetch, mark)
        if fetch is not None and fetch.is_waiting:
            waiting.append(request_for(submission, fetch, submission.commit))
    _send_all(waiting)


def note(submission: Submission, fetch: Fetch) -> bool:
    """Whether it was stored: not where the work was replaced or erased meanwhile."""
    same = models.same(Submission.fetch, submission.fetch)
    as_read = Submission.pk.exists() & same & (Submission.submitted_at == submission.submitted_at)
    try:
        with transactions.conditional():
            submission.update(actions=[Submission.fetch.set(fetch.to_json())], condition=as_read)
    except transactions.ConditionFailed:
        observe.logger.info("solution was replaced or erased meanwhile", submission_id=submission.id)
        return False
    return True


def refusal_of(link: str) -> Text | None:
    """Why a link is not to be fetched by this deployment."""
    named = settings.load()
    try:
        links.repository_of(link, links.hosts_of(named.code_hosts, is_local=named.stage == "local"))
    except Refused as refused:
        return refused.reason
    return None


def request_for(submission: Submission, fetch: Fetch, commit: str | None) -> FetchRequest:
    return FetchRequest(
        submission_id=submission.id, fetch_id=fetch.id, link=submission.repository_url or "", commit=commit
    )


def _pinned(submission: Submission, before: Fetch | None, mark: str) -> Fetch | None:
    """The request at a close: None for files, for what is not fetched, and for a commit that was named and is here."""
    if submission.repository_url is None or (submission.code_version and before is None):
        return None
    if refusal_of(submission.repository_url) or (submission.commit and before and before.commit):
        return None
    fetch = states.begun(ids.new_timeless_id(), clock.now(), mark=mark, before=before)
    return fetch if note(submission, fetch) else None


def _send_all(requests: Sequence[FetchRequest]) -> None:
    for start in range(0, len(requests), MAX_BATCH):
        queues.fetches.put_batch([(each, 0) for each in requests[start : start + MAX_BATCH]])
