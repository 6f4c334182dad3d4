"""The engine of everything that happens at a time, with a subject that knows nothing but its steps."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import app as application
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import queues, sweeps, timers
from chalicelib.common.events.queues import OutgoingMessage
from chalicelib.common.events.timers import SWEEP_AHEAD, Message, Timer
from tests.support.log import Log
from tests.support.school import START, School, aws, counted_requests
from tests.support.times import MINUTE, delivered

TOPIC = "test"
SECOND = timedelta(seconds=1)


class Subjects:
    """Each has steps to take at set times; remembers when each was taken."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, datetime]] = []
        self.steps: dict[str, list[datetime]] = {}
        self.failures: dict[str, Exception] = {}
        self.before: Callable[[], None] = lambda: None

    def start(self, subject: str, *moments: datetime) -> None:
        self.steps[subject] = list(moments)
        move(subject, moments[0])

    def handle(self, subject: str, now: datetime) -> None:
        self.before()
        if subject in self.failures:
            raise self.failures[subject]
        self.steps[subject].pop(0)
        self.taken.append((subject, now))
        remaining = self.steps[subject]
        if remaining:
            move(subject, remaining[0])
        else:
            transactions.transact(lambda transaction: timers.stop(transaction, TOPIC, subject))


def move(subject: str, due_at: datetime) -> None:
    def fill(transaction: Transaction) -> None:
        timers.start(transaction, TOPIC, subject, due_at)

    transactions.transact(fill)


@pytest.fixture
def subjects(school: School) -> Subjects:
    found = Subjects()
    school.override(timer_handlers={TOPIC: found.handle})
    return found


def in_minutes(number: float) -> datetime:
    return START + number * MINUTE


def test_a_step_is_taken_at_its_very_moment(school: School, subjects: Subjects) -> None:
    moment = START + timedelta(minutes=7, seconds=12, milliseconds=345)
    subjects.start("1", moment)
    school.transitions.pass_time(10 * MINUTE)
    assert subjects.taken == [("1", moment)]


def test_what_is_due_before_the_next_sweep_is_hurried(school: School, subjects: Subjects) -> None:
    subjects.start("1", START + 5 * SECOND)
    timers.enqueue_if_soon(TOPIC, "1", START + 5 * SECOND)
    school.transitions.pass_time(30 * SECOND)
    assert subjects.taken == [("1", START + 5 * SECOND)]


def test_a_step_that_follows_soon_does_not_wait_for_a_sweep(school: School, subjects: Subjects) -> None:
    moments = [in_minutes(2), in_minutes(2.1), in_minutes(2.2), in_minutes(9)]
    subjects.start("1", *moments)
    school.transitions.pass_time(10 * MINUTE)
    assert subjects.taken == [("1", moment) for moment in moments]


def test_what_is_far_away_is_left_to_the_sweeps(school: School, subjects: Subjects) -> None:
    timers.enqueue_if_soon(TOPIC, "1", START + SWEEP_AHEAD + SECOND)
    assert school.transitions.waiting == []


def test_after_an_outage_the_next_sweep_makes_up_for_all_in_order(school: School, subjects: Subjects) -> None:
    moments = [in_minutes(number) for number in (5, 20, 20, 59, 61.5)]
    subjects.start("1", *moments)
    school.transitions.sweeping = False
    school.transitions.pass_time(60 * MINUTE)
    assert subjects.taken == []
    school.transitions.sweep()
    school.transitions.deliver()
    assert [moment for _, moment in subjects.taken] == [in_minutes(60)] * 4
    school.transitions.pass_time(2 * MINUTE)
    assert subjects.taken[4:] == [("1", in_minutes(61.5))]


def test_a_message_delivered_twice_leads_to_one_step(school: School, subjects: Subjects) -> None:
    subjects.start("1", in_minutes(1), in_minutes(30))
    school.clock.now = in_minutes(1)
    message = Message(TOPIC, "1", in_minutes(1))
    assert application.advance(delivered(message, message, message), None) == {"batchItemFailures": []}
    assert subjects.taken == [("1", in_minutes(1))]


def test_a_timer_that_was_stopped_or_moved_away_does_not_fire(school: School, subjects: Subjects) -> None:
    timers.fire(Message(TOPIC, "unknown", START))
    subjects.start("1", in_minutes(30))
    timers.fire(Message(TOPIC, "1", START))
    assert subjects.taken == []
    assert school.transitions.waiting == []


def test_a_timer_that_was_moved_nearer_fires_with_the_old_message(school: School, subjects: Subjects) -> None:
    subjects.start("1", START)
    timers.fire(Message(TOPIC, "1", in_minutes(30)))
    assert subjects.taken == [("1", START)]


@pytest.mark.parametrize("ahead", [timedelta(milliseconds=1), timedelta(milliseconds=999), 2 * SECOND])
def test_a_message_that_is_a_little_early_is_waited_out(school: School, subjects: Subjects, ahead: timedelta) -> None:
    subjects.start("1", START + ahead)
    timers.fire(Message(TOPIC, "1", START + ahead))
    assert subjects.taken == [("1", START + ahead)]


@pytest.mark.parametrize("skew", [-45 * SECOND, -3 * SECOND, 3 * SECOND, 45 * SECOND])
def test_clocks_that_differ_cost_no_step_and_no_time(school: School, subjects: Subjects, skew: timedelta) -> None:
    """The sweep's clock is ahead, or behind: what it sends comes too early, or late, by as much."""
    moments = [in_minutes(2.5), in_minutes(3)]
    subjects.start("1", *moments)
    for _ in range(5):
        school.clock.now += skew
        school.transitions.sweep()
        school.clock.now -= skew
        school.transitions.waiting = [(each[0] - skew, each[1]) for each in school.transitions.waiting]
        school.transitions.sweeping = False
        school.transitions.pass_time(MINUTE)
    assert [subject for subject, _ in subjects.taken] == ["1", "1"]
    late = [taken - moment for (_, taken), moment in zip(subjects.taken, moments, strict=True)]
    assert timedelta(0) <= min(late) <= max(late) <= max(timedelta(0), -skew)


def test_one_that_fails_holds_up_no_other(school: School, subjects: Subjects, log: Log) -> None:
    subjects.failures["2"] = ValueError("poison")
    for subject in "123":
        subjects.start(subject, START)
    batch = delivered(*(Message(TOPIC, subject, START) for subject in "123"), deliveries=3)
    assert application.advance(batch, None) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert [subject for subject, _ in subjects.taken] == ["1", "3"]
    assert school.transitions.postponed == [("R1", 8)]
    (logged,) = log.events("timer failed")
    assert (logged["topic"], logged["subject"]) == (TOPIC, "2")


def test_sweeps_leave_one_that_fails_alone_for_longer_and_longer(school: School, subjects: Subjects) -> None:
    subjects.failures["1"] = ValueError("poison")
    subjects.start("1", START)
    school.transitions.pass_time(30 * MINUTE)
    assert 4 <= len(school.transitions.failed) <= 10
    del subjects.failures["1"]
    school.transitions.pass_time(15 * MINUTE)
    assert [subject for subject, _ in subjects.taken] == ["1"]


def test_a_step_taken_by_another_meanwhile_is_not_put_to_rest(school: School, subjects: Subjects) -> None:
    subjects.start("1", START)
    subjects.failures["1"] = ValueError("poison")
    subjects.before = lambda: move("1", in_minutes(30))
    application.advance(delivered(Message(TOPIC, "1", START)), None)
    timer = timers.find(TOPIC, "1")
    assert timer is not None
    assert (timer.due_at, timer.sweep_at) == (in_minutes(30), in_minutes(30))


def test_a_handler_that_leaves_its_timer_as_it_was_is_an_error(school: School) -> None:
    school.override(timer_handlers={TOPIC: lambda subject, now: None})
    move("1", START)
    with pytest.raises(timers.TimerNotAdvanced, match="test 1 stands at 2026-09-01T09:00:00"):
        timers.fire(Message(TOPIC, "1", START))


def test_an_unknown_topic_is_an_error_of_its_own_message(school: School, subjects: Subjects) -> None:
    transactions.transact(lambda transaction: timers.start(transaction, "nobody's", "1", START))
    subjects.start("2", START)
    batch = delivered(Message("nobody's", "1", START), Message(TOPIC, "2", START))
    assert application.advance(batch, None) == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert subjects.taken == [("2", START)]


@pytest.mark.parametrize("waiting", [10, 100, 1000])
def test_a_sweep_with_nothing_due_costs_sixteen_queries_however_many_wait(school: School, waiting: int) -> None:
    with Timer.batch_write() as batch:
        for number in range(waiting):
            batch.save(waiting_timer(str(number), START + timedelta(days=1)))
    sweeps.begin(START)
    with counted_requests() as requests:
        timers.sweep()
    assert requests == {"Query": 16, "GetItem": 1, "UpdateItem": 1}
    assert school.transitions.waiting == []


def test_a_sweep_sends_all_that_is_due_soon_ten_at_a_time(school: School) -> None:
    with Timer.batch_write() as batch:
        for number in range(300):
            batch.save(waiting_timer(str(number), START + number * SECOND))
    sweeps.begin(START)
    with counted_requests() as requests:
        timers.sweep()
    sent = {message.subject for _, message in school.transitions.waiting}
    assert sent == {str(number) for number in range(91)}
    assert len(school.transitions.waiting) == 91
    assert requests == {"Query": 16, "GetItem": 1, "UpdateItem": 1}


def test_timers_are_spread_over_all_shards(school: School) -> None:
    numbers = [int(timers._shard_of("track", str(7_000_000 + 4096 * number))) for number in range(1600)]
    counts = [numbers.count(shard) for shard in range(timers.SHARDS)]
    assert 60 <= min(counts) <= max(counts) <= 140


class Unavailable:
    """A queue that takes some and refuses others."""

    def __init__(self, refused: set[str]) -> None:
        self.refused = refused
        self.sent: set[str] = set()

    def send(self, messages: Sequence[OutgoingMessage]) -> None:
        self.sent |= {timers.transitions.read(message.body).subject for message in messages}
        if self.sent & self.refused:
            self.sent -= self.refused
            raise queues.NotSent(messages)

    def postpone(self, receipt_handle: str, seconds: int) -> None: ...


def test_a_shard_that_cannot_be_swept_keeps_no_other_from_it(school: School) -> None:
    for number in range(50):
        move(str(number), START)
    queue = Unavailable({"7"})
    school.sqs.transitions = queue
    with pytest.raises(ExceptionGroup) as failed:
        timers.sweep()
    assert [type(each) for each in failed.value.exceptions] == [queues.NotSent]
    lost = {str(number) for number in range(50)} - queue.sent
    assert lost - {"7"} <= {
        str(n) for n in range(50) if timers._shard_of(TOPIC, str(n)) == timers._shard_of(TOPIC, "7")
    }


def test_what_cannot_be_hurried_is_found_by_a_sweep(school: School, subjects: Subjects, log: Log) -> None:
    school.sqs.transitions = Unavailable({"1"})
    subjects.start("1", START + 5 * SECOND)
    timers.enqueue_if_soon(TOPIC, "1", START + 5 * SECOND)
    assert len(log.events("timer not hurried")) == 1
    school.sqs.transitions = school.transitions
    school.transitions.pass_time(2 * MINUTE)
    assert subjects.taken == [("1", in_minutes(1))]


def test_sqs_delivers_at_once_what_is_due_and_holds_back_the_rest(school: School) -> None:
    url = aws("sqs").create_queue(QueueName="lyceum-local-transitions")["QueueUrl"]
    school.override(sqs=queues.Sqs())
    timers.enqueue([Message(TOPIC, "1", START), Message(TOPIC, "2", START + 5 * MINUTE)], START)
    (received,) = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert timers.transitions.read(received["Body"]) == Message(TOPIC, "1", START)
    timers.transitions.postpone(received["ReceiptHandle"], 0)
    assert len(aws("sqs").receive_message(QueueUrl=url)["Messages"]) == 1


def test_what_sqs_does_not_take_is_an_error(school: School) -> None:
    aws("sqs").create_queue(QueueName="lyceum-local-transitions")
    school.override(sqs=queues.Sqs())
    with pytest.raises(queues.NotSent, match="nul"), refusing_the_second():
        timers.enqueue([Message(TOPIC, "1", START), Message(TOPIC, "nul", START)], START)


@contextmanager
def refusing_the_second() -> Iterator[None]:
    """SQS takes a batch but for its second message."""

    def refuse(parsed: dict[str, Any], **_: object) -> None:
        parsed["Failed"] = [{"Id": "1", "SenderFault": False, "Code": "InternalError"}]

    events = queues.client().meta.events
    events.register("after-call.sqs.SendMessageBatch", refuse)
    yield
    events.unregister("after-call.sqs.SendMessageBatch", refuse)


@given(st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=1)))
def test_a_delay_is_never_too_long_and_at_most_a_second_short(due_in: timedelta) -> None:
    delay = timers.delay(START + due_in, START) * SECOND
    assert timedelta(0) <= delay <= timers.LONGEST_DELAY
    if timedelta(0) <= due_in <= timers.LONGEST_DELAY:
        assert timedelta(0) <= due_in - delay < SECOND


@given(st.datetimes(timezones=st.just(START.tzinfo)), st.text(), st.text())
def test_a_message_is_read_as_it_was_written(due_at: datetime, topic: str, subject: str) -> None:
    message = Message(topic, subject, due_at)
    assert timers.transitions.read(timers.transitions.write(message)) == message


def waiting_timer(subject: str, due_at: datetime) -> Timer:
    return Timer(
        *timers._key(TOPIC, subject),
        topic=TOPIC,
        subject=subject,
        due_at=due_at,
        due_shard=timers._shard_of(TOPIC, subject),
        sweep_at=due_at,
        revision=1,
    )
