"""Who teaches a track: its owner and those whom the owner lets teach it. Others look at it as anybody does."""

from typing import Any

import pytest

from chalicelib.accounts import administration
from chalicelib.accounts.authentication import caller_of
from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.school import memberships, teaching
from chalicelib.school.relations import Group, GroupKind, Part
from chalicelib.tracks import teachers, tracks, work_models
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import ASSIGNMENT, HOUR, POINTS, Peers, good, peers, refusal
from tests.support.school import Person, School

NOT_YOURS = (403, "not_your_track")


@pytest.fixture
def other(school: School) -> Person:
    """A teacher of something else."""
    return school.person(Role.TEACHER)


@pytest.fixture
def waiting(school: School) -> Peers:
    """Three of four have enrolled."""
    track = peers(school)
    return track.enrol(*track.people[:3])


def request(track: Peers, person: Person, method: str, path: str, body: Any = None) -> tuple[int, str]:
    reply = track.school.api.request(method, path, json_body=body, token=person.token)
    return reply.status, reply.body.get("code", "") if isinstance(reply.body, dict) else ""


def lets_teach(track: Peers, person: Person) -> None:
    good(track.school.api.post(f"{track.path}/teachers", {"user_id": person.id}, token=track.teacher.token))


def writes_to(track: Peers) -> list[tuple[str, str, Any]]:
    """Every write of teachers, in an order in which none refuses the next."""
    later = rfc3339(track.school.clock.now + 100 * HOUR)
    return [
        ("PATCH", track.path, {"title": "New"}),
        ("POST", f"{track.path}/assignments", ASSIGNMENT),
        ("PATCH", track.at(0), {"title": "New"}),
        ("PATCH", f"{track.at(0)}/deadline", {"stage": "submission", "deadline": later}),
        ("POST", f"{track.at(0)}/close", {"stage": "submission"}),
        ("DELETE", track.at(1), None),
        ("GET", f"{track.path}/teachers", None),
        ("POST", f"{track.path}/teachers", {"user_id": track.teacher.id}),
        ("DELETE", f"{track.path}/teachers/{track.teacher.id}", None),
        ("DELETE", track.path, None),
    ]


def test_a_teacher_of_something_else_writes_nothing(school: School, other: Person, waiting: Peers) -> None:
    for method, path, body in writes_to(waiting):
        assert request(waiting, other, method, path, body) == NOT_YOURS
    started = repeated_messages.started(school)
    stranger = school.person(Role.TEACHER)
    for method, path, body in writes_to(started):
        assert request(started, stranger, method, path, body) == NOT_YOURS
    assert started.stages() == ["submission", "not_started"]


def test_a_teacher_of_something_else_sees_what_anybody_sees(school: School) -> None:
    track = repeated_messages.in_review(school)
    other, pupil = school.person(Role.TEACHER), school.person()
    work = work_models.submissions_to(track.assignment_ids[0])[0]
    reads = [
        *(f"{track.path}{rest}" for rest in ("", "/assignments", "/assignments/current", "/standings")),
        *(f"{track.assignment}{rest}" for rest in ("/reviews", "/diary", "/review/submission")),
    ]
    for path in reads:
        seen = [school.api.get(path, token=who.token) for who in (other, pupil)]
        for each in seen:
            each.body.pop("request_id", None)
        assert seen[0].status == seen[1].status
        assert seen[0].body == seen[1].body
    assert request(track, other, "GET", f"{track.assignment}/owed") == (403, "not_enrolled")
    assert request(track, other, "POST", f"{track.assignment}/diary", {"content": "x"}) == (400, "not_enrolled")
    written = request(track, other, "POST", f"/submissions/{work.id}/review", {"criteria_scores": POINTS})
    assert written == (403, "not_enrolled")


def test_who_may_teach_a_track_does_all_that_its_owner_does(school: School, other: Person, waiting: Peers) -> None:
    lets_teach(waiting, other)
    listed = good(school.api.get(f"{waiting.path}/teachers", token=other.token))["teachers"]
    assert [(each["user_id"], each["is_owner"]) for each in listed] == [(waiting.teacher.id, True), (other.id, False)]
    expected = {
        ("PATCH", f"{waiting.at(0)}/deadline"): (409, "stage_not_running"),
        ("POST", f"{waiting.at(0)}/close"): (409, "stage_not_running"),
        ("DELETE", f"{waiting.path}/teachers/{waiting.teacher.id}"): (409, "owner_stays"),
    }
    for method, path, body in writes_to(waiting):
        status, code = request(waiting, other, method, path, body)
        assert (status, code) == expected.get((method, path), (status, ""))
        assert status < 300 or (method, path) in expected


def test_a_co_teacher_sees_who_wrote_what_until_taken_out(school: School) -> None:
    track = repeated_messages.in_review(school).sign_in()
    other = school.person(Role.TEACHER)
    lets_teach(track, other)
    reads = (f"{track.path}/standings", f"{track.assignment}/reviews", f"{track.assignment}/owed")
    assert [request(track, other, "GET", path)[0] for path in reads] == [200] * 3
    assert request(track, track.teacher, "DELETE", f"{track.path}/teachers/{other.id}") == (204, "")
    assert [request(track, other, "GET", path)[0] for path in reads] == [404, 403, 403]
    assert request(track, track.teacher, "DELETE", f"{track.path}/teachers/{other.id}") == (404, "teaches_not")


def test_whose_role_is_withdrawn_has_no_power_left(school: School, other: Person, waiting: Peers) -> None:
    admin = school.person(Role.ADMIN)
    lets_teach(waiting, other)
    administration.withdraw_role(caller_of(admin.token), other.id, Role.TEACHER)
    assert request(waiting, other, "PATCH", waiting.path, {"title": "Mine"})[0] == 403
    assert request(waiting, other, "GET", f"{waiting.path}/standings")[0] == 404
    assert not teaching.may_read_about(caller_of(other.token), waiting.people[0].id)


def test_only_a_teacher_may_be_let_teach(school: School, pupil: Person, waiting: Peers) -> None:
    path, token = f"{waiting.path}/teachers", waiting.teacher.token
    assert refusal(school.api.post(path, {"user_id": pupil.id}, token=token)) == (422, "not_a_teacher")
    assert refusal(school.api.post(path, {"user_id": 999}, token=token))[0] == 404
    assert refusal(school.api.get("/tracks/999/teachers", token=token)) == (404, "track_not_found")


def is_pupil_of(teacher: Person, person: Person) -> bool:
    return teaching.pupils_among(teacher.id, [person.id]) == {person.id}


def test_who_takes_part_is_the_pupil_of_its_teachers(school: School, other: Person, waiting: Peers) -> None:
    person, outsider = waiting.people[0], waiting.people[3]
    assert is_pupil_of(waiting.teacher, person)
    assert not is_pupil_of(waiting.teacher, outsider)
    assert not is_pupil_of(other, person)
    lets_teach(waiting, other)
    assert is_pupil_of(other, person)
    assert request(waiting, person, "DELETE", f"{waiting.path}/enroll")[0] == 200
    assert not is_pupil_of(waiting.teacher, person)


def test_a_deleted_track_makes_nobody_a_pupil(school: School, other: Person, waiting: Peers) -> None:
    lets_teach(waiting, other)
    assert request(waiting, waiting.teacher, "DELETE", waiting.path)[0] == 200
    for teacher in (waiting.teacher, other):
        assert memberships.groups_of(teacher.id, Part.TEACHES) == set()
    for person in waiting.people:
        assert memberships.groups_of(person.id, Part.ATTENDS) == set()


def test_a_track_that_is_deleted_meanwhile_gets_no_teacher(school: School, other: Person, waiting: Peers) -> None:
    owner = caller_of(waiting.teacher.token)

    def overtake() -> None:
        tracks.delete(owner, waiting.track_id, None)

    with concurrency.just_before("co_teachers", overtake), pytest.raises(Exception, match="Track not found"):
        teachers.add(owner, waiting.track_id, other.id)
    assert memberships.co_teachers_of(Group(GroupKind.TRACK, waiting.track_id)) == []
    assert memberships.groups_of(other.id, Part.TEACHES) == set()
