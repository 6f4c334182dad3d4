"""Timers: deadlines, reminders and ends that happen at their moment. Knows no domain.

A timer is the moment at which a subject ("123") of a topic ("track") takes its next step. It is set in the transaction
that writes the waiting state, so that the two never disagree::

    timers.start(transaction, "track", "123", due_at)   # or moves it
    timers.stop(transaction, "track", "123")
    timers.enqueue_if_soon("track", "123", due_at)   # afterwards: what is due soon does not wait for a sweep

TIMER#{topic}#{subject} / TIMER

Index `due`, in 16 shards: every minute `sweep` reads what is due within the next minute and sends it to the queue with
a delay up to the very second. There `fire` has the topic's handler take one step, under a condition on the old state,
that moves or stops the timer in the same transaction; and the next one, as long as one is due. So the next
sweep makes up for one that did not happen, in order; a message that comes twice finds nothing to do; and a subject that
fails delays no other.
"""

import math
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.common import clock, observe, settings
from chalicelib.common.dynamo import items, transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import batch as event_batch
from chalicelib.common.events import queues, sweeps
from chalicelib.common.events.queues import Queue
from chalicelib.common.hooks import Hook

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord


LONGEST_DELAY = timedelta(minutes=15)
"""Of a message, in SQS."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the queue. `due_at` is the timer's moment when it was sent; the timer may have been moved since."""

    topic: str
    subject: str
    due_at: datetime
    after_outage: bool = False
    """Sent to every timer at the end of an outage: its subject is looked at, due or not."""


transitions = Queue("transitions", Message, separators=queues.COMPACT)


def enqueue(messages: Sequence[Message], now: datetime) -> None:
    """Sends at most `queues.MAX_BATCH` timers to the queue, to fire when they are due. Sending one twice does
    no harm.
    """
    transitions.put_batch([(message, delay(message.due_at, now)) for message in messages])


def delay(due_at: datetime, now: datetime) -> int:
    """Returns whole seconds to wait, rounded down: the function that gets the message waits for the fraction."""
    return math.floor(min(LONGEST_DELAY, max(timedelta(0), due_at - now)).total_seconds())


SHARDS = 16
SWEEP_AHEAD = timedelta(seconds=90)
"""How far ahead a sweep looks. Sweeps run every 60 s, but EventBridge keeps the minute, not the second."""
SHORT_WAIT = timedelta(seconds=2)
"""How long the function itself waits: for the fraction of a second that SQS cannot, and for clocks that differ a
little.
"""
FIRST_RETRY_SECONDS = 2
"""Seconds until a timer whose step failed is delivered again; doubles with each delivery."""
SHORTEST_BACKOFF, LONGEST_BACKOFF = timedelta(minutes=1), timedelta(minutes=15)
"""How long sweeps leave a timer alone whose step failed."""

Handler = Callable[[str, datetime], None]
"""(subject, now): takes the one step that is due. Somebody else having taken it is no error."""

_handlers = Hook[Mapping[str, Handler]]("timer_handlers")
"""By topic."""

_outage_handlers = Hook[Mapping[str, Handler]]("outage_handlers")
"""By topic: what looks at a subject after an outage, due or not. Topics that do not mind outages are left out."""


class TimerNotAdvanced(Exception):
    """A handler returned and left its timer as it was: it would be called for ever."""


class DueIndex(GlobalSecondaryIndex["Timer"]):  # type: ignore[no-untyped-call]
    class Meta:
        index_name = "due"
        projection = IncludeProjection(["kind", "topic", "subject", "due_at"])

    due_shard = UnicodeAttribute(hash_key=True)
    sweep_at = UTCDateTimeAttribute(range_key=True)


class Timer(items.Item, discriminator="timer"):
    """A timer as stored. `sweep_at` is `due_at`, or later once a step has failed: sweeps ignore the timer
    until then.
    """

    class Meta:
        table_name = settings.load().table_name("common")

    topic = UnicodeAttribute()
    subject = UnicodeAttribute()
    due_at = UTCDateTimeAttribute()
    due_shard = UnicodeAttribute()
    sweep_at = UTCDateTimeAttribute()
    revision = items.IntegerAttribute()
    due_index = DueIndex()


def start(transaction: Transaction, topic: str, subject: str, due_at: datetime) -> None:
    """Sets a timer, or moves the existing one."""
    transaction.update(
        Timer(*_key(topic, subject)),
        actions=[
            Timer.kind.set(Timer),
            Timer.topic.set(topic),
            Timer.subject.set(subject),
            Timer.due_at.set(due_at),
            Timer.due_shard.set(_shard_of(topic, subject)),
            Timer.sweep_at.set(due_at),
            Timer.revision.add(1),
        ],
    )


def stop(transaction: Transaction, topic: str, subject: str) -> None:
    """Removes a timer. Removing one that is not set does nothing."""
    transaction.delete(Timer(*_key(topic, subject)))


def move(timer: Timer, next_at: datetime | None) -> None:
    """Moves a timer whose step was taken, or removes it; not when somebody has moved it meanwhile."""

    def fill(transaction: Transaction) -> None:
        if next_at is None:
            transaction.delete(timer, condition=Timer.revision == timer.revision, named="as_it_was")
        else:
            moved = [Timer.due_at.set(next_at), Timer.sweep_at.set(next_at), Timer.revision.add(1)]
            transaction.update(timer, actions=moved, condition=Timer.revision == timer.revision, named="as_it_was")

    with suppress(transactions.ConditionFailed):
        transactions.transact(fill)


def find(topic: str, subject: str) -> Timer | None:
    return items.find(Timer, *_key(topic, subject), consistent=True)


def enqueue_if_soon(topic: str, subject: str, due_at: datetime) -> None:
    """Enqueues a timer that was just set and is due before the next sweep, so that it fires in time."""
    now = clock.now()
    if due_at > now + SWEEP_AHEAD:
        return
    try:
        enqueue([Message(topic, subject, due_at)], now)
    except (ClientError, BotoCoreError, queues.NotSent) as error:
        # It is set all the same: the next sweep finds it.
        observe.logger.error("timer not hurried", topic=topic, subject=subject, cause=str(error))
        observe.count("TimerNotHurried")


def sweep() -> None:
    """Sends all timers that are due soon to the queue, and after an outage all that there are. A shard that fails does
    not stop the others.
    """
    now = clock.now()
    failures: list[Exception] = []
    sent = 0
    outage = sweeps.begin(now)
    for shard in range(SHARDS):
        try:
            sent += _sweep_shard(shard, now, after_outage=outage is not None)
        except (*items.DATABASE_FAILURES, queues.NotSent) as failure:
            failures.append(failure)
    observe.logger.info("swept", timers=sent, failed_shards=len(failures))
    if failures:
        raise ExceptionGroup("Some shards were not swept", failures)


def handle_messages(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Fires the timers in a batch of SQS messages. Returns those to be delivered again."""
    return event_batch.handle_each(event, context, _handle)


def fire(message: Message) -> None:
    """Takes every step of the message's subject that is due, in order. None while sweeps are missing: the next one
    records the outage, and sends what is due.
    """
    record = sweeps.find()
    if record is not None and sweeps.is_overdue(record, clock.now()):
        observe.logger.info("left to the next sweep", topic=message.topic, subject=message.subject)
        return
    timer = find(message.topic, message.subject)
    sent_for = message.due_at
    if timer is not None and message.after_outage:
        if handler := _outage_handlers.get().get(timer.topic):
            handler(timer.subject, clock.now())
        timer = find(message.topic, message.subject)
    while timer is not None and _is_due(timer, sent_for):
        # Never before its time: sleeping and telling the time may go by two clocks.
        _handlers.get()[timer.topic](timer.subject, max(clock.now(), timer.due_at))
        timer = _after_step(timer)
        sent_for = timer.due_at if timer else sent_for


def _handle(record: "SQSRecord") -> None:
    message = transitions.read(record.body)
    try:
        fire(message)
    except Exception:
        observe.logger.error("timer failed", topic=message.topic, subject=message.subject)
        observe.count("TimerFailed", dimensions={"topic": message.topic})
        deliveries = int(record["attributes"].get("ApproximateReceiveCount", 1))
        transitions.postpone(record.receipt_handle, FIRST_RETRY_SECONDS * 2 ** (deliveries - 1))
        _back_off(message.topic, message.subject)
        raise


def _sweep_shard(shard: int, now: datetime, *, after_outage: bool) -> int:
    soon = Timer.due_index.query(_shard(shard), DueIndex.sweep_at <= now + SWEEP_AHEAD)
    sent = 0
    for batch in _batches(soon):
        enqueue([Message(timer.topic, timer.subject, timer.due_at) for timer in batch], now)
        sent += len(batch)
    waiting = Timer.due_index.query(_shard(shard), DueIndex.sweep_at > now + SWEEP_AHEAD) if after_outage else ()
    for batch in _batches(waiting):
        enqueue([Message(timer.topic, timer.subject, now, after_outage=True) for timer in batch], now)
        sent += len(batch)
    return sent


def _batches(timers: Iterable[Timer]) -> Iterator[list[Timer]]:
    remaining = iter(timers)
    while batch := list(islice(remaining, queues.MAX_BATCH)):
        yield batch


def _is_due(timer: Timer, sent_for: datetime) -> bool:
    """Whether to take the timer's step now; waits for a moment that is near.

    A message that comes too early is sent again: the sweep's clock is ahead of ours. If it was sent for another moment,
    the timer was moved, and the call that moved it has sent its own message.
    """
    early = timer.due_at - clock.now()
    if early > SHORT_WAIT:
        if timer.due_at == sent_for:
            enqueue_if_soon(timer.topic, timer.subject, timer.due_at)
        return False
    if early > timedelta(0):
        clock.sleep(early.total_seconds())
    return True


def _after_step(timer: Timer) -> Timer | None:
    """Returns the timer after a step; TimerNotAdvanced when it is unchanged."""
    now = find(timer.topic, timer.subject)
    if now is not None and now.revision == timer.revision:
        raise TimerNotAdvanced(f"{timer.topic} {timer.subject} stands at {timer.due_at.isoformat()}")
    return now


def _back_off(topic: str, subject: str) -> None:
    """Has sweeps ignore a failing timer for as long as it is overdue already: it would fill the dead-letter queue."""
    timer, now = find(topic, subject), clock.now()
    if timer is None or timer.due_at > now:
        return
    pause = min(max(now - timer.due_at, SHORTEST_BACKOFF), LONGEST_BACKOFF)
    with (
        suppress(transactions.ConditionFailed),
        transactions.conditional(),
    ):  # it was moved: somebody's step did not fail
        timer.update(actions=[Timer.sweep_at.set(now + pause)], condition=Timer.revision == timer.revision)


def _key(topic: str, subject: str) -> tuple[str, str]:
    return f"TIMER#{topic}#{subject}", "TIMER"


def _shard_of(topic: str, subject: str) -> str:
    return _shard(zlib.crc32(f"{topic}#{subject}".encode()) % SHARDS)


def _shard(number: int) -> str:
    return f"{number:02}"
