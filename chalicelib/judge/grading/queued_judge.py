"""The judge behind a queue, as its trusted caller sees it: S3 holds job and answer, SQS says that there is a job.

The answer's object is written twice: by who takes the job (`{"taken": true}`), and with the answer. So a job that no
judge had room for is told from one over which a judge failed, and judges throw away what nobody waits for any more
(ADR 46).
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.common import clock, ids, s3, settings
from chalicelib.judge import queues
from chalicelib.judge.grading import judge_client
from chalicelib.judge.grading.judge_client import LONGEST_ANSWER, SOON, Failure, JudgeUnavailable
from chalicelib.judge.queues import JudgeJob

TAKEN_WITHIN = 30
"""Seconds. Two judges may be asked and two more described within the 900 of an import's page, or of the dispatcher."""
TAKEN_SOON = 12
ON_THE_WAY = 3
"""Seconds that we look on for who took the job at the last moment: clocks differ, and S3 takes its time."""
ADDRESS_SECONDS = 600
MAX_ANSWER_BYTES = 6 * 1024 * 1024
"""As of a function; the judge says `Function.ResponseSizeTooLarge` in place of more."""
PAUSE, LONGEST_PAUSE = 0.05, 0.5
"""Seconds between two looks for the answer."""
PLACE = "made/jobs"
"""Where S3 forgets after a day."""


def ask_patiently(event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
    """Ask a judge, for as long as it may take."""
    return _ask(event, tenant, TAKEN_WITHIN, LONGEST_ANSWER)


def ask_soon(event: Mapping[str, Any], tenant: str) -> Mapping[str, Any]:
    """Ask a judge, for as long as somebody waits."""
    return _ask(event, tenant, TAKEN_SOON, SOON - TAKEN_SOON - ON_THE_WAY)


def _ask(event: Mapping[str, Any], tenant: str, taken_within: int, answered_within: int) -> Mapping[str, Any]:
    """JudgeUnavailable: BUSY when nobody takes it, TIMED_OUT when who took it says nothing, or as the answer says."""
    place = f"{PLACE}/{ids.new_timeless_id()}"
    try:
        _send(event, tenant, place, taken_within)
        answer = _awaited(f"{place}/answer", taken_within, answered_within)
    except (BotoCoreError, ClientError, ValueError) as error:
        raise JudgeUnavailable(str(error)) from error
    if not isinstance(answer, dict):
        raise JudgeUnavailable(f"An answer of type {type(answer).__name__}")
    if "errorType" in answer:
        raise JudgeUnavailable(str(answer)[:500], judge_client.of_answer(answer))
    return answer


def _send(event: Mapping[str, Any], tenant: str, place: str, taken_within: int) -> None:
    """The tenant is the message's group: who sends much does not hold up the rest."""
    job, answer = f"{place}/job", f"{place}/answer"
    s3.client().put_object(Bucket=settings.load().test_data_bucket, Key=job, Body=json.dumps(event).encode())
    until = clock.now() + timedelta(seconds=taken_within)
    message = JudgeJob(job=_address("get_object", job), answer=_address("put_object", answer), until=until)
    queues.judge_jobs.put(message, group=tenant)


def _address(operation: str, key: str) -> str:
    place = {"Bucket": settings.load().test_data_bucket, "Key": key}
    return s3.client().generate_presigned_url(operation, Params=place, ExpiresIn=ADDRESS_SECONDS)


def _awaited(key: str, taken_within: int, answered_within: int) -> object:
    until, is_taken, pause = clock.monotonic() + taken_within + ON_THE_WAY, False, PAUSE
    while True:
        found = _look(key)
        if found is not None and not _says_taken(found):
            return found
        if found is not None and not is_taken:
            until, is_taken, pause = clock.monotonic() + answered_within, True, PAUSE
        if clock.monotonic() >= until:
            failure = Failure.TIMED_OUT if is_taken else Failure.BUSY
            raise JudgeUnavailable(f"No answer: {'taken' if is_taken else 'not taken'}", failure)
        clock.sleep(pause)
        pause = min(1.5 * pause, LONGEST_PAUSE)


def _says_taken(found: object) -> bool:
    return isinstance(found, dict) and found.keys() == {"taken"}


def _look(key: str) -> object | None:
    """What lies there, None when nothing does; ValueError when that is no JSON."""
    try:
        stored = s3.client().get_object(Bucket=settings.load().test_data_bucket, Key=key)
    except ClientError as error:
        if s3.is_missing(error):
            return None
        raise
    if stored["ContentLength"] > MAX_ANSWER_BYTES:
        return {"errorType": "Function.ResponseSizeTooLarge"}
    found: object = json.loads(stored["Body"].read())
    return found
