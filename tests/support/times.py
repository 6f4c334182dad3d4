"""Lets time pass in process: EventBridge's minutes, SQS's delays, and the functions that they run."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import app as application
from chalicelib.common.events import queues, sweeps, timers
from chalicelib.common.events.queues import OutgoingMessage
from chalicelib.common.events.sweeps import Sweeps
from chalicelib.common.events.timers import Message, Timer

MINUTE = timedelta(minutes=1)
NEVER = datetime.max.replace(tzinfo=UTC)


class HeldClock(Protocol):
    now: datetime


class TimerQueue(Protocol):
    """What stands in for the queue of timers."""

    def send(self, messages: Sequence[OutgoingMessage]) -> None: ...

    def postpone(self, receipt_handle: str, seconds: int) -> None: ...


class Transitions:
    """The queue of timers. Its messages wait until a test lets time pass; `sweeping` says whether EventBridge works."""

    def __init__(self, clock: HeldClock) -> None:
        self.clock = clock
        self.waiting: list[tuple[datetime, Message]] = []
        self.postponed: list[tuple[str, int]] = []
        self._sweeping = self._was_sweeping = True
        self.failed: list[Message] = []
        self._start = self._swept_at = clock.now

    def send(self, messages: Sequence[OutgoingMessage]) -> None:
        assert 0 < len(messages) <= queues.MAX_BATCH
        for message in messages:
            arrives_at = self.clock.now + timedelta(seconds=message.delay)
            self.waiting.append((arrives_at, timers.transitions.read(message.body)))

    def postpone(self, receipt_handle: str, seconds: int) -> None:
        self.postponed.append((receipt_handle, seconds))

    @property
    def sweeping(self) -> bool:
        return self._sweeping

    @sweeping.setter
    def sweeping(self, sweeping: bool) -> None:
        """What comes while it does not is an outage."""
        self._sweeping = sweeping
        self._was_sweeping = sweeping and self._was_sweeping

    def sweep(self) -> None:
        """As EventBridge runs it."""
        event = {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        more = {"account": "", "region": "", "id": "", "resources": [], "time": ""}
        application.sweep(event | more, None)

    def pass_time(self, by: timedelta) -> None:
        """Sweep every minute that finds something, and deliver every message at its time."""
        until = self.clock.now + by
        while (moment := min(self._next_arrival(), self._next_sweep())) <= until:
            self.clock.now = max(self.clock.now, moment)
            if moment == self._next_sweep():
                self._swept_at = moment
                if self._was_sweeping:
                    self.note_sweep(moment - MINUTE)
                self._was_sweeping = True
                self.sweep()
            self.deliver()
        self.clock.now = max(self.clock.now, until)
        if self._was_sweeping:
            self.note_sweep()

    def note_sweep(self, at: datetime | None = None) -> None:
        """As those sweeps would have left it that were left out."""
        if sweeps.find() is not None:
            Sweeps("SWEEPS", "SWEEPS").update(actions=[Sweeps.swept_at.set(at or self.clock.now)])

    def deliver(self) -> None:
        """Deliver what has arrived by now, and what that leads to at once."""
        while arrived := [entry for entry in self.waiting if entry[0] <= self.clock.now]:
            if self.sweeping and self._was_sweeping:
                self.note_sweep()
            for entry in arrived:
                self.waiting.remove(entry)
                if application.advance(delivered(entry[1]), None)["batchItemFailures"]:
                    self.failed.append(entry[1])

    def _next_arrival(self) -> datetime:
        return min((arrives_at for arrives_at, _ in self.waiting), default=NEVER)

    def _next_sweep(self) -> datetime:
        """The next whole minute at which a sweep finds something: the others would cost the tests minutes of theirs."""
        if not self.sweeping:
            return NEVER
        wanted_at = min((timer.sweep_at - timers.SWEEP_AHEAD for timer in Timer.scan()), default=NEVER)
        passed = max(self._swept_at + MINUTE, self.clock.now, wanted_at) - self._start
        return NEVER if wanted_at == NEVER else self._start + math.ceil(passed / MINUTE) * MINUTE


def delivered(*messages: Message, deliveries: int = 1) -> dict[str, Any]:
    """The event that SQS makes of messages."""
    return {
        "Records": [
            {
                "messageId": str(number),
                "receiptHandle": f"R{number}",
                "body": timers.transitions.write(message),
                "attributes": {"ApproximateReceiveCount": str(deliveries)},
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:1:transitions",
            }
            for number, message in enumerate(messages)
        ]
    }
