"""What the function that reaches out hands over, without a server: an object in S3, and its report."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import app as application
from chalicelib.common import settings
from chalicelib.judge import queues as judge_queues
from chalicelib.tracks.fetching import handlers, outcomes
from chalicelib.tracks.fetching.queues import FetchRequest
from chalicelib.tracks.fetching.reasons import Refused
from chalicelib.tracks.fetching.trees import Fetched
from tests.support.school import School, aws

COMMIT = "a" * 40


def hand_over(
    school: School, files: Mapping[str, str], *, commit: str = COMMIT, people: Sequence[str] = ()
) -> list[str]:
    """Each link that is asked for leads to these files; the keys of what was handed over."""
    packed = tuple((path, text.encode()) for path, text in files.items())
    made = outcomes.of_files(Fetched(commit=commit, files=packed, notes=(), people=tuple(people)))
    return [put(each, made) for each in asked(school)]


def refuse(school: School, refused: Refused) -> list[str]:
    return [put(each, outcomes.of_failure(refused.reason)) for each in asked(school)]


def asked(school: School) -> list[FetchRequest]:
    found, school.sqs.fetches[:] = list(school.sqs.fetches), []
    assert found
    return found


def put(request: FetchRequest, made: bytes) -> str:
    key = handlers.key(request)
    aws("s3").put_object(Bucket=settings.load().test_data_bucket, Key=key, Body=made)
    report({"Records": [{"s3": {"object": {"key": key}}}]})
    return key


def report_again(key: str) -> None:
    report(json.loads(judge_queues.arrivals.write(judge_queues.Arrival(key=key))))


def report(body: Mapping[str, Any]) -> None:
    record = {
        "messageId": "1", "receiptHandle": "r", "body": json.dumps(body), "attributes": {}, "eventSource": "aws:sqs",
    }  # fmt: skip
    assert application.import_package({"Records": [record]}, None) == {"batchItemFailures": []}
