"""Who is told what, and how: by channel, outside quiet hours; and the links that stop mails."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts, sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.common.events import timers
from chalicelib.common.texts import untranslated
from chalicelib.school import digests, notifications, waiting
from tests.support.school import Person, Reply, School, stored_items
from tests.support.stage_settings import stage_settings

PATH = "/user/notifications/preferences"
KIND, OTHER = "DEADLINE_SOON", "STAGE_CLOSED"
PAYLOAD = {"assignment_id": 5, "track_id": 4, "stage": "submission"}
MORE = {KIND: {"deadline": "2026-09-02T09:00:00.000Z", "reviews_left": 0}, OTHER: {}}
SCHOOL = "https://school.example"
HOUR = timedelta(hours=1)
NIGHT = {"begin": "22:00", "end": "07:00"}


def patch(school: School, person: Person, *, headers: dict[str, str] | None = None, **changes: Any) -> Reply:
    return school.api.request("PATCH", PATH, json_body=changes, token=person.token, headers=headers)


def want(school: School, person: Person, **changes: Any) -> None:
    assert patch(school, person, **changes).status == 200


def tell(*people: Person, kind: str = KIND, key: str = "k") -> None:
    text = untranslated(f"{kind} {key}")
    ids = [each.id for each in people]
    notifications.notify_once(key, ids, kind=kind, title=text, description=text, payload=PAYLOAD | MORE[kind])


def inbox(school: School, person: Person) -> list[str]:
    found = school.api.get("/user/notifications", token=person.token).body
    return [each["title"] for each in found]


def told_live(school: School) -> list[tuple[int, ...]]:
    return [each.user_ids for each in school.live_messages]


def confirmed(school: School, person: Person) -> Person:
    """Somebody whose address is confirmed, and who lives in Moscow."""

    def put(account: Any) -> None:
        account.verified_mail, account.time_zone = True, "Europe/Moscow"

    accounts.change(person.id, put)
    return person


def sign_in(school: School, person: Person) -> Person:
    """The same person with a token that is valid now."""
    return Person(person.account, sessions.start(accounts.get(person.id), Device("127.0.0.1", "tests")).access_token)


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


def test_every_kind_is_listed_with_its_channels(school: School, pupil: Person) -> None:
    found = school.api.get(PATH, token=pupil.token)
    kinds = {each.pop("type"): each for each in found.body["kinds"]}
    assert set(map(str, kinds)) >= {"NOTIFICATION", "TRACK_STARTED", "DEADLINE_SOON", "TASK_EXTENSION_GRANTED"}
    assert list(kinds.values()) == [{"live": True, "inbox": True, "mail": False}] * len(kinds)
    assert found.body["digest"] == {"deadlines": True, "results": True, "hour": 16}
    assert (found.body["quiet_hours"], found.headers["etag"]) == (None, '"0"')


def test_what_is_changed_is_kept_and_the_rest_stays(school: School, pupil: Person) -> None:
    want(school, pupil, kinds=[{"type": KIND, "mail": True}], quiet_hours=NIGHT)
    want(school, pupil, kinds=[{"type": KIND, "live": False}], digest={"hour": 7})
    found = school.api.get(PATH, token=pupil.token)
    kinds = {each.pop("type"): each for each in found.body["kinds"]}
    assert kinds[KIND] == {"live": False, "inbox": True, "mail": True}
    assert kinds[OTHER] == {"live": True, "inbox": True, "mail": False}
    assert found.body["digest"] == {"deadlines": True, "results": True, "hour": 7}
    assert (found.body["quiet_hours"], found.headers["etag"]) == (NIGHT, '"2"')
    assert patch(school, pupil, headers={"If-Match": '"1"'}, quiet_hours=None).status == 412
    assert patch(school, pupil, headers={"If-Match": '"2"'}, quiet_hours=None).body["quiet_hours"] is None


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"kinds": [{"type": "PING", "live": True}]}, "/kinds/0/type", "no_such_kind"),
        ({"kinds": [{"type": KIND, "sms": True}]}, "/kinds/0/sms", "unknown"),
        ({"digest": {"hour": 24}}, "/digest/hour", "too_large"),
        ({"quiet_hours": {"begin": "24:00", "end": "07:00"}}, "/quiet_hours/begin", "time_of_day"),
        ({"quiet_hours": {"begin": "07:00", "end": "07:00"}}, "/quiet_hours/end", "quiet_without_end"),
    ],
)
def test_what_cannot_be_wanted_is_named(
    school: School, pupil: Person, changes: dict[str, Any], field: str, code: str
) -> None:
    refused = patch(school, pupil, **changes)
    assert refused.status == 400
    assert [(each["field"], each["code"]) for each in refused.body["violations"]] == [(field, code)]


def test_each_channel_is_on_or_off_by_kind(school: School) -> None:
    ann, bob, eve = (school.person() for _ in range(3))
    want(school, ann, kinds=[{"type": KIND, "live": False}])
    want(school, bob, kinds=[{"type": KIND, "inbox": False}])
    for _ in range(2):
        tell(ann, bob, eve)
    assert told_live(school) == [(bob.id, eve.id)]
    assert [inbox(school, each) for each in (ann, bob, eve)] == [[f"{KIND} k"], [], [f"{KIND} k"]]
    unread = school.api.get("/user/notifications/unread", token=bob.token).body
    assert unread == {"unread_notifications": 0}
    tell(bob, kind=OTHER, key="other")
    assert inbox(school, bob) == [f"{OTHER} other"]


def test_what_is_in_no_inbox_is_withdrawn_and_changed_like_any_other(
    school: School, pupil: Person, admin: Person
) -> None:
    want(school, pupil, kinds=[{"type": "NOTIFICATION", "inbox": False}])
    body = {"title": "T", "description": "D", "user_id": pupil.id}
    path = f"/user/notifications/{school.api.post('/user/notifications', body, token=admin.token).body['id']}"
    assert school.api.get(f"{path}/delivery", token=admin.token).body["told"] == 1
    assert school.api.request("PATCH", path, json_body={"tag": "high"}, token=admin.token).status == 200
    school.fanout.deliver()
    assert school.api.get("/user/notifications?tag=high", token=pupil.token).body == []
    assert school.api.request("DELETE", path, token=admin.token).status == 200
    school.fanout.deliver()
    assert [each for each in stored_items("school") if each["kind"] == "delivery"] == []


def test_in_quiet_hours_frames_wait_and_the_inbox_does_not(school: School) -> None:
    ann, bob = confirmed(school, school.person()), school.person()
    want(school, ann, quiet_hours=NIGHT)
    school.clock.forward(11 * HOUR)  # 23:00 in Moscow
    for key in ("1", "2"):
        tell(ann, bob, key=key)
    assert told_live(school) == [(bob.id,)] * 2
    assert len(inbox(school, sign_in(school, ann))) == 2
    school.transitions.pass_time(8 * HOUR)
    assert told_live(school) == [(bob.id,)] * 2 + [(ann.id,)] * 2
    school.transitions.pass_time(24 * HOUR)
    assert len(school.live_messages) == 4
    assert (school.transitions.failed, timers.find(waiting.TOPIC, str(ann.id))) == ([], None)


def test_what_waits_is_looked_at_when_quiet_hours_change(school: School) -> None:
    ann = confirmed(school, school.person())
    want(school, ann, quiet_hours={"begin": "09:00", "end": "18:00"})
    tell(ann)
    want(school, ann, quiet_hours={"begin": "09:00", "end": "13:00"})
    school.transitions.pass_time(timedelta(minutes=50))
    assert told_live(school) == []
    school.transitions.pass_time(timedelta(minutes=20))
    assert told_live(school) == [(ann.id,)]


def test_mailed_notifications_come_in_one_mail(school: School) -> None:
    ann = confirmed(school, school.person())
    want(school, ann, kinds=[{"type": KIND, "mail": True, "inbox": False}])
    for key, kind in (("1", KIND), ("2", KIND), ("3", OTHER)):
        tell(ann, kind=kind, key=key)
        school.clock.forward(timedelta(milliseconds=1))
    with stage_settings(PUBLIC_ADDRESS=SCHOOL):
        school.transitions.pass_time(timedelta(minutes=6))
        (mail,) = school.deliver_letters()
        school.transitions.pass_time(HOUR)
        assert school.deliver_letters() == []
    assert (mail.to, mail.headers["List-Unsubscribe-Post"]) == (ann.account.email, "List-Unsubscribe=One-Click")
    assert [line for line in mail.text.splitlines() if line.startswith((KIND, OTHER))] == [
        f"{KIND} 1",
        f"{KIND} 1",
        f"{KIND} 2",
        f"{KIND} 2",
    ]
    assert [each for each in stored_items("school") if each["kind"] == "waiting"] == []


def test_an_address_that_nobody_has_confirmed_gets_no_letter(school: School) -> None:
    ann = school.person()
    want(school, ann, kinds=[{"type": KIND, "mail": True}])
    tell(ann)
    school.transitions.pass_time(timedelta(minutes=6))
    assert school.letters
    assert school.deliver_letters() == []
    assert [each for each in stored_items("school") if each["kind"] == "waiting"] == []


def test_what_waits_is_not_sent_to_who_wants_it_no_more(school: School) -> None:
    ann = confirmed(school, school.person())
    path = unsubscribe_link(school, ann)
    tell(ann, key="mailed")
    assert school.api.post(path).status == 200
    school.transitions.pass_time(timedelta(minutes=6))
    assert school.deliver_letters() == []
    ann = sign_in(school, ann)
    school.live_messages.clear()
    want(school, ann, quiet_hours={"begin": "09:00", "end": "18:00"})
    for kind in (KIND, OTHER):
        tell(ann, kind=kind, key=f"live {kind}")
    want(school, ann, quiet_hours=None, kinds=[{"type": KIND, "live": False}])
    school.transitions.pass_time(timedelta(minutes=1))
    assert [each.type for each in school.live_messages] == [OTHER]
    assert [each for each in stored_items("school") if each["kind"] == "waiting"] == []


def unsubscribe_link(school: School, ann: Person) -> str:
    want(school, ann, kinds=[{"type": KIND, "mail": True}, {"type": OTHER, "mail": True}])
    tell(ann)
    school.transitions.pass_time(timedelta(minutes=6))
    with stage_settings(PUBLIC_ADDRESS=SCHOOL):
        (mail,) = school.deliver_letters()
    link = mail.headers["List-Unsubscribe"]
    assert link[1:-1] in mail.text
    return link.removeprefix(f"<{SCHOOL}").removesuffix(">")


def mailed_kinds(school: School, person: Person) -> list[str]:
    kinds = school.api.get(PATH, token=sign_in(school, person).token).body["kinds"]
    return [each["type"] for each in kinds if each["mail"]]


def test_one_click_stops_mails_and_opening_the_link_does_not(school: School) -> None:
    ann = confirmed(school, school.person())
    path = unsubscribe_link(school, ann)
    page = school.api.get(path, headers={"Accept-Language": "ru"})
    assert (page.status, "<form method" in page.body, "Больше не присылать" in page.body) == (200, True, True)
    assert "form-action 'self'" in page.headers["content-security-policy"]
    assert mailed_kinds(school, ann) == [KIND, OTHER]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for _ in range(2):
        assert school.api.request("POST", path, raw_body=b"List-Unsubscribe=One-Click", headers=form).status == 200
    assert mailed_kinds(school, ann) == []
    assert timers.find(digests.TOPIC, str(ann.id)) is not None


def test_a_link_is_good_for_its_own_account_and_mails_alone(school: School) -> None:
    ann, bob = (confirmed(school, school.person()) for _ in range(2))
    path = unsubscribe_link(school, ann)
    account, kind, mac, key = path.rsplit("/", 1)[1].split(".")
    forged = [
        [str(bob.id), kind, mac, key],
        [account, "digest", mac, key],
        [account, "all", mac, key],
        [account, kind, mac[:-1], key],
        [account, kind, mac, "9"],
        [account, kind, mac],
        ["x", kind, mac, key],
    ]
    for token in forged:
        for method in ("GET", "POST"):
            assert school.api.request(method, f"/unsubscribe/{'.'.join(token)}").status == 404
    assert mailed_kinds(school, ann) == [KIND, OTHER]


def test_an_erased_account_leaves_nothing(school: School) -> None:
    ann = confirmed(school, school.person())
    want(school, ann, kinds=[{"type": KIND, "mail": True}])
    tell(ann)
    accounts.erase(ann.id)
    assert [each for each in stored_items("school") if each["pk"].startswith("PREFERENCES#")] == []
    school.transitions.pass_time(48 * HOUR)
    assert (school.letters, school.transitions.failed) == ([], [])
    assert [timers.find(topic, str(ann.id)) for topic in (waiting.TOPIC, digests.TOPIC)] == [None, None]
