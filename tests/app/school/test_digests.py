"""Digests: who gets one, when, and what it says. Times are Moscow's: the school's clock starts at noon there."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import AccountState
from chalicelib.common.events import timers
from chalicelib.school import digests, preferences
from tests.app.school.test_preferences import HOUR, SCHOOL, confirmed, sign_in, want
from tests.app.tracks.peers import peers
from tests.support import mailbox
from tests.support.school import PASSWORD, START, Person, School
from tests.support.stage_settings import stage_settings

DAY = timedelta(days=1)


def digest(school: School, after: timedelta) -> list[str]:
    """The texts of the mails that come in a time."""
    school.transitions.pass_time(after)
    with stage_settings(PUBLIC_ADDRESS=SCHOOL):
        return [each.text for each in school.deliver_letters()]


def course_with_tasks(school: School, *due_at: datetime) -> list[str]:
    """The paths of tasks that are due then."""
    course = school.course(name="Course")
    lesson, problem = school.lesson(course), school.problem()
    tasks = [school.task(course, lesson, problem, name=f"Due {day}", due_at=day, points=2) for day in due_at]
    return [f"/courses/{course.id}/{lesson.id}/{task.id}" for task in tasks]


def attend(school: School, person: Person, task: str) -> None:
    assert school.api.post(f"/courses/attend/{task.split('/')[2]}", token=person.token).status == 200


def test_a_digest_tells_what_is_due_and_what_came_of_work(school: School) -> None:
    ann = confirmed(school, school.person())
    first, *_ = course_with_tasks(school, START + DAY, START + 2 * DAY, START + 9 * DAY)
    attend(school, ann, first)
    assert school.api.post(first, {"code": "5"}, token=ann.token).status == 200
    (text,) = digest(school, 5 * HOUR)
    assert f"2026-09-03 12:00: Due {START + 2 * DAY} (Course)" in text
    assert f"Due {START + DAY} (Course): 2 of 2 points" in text
    assert str(START + 9 * DAY) not in text
    assert f"{SCHOOL}/app/" in text
    (text,) = digest(school, DAY)
    assert ("Results:" in text, f"Due {START + 2 * DAY}" in text) == (False, True)
    assert digest(school, 3 * DAY) == []


def test_a_digest_comes_at_the_hour_that_was_wanted_and_once(school: School) -> None:
    ann = confirmed(school, school.person())
    attend(school, ann, course_with_tasks(school, START + DAY)[0])
    want(school, ann, digest={"hour": 12})
    minute = timedelta(minutes=preferences.minute_of(ann.id))
    assert digest(school, minute - timedelta(seconds=1) if minute else timedelta(0)) == []
    school.transitions.pass_time(timedelta(minutes=1) if minute else DAY)
    again = list(school.letters)
    assert len(again) == 1
    assert len(school.deliver_letters()) == 1
    school.letters.extend(again)
    assert school.deliver_letters() == []


def test_a_mail_that_is_refused_is_written_again(school: School) -> None:
    ann = confirmed(school, school.person())
    attend(school, ann, course_with_tasks(school, START + DAY)[0])
    school.transitions.pass_time(5 * HOUR)
    (letter,) = school.letters
    sender = school.mails.append
    school.use_mail(mailbox.refuse)
    with pytest.raises(Exception, match="could not be sent"):
        school.deliver_letters()
    school.use_mail(sender)
    school.letters.append(letter)
    assert len(school.deliver_letters()) == 1


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"deadlines": False}, ["Results:"]),
        ({"results": False}, ["To do:"]),
        ({"deadlines": False, "results": False}, []),
    ],
)
def test_each_half_is_wanted_or_not(school: School, wanted: dict[str, bool], told: list[str]) -> None:
    ann = confirmed(school, school.person())
    first, _ = course_with_tasks(school, START + DAY, START + DAY)
    attend(school, ann, first)
    assert school.api.post(first, {"code": "5"}, token=ann.token).status == 200
    want(school, ann, digest=wanted)
    texts = digest(school, 5 * HOUR)
    assert [line for text in texts for line in text.splitlines() if line in {"To do:", "Results:"}] == told
    assert (timers.find(digests.TOPIC, str(ann.id)) is None) == (told == [])


def test_unsubscribing_from_digests_stops_them_until_they_are_wanted_again(school: School) -> None:
    ann = confirmed(school, school.person())
    attend(school, ann, course_with_tasks(school, START + 3 * DAY)[0])
    (text,) = digest(school, 5 * HOUR)
    (path,) = [word.removeprefix(SCHOOL) for word in text.split() if word.startswith(f"{SCHOOL}/unsubscribe/")]
    assert school.api.post(path).status == 200
    assert digest(school, DAY) == []
    want(school, sign_in(school, ann), digest={"deadlines": True})
    assert len(digest(school, DAY)) == 1


def test_the_scores_of_a_track_are_told_when_its_reviews_are_over(school: School) -> None:
    """Not to somebody who owes reviews: the scores would tell them whose work they have before them."""
    track = peers(school, 3, assignments=1)
    for each in track.people:
        confirmed(school, each)
    track.start().submit_all()
    assert digest(school, 5 * HOUR) == []
    track.pass_time(5 * HOUR + timedelta(seconds=1))
    for each in track.people[:2]:
        track.review_all(each)
    school.transitions.pass_time(DAY)
    mails = school.deliver_letters()
    told = [each.to for each in mails if "\n- Sorting (Algorithms): 14.5 of 20 points\n" in each.text]
    assert sorted(told) == sorted(each.account.email for each in track.people[:2])
    assert len([each for each in mails if "Results:" in each.text]) == len(told)


def test_blocked_accounts_get_none_and_go_on_when_they_are_unblocked(school: School) -> None:
    ann = confirmed(school, school.person())
    attend(school, ann, course_with_tasks(school, START + 3 * DAY)[0])

    def put(state: AccountState) -> None:
        accounts.change(ann.id, lambda account: accounts.change_state(account, state))

    put(AccountState.BLOCKED)
    assert digest(school, 5 * HOUR) == []
    put(AccountState.ACTIVATED)
    assert len(digest(school, DAY)) == 1


def test_who_confirms_an_address_gets_digests_from_then_on(school: School) -> None:
    email = "newcomer@example.com"
    user: Any = school.api.post("/api/v1/users/sign_up", {"email": email}).body["data"]["id"]
    assert school.api.post(f"/api/v1/users/{user}/send_code", {}).status == 200
    code = mailbox.last_code(school)
    token = school.api.request("PUT", f"/api/v1/users/{user}/mail?code={code}").body["data"]["sign_up_token"]
    assert timers.find(digests.TOPIC, str(user)) is None
    path = f"/api/v1/users/{user}/sign_up"
    assert school.api.request("PATCH", path, json_body={"password": PASSWORD}, token=token).status == 200
    timer = timers.find(digests.TOPIC, str(user))
    assert timer is not None
    assert timer.due_at == preferences.NOTHING_SAID.next_digest(START, UTC, int(user))
