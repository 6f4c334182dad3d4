"""Takes what was fetched: it comes as an object in S3, in another function than the one that reached out.

A request that was replaced meanwhile is not taken any more.
"""

import re

from botocore.exceptions import ClientError

from chalicelib.common import clock, observe, s3, settings
from chalicelib.common.texts import Text
from chalicelib.tracks import work_models
from chalicelib.tracks.fetching import fetches, keeping, outcomes, people, reasons
from chalicelib.tracks.fetching.outcomes import Outcome
from chalicelib.tracks.fetching.states import Fetch
from chalicelib.tracks.solutions import code_models
from chalicelib.tracks.solutions.code_models import Code
from chalicelib.tracks.work_models import Submission

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
    data = _object(key)
    _end(submission, key, Outcome(None, reasons.BROKEN) if data is None else outcomes.read(data))


def give_up(key: str, reason: Text) -> bool:
    """Note that code could not be taken; False when nobody waits for it."""
    submission = _waiting(key)
    if submission is None:
        return False
    fetch = Fetch.of(submission.fetch)
    return fetch is not None and fetches.note(submission, fetch.failed(reason, clock.now()))


def _end(submission: Submission, key: str, outcome: Outcome) -> None:
    fetch, now = Fetch.of(submission.fetch), clock.now()
    if fetch is None:
        return
    code, reason = outcome.code, outcome.reason
    if code is not None and _is_one_too_many(submission, code):
        code, reason = None, reasons.TOO_MANY_VERSIONS
    if code is None:
        keeping.keep(submission, fetch.failed(reason or reasons.BROKEN, now), None, known_as=None, key=key)
        return
    known_as = people.together(submission.known_as or [], outcome.people)
    keeping.keep(submission, fetch.fetched(code.commit, now), code, known_as=known_as, key=key)


def _is_one_too_many(submission: Submission, code: Code) -> bool:
    """The same files again are no version."""
    if submission.versions < code_models.MOST_VERSIONS:
        return False
    newest = code_models.find(submission.id, submission.versions)
    return newest is None or newest.digest != code.digest


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
