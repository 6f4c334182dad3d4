"""What is unread: listed, counted, marked as a whole, and told to one's other tabs."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.dynamo import transactions
from chalicelib.school import models, notifications
from chalicelib.school.models import Tag
from tests.support.school import Person, School, counted_requests

INBOX = "/user/notifications"


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN, name="Ada", secondname="Byron")


def told(school: School, by: Person, to: Person, tag: str = "low") -> int:
    school.clock.forward(timedelta(seconds=1))
    body = {"title": "T", "description": "D", "user_id": to.id, "tag": tag}
    notification_id: int = school.api.post(INBOX, body, token=by.token).body["id"]
    return notification_id


def several(school: School, to: Person, count: int) -> list[int]:
    """So many at once, the oldest first."""
    ids = list(range(1, count + 1))
    for each in ids:
        place = models.notification_key(each)
        notification = models.Notification(
            *place, id=each, title="T", description="D", tag=Tag.LOW, type="NOTIFICATION", created_at=school.clock.now
        )
        notification.save()
        models.deliver(notification, to.id)
    return ids


def listed(school: School, person: Person, query: str) -> list[int]:
    reply = school.api.get(f"{INBOX}?{query}", token=person.token)
    assert reply.status == 200, reply.body
    return [each["id"] for each in reply.body]


def unread(school: School, person: Person) -> int:
    reply = school.api.get(f"{INBOX}/unread", token=person.token)
    count: int = reply.body["unread_notifications"]
    assert reply.body == {"unread_notifications": count}
    return count


def read_all(school: School, person: Person) -> Any:
    reply = school.api.post(f"{INBOX}/read", token=person.token)
    assert reply.status == 200, reply.body
    return reply.body


def frames(school: School) -> list[tuple[tuple[int, ...], Any]]:
    return [(each.user_ids, each.payload) for each in school.live_messages if each.type == "NOTIFICATIONS_READ"]


def test_only_the_unread_are_listed(school: School, admin: Person, pupil: Person) -> None:
    low, high, other = told(school, admin, pupil), told(school, admin, pupil, "high"), told(school, admin, pupil)
    school.api.post(f"{INBOX}/{low}/read", token=pupil.token)
    assert listed(school, pupil, "unread=true") == [other, high]
    assert listed(school, pupil, "unread=true&tag=high") == [high]
    assert listed(school, pupil, "unread=true&tag=low") == [other]
    assert listed(school, pupil, "unread=true&page=2&size=1") == [high]
    assert listed(school, pupil, "unread=false") == [other, high, low]
    assert school.api.get(f"{INBOX}?unread=perhaps", token=pupil.token).status == 400
    (first, _) = school.api.get(f"{INBOX}?unread=true", token=pupil.token).body
    assert (first["read"], first["author_name"]) == (False, "Ada Byron")


def test_what_the_system_tells_has_no_author(school: School, pupil: Person) -> None:
    several(school, pupil, 1)
    (found,) = school.api.get(INBOX, token=pupil.token).body
    assert (found["author_id"], found["author_name"]) == (None, None)


def test_other_tabs_hear_what_was_read(school: School, admin: Person, pupil: Person) -> None:
    first, second = told(school, admin, pupil), told(school, admin, pupil)
    school.api.post(f"{INBOX}/{first}/read", token=pupil.token)
    school.api.post(f"{INBOX}/{second}/read", token=pupil.token)
    assert frames(school) == [
        ((pupil.id,), {"notification_ids": [first], "unread_notifications": 1}),
        ((pupil.id,), {"notification_ids": [second], "unread_notifications": 0}),
    ]


def test_all_are_read_at_once(school: School, admin: Person, pupil: Person) -> None:
    mine, others = [told(school, admin, pupil) for _ in range(3)], told(school, admin, admin)
    assert unread(school, pupil) == 3
    assert read_all(school, pupil) == {"unread_notifications": 0}
    assert (unread(school, pupil), unread(school, admin)) == (0, 1)
    assert listed(school, pupil, "unread=true") == []
    assert listed(school, admin, "unread=true") == [others]
    assert frames(school) == [((pupil.id,), {"notification_ids": mine[::-1], "unread_notifications": 0})]


def test_reading_nothing_tells_nobody(school: School, pupil: Person) -> None:
    assert read_all(school, pupil) == {"unread_notifications": 0}
    assert frames(school) == []


def test_a_hundred_cost_one_transaction(school: School, pupil: Person) -> None:
    several(school, pupil, 150)
    with counted_requests() as requests:
        notifications_left = read_all(school, pupil)
    assert notifications_left == {"unread_notifications": 0}
    assert requests["TransactWriteItems"] == 2


def test_of_very_many_the_rest_is_counted(school: School, pupil: Person) -> None:
    ids = several(school, pupil, notifications.MOST_AT_ONCE + 7)
    assert read_all(school, pupil) == {"unread_notifications": 7}
    assert listed(school, pupil, "unread=true") == ids[:7][::-1]
    assert read_all(school, pupil) == {"unread_notifications": 0}


def test_what_is_withdrawn_meanwhile_does_not_come_back(school: School, pupil: Person) -> None:
    first, gone, last = several(school, pupil, 3)
    models.Delivery(*models.delivery_key(pupil.id, gone)).delete()
    models.mark_all_read(pupil.id, [first, gone, last])
    assert (listed(school, pupil, "unread=true"), listed(school, pupil, "")) == ([], [last, first])
    with pytest.raises(transactions.ConditionFailed):
        models.mark_read(pupil.id, gone)


def test_ones_own_channel_says_how_many_are_unread(school: School, admin: Person, pupil: Person) -> None:
    for count in range(2):
        socket = school.live.join(pupil)
        assert socket.last("SNAPSHOT")["unreadNotifications"] == count
        told(school, admin, pupil)
