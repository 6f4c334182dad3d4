"""Delivery to many: a page for each message, also twice or after a crash."""

import json
import random
from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

import moto.backends
import pytest

import app as application
from chalicelib.accounts.permissions import Role
from chalicelib.common import settings
from chalicelib.common.events.queues import Sqs
from chalicelib.school import delivery, models, queues
from chalicelib.school.models import Notification
from chalicelib.school.queues import DeliveryPage, DeliveryStep
from tests.app.school.many_people import enrol
from tests.support.log import Log
from tests.support.school import (
    ACCOUNT,
    REGION,
    START,
    Person,
    School,
    aws,
    counted_requests,
    in_parallel,
    stored_items,
)

PAGE = models.INBOXES_AT_ONCE


class Crash(Exception):
    """The function dies."""


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


def notification(**overrides: Any) -> Notification:
    values = {
        "id": 7,
        "title": "T",
        "description": "D",
        "tag": "high",
        "type": "NOTIFICATION",
        "created_at": START,
        "to_class": 5,
        **overrides,
    }
    made = Notification(*models.notification_key(values["id"]), **values)
    made.save()
    return made


def inboxes(notification_id: int = 7) -> list[int]:
    """Whose inbox it is in, in order."""
    items = stored_items("school")
    return sorted(int(item["user_id"]) for item in items if item.get("notification_id") == notification_id)


def heard(school: School) -> Counter[int]:
    """How often each was told live."""
    return Counter(user_id for told in school.live_messages for user_id in told.user_ids)


def deliver_all(school: School, notification_id: int = 7) -> None:
    school.fanout(DeliveryPage(DeliveryStep.DELIVER, notification_id))


@pytest.mark.parametrize("many", [0, 1, PAGE - 1, PAGE, PAGE + 1])
def test_each_pupil_of_a_class_is_notified_once(school: School, many: int) -> None:
    pupils = enrol(many)
    notification()
    deliver_all(school)
    assert inboxes() == pupils
    assert heard(school) == dict.fromkeys(pupils, 1)


def test_accounts_of_every_role_are_notified_across_pages(school: School) -> None:
    everybody = [
        *enrol(150),
        *enrol(30, role=Role.TEACHER, first_id=2_000_000),
        *enrol(70, role=Role.ADMIN, first_id=3_000_000),
    ]
    notification(to_class=None, to_all=True)
    deliver_all(school)
    assert inboxes() == everybody
    assert heard(school) == dict.fromkeys(everybody, 1)


def test_every_page_may_come_twice_and_in_any_order(school: School) -> None:
    pupils = enrol(250)
    notification()
    school.fanout.held = True
    school.fanout(DeliveryPage(DeliveryStep.DELIVER, 7))
    handled: Counter[str | None] = Counter()
    shuffled = random.Random(7)  # noqa: S311 - not a secret
    while school.fanout.waiting:
        page = school.fanout.waiting.pop(shuffled.randrange(len(school.fanout.waiting)))
        if handled[page.cursor] < 2:
            handled[page.cursor] += 1
            delivery.handle(page)
            delivery.handle(page)
    assert list(handled.values()) == [1, 2, 2]
    assert inboxes() == pupils
    assert heard(school) == dict.fromkeys(pupils, 1)


def test_a_thousand_are_notified_though_the_function_dies_and_messages_repeat(school: School) -> None:
    pupils = enrol(1000)
    notification()
    die_when_telling(school, time=5)
    pages = handled_until_done(school)
    assert (len(pages), len(set(pages))) == (11, 10)
    for page in random.Random(7).sample(pages, 2):  # noqa: S311 - not a secret
        delivery.handle(page)
    assert inboxes() == pupils
    assert set(heard(school).values()) == {1}
    assert len(heard(school)) == 900  # those of the page that died find it in their inboxes


@pytest.mark.parametrize("time", [1, 2, 3])
def test_a_crash_while_telling_loses_no_inbox(school: School, time: int) -> None:
    """The page comes again and goes on with the next; nobody hears it twice."""
    pupils = enrol(250)
    notification()
    die_when_telling(school, time=time)
    assert len(handled_until_done(school)) == 4
    assert inboxes() == pupils
    assert set(heard(school).values()) == {1}
    assert len(heard(school)) == (200 if time == 3 else 150)


def die_when_telling(school: School, *, time: int) -> None:
    calls: list[int] = []

    def tell(user_ids: Collection[int], type_: str, payload: Mapping[str, Any]) -> None:
        calls.append(len(user_ids))
        if len(calls) == time:
            raise Crash
        school.keep_live_message(user_ids, type_, payload)

    school.override(send_live=tell)


def handled_until_done(school: School) -> list[DeliveryPage]:
    """Deliver as SQS does: what failed comes again. Every page, as often as it came."""
    handled: list[DeliveryPage] = []
    school.fanout.held = True
    school.fanout(DeliveryPage(DeliveryStep.DELIVER, 7))
    while school.fanout.waiting:
        page = school.fanout.waiting.pop(0)
        handled.append(page)
        try:
            delivery.handle(page)
        except Crash:
            school.fanout.waiting.append(page)
    return handled


def test_a_crash_before_the_next_page_is_asked_for_skips_none(school: School) -> None:
    pupils = enrol(250)
    notification()

    def fail(page: DeliveryPage) -> None:
        raise Crash

    school.sqs.fanout = fail
    with pytest.raises(Crash):
        delivery.handle(DeliveryPage(DeliveryStep.DELIVER, 7))
    school.sqs.fanout = school.fanout
    delivery.handle(DeliveryPage(DeliveryStep.DELIVER, 7))
    assert inboxes() == pupils
    assert heard(school) == dict.fromkeys(pupils, 1)


def test_two_simultaneous_deliveries_of_a_page_notify_each_once(school: School) -> None:
    pupils = enrol(60)
    notification()
    outcomes = in_parallel(4, lambda number: delivery.handle(DeliveryPage(DeliveryStep.DELIVER, 7)))
    assert outcomes == [None] * 4
    assert inboxes() == pupils
    assert heard(school) == dict.fromkeys(pupils, 1)


def test_what_was_read_stays_read_when_it_comes_again(school: School) -> None:
    reader, other = enrol(2)
    notification()
    deliver_all(school)
    models.mark_read(reader, 7)
    deliver_all(school)
    assert (models.count_unread(reader, at_most=5), models.count_unread(other, at_most=5)) == (0, 1)


def test_a_pupil_who_joins_the_class_meanwhile_does_not_end_the_delivery(school: School) -> None:
    pupils = enrol(150)
    notification()
    school.fanout.held = True
    school.fanout(DeliveryPage(DeliveryStep.DELIVER, 7))
    delivery.handle(school.fanout.waiting.pop())
    late = enrol(10, first_id=pupils[-1] + 1)
    early = enrol(10, first_id=pupils[0] - 10)
    school.fanout.deliver()
    assert set(inboxes()) == {*pupils, *late}
    assert set(early).isdisjoint(inboxes())


@pytest.mark.parametrize("many", [100, 1000])
def test_a_page_costs_the_same_however_many_follow(school: School, many: int) -> None:
    enrol(many)
    notification()
    school.fanout.held = True
    with counted_requests() as requests:
        delivery.handle(DeliveryPage(DeliveryStep.DELIVER, 7))
    is_last = {"UpdateItem": 1} if many == PAGE else {}
    wanted = {"BatchGetItem": 1}  # how each wants to be told
    assert requests == {"GetItem": 2, "Query": 1, "PutItem": PAGE, **wanted, **is_last}


def settle_all(school: School) -> None:
    school.fanout(DeliveryPage(DeliveryStep.SETTLE, 7))
    school.fanout.deliver()


def test_a_withdrawn_notification_leaves_every_inbox(school: School) -> None:
    enrol(250)
    made = notification()
    deliver_all(school)
    made.delete()
    settle_all(school)
    assert inboxes() == []
    settle_all(school)


def test_a_new_tag_reaches_every_inbox_and_brings_none_back(school: School) -> None:
    first, *others = enrol(250)
    made = notification()
    deliver_all(school)
    models.withdraw([models._delivery(made, first)])
    models.change_notification(7, {"tag": "low"}, None)
    settle_all(school)
    assert inboxes() == others
    assert {item["tagged"] for item in stored_items("school") if "tagged" in item} == {
        f"USER#{user_id}#low" for user_id in others
    }


def test_what_is_withdrawn_while_it_is_delivered_is_taken_back(school: School) -> None:
    enrol(5)
    made = notification()
    school.fanout.held = True
    school.override(send_live=lambda user_ids, type_, payload: made.delete())  # after the inboxes were filled
    delivery.handle(DeliveryPage(DeliveryStep.DELIVER, 7))
    assert school.fanout.waiting == [DeliveryPage(DeliveryStep.SETTLE, 7)]
    school.fanout.deliver()
    assert inboxes() == []


def test_nothing_is_delivered_of_what_is_gone(school: School, log: Log) -> None:
    enrol(5)
    deliver_all(school)
    assert inboxes() == []
    assert log.events("notification withdrawn before it was delivered")


def test_a_bad_message_is_delivered_again_alone(school: School) -> None:
    pupils = enrol(3)
    notification()
    bodies = ["{", json.dumps({"step": "deliver", "notification_id": 7, "cursor": None}), json.dumps({"step": "x"})]
    records = [
        {"messageId": str(number), "receiptHandle": "R", "body": body, "eventSource": "aws:sqs", "attributes": {}}
        for number, body in enumerate(bodies)
    ]
    answer = application.fan_out({"Records": records}, None)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}, {"itemIdentifier": "2"}]}
    assert inboxes() == pupils


def delay_of(message: Any) -> int:
    """Seconds from sending to delivery, as moto has put them down."""
    seconds: float = max(0, message.delayed_until - message.sent_timestamp) / 1000
    return round(seconds)


@pytest.mark.parametrize(("step", "delay"), [(DeliveryStep.DELIVER, 0), (DeliveryStep.SETTLE, queues.SETTLE_DELAY)])
def test_a_page_goes_through_sqs(school: School, step: DeliveryStep, delay: int) -> None:
    sqs, queue = aws("sqs"), settings.load().queue_urls["fanout"]
    assert sqs.create_queue(QueueName="lyceum-local-fanout")["QueueUrl"] == queue
    school.override(sqs=Sqs())
    page = DeliveryPage(step, 7, "cursor")
    queues.put(page)
    # What moto keeps, since what it counts goes by the machine's clock.
    (message,) = moto.backends.get_backend("sqs")[ACCOUNT][REGION].queues["lyceum-local-fanout"]._messages
    assert (queues.fanout.read(message.body), delay_of(message)) == (page, delay)


def test_an_admin_tells_a_large_class(school: School, admin: Person) -> None:
    pupils = enrol(150)
    reply = school.api.post("/user/notifications", {"title": "T", "description": "D", "class": 5}, token=admin.token)
    assert reply.status == 201
    assert inboxes(reply.body["id"]) == pupils


def test_a_request_waits_for_no_delivery(school: School, admin: Person) -> None:
    enrol(1000)
    school.fanout.held = True
    with counted_requests() as requests:
        school.api.post("/user/notifications", {"title": "T", "description": "D", "class": 5}, token=admin.token)
    counted = {"Query": 1}
    assert requests == {"BatchGetItem": 1, "UpdateItem": 1, "TransactWriteItems": 1, **counted}
