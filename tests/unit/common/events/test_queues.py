"""Bodies of queue messages: what waits in a queue during a deployment is read by the version after it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.accounts.queues import ResetRequest, mails
from chalicelib.common import hooks
from chalicelib.common.events import timers
from chalicelib.common.events.queues import NotSent, OutgoingMessage, Queue
from chalicelib.judge import queues as judge
from chalicelib.school import queues as school
from tests.support.texts import RUSSIAN

NINE = datetime(2026, 9, 1, 9, 0, 0, 5, tzinfo=UTC)

MESSAGES: list[tuple[Queue[Any], Any, str]] = [
    (
        mails,
        ResetRequest("ann@example.com", RUSSIAN),
        '{"email": "ann@example.com", "language": "ru", "askers": ""}',
    ),
    (
        school.fanout,
        school.DeliveryPage(school.DeliveryStep.SETTLE, 7),
        '{"step": "settle", "notification_id": 7, "cursor": null, "user_ids": null}',
    ),
    (
        school.fanout,
        school.DeliveryPage(school.DeliveryStep.DELIVER, 7, "next"),
        '{"step": "deliver", "notification_id": 7, "cursor": "next", "user_ids": null}',
    ),
    (judge.submissions, judge.SubmissionRequest(5), '{"submission_id": 5}'),
    (
        judge.rejudges,
        judge.RejudgeRequest(origin="course#1", asked_at=NINE),
        '{"origin": "course#1", "asked_at": "2026-09-01T09:00:00.000005+00:00", "cursor": null, "ids": null}',
    ),
    (
        judge.rejudges,
        judge.RejudgeRequest(origin="track#1#2", asked_at=NINE, ids=[7, 5]),
        '{"origin": "track#1#2", "asked_at": "2026-09-01T09:00:00.000005+00:00", "cursor": null, "ids": [7, 5]}',
    ),
    (
        timers.transitions,
        timers.Message("track", "1", NINE),
        '{"topic":"track","subject":"1","due_at":"2026-09-01T09:00:00.000005+00:00","after_outage":false}',
    ),
]


@dataclass
class Recorder:
    """Keeps what is sent, as (queue, message); takes no message of a batch whose number is refused."""

    refused: Sequence[int] = ()
    sent: list[tuple[str, OutgoingMessage]] = field(default_factory=list)

    def send(self, queue: str, message: OutgoingMessage) -> None:
        self.sent.append((queue, message))

    def send_batch(self, queue: str, messages: Sequence[OutgoingMessage]) -> Sequence[int]:
        self.sent += [(queue, message) for message in messages]
        return self.refused

    def postpone(self, queue: str, receipt_handle: str, seconds: int) -> None: ...


@pytest.mark.parametrize(("queue", "message", "body"), MESSAGES)
def test_a_body_is_written_as_ever_and_read_as_what_it_was(queue: Queue[Any], message: Any, body: str) -> None:
    assert queue.write(message) == body
    read = queue.read(body)
    assert read == message
    kinds = [type(getattr(message, name)) for name in message.__dataclass_fields__]
    assert [type(getattr(read, name)) for name in read.__dataclass_fields__] == kinds


def test_what_an_earlier_version_sent_is_read() -> None:
    sent = '{"origin": "course#1", "asked_at": "2026-09-01T09:00:00.000005+00:00", "cursor": null}'
    assert judge.rejudges.read(sent) == judge.RejudgeRequest(origin="course#1", asked_at=NINE)


@pytest.mark.parametrize("body", ["{}", '{"step": "x", "notification_id": 7, "cursor": null}', "["])
def test_what_is_no_message_of_a_queue_is_an_error(body: str) -> None:
    with pytest.raises((KeyError, ValueError)):
        school.fanout.read(body)


def test_a_submission_goes_in_the_group_of_its_user() -> None:
    recorder = Recorder()
    with hooks.override(sqs=recorder):
        judge.put_submission(5, user_id=9)
    assert recorder.sent == [("submissions", OutgoingMessage(body='{"submission_id": 5}', group="9"))]


def test_inboxes_are_settled_after_a_while_and_filled_at_once() -> None:
    recorder = Recorder()
    with hooks.override(sqs=recorder):
        for step in school.DeliveryStep:
            school.put(school.DeliveryPage(step, 7))
    assert [message.delay for _, message in recorder.sent] == [0, school.SETTLE_DELAY, 0]


def test_messages_of_a_batch_that_were_not_taken_are_named() -> None:
    first, second = (timers.Message("track", str(number), NINE) for number in range(2))
    with hooks.override(sqs=Recorder(refused=[1])), pytest.raises(NotSent) as failed:
        timers.transitions.put_batch([(first, 0), (second, 3)])
    assert failed.value.args == ([second],)
