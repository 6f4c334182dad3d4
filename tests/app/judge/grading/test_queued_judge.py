"""What judges behind a queue answer, and what it means when they do not."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from chalicelib import wiring
from chalicelib.common.events.queues import OutgoingMessage
from chalicelib.judge import queues
from chalicelib.judge.grading import judge_client, queued_judge
from chalicelib.judge.grading.judge_client import Failure, JudgeUnavailable
from chalicelib.judge.queues import JudgeJob
from tests.support.school import START, School, Sqs, aws
from tests.support.stage_settings import stage_settings

BUCKET = "lyceum-test-data"
EVENT = {"kind": "judge", "job_id": "1"}


class Judges(Sqs):
    """Behind a queue: they write one thing after another, a second apart, to where the answer is to lie."""

    def __init__(self, school: School) -> None:
        super().__init__(school)
        self.school = school
        self.writes: list[bytes] = []
        self.sent: list[tuple[JudgeJob, str | None]] = []

    def send(self, queue: str, message: OutgoingMessage) -> None:
        assert queue == "judge_jobs"
        self.sent.append((queues.judge_jobs.read(message.body), message.group))

    def sleep(self, seconds: float) -> None:
        self.school.clock.sleep(1)
        if self.writes:
            aws("s3").put_object(Bucket=BUCKET, Key=key_of(self.sent[-1][0].answer), Body=self.writes.pop(0))

    def waited(self) -> float:
        return (self.school.clock.now - START).total_seconds()


def key_of(address: str) -> str:
    return urlsplit(address).path.lstrip("/")


@pytest.fixture
def judges(school: School) -> Iterator[Judges]:
    judges = Judges(school)
    school.override(sqs=judges, sleep=judges.sleep)
    with stage_settings(JUDGE_QUEUE_URL="https://sqs.us-east-1.amazonaws.com/123456789012/jobs"):
        yield judges


def failure(ask: Callable[..., object]) -> Failure:
    with pytest.raises(JudgeUnavailable) as refused:
        ask(EVENT, "user-1")
    return refused.value.failure


def test_a_job_lies_in_s3_and_its_answer_is_what_a_function_would_answer(judges: Judges) -> None:
    judges.writes = [b'{"taken": true}', b'{"job_id": "1"}']

    assert queued_judge.ask_patiently(EVENT, "user-1") == {"job_id": "1"}

    ((sent, group),) = judges.sent
    assert group == "user-1"  # SQS serves groups in turn
    assert sent.until == START + timedelta(seconds=queued_judge.TAKEN_WITHIN)
    assert json.loads(aws("s3").get_object(Bucket=BUCKET, Key=key_of(sent.job))["Body"].read()) == EVENT
    assert all(key_of(each).startswith("made/jobs/") for each in (sent.job, sent.answer))


@pytest.mark.parametrize("ask", [queued_judge.ask_patiently, queued_judge.ask_soon])
@pytest.mark.parametrize("taken", [False, True])
def test_who_is_not_taken_waits_for_room_and_who_is_has_run_out_of_time(
    judges: Judges,
    ask: Callable[..., object],
    taken: bool,  # noqa: FBT001 - parametrized
) -> None:
    judges.writes = [b'{"taken": true}'] if taken else []

    assert failure(ask) is (Failure.TIMED_OUT if taken else Failure.BUSY)
    patience = queued_judge.TAKEN_WITHIN + judge_client.LONGEST_ANSWER
    assert judges.waited() <= (judge_client.SOON if ask is queued_judge.ask_soon else patience)


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        (b'{"errorType": "Runtime.ExitError"}', Failure.CRASHED),
        (b'{"errorType": "Sandbox.Timedout", "errorMessage": "Task timed out after 140 seconds"}', Failure.TIMED_OUT),
        (b'{"errorType": "Function.ResponseSizeTooLarge"}', Failure.TOO_LARGE),
        (b" " * queued_judge.MAX_ANSWER_BYTES + b"{}", Failure.TOO_LARGE),
        (b'{"errorType": "Other"}', Failure.AWAY),
        (b"[]", Failure.AWAY),
        (b"no JSON", Failure.AWAY),
    ],
)
def test_what_is_no_answer_is_a_failure(judges: Judges, said: bytes, meaning: Failure) -> None:
    judges.writes = [said]

    assert failure(queued_judge.ask_patiently) is meaning


def test_a_queue_that_takes_nothing_is_a_judge_that_is_away(judges: Judges, school: School) -> None:
    class Closed(Judges):
        def send(self, queue: str, message: OutgoingMessage) -> None:
            aws("sqs").send_message(QueueUrl="https://sqs.us-east-1.amazonaws.com/123456789012/none", MessageBody="1")

    school.override(sqs=Closed(school))

    assert failure(queued_judge.ask_patiently) is Failure.AWAY


@pytest.mark.parametrize(("queue", "module"), [("", judge_client), ("https://sqs.example/jobs", queued_judge)])
def test_the_deployment_says_which_judge_is_asked(queue: str, module: Any) -> None:
    with stage_settings(JUDGE_QUEUE_URL=queue):
        assert wiring.resolved("judge") is module.ask_patiently
        assert wiring.resolved("judge_soon") is module.ask_soon
