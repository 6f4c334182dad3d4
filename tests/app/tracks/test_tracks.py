"""Tracks and their assignments: what teachers make, and what everybody finds."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.tracks import assignments, models
from chalicelib.tracks.models import Assignment
from tests.app.tracks.peers import ASSIGNMENT, CRITERIA, TRACK, Peers, good, peers, refusal
from tests.support.school import START, Person, School, stored_items


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def test_a_track_is_as_it_was_made(school: School, teacher: Person, pupil: Person) -> None:
    made = school.api.post("/tracks", {**TRACK, "required_participants": 4}, token=teacher.token)
    assert made.status == 201
    assert made.headers["location"] == f"/tracks/{made.body['id']}"
    assert made.body == {
        "id": made.body["id"],
        "title": "Algorithms",
        "description": "Together",
        "tags": [],
        "required_participants": 4,
        "current_participants": 0,
        "status": "waiting",
        "starts_at": None,
        "started_at": None,
        "created_at": "2026-09-01T09:00:00.000Z",
        "review_criteria": CRITERIA,
        "criteria_options": {},
        "weighted": False,
        "max_score": 10.0,
        "reviews_per_user": 3,
        "late_days": 0,
        "author_id": teacher.id,
        "author_name": made.body["author_name"],
        "is_enrolled": False,
        "enrolled_at": None,
        "reviews_owed": 0,
    }
    shown = school.api.get(f"/tracks/{made.body['id']}", token=pupil.token)
    assert (shown.status, shown.body, shown.headers["etag"]) == (200, made.body, made.headers["etag"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 129},
        {"title": None},
        {"required_participants": 1},
        {"required_participants": 501},
        {"required_participants": "4"},
        {"review_criteria": {}},
        {"review_criteria": {"": "nameless"}},
        {"review_criteria": {str(number): "" for number in range(21)}},
        {"review_criteria": ["style"]},
        {"max_score": 0},
        {"max_score": 1e9},
        {"reviews_per_user": 0},
        {"reviews_per_user": 11},
        {"status": "active"},
    ],
    ids=str,
)
def test_a_track_that_makes_no_sense_is_refused(school: School, teacher: Person, wrong: dict[str, Any]) -> None:
    reply = school.api.post("/tracks", {**TRACK, "required_participants": 4, **wrong}, token=teacher.token)
    assert refusal(reply) == (400, "invalid_body")


def test_what_is_missing_is_listed(school: School, teacher: Person) -> None:
    reply = school.api.post("/tracks", {"title": "x"}, token=teacher.token)
    assert reply.body["errors"] == [
        "'required_participants' is a required property",
        "'review_criteria' is a required property",
    ]


def test_a_track_that_is_not_there_is_not_found(school: School, pupil: Person, teacher: Person) -> None:
    for reply in (
        school.api.get("/tracks/1", token=pupil.token),
        school.api.post("/tracks/1/enroll", token=pupil.token),
        school.api.request("DELETE", "/tracks/1/enroll", token=pupil.token),
        school.api.request("PATCH", "/tracks/1", json_body={"title": "x"}, token=teacher.token),
        school.api.request("DELETE", "/tracks/1", token=teacher.token),
        school.api.post("/tracks/1/assignments", ASSIGNMENT, token=teacher.token),
    ):
        assert (*refusal(reply), reply.body["detail"]) == (404, "track_not_found", "Track not found")


def test_lists_come_by_status_the_newest_first_in_pages(school: School, pupil: Person) -> None:
    waiting = [peers(school, 2).track_id for _ in range(3)]
    active = peers(school, 2).start().track_id
    listed = school.api.get("/tracks", token=pupil.token).body
    assert [track["id"] for track in listed] == [*reversed(waiting), active]
    only = school.api.get("/tracks?status=active", token=pupil.token).body
    assert [(track["id"], track["status"]) for track in only] == [(active, "active")]
    assert [track["id"] for track in school.api.get("/tracks?skip=1&limit=2", token=pupil.token).body] == [
        waiting[1],
        waiting[0],
    ]
    page = school.api.get("/tracks?limit=3", token=pupil.token)
    rest = school.api.get(f"/tracks?limit=3&cursor={page.headers['x-next-cursor']}", token=pupil.token)
    assert [track["id"] for track in [*page.body, *rest.body]] == [*reversed(waiting), active]
    assert refusal(school.api.get("/tracks?status=over", token=pupil.token)) == (400, "invalid_query")


def test_ones_own_tracks_are_those_one_takes_part_in(school: School) -> None:
    first, other, last = peers(school, 2), peers(school, 2), peers(school, 2)
    person = first.people[0]
    first.enrol(person)
    last.enrol(person)
    other.enrol(other.people[0])
    mine = school.api.get("/tracks/my", token=person.token)
    assert [track["id"] for track in mine.body] == [last.track_id, first.track_id]
    assert "x-next-cursor" not in mine.headers
    school.api.request("DELETE", f"{last.path}/enroll", token=person.token)
    assert [track["id"] for track in school.api.get("/tracks/my", token=person.token).body] == [first.track_id]


def test_a_waiting_track_can_be_changed_but_for_its_criteria(school: School) -> None:
    track = peers(school, 3)
    change = {"title": "Graphs", "description": None, "required_participants": 5, "reviews_per_user": 2}
    changed = school.api.request("PATCH", track.path, json_body=change, token=track.teacher.token)
    assert changed.status == 200
    assert {name: changed.body[name] for name in change} == change
    assert changed.body == track.track()
    for criteria in ({"review_criteria": {"x": "y"}}, {"max_score": 5}):
        reply = school.api.request("PATCH", track.path, json_body=criteria, token=track.teacher.token)
        assert refusal(reply) == (400, "invalid_body")


def test_a_version_that_was_not_read_is_not_overwritten(school: School) -> None:
    track = peers(school, 3)
    seen = school.api.get(track.path, token=track.teacher.token).headers["etag"]

    def rename(etag: str) -> Any:
        body, headers = {"title": "Graphs"}, {"If-Match": etag}
        return school.api.request("PATCH", track.path, json_body=body, headers=headers, token=track.teacher.token)

    changed = rename(seen)
    assert changed.status == 200
    assert refusal(rename(seen)) == (412, "changed_since")
    deleted = school.api.request("DELETE", track.path, headers={"If-Match": seen}, token=track.teacher.token)
    assert refusal(deleted) == (412, "changed_since")
    assert rename(changed.headers["etag"]).status == 200


def test_a_track_waits_for_more_than_it_has(school: School) -> None:
    track = peers(school, 4)
    track.enrol(*track.people[:3])
    for required, status in ((2, 409), (4, 200)):
        body = {"required_participants": required}
        reply = school.api.request("PATCH", track.path, json_body=body, token=track.teacher.token)
        assert reply.status == status
    assert track.track()["required_participants"] == 4
    track.enrol(track.people[3])
    assert track.track()["status"] == "active"


def test_a_track_that_has_started_stays_as_it_is(school: School) -> None:
    track = peers(school, 2).start()
    token = track.teacher.token
    for reply in (
        school.api.request("PATCH", track.path, json_body={"title": "x"}, token=token),
        school.api.request("DELETE", track.path, token=token),
        school.api.post(f"{track.path}/assignments", ASSIGNMENT, token=token),
        school.api.request("PATCH", track.assignment, json_body={"deadline_hours": 1}, token=token),
        school.api.request("DELETE", track.assignment, token=token),
    ):
        assert (*refusal(reply), reply.body["detail"]) == (409, "track_started", "Track has already started")


def test_a_deleted_track_leaves_nothing_behind(school: School) -> None:
    track = peers(school, 3)
    track.enrol(*track.people[:2])
    assert school.api.request("DELETE", track.path, token=track.teacher.token).status == 200
    assert stored_items("tracks") == []
    assert school.api.get("/tracks/my", token=track.people[0].token).body == []
    assert refusal(track.submit(track.people[0])) == (400, "assignment_not_found")


def test_assignments_come_in_their_order(school: School) -> None:
    track = peers(school, 2, assignments=0)
    for title, order in (("second", 20), ("first", 10), ("last", None)):
        body = {**ASSIGNMENT, "title": title, "order": order}
        good(school.api.post(f"{track.path}/assignments", body, token=track.teacher.token))
    seen = track.seen_by(track.teacher)
    assert [(each["title"], each["order"]) for each in seen] == [("first", 10), ("second", 20), ("last", 21)]


def test_an_assignment_is_as_it_was_made(school: School) -> None:
    track = peers(school, 2, assignments=0)
    body = {"title": "Sorting", "description": "Sort it", "deadline_hours": 0.5}
    made = school.api.post(f"{track.path}/assignments", body, token=track.teacher.token)
    assert made.status == 201
    assert made.body == {
        "id": made.body["id"],
        "track_id": track.track_id,
        "track_title": "Algorithms",
        "title": "Sorting",
        "description": "Sort it",
        "order": 1,
        "deadline_hours": 0.5,
        "review_hours": 48.0,
        "created_at": track.now,
        "is_available": False,
        "submission_deadline": None,
        "code_review_deadline": None,
        "current_stage": "not_started",
        "reviews_done": 0,
        "reviews_required": 3,
        "submission": None,
        "is_enrolled": False,
        "review_criteria": CRITERIA,
        "criteria_options": {},
        "max_score": 10.0,
        "late_policy": None,
        "closes_at": None,
        "extension": None,
        "problem_id": None,
        "verdict_shown": "at_once",
        "evidence_points": 0,
        "appeal_hours": 72.0,
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"deadline_hours": 0},
        {"deadline_hours": -1},
        {"deadline_hours": 1e-9},
        {"deadline_hours": 24 * 366 + 1},
        {"review_hours": 0},
        {"order": 0},
        {"title": " "},
        {"description": None},
        {"stage": "completed"},
    ],
    ids=str,
)
def test_an_assignment_that_makes_no_sense_is_refused(school: School, wrong: dict[str, Any]) -> None:
    token = school.person(Role.TEACHER).token
    reply = school.api.post("/tracks/1/assignments", {**ASSIGNMENT, **wrong}, token=token)
    assert refusal(reply) == (400, "invalid_body")


def test_not_a_number_is_no_number_of_hours(school: School) -> None:
    track = peers(school, 2)
    raw = b'{"title": "x", "description": "y", "deadline_hours": NaN}'
    reply = school.api.request("POST", f"{track.path}/assignments", raw_body=raw, token=track.teacher.token)
    assert refusal(reply) == (400, "invalid_body")


def test_a_track_has_at_most_fifty_assignments(school: School) -> None:
    track = peers(school, 2, assignments=0)
    for number in range(1, 50):
        models.add_assignment(assignment(track, number), below=assignments.MOST)
    path, token = f"{track.path}/assignments", track.teacher.token
    good(school.api.post(path, ASSIGNMENT, token=token))
    assert refusal(school.api.post(path, ASSIGNMENT, token=token)) == (409, "too_many_assignments")
    assert len(track.seen_by(track.teacher)) == 50


def assignment(track: Peers, number: int) -> Assignment:
    values: dict[str, Any] = {"title": "Sorting", "description": "Sort it", "deadline_hours": 10, "review_hours": 5}
    key = models.assignment_key(track.track_id, number)
    return Assignment(*key, id=number, track_id=track.track_id, order=number, created_at=START, **values)


def test_an_assignment_of_a_waiting_track_can_be_changed_and_deleted(school: School) -> None:
    track = peers(school, 2)
    token = track.teacher.token
    changed = school.api.request("PATCH", track.at(1), json_body={"title": "x", "order": 7}, token=token)
    assert (changed.body["title"], changed.body["order"], changed.body["deadline_hours"]) == ("x", 7, 10)
    stale = {"If-Match": '"1"'}
    late = school.api.request("PATCH", track.at(1), json_body={"title": "y"}, headers=stale, token=token)
    assert refusal(late) == (412, "changed_since")
    assert (
        school.api.request("DELETE", track.at(1), headers={"If-Match": changed.headers["etag"]}, token=token).status
        == 200
    )
    assert [each["id"] for each in track.seen_by(track.teacher)] == track.assignment_ids[:1]
    for reply in (
        school.api.request("PATCH", track.at(1), json_body={"title": "y"}, token=token),
        school.api.request("DELETE", track.at(1), token=token),
        school.api.get(f"{track.at(1)}/owed", token=token),
        school.api.get(f"{track.at(1)}/reviews", token=token),
        school.api.get(f"{track.at(1)}/diary", token=token),
    ):
        assert (*refusal(reply), reply.body["detail"]) == (404, "assignment_not_found", "Assignment not found")


def test_only_those_who_take_part_and_teachers_see_assignments(school: School, pupil: Person) -> None:
    track = peers(school, 2).start()
    for path in ("assignments", "standings"):
        reply = school.api.get(f"{track.path}/{path}", token=pupil.token)
        assert (reply.status, reply.body["detail"]) == (404, "Track not found or user not enrolled")
        assert school.api.get(f"{track.path}/{path}", token=track.teacher.token).status == 200
        assert school.api.get(f"{track.path}/{path}", token=track.people[0].token).status == 200
    current = track.current_of(pupil)
    assert (current.status, current.body["detail"]) == (404, "No available assignment found")


def test_a_track_without_assignments_shows_none_to_its_teacher_alone(school: School) -> None:
    one = peers(school, 3, assignments=1)
    one.enrol(one.people[0])
    school.api.request("DELETE", one.assignment, token=one.teacher.token)
    assert one.seen_by(one.teacher) == []
    reply = school.api.get(f"{one.path}/assignments", token=one.people[0].token)
    assert (reply.status, reply.body["detail"]) == (404, "Track not found or user not enrolled")
