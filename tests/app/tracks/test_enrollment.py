"""Enrolling and leaving, and the start of a track."""

from types import SimpleNamespace
from typing import Any

import pytest

from chalicelib.accounts import authentication
from chalicelib.common.events import timers
from chalicelib.tracks import models, tracks
from tests.app.tracks import concurrency
from tests.app.tracks.peers import Peers, good, peers, refusal
from tests.support.school import Person, School, in_parallel


@pytest.fixture
def track(school: School) -> Peers:
    return peers(school, 3)


def enrol(track: Peers, person: Person) -> tuple[int, str]:
    reply = track.school.api.post(f"{track.path}/enroll", token=person.token)
    return reply.status, reply.body.get("detail", "")


def leave(track: Peers, person: Person) -> tuple[int, str]:
    reply = track.school.api.request("DELETE", f"{track.path}/enroll", token=person.token)
    return reply.status, reply.body.get("detail") or reply.body["message"]


def test_whoever_enrols_is_told_when(track: Peers) -> None:
    person = track.people[0]
    enrolled = good(track.school.api.post(f"{track.path}/enroll", token=person.token))
    assert enrolled.pop("id") > 0
    assert enrolled == {
        "user_id": person.id,
        "track_id": track.track_id,
        "enrolled_at": track.now,
    }
    assert track.track()["current_participants"] == 1


def test_nobody_enrols_twice(track: Peers) -> None:
    track.enrol(track.people[0])
    assert enrol(track, track.people[0]) == (400, "User already enrolled in this track")
    assert track.track()["current_participants"] == 1


def test_the_one_who_fills_a_track_starts_it(track: Peers) -> None:
    track.enrol(*track.people[:2])
    assert (track.track()["status"], track.track()["started_at"]) == ("waiting", None)
    track.enrol(track.people[2])
    assert (track.track()["status"], track.track()["started_at"]) == ("active", track.now)
    track.settle()
    assert track.stages() == ["submission", "not_started"]
    assert track.told("TRACK_STARTED") == [("TRACK_STARTED", person.id) for person in track.people]
    assert track.told("ASSIGNMENT_OPENED") == [("ASSIGNMENT_OPENED", person.id) for person in track.people]


def test_nobody_gets_into_a_track_that_has_started(track: Peers, pupil: Person) -> None:
    track.start()
    assert enrol(track, pupil) == (400, "Track has already started")
    assert enrol(track, track.people[0]) == (400, "User already enrolled in this track")


def test_a_track_without_assignments_takes_nobody(school: School, pupil: Person) -> None:
    track = peers(school, 2, assignments=0)
    reply = school.api.post(f"{track.path}/enroll", token=pupil.token)
    assert refusal(reply) == (409, "track_without_assignments")
    assert track.track()["current_participants"] == 0


def test_leaving_makes_room(track: Peers, pupil: Person) -> None:
    track.enrol(*track.people[:2])
    assert leave(track, track.people[0]) == (200, "Successfully unenrolled from track")
    assert track.track()["current_participants"] == 1
    track.enrol(pupil, track.people[0])
    assert track.track()["status"] == "active"


def test_who_is_not_enrolled_cannot_leave(track: Peers, pupil: Person) -> None:
    assert leave(track, pupil) == (404, "Enrollment not found")


@pytest.mark.parametrize("enrolled", [True, False])
def test_nobody_leaves_a_track_that_has_started(track: Peers, pupil: Person, enrolled: bool) -> None:  # noqa: FBT001
    track.start()
    person = track.people[0] if enrolled else pupil
    assert leave(track, person) == (400, "Cannot unenroll from active or completed track")
    assert track.track()["current_participants"] == 3


def test_a_track_that_comes_to_want_more_does_not_start_with_less(track: Peers) -> None:
    """The one who would have filled it has read what it wanted before."""
    track.enrol(*track.people[:2])

    def want_more() -> None:
        body = {"required_participants": 5}
        good(track.school.api.request("PATCH", track.path, json_body=body, token=track.teacher.token))

    with concurrency.just_before("PARTICIPANT#", want_more):
        track.enrol(track.people[2])
    now = track.track()
    assert (now["status"], now["current_participants"], now["required_participants"]) == ("waiting", 3, 5)


def test_of_two_hundred_at_once_exactly_as_many_get_in_as_are_wanted(school: School) -> None:
    track = peers(school, 30)
    callers: list[Any] = [SimpleNamespace(id=number) for number in range(1, 201)]
    outcomes = in_parallel(200, lambda number: tracks.enroll(callers[number], track.track_id))
    got_in = [each.user_id for each in outcomes if isinstance(each, models.Participant)]
    refused = {str(each) for each in outcomes if isinstance(each, Exception)}
    assert len(got_in) == 30
    assert refused == {"Track has already started"}
    assert {each.user_id for each in models.participants_of(track.track_id)} == set(got_in)
    now = track.track()
    assert (now["status"], now["current_participants"], now["started_at"]) == ("active", 30, track.now)
    timer = timers.find(models.TOPIC, str(track.track_id))
    assert timer is not None
    assert timer.revision == 1
    track.settle()
    assert track.told("TRACK_STARTED") == sorted(("TRACK_STARTED", user_id) for user_id in got_in)


def test_one_who_enrols_many_times_at_once_is_enrolled_once(track: Peers) -> None:
    caller = authentication.caller_of(track.people[0].token)
    outcomes = in_parallel(20, lambda _: tracks.enroll(caller, track.track_id))
    assert len([each for each in outcomes if isinstance(each, models.Participant)]) == 1
    assert {str(each) for each in outcomes if isinstance(each, Exception)} == {"User already enrolled in this track"}
    assert track.track()["current_participants"] == 1


def test_enrolling_and_leaving_at_once_keep_the_count(school: School) -> None:
    track = peers(school, 40)
    track.enrol(*track.people[:10])
    callers = [authentication.caller_of(person.token) for person in track.people[:20]]

    def act(number: int) -> None:
        if number < 10:
            tracks.unenroll(callers[number], track.track_id)
        else:
            tracks.enroll(callers[number], track.track_id)

    assert in_parallel(20, act) == [None] * 20
    assert track.track()["current_participants"] == len(models.participants_of(track.track_id)) == 10
