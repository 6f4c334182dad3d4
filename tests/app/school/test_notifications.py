"""Notifications over HTTP: who may send them to whom, and what is in the inbox."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.school import models, notifications
from tests.support.school import START, Person, Reply, School, counted_requests, in_parallel

WORDS = {"title": "Excursion", "description": "Bring boots", "body": "We meet at nine.", "tag": "high"}
INBOX = "/user/notifications"


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def send(school: School, by: Person, **overrides: Any) -> Reply:
    given = {name: value for name, value in {**WORDS, **overrides}.items() if value is not ...}
    return school.api.post(INBOX, given, token=by.token)


def sent(school: School, by: Person, **overrides: Any) -> int:
    """The id of a new notification. Each is a second later than the last."""
    school.clock.forward(timedelta(seconds=1))
    reply = send(school, by, **overrides)
    assert (reply.status, reply.body.keys()) == (201, {"id", "recipients", "left_out"}), reply.body
    notification_id: int = reply.body["id"]
    return notification_id


def inbox(school: School, person: Person, query: str = "") -> list[dict[str, Any]]:
    reply = school.api.get(f"{INBOX}{query}", token=person.token)
    assert reply.status == 200, reply.body
    found: list[dict[str, Any]] = reply.body
    return found


def ids(found: list[dict[str, Any]]) -> list[int]:
    return [notification["id"] for notification in found]


def change(school: School, by: Person, notification_id: int, if_match: Any = None, **changes: Any) -> Reply:
    headers = {} if if_match is None else {"If-Match": if_match}
    path = f"{INBOX}/{notification_id}"
    return school.api.request("PATCH", path, json_body=changes, token=by.token, headers=headers)


def withdraw(school: School, by: Person, notification_id: int, if_match: str | None = None) -> Reply:
    headers = {} if if_match is None else {"If-Match": if_match}
    return school.api.request("DELETE", f"{INBOX}/{notification_id}", token=by.token, headers=headers)


def read(school: School, person: Person, notification_id: int) -> Reply:
    return school.api.post(f"{INBOX}/{notification_id}/read", token=person.token)


def unread(school: School, person: Person) -> int:
    count: int = school.api.get("/user/monitor", token=person.token).body["unread_notifications"]
    return count


def test_a_recipient_finds_the_notification_and_gets_it_live(school: School, admin: Person, pupil: Person) -> None:
    reply = send(school, admin, user_id=pupil.id)
    assert (reply.status, reply.headers["etag"]) == (201, '"1"')
    expected = {
        **WORDS,
        "id": reply.body["id"],
        "date": "01 09 2026",
        "created_at": "2026-09-01T09:00:00.000Z",
        "author_id": admin.id,
        "type": "NOTIFICATION",
        "payload": None,
    }
    assert inbox(school, pupil) == [{**expected, "read": False, "author_name": "Person 1"}]
    (told,) = school.live_messages
    assert (told.user_ids, told.type, told.payload) == ((pupil.id,), "NOTIFICATION", expected)
    assert inbox(school, admin) == []


def test_body_and_tag_may_be_left_out(school: School, admin: Person, pupil: Person) -> None:
    sent(school, admin, user_id=pupil.id, body=..., tag=...)
    (found,) = inbox(school, pupil)
    assert (found["body"], found["tag"]) == ("", "medium")


def test_a_class_is_notified(school: School, admin: Person) -> None:
    fifth = [school.person(school_class=5) for _ in range(3)]
    others = [school.person(school_class=6), school.person(Role.TEACHER, school_class=5)]
    notification = sent(school, admin, **{"class": 5})
    assert [ids(inbox(school, each)) for each in fifth] == [[notification]] * 3
    assert [inbox(school, each) for each in others] == [[], []]


def test_all_accounts_are_notified(school: School, admin: Person, teacher: Person, pupil: Person) -> None:
    notification = sent(school, admin, all=True)
    assert [ids(inbox(school, each)) for each in (admin, teacher, pupil)] == [[notification]] * 3


def test_an_erased_account_is_not_notified(school: School, admin: Person, pupil: Person) -> None:
    school.api.request("DELETE", f"/user/users/{pupil.id}", token=admin.token)
    assert send(school, admin, user_id=pupil.id).body["code"] == "user_not_found"
    sent(school, admin, all=True)
    assert [told.user_ids for told in school.live_messages] == [(admin.id,)]


def test_a_teacher_tells_their_own_pupils(school: School, teacher: Person) -> None:
    own, other = school.person(school_class=5), school.person(school_class=5)
    school.teach(teacher, own)
    alone, in_class = sent(school, teacher, user_id=own.id), sent(school, teacher, **{"class": 5})
    assert (ids(inbox(school, own)), inbox(school, other)) == ([in_class, alone], [])
    refused = send(school, teacher, user_id=other.id)
    assert (refused.status, refused.body["code"]) == (403, "not_your_pupil")


def test_the_sender_learns_how_many_of_a_class_are_reached(school: School, admin: Person, teacher: Person) -> None:
    own, _, _ = (school.person(school_class=7) for _ in range(3))
    school.teach(teacher, own)
    school.fanout.held = True
    told = send(school, teacher, **{"class": 7}).body
    assert (told["recipients"], told["left_out"]) == (1, 2)
    path = f"{INBOX}/{told['id']}/delivery"
    assert school.api.get(path, token=teacher.token).body == {**told, "told": 0, "delivered_at": None}
    school.fanout.deliver()
    delivered = {**told, "told": 1, "delivered_at": "2026-09-01T09:00:00.000Z"}
    assert [school.api.get(path, token=each.token).body for each in (teacher, admin)] == [delivered] * 2
    assert school.api.get(path, token=school.person(Role.TEACHER).token).status == 403
    assert send(school, admin, **{"class": 7}).body["recipients"] == 3
    assert send(school, admin, all=True).body["recipients"] == 6


def test_a_teacher_of_a_class_tells_all_of_it(school: School, admin: Person, teacher: Person) -> None:
    pupils = [school.person(school_class=5) for _ in range(2)]
    school.person(school_class=6)
    path = f"/user/teachers/{teacher.id}/classes/5"
    assert school.api.request("PUT", path, token=admin.token).status == 204
    told = sent(school, teacher, **{"class": 5})
    assert [ids(inbox(school, pupil)) for pupil in pupils] == [[told]] * 2


def test_a_teacher_is_no_pupil_of_their_own(school: School, teacher: Person) -> None:
    school.teach(teacher)
    assert send(school, teacher, user_id=teacher.id).body["code"] == "not_your_pupil"


def test_without_courses_a_teacher_can_notify_nobody(school: School, teacher: Person) -> None:
    pupil = school.person(school_class=5)
    assert send(school, teacher, user_id=pupil.id).body["code"] == "not_your_pupil"
    sent(school, teacher, **{"class": 5})
    assert (inbox(school, pupil), school.live_messages) == ([], [])


def test_a_teacher_tells_not_everybody(school: School, teacher: Person) -> None:
    reply = send(school, teacher, all=True)
    assert (reply.status, reply.body["code"]) == (403, "only_admins_tell_all")


@pytest.mark.parametrize(
    ("overrides", "errors"),
    [
        ({"title": ...}, ["'title' is a required property"]),
        ({"description": ...}, ["'description' is a required property"]),
        ({"title": " "}, ["title validation error"]),
        ({"title": "t" * 129}, ["title validation error"]),
        ({"description": "d" * 257}, ["description validation error"]),
        ({"body": "b" * 1025}, ["body validation error"]),
        ({"tag": "urgent"}, ["tag validation error"]),
        ({"class": 12}, ["class validation error"]),
        ({"all": False}, ["all validation error"]),
        ({"user_id": 0}, ["user_id validation error"]),
        ({"user_id": 5, "class": 5}, ["Name exactly one of user_id, class, group_id and all"]),
        ({"user_id": 5, "all": True}, ["Name exactly one of user_id, class, group_id and all"]),
        ({"author_id": 5, "read": True}, ["'author_id' is an unknown property", "'read' is an unknown property"]),
    ],
)
def test_what_is_wrong_is_listed(school: School, admin: Person, overrides: dict[str, Any], errors: list[str]) -> None:
    reply = send(school, admin, **{"all": True} | overrides if "class" not in overrides else overrides)
    assert (reply.status, reply.body["errors"]) == (400, errors)


def test_somebody_must_be_told(school: School, admin: Person) -> None:
    assert send(school, admin).body["code"] == "one_audience"


def test_as_much_fits_as_virtual_school_says(school: School, admin: Person, pupil: Person) -> None:
    longest = {"title": "Я" * 128, "description": "Я" * 256, "body": "Я" * 1024}
    sent(school, admin, user_id=pupil.id, **longest)
    (found,) = inbox(school, pupil)
    assert {name: found[name] for name in longest} == longest


def test_what_is_read_stays_read(school: School, admin: Person, pupil: Person) -> None:
    first, second = sent(school, admin, user_id=pupil.id), sent(school, admin, user_id=pupil.id)
    for _ in range(2):
        reply = read(school, pupil, first)
        assert (reply.status, reply.body) == (200, "")
        assert [(each["id"], each["read"]) for each in inbox(school, pupil)] == [(second, False), (first, True)]
        assert unread(school, pupil) == 1
    assert [(each["id"], each["read"]) for each in inbox(school, pupil, "?tag=high")] == [
        (second, False),
        (first, True),
    ]


def test_one_reads_for_oneself(school: School, admin: Person) -> None:
    ann, bob = school.person(school_class=5), school.person(school_class=5)
    notification = sent(school, admin, **{"class": 5})
    read(school, ann, notification)
    assert (unread(school, ann), unread(school, bob)) == (0, 1)


@pytest.mark.parametrize("there", [True, False])
def test_what_one_was_not_told_one_cannot_read(school: School, admin: Person, pupil: Person, *, there: bool) -> None:
    notification = sent(school, admin, user_id=admin.id) if there else 5
    reply = read(school, pupil, notification)
    assert (reply.status, reply.body["code"]) == (404, "notification_not_found")
    assert inbox(school, pupil) == []


def test_one_sees_what_is_tagged_so(school: School, admin: Person, pupil: Person) -> None:
    made = {tag: [sent(school, admin, user_id=pupil.id, tag=tag) for _ in range(2)] for tag in ("low", "high")}
    assert ids(inbox(school, pupil)) == [*made["high"][::-1], *made["low"][::-1]]
    for tag, expected in made.items():
        assert ids(inbox(school, pupil, f"?tag={tag}")) == expected[::-1]
    assert inbox(school, pupil, "?tag=medium") == []
    refused = school.api.get(f"{INBOX}?tag=urgent", token=pupil.token)
    assert (refused.status, refused.body["errors"]) == (400, ["tag validation error"])


def test_a_change_is_seen_by_all_who_were_told(school: School, admin: Person) -> None:
    pupils = [school.person(school_class=5) for _ in range(2)]
    notification = sent(school, admin, **{"class": 5})
    read(school, pupils[0], notification)
    reply = change(school, admin, notification, title="Cancelled", tag="low")
    assert (reply.status, reply.body, reply.headers["etag"]) == (200, "", '"2"')
    school.fanout.deliver()
    for pupil, was_read in zip(pupils, (True, False), strict=True):
        (found,) = inbox(school, pupil)
        assert (found["title"], found["tag"], found["read"]) == ("Cancelled", "low", was_read)
        assert ids(inbox(school, pupil, "?tag=low")) == [notification]
        assert inbox(school, pupil, "?tag=high") == []
    assert [each.type for each in school.live_messages] == ["NOTIFICATION", "NOTIFICATIONS_READ"]


def test_what_is_withdrawn_is_gone_from_every_inbox(school: School, admin: Person) -> None:
    pupils = [school.person(school_class=5) for _ in range(2)]
    kept, gone = sent(school, admin, **{"class": 5}), sent(school, admin, **{"class": 5})
    assert withdraw(school, admin, gone).status == 200
    assert [ids(inbox(school, pupil)) for pupil in pupils] == [[kept]] * 2
    school.fanout.deliver()
    assert [ids(inbox(school, pupil, "?tag=high")) for pupil in pupils] == [[kept]] * 2
    assert [unread(school, pupil) for pupil in pupils] == [1, 1]
    assert withdraw(school, admin, gone).body["code"] == "notification_not_found"
    assert read(school, pupils[0], gone).status == 404


def test_what_is_withdrawn_before_it_is_delivered_never_is(school: School, admin: Person, pupil: Person) -> None:
    school.fanout.held = True
    notification = sent(school, admin, user_id=pupil.id)
    withdraw(school, admin, notification)
    school.fanout.deliver()
    assert (inbox(school, pupil), unread(school, pupil), school.live_messages) == ([], 0, [])


def test_a_teacher_changes_only_their_own(school: School, admin: Person, teacher: Person) -> None:
    for author in (admin, school.person(Role.TEACHER)):
        notification = sent(school, author, **{"class": 5})
        for reply in (change(school, teacher, notification, title="Mine"), withdraw(school, teacher, notification)):
            assert (reply.status, reply.body["code"]) == (403, "not_the_author")


def test_an_admin_touches_anybodys(school: School, admin: Person, teacher: Person) -> None:
    notification = sent(school, teacher, **{"class": 5})
    assert change(school, admin, notification, title="New").status == 200
    assert withdraw(school, admin, notification).status == 200


def test_what_is_not_there_is_not_found(school: School, admin: Person) -> None:
    for reply in (change(school, admin, 5, tag="low"), withdraw(school, admin, 5), withdraw(school, admin, 5, '"1"')):
        assert (reply.status, reply.body["code"]) == (404, "notification_not_found")


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"title": None}, ["title validation error"]),
        ({"tag": None}, ["tag validation error"]),
        ({"user_id": 5}, ["'user_id' is an unknown property"]),
    ],
)
def test_changes_are_held_to_the_same_limits(
    school: School, admin: Person, changes: dict[str, Any], errors: list[str]
) -> None:
    reply = change(school, admin, sent(school, admin, all=True), **changes)
    assert (reply.status, reply.body["errors"]) == (400, errors)


def test_nobody_overwrites_or_withdraws_what_they_have_not_seen(school: School, admin: Person, pupil: Person) -> None:
    notification = sent(school, admin, user_id=pupil.id)
    assert change(school, admin, notification, '"1"', title="First").status == 200
    for reply in (
        change(school, admin, notification, '"1"', title="Second", tag="low"),
        withdraw(school, admin, notification, '"1"'),
    ):
        assert (reply.status, reply.body["code"]) == (412, "changed_since")
    school.fanout.deliver()
    (found,) = inbox(school, pupil, "?tag=high")
    assert (found["title"], found["tag"]) == ("First", "high")


def test_of_many_changes_of_one_version_one_succeeds(school: School, admin: Person, pupil: Person) -> None:
    notification = sent(school, admin, user_id=pupil.id)
    outcomes = in_parallel(5, lambda number: change(school, admin, notification, '"1"', title=f"T{number}"))
    assert sorted(reply.status for reply in outcomes if isinstance(reply, Reply)) == [200] + [412] * 4


def fill(person: Person, many: int) -> list[int]:
    """So many notifications in an inbox; their ids, the newest first."""
    with models.SchoolItem.batch_write() as batch:
        for number in range(1, many + 1):
            notification = models.Notification(
                *models.notification_key(number),
                id=number,
                title="T",
                description="D",
                tag="high" if number % 2 else "low",
                type="NOTIFICATION",
                created_at=START,
            )
            batch.save(notification)
            batch.save(models._delivery(notification, person.id))
    return list(range(many, 0, -1))


@pytest.mark.parametrize("query", ["?limit=5", "?size=5", "?page=1&size=5", "?skip=0&limit=5", ""])
def test_the_links_lead_through_the_inbox(school: School, pupil: Person, query: str) -> None:
    expected, found = fill(pupil, 12), []
    path = f"{INBOX}{query}"
    while path:
        reply = school.api.get(path, token=pupil.token)
        found += ids(reply.body)
        path = reply.headers.get("link", "").removeprefix("<").partition(">")[0]
    assert found == expected


def test_the_links_keep_to_the_tag(school: School, pupil: Person) -> None:
    fill(pupil, 12)
    first = school.api.get(f"{INBOX}?tag=low&page=1&size=4", token=pupil.token)
    second = school.api.get(first.headers["link"].removeprefix("<").partition(">")[0], token=pupil.token)
    assert (ids(first.body), ids(second.body)) == ([12, 10, 8, 6], [4, 2])
    assert ids(inbox(school, pupil, "?tag=low&page=2&size=4")) == [4, 2]


def test_a_cursor_into_anothers_inbox_leads_nowhere(school: School, pupil: Person) -> None:
    fill(pupil, 12)
    cursor = school.api.get(f"{INBOX}?limit=5", token=pupil.token).headers["x-next-cursor"]
    reply = school.api.get(f"{INBOX}?cursor={cursor}", token=school.person().token)
    assert (reply.status, reply.body) == (200, []) or reply.body["code"] == "invalid_cursor"


@pytest.mark.parametrize("many", [10, 100, 1000])
def test_a_page_is_a_query_and_a_batch_however_full_the_inbox(school: School, pupil: Person, many: int) -> None:
    fill(pupil, many)
    for query in ("?size=5", "?tag=low&size=5", "?limit=5", "?skip=1&limit=4"):
        with counted_requests() as requests:
            assert len(inbox(school, pupil, query)) == (4 if "skip" in query else 5)
        assert requests == {"BatchGetItem": 2, "Query": 1}  # one batch for the session


@pytest.mark.parametrize(("many", "counted"), [(0, 0), (10, 10), (100, 100), (1000, 100)])
def test_the_unread_are_counted_in_one_query(school: School, pupil: Person, many: int, counted: int) -> None:
    fill(pupil, many)
    assert unread(school, pupil) == counted
    with counted_requests() as requests:
        models.count_unread(pupil.id, at_most=notifications.MOST_COUNTED)
    assert requests == {"Query": 1}


def test_who_was_blocked_finds_what_was_told_meanwhile(school: School, admin: Person) -> None:
    pupil = school.person(state=AccountState.BLOCKED, school_class=5)
    notification = sent(school, admin, **{"class": 5})
    assert [told.user_ids for told in school.live_messages] == [(pupil.id,)]
    assert models.find_notification(notification) is not None
