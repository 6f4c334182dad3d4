"""How tracks start: the last participant, fewer than were wanted, a teacher, and a time."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.common.events import timers
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import scheduler
from chalicelib.tracks.models import TOPIC
from tests.app.tracks import concurrency
from tests.app.tracks.peers import ASSIGNMENT, HOUR, Peers, good, peers, refusal
from tests.support.school import Reply, School


@pytest.fixture
def track(school: School) -> Peers:
    """Waits for its third."""
    return (made := peers(school, 3)).enrol(*made.people[:2])


def change(track: Peers, **body: Any) -> Reply:
    return track.school.api.request("PATCH", track.path, json_body=body, token=track.teacher.token)


def start(track: Peers) -> Reply:
    return track.school.api.post(f"{track.path}/start", token=track.teacher.token)


def at(track: Peers, by: timedelta) -> str:
    return rfc3339(track.school.clock.now + by)


def test_the_enrolment_that_fills_a_track_opens_its_first_assignment(track: Peers) -> None:
    """Before any timer went off."""
    track.enrol(track.people[2])
    assert track.stages() == ["submission", "not_started"]
    assert track.seen_by(track.people[2])[0]["submission_deadline"] == at(track, 10 * HOUR)
    good(track.submit(track.people[2]))


def test_an_assignment_that_comes_first_at_the_last_moment_is_the_one_that_opens(track: Peers) -> None:
    def put_another_first() -> None:
        body = {**ASSIGNMENT, "title": "Before", "order": 1}
        good(track.school.api.request("PATCH", track.at(0), json_body={"order": 7}, token=track.teacher.token))
        good(track.school.api.post(f"{track.path}/assignments", body, token=track.teacher.token))

    with concurrency.just_before("PARTICIPANT#", put_another_first):
        track.enrol(track.people[2])
    assert [(each["title"], each["current_stage"]) for each in track.seen_by(track.teacher)] == [
        ("Before", "submission"),
        ("Sorting", "not_started"),
        ("Sorting", "not_started"),
    ]


def test_a_teacher_starts_a_track_that_is_one_short(track: Peers) -> None:
    started = good(start(track))
    assert (started["status"], started["required_participants"], started["started_at"]) == ("active", 2, track.now)
    assert track.settle().stages() == ["submission", "not_started"]
    assert len(track.told("TRACK_STARTED")) == len(track.told("ASSIGNMENT_OPENED")) == 2
    assert refusal(start(track)) == (409, "track_started")


def test_one_alone_starts_nothing_and_nobody_starts_a_track_without_assignments(school: School) -> None:
    track = peers(school, 3, assignments=1)
    track.enrol(track.people[0])
    assert refusal(start(track)) == (409, "too_few_enrolled")
    good(school.api.request("DELETE", track.assignment, token=track.teacher.token))
    assert refusal(start(track)) == (409, "track_without_assignments")


def test_a_track_that_comes_to_want_no_more_than_it_has_starts(track: Peers) -> None:
    assert good(change(track, required_participants=2, title="Sorted"))["status"] == "active"
    shown = track.track()
    assert (shown["title"], shown["required_participants"], shown["started_at"]) == ("Sorted", 2, track.now)
    assert track.stages() == ["submission", "not_started"]


def test_a_track_with_a_time_starts_then_and_not_before(track: Peers) -> None:
    when = at(track, 30 * HOUR)
    assert good(change(track, starts_at=when))["starts_at"] == when
    assert track.enrol(track.people[2]).track()["status"] == "waiting"
    assert refusal(track.school.api.post(f"{track.path}/enroll", token=track.teacher.token)) == (409, "track_full")
    assert track.pass_time(29 * HOUR).track()["status"] == "waiting"
    shown = track.pass_time(HOUR).track()
    assert (shown["status"], shown["started_at"], track.stages()[0]) == ("active", when, "submission")


def test_who_comes_as_a_track_starts_at_its_time_is_in_and_it_starts(track: Peers) -> None:
    """In the same step: nothing else would move the timer, and what leaves its timer as it was has failed."""
    good(change(track, starts_at=at(track, HOUR)))
    track.oversleep(HOUR)
    with concurrency.just_before("TRACK#", lambda: track.enrol(track.people[2])):
        scheduler.advance(str(track.track_id), track.school.clock.now)
    shown = track.track()
    assert (shown["status"], shown["current_participants"]) == ("active", 3)


def test_a_full_track_whose_time_is_taken_away_starts(track: Peers) -> None:
    good(change(track, starts_at=at(track, HOUR)))
    track.enrol(track.people[2])
    assert good(change(track, starts_at=None))["status"] == "active"


def test_a_time_with_too_few_tells_the_teacher_and_the_track_waits_on(school: School) -> None:
    track = peers(school, 3, starts_at=rfc3339(school.clock.now + 2 * HOUR)).enrol()
    assert track.track()["status"] == "waiting"
    for person in track.people[1:]:
        good(school.api.request("DELETE", f"{track.path}/enroll", token=person.token))
    track.pass_time(2 * HOUR)
    shown = track.track()
    assert (shown["status"], shown["starts_at"], timers.find(TOPIC, str(track.track_id))) == ("waiting", None, None)
    assert track.told("TRACK_NOT_STARTED") == [("TRACK_NOT_STARTED", track.teacher.id)]


def test_a_deleted_track_starts_at_no_time(track: Peers) -> None:
    good(change(track, starts_at=at(track, HOUR)))
    good(track.school.api.request("DELETE", track.path, token=track.teacher.token))
    assert timers.find(TOPIC, str(track.track_id)) is None


@pytest.mark.parametrize(
    ("by", "code"), [(-HOUR, "start_in_the_past"), (367 * 24 * HOUR, "start_too_far")], ids=["past", "far"]
)
def test_a_start_is_ahead_and_not_too_far(track: Peers, by: timedelta, code: str) -> None:
    reply = change(track, starts_at=at(track, by))
    assert refusal(reply) == (400, code)
    assert "/starts_at" in str(reply.body["violations"])


def test_an_assignment_that_is_added_before_all_others_at_the_last_moment_opens(track: Peers) -> None:
    """Nothing of what is there changes with that."""
    good(track.school.api.request("PATCH", track.at(0), json_body={"order": 7}, token=track.teacher.token))

    def add_before() -> None:
        body = {**ASSIGNMENT, "title": "Before", "order": 1}
        good(track.school.api.post(f"{track.path}/assignments", body, token=track.teacher.token))

    with concurrency.just_before("PARTICIPANT#", add_before):
        track.enrol(track.people[2])
    track.settle()
    assert track.stages() == ["submission", "not_started", "not_started"]
