"""Has the code of links fetched: when they are sent in, and when submissions close."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.common import clock, ids, limits, observe, settings
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import MOST_WRITES, Transaction
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
TRIES = 5


class NotPinned(Exception):
    """Links changed again and again while submissions closed: the step is taken anew."""


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
    _pin_all(work_models.submissions_to(assignment.id), closes_at.isoformat())


def pin_one(submission: Submission, until: datetime) -> None:
    """The same for one whose own time to send in is over."""
    _pin_all([submission], until.isoformat())


def note(submission: Submission, fetch: Fetch) -> bool:
    """Whether it was stored: not where the work was replaced or erased meanwhile."""
    try:
        with transactions.conditional():
            submission.update(actions=[Submission.fetch.set(fetch.to_json())], condition=_as_read(submission))
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


@dataclass(frozen=True, slots=True)
class _Pinned:
    """Work whose code is asked for at a close; `is_new` when that is not noted on it yet."""

    submission: Submission
    fetch: Fetch
    is_new: bool


def _pin_all(submissions: Iterable[Submission], mark: str) -> None:
    pinned = [each for each in (_pinned(submission, mark) for submission in submissions) if each]
    fresh = [each for each in pinned if each.is_new]
    noted = [each for each in pinned if not each.is_new]
    for start in range(0, len(fresh), MOST_WRITES):
        noted += _note_all(fresh[start : start + MOST_WRITES], mark)
    waiting = [each for each in noted if each.fetch.is_waiting]
    _send_all([request_for(each.submission, each.fetch, each.submission.commit) for each in waiting])


def _pinned(submission: Submission, mark: str) -> _Pinned | None:
    """None for files, for what is not fetched, and for a commit that was named and is here."""
    before = Fetch.of(submission.fetch)
    if before is not None and before.mark == mark:
        return _Pinned(submission, before, is_new=False)
    if submission.repository_url is None or (submission.code_version and before is None):
        return None
    is_here = submission.commit and before and before.commit and not before.not_judged
    if is_here or refusal_of(submission.repository_url):
        return None
    fetch = states.begun(ids.new_timeless_id(), clock.now(), mark=mark, before=before)
    return _Pinned(submission, fetch, is_new=True)


def _note_all(asked: Sequence[_Pinned], mark: str) -> list[_Pinned]:
    """Note what is asked for, all in one write: one for each link would take a large track half a minute.

    What was fetched or replaced at this moment is read again, and what was erased is left out.
    """
    noted: list[_Pinned] = []
    for _ in range(TRIES):
        fresh = [each for each in asked if each.is_new]
        noted += [each for each in asked if not each.is_new]
        try:
            if fresh:
                _store_all(fresh)
        except transactions.ConditionFailed as refused:
            asked = [*_read_again(fresh, refused.failed, mark)]
            continue
        return [*noted, *fresh]
    raise NotPinned(mark)


def _store_all(asked: Sequence[_Pinned]) -> None:
    def fill(transaction: Transaction) -> None:
        for each in asked:
            action = Submission.fetch.set(each.fetch.to_json())
            condition = _as_read(each.submission)
            stored = Submission(each.submission.pk, each.submission.sk)
            transaction.update(stored, actions=[action], condition=condition, named=str(each.submission.id))

    transactions.transact(fill)


def _read_again(asked: Sequence[_Pinned], changed: Collection[str], mark: str) -> Iterator[_Pinned]:
    for each in asked:
        if str(each.submission.id) not in changed:
            yield each
            continue
        current = work_models.find_submission(each.submission.assignment_id, each.submission.user_id)
        if current is not None and (anew := _pinned(current, mark)) is not None:
            yield anew


def _as_read(submission: Submission) -> Condition:
    same = models.same(Submission.fetch, submission.fetch)
    as_read: Condition = Submission.pk.exists() & same & (Submission.submitted_at == submission.submitted_at)
    return as_read


def _send_all(requests: Sequence[FetchRequest]) -> None:
    for start in range(0, len(requests), MAX_BATCH):
        queues.fetches.put_batch([(each, 0) for each in requests[start : start + MAX_BATCH]])
