"""Notifications of the system: once to each user, under their key."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.texts import Text, untranslated
from chalicelib.school import models, notifications
from tests.support.log import Log
from tests.support.school import LiveMessage, Person, School, in_parallel, stored_items

PAYLOAD = {
    "assignment_id": 5,
    "track_id": 4,
    "stage": "submission",
    "deadline": "2026-09-02T09:00:00.000Z",
    "reviews_left": 0,
}
KEY = "assignment-5-submission-soon"
SOON, LEFT = untranslated("Soon"), untranslated("Two hours left")
NEAR = Text("notice_deadline_soon", "The deadline is near")
REVIEWS = Text("notice_reviews", "{n} review to write", {"n": 3}, plural="{n} reviews to write")
ABOUT = Text("notice_about", "{title}: {what}", {"title": "Sorting {0}", "what": REVIEWS})
RUSSIAN = {"Accept-Language": "ru"}


def keep(*user_ids: int, key: str = KEY, **overrides: Any) -> None:
    words = {"kind": "DEADLINE_SOON", "title": SOON, "description": LEFT, "payload": PAYLOAD, **overrides}
    notifications.notify_once(key, user_ids, **words)


def inbox(school: School, person: Person, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = school.api.get(f"/user/notifications{query}", token=person.token).body
    return found


def test_a_notice_is_told_in_a_frame_of_its_own_and_kept(school: School, pupil: Person) -> None:
    keep(pupil.id)
    assert school.live_messages == [LiveMessage((pupil.id,), "DEADLINE_SOON", PAYLOAD)]
    (found,) = inbox(school, pupil)
    found.pop("id")
    assert found == {
        "title": "Soon",
        "description": "Two hours left",
        "body": "",
        "tag": "medium",
        "date": "01 09 2026",
        "created_at": "2026-09-01T09:00:00.000Z",
        "author_id": None,
        "author_name": None,
        "type": "DEADLINE_SOON",
        "payload": PAYLOAD,
        "read": False,
    }


def test_under_one_key_everybody_is_told_once(school: School) -> None:
    ann, bob, eve = (school.person() for _ in range(3))
    keep(ann.id, bob.id, ann.id)
    (first,) = inbox(school, ann)
    school.api.post(f"/user/notifications/{first['id']}/read", token=ann.token)
    keep(bob.id, ann.id, eve.id, title=untranslated("Other words"), payload={})
    told = [each for each in school.live_messages if each.type == "DEADLINE_SOON"]
    assert [each.user_ids for each in told] == [(ann.id, bob.id), (eve.id,)]
    assert told[1].payload == PAYLOAD
    assert [[(each["title"], each["read"]) for each in inbox(school, who)] for who in (ann, bob, eve)] == [
        [("Soon", True)],
        [("Soon", False)],
        [("Soon", False)],
    ]


def test_another_key_is_another_notice(school: School, pupil: Person) -> None:
    keep(pupil.id)
    keep(pupil.id, key="another", tag=models.Tag.HIGH)
    assert len(inbox(school, pupil)) == 2
    assert len(inbox(school, pupil, "?tag=high")) == 1


def test_a_notice_that_concerns_nobody_yet_is_told_later(school: School, pupil: Person) -> None:
    keep()
    assert school.live_messages == []
    keep(pupil.id)
    assert len(inbox(school, pupil)) == 1


def test_many_at_once_make_one_notice(school: School, pupil: Person) -> None:
    outcomes = in_parallel(6, lambda number: keep(pupil.id, title=untranslated(f"T{number}")))
    assert outcomes == [None] * 6
    assert len(inbox(school, pupil)) == len(school.live_messages) == 1
    assert sum(item["kind"] == "notification" for item in stored_items("school")) == 1


def test_a_crash_between_two_inboxes_is_made_good(school: School, pupil: Person) -> None:
    other = school.person()
    keep(pupil.id)
    (notice,) = [item for item in stored_items("school") if item["kind"] == "notification"]
    assert models.deliver(models.find_notification(int(notice["id"])) or pytest.fail("gone"), other.id)
    keep(pupil.id, other.id)
    assert [len(inbox(school, who)) for who in (pupil, other)] == [1, 1]


def test_only_admins_touch_a_notice_and_withdrawn_it_stays_so(school: School, pupil: Person, log: Log) -> None:
    keep(pupil.id)
    path = f"/user/notifications/{inbox(school, pupil)[0]['id']}"
    teacher, admin = school.person(Role.TEACHER), school.person(Role.ADMIN)
    assert school.api.request("DELETE", path, token=teacher.token).body["code"] == "not_the_author"
    assert school.api.request("DELETE", path, token=admin.token).status == 200
    school.fanout.deliver()
    keep(pupil.id)
    assert inbox(school, pupil) == []
    assert log.events("notice was withdrawn")


def words(school: School, person: Person, headers: dict[str, str] | None = None) -> list[tuple[str, str]]:
    """Returns what the caller's notifications say in a language."""
    found = school.api.get("/user/notifications", token=person.token, headers=headers or {}).body
    return [(each["title"], each["description"]) for each in found]


def test_a_notice_is_worded_for_whoever_reads_it(school: School, pupil: Person) -> None:
    keep(pupil.id, title=NEAR, description=ABOUT)
    assert words(school, pupil) == [("The deadline is near", "Sorting {0}: 3 reviews to write")]
    assert words(school, pupil, RUSSIAN) == [("Срок уже близко", "Sorting {0}: осталось написать 3 рецензии")]


def test_a_notice_from_before_it_had_texts_reads_as_it_stands(school: School, pupil: Person) -> None:
    keep(pupil.id, title=NEAR)
    (stored,) = [item for item in stored_items("school") if item["kind"] == "notification"]
    notification = models.find_notification(int(stored["id"])) or pytest.fail("gone")
    notification.update(actions=[models.Notification.texts.remove()])
    assert words(school, pupil, RUSSIAN) == [("The deadline is near", "Two hours left")]


def test_what_an_admin_writes_in_a_notice_is_no_text_of_ours(school: School, pupil: Person) -> None:
    keep(pupil.id, title=NEAR, description=ABOUT)
    admin = school.person(Role.ADMIN)
    path = f"/user/notifications/{inbox(school, pupil)[0]['id']}"
    assert school.api.request("PATCH", path, json_body={"title": "Late {x}"}, token=admin.token).status == 200
    assert words(school, pupil, RUSSIAN) == [("Late {x}", "Sorting {0}: осталось написать 3 рецензии")]


def test_what_looks_like_a_stored_text_is_none_when_a_person_wrote_it(school: School, pupil: Person) -> None:
    admin = school.person(Role.ADMIN)
    forged = '{"code": "x", "english": "{a.__class__}", "params": {"a": 1}}'
    body = {"title": forged, "description": "d", "body": "b", "tag": "low", "user_id": pupil.id}
    assert school.api.post("/user/notifications", body, token=admin.token).status == 201
    school.fanout.deliver()
    assert words(school, pupil, RUSSIAN) == [(forged, "d")]
