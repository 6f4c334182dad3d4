"""A program gets its verdict from a judge behind a queue: moto's SQS and S3, and the consumer as a process."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from chalicelib.common import clock
from chalicelib.common.events import queues
from chalicelib.common.events.queues import OutgoingMessage
from chalicelib.judge.grading import queued_judge
from chalicelib.judge_protocol.contract import Verdict
from tests.sandbox.test_consumer import Cloud, started
from tests.support.school import School, Sqs, aws
from tests.support.stage_settings import stage_settings

BUCKET = "lyceum-test-data"
SIGNED_FOR = f"https://{BUCKET}.s3.us-east-1.amazonaws.com/"
PROGRAM = "print(sum(map(int, input().split())))"


class MotosCloud(Cloud):
    """Another process' door to moto's SQS and S3, which answer in this one: what is signed for S3 leads there."""

    queue_url = ""

    def get(self, path: str) -> bytes:
        found: bytes = aws("s3").get_object(Bucket=BUCKET, Key=_key(path))["Body"].read()
        return found

    def put(self, path: str, data: bytes) -> None:
        aws("s3").put_object(Bucket=BUCKET, Key=_key(path), Body=data)

    def receive(self) -> list[dict[str, str]]:
        answer = aws("sqs").receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=1)
        return [{**each, "Body": each["Body"].replace(SIGNED_FOR, f"{self.url}/")} for each in answer["Messages"]]

    def delete(self, receipt_handle: str) -> None:
        aws("sqs").delete_message(QueueUrl=self.queue_url, ReceiptHandle=receipt_handle)
        self.deleted.append(receipt_handle)


def _key(path: str) -> str:
    return urlsplit(path).path.lstrip("/")


class JobsBySqs(Sqs):
    """Jobs of judges go to moto's queue, all else to the doubles."""

    def send(self, queue: str, message: OutgoingMessage) -> None:
        if queue == "judge_jobs":
            queues.Sqs().send(queue, message)
        else:
            super().send(queue, message)


@contextmanager
def behind_a_queue(school: School, cloud: MotosCloud) -> Iterator[None]:
    cloud.queue_url = aws("sqs").create_queue(QueueName="lyceum-local-judge-jobs")["QueueUrl"]
    with stage_settings(JUDGE_QUEUE_URL=cloud.queue_url), started(cloud, JUDGE_NEEDS="seccomp"):
        school.override(judge=queued_judge.ask_patiently)
        yield


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts processes of two other users")
def test_a_submission_goes_through_the_queue_and_gets_its_verdict(school: School) -> None:
    school.override(sleep=clock.machine_sleep, monotonic=time.monotonic, now=clock.machine_now, sqs=JobsBySqs(school))
    pupil, problem = school.person(), school.problem()
    with MotosCloud() as cloud:
        threading.Thread(target=cloud.serve_forever, daemon=True).start()
        path = school.task_path(pupil, problem)
        with behind_a_queue(school, cloud):
            sent = school.api.post(path, {"code": PROGRAM, "language": "python3"}, token=pupil.token)
        cloud.shutdown()

    assert (sent.status, sent.body["code"], sent.body["tests_passed"]) == (200, Verdict.OK, 2)
    assert len(cloud.deleted) == 2  # a job of one test, by which the time of the second is known
    kept = aws("s3").list_objects_v2(Bucket=BUCKET, Prefix=f"{queued_judge.PLACE}/")["Contents"]
    assert sorted(each["Key"].rpartition("/")[2] for each in kept) == ["answer", "answer", "job", "job"]
