"""Takes what was fetched: it comes as an object in S3, in another function than the one that reached out.

A request that was replaced meanwhile is not taken any more.
"""

import re
from datetime import datetime

from botocore.exceptions import ClientError

from chalicelib.common import clock, observe, s3, settings
from chalicelib.common.dynamo import items as dynamo_items
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.texts import Text
from chalicelib.tracks import models, work_models
from chalicelib.tracks.fetching import fetches, outcomes, reasons
from chalicelib.tracks.fetching.states import Fetch
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.solutions import code_models
from chalicelib.tracks.solutions.code_models import Code
from chalicelib.tracks.work_models import Submission, SubmissionPlace

MOST_VERSIONS = 200
_KEY = re.compile(r"imports/solution-([0-9]{1,16})-([0-9]{1,16})\.zip")


def is_outcome(key: str) -> bool:
    """Whether an object that arrived in S3 says what came of fetching."""
    return _KEY.fullmatch(key) is not None


def take(key: str) -> None:
    """Make a version of the code that was fetched, or note why there is none. Done is done."""
    submission = _waiting(key)
    if submission is None:
        observe.logger.info("nobody waits for this code", key=key)
        return
    outcome = outcomes.read(data) if (data := _object(key)) is not None else None
    reason = reasons.BROKEN if outcome is None else outcome.reason
    _end(submission, outcome.code if outcome else None, reason)


def give_up(key: str, reason: Text) -> bool:
    """Note that code could not be taken; False when nobody waits for it."""
    submission = _waiting(key)
    if submission is None:
        return False
    _end(submission, None, reason)
    return True


def _end(submission: Submission, code: Code | None, reason: Text | None) -> None:
    fetch, now = Fetch.of(submission.fetch), clock.now()
    if fetch is None:
        return
    if code is None or reason is not None:
        fetches.note(submission, fetch.failed(reason or reasons.BROKEN, now))
        return
    if submission.versions >= MOST_VERSIONS:
        fetches.note(submission, fetch.failed(reasons.TOO_MANY_VERSIONS, now))
        return
    _store(submission, code, fetch.fetched(code.commit, now), now)


def _store(submission: Submission, code: Code, fetch: Fetch, now: datetime) -> None:
    """The same files as in the newest version make no new one. ConditionFailed when the work was replaced meanwhile."""
    newest = code_models.find(submission.id, submission.versions) if submission.versions else None
    is_new = newest is None or newest.digest != code.digest
    version = submission.versions + is_new
    changes = {"code_version": version, "versions": version, "fetch": fetch.to_json()}
    if submission.code_version not in {0, version} and _was_closed(submission):
        changes["shown_from"] = submission.shown_from or submission.code_version
    same = models.same(Submission.fetch, submission.fetch) & (Submission.versions == submission.versions)

    def fill(transaction: Transaction) -> None:
        if is_new:
            code_models.add(transaction, submission.id, version, code, now)
        # Of work whose author is being erased the place goes first.
        place = models.submission_place_key(submission.id)
        transaction.check(SubmissionPlace, *place, condition=SubmissionPlace.pk.exists(), named="solution_there")
        stored = Submission(submission.pk, submission.sk)
        actions = models.setting(Submission, changes)
        transaction.update(stored, actions=actions, condition=Submission.pk.exists() & same, named="as_read")

    transactions.transact(fill)
    observe.logger.info("code fetched", submission_id=submission.id, version=version)


def _was_closed(submission: Submission) -> bool:
    key = models.assignment_key(submission.track_id, submission.assignment_id)
    assignment = dynamo_items.find(Assignment, *key, consistent=True)
    return assignment is not None and assignment.allotment_seed is not None


def _waiting(key: str) -> Submission | None:
    """The work that waits for just this outcome."""
    found = _KEY.fullmatch(key)
    place = work_models.find_submission_place(int(found[1])) if found else None
    submission = work_models.find_submission(place.assignment_id, place.user_id) if place else None
    fetch = Fetch.of(submission.fetch) if submission else None
    waits = found is not None and fetch is not None and fetch.is_waiting and fetch.id == int(found[2])
    return submission if waits else None


def _object(key: str) -> bytes | None:
    """None when it is not there, or larger than any that we write."""
    try:
        found = s3.client().get_object(Bucket=settings.load().test_data_bucket, Key=key)
    except ClientError as error:
        if not s3.is_missing(error):
            raise
        return None
    return found["Body"].read() if found["ContentLength"] <= outcomes.MAX_BYTES else None
