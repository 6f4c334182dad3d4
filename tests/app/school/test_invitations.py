"""Invitations over HTTP: who makes them, whom they let in, and when they end."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from tests.app.tracks import peers
from tests.support.school import Person, Reply, School, in_parallel, stored_items


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def invite(school: School, by: Person, kind: str, number: int, **more: Any) -> Reply:
    return school.api.post("/invitations", {"kind": kind, "id": number, **more}, token=by.token)


def code_of(reply: Reply) -> str:
    assert reply.status == 201, reply.body
    code: str = reply.body["code"]
    return code


def accept(school: School, by: Person, code: str) -> Reply:
    return school.api.post(f"/invitations/{code}/accept", token=by.token)


def group(school: School, teacher: Person) -> int:
    made: int = school.api.post("/groups", {"title": "Chess"}, token=teacher.token).body["id"]
    return made


def targets(school: School, teacher: Person) -> dict[str, int]:
    """What can be joined, by kind; the course is private."""
    course = school.course(author_id=teacher.id, visibility="private")
    token = teacher.token
    track_id = school.api.post("/tracks", {**peers.TRACK, "required_participants": 3}, token=token).body["id"]
    school.api.post(f"/tracks/{track_id}/assignments", peers.ASSIGNMENT, token=token)
    problem = school.problem(author_id=teacher.id)
    contest = {"name": "Final", "duration": 60, "problems": [{"problem_id": problem.id}]}
    contest_id = school.api.post("/contests", contest, token=token).body["id"]
    return {"course": course.id, "track": track_id, "contest": contest_id, "group": group(school, teacher)}


def test_a_code_lets_one_into_whatever_it_is_for(school: School, teacher: Person) -> None:
    pupil, there = school.person(), targets(school, teacher)
    for kind, number in there.items():
        code = code_of(invite(school, teacher, kind, number, uses=1))
        shown = school.api.get(f"/invitations/{code}", token=pupil.token).body
        joined = accept(school, pupil, code)
        assert (joined.status, joined.body) == (200, {**shown, "new": True}), joined.body
        assert (shown["kind"], shown["id"]) == (kind, number)
        assert accept(school, school.person(), code).body["code"] == "invitation_not_found"
    assert school.api.get(f"/user/estimations/{pupil.id}", token=teacher.token).status == 200
    assert school.api.get(f"/courses/{there['course']}", token=pupil.token).status == 200


def test_a_code_into_a_class_changes_the_account(school: School, teacher: Person) -> None:
    admin, pupil = school.person(Role.ADMIN), school.person(school_class=6)
    assert invite(school, teacher, "group", 7).status == 403
    school.api.request("PUT", f"/user/teachers/{teacher.id}/classes/7", token=admin.token)
    assert accept(school, pupil, code_of(invite(school, teacher, "group", 7))).body["new"]
    assert school.api.get("/me", token=pupil.token).body["class"] == 7


def test_who_is_in_already_uses_nothing_up(school: School, teacher: Person) -> None:
    group_id = group(school, teacher)
    code, pupil = code_of(invite(school, teacher, "group", group_id, uses=2)), school.person()
    assert [accept(school, pupil, code).body["new"] for _ in range(3)] == [True, False, False]
    (shown,) = school.api.get(f"/invitations?kind=group&id={group_id}", token=teacher.token).body["items"]
    assert (shown["code"], shown["uses"], shown["used"]) == (code, 2, 1)


def test_who_accepts_twice_at_once_is_in_and_uses_one_up(school: School, teacher: Person) -> None:
    pupil, admin = school.person(), school.person(Role.ADMIN)
    there = [(teacher, *each) for each in targets(school, teacher).items()]
    codes = [code_of(invite(school, by, kind, number, uses=1)) for by, kind, number in [*there, (admin, "group", 7)]]

    def thrice(code: str) -> list[Any]:
        return in_parallel(3, lambda _: accept(school, pupil, code))

    for code in codes:
        replies = thrice(code)
        found = [reply.body.get("new") if isinstance(reply, Reply) else reply for reply in replies]
        assert sorted(found, key=str) == [False, False, True], replies


def test_who_comes_by_two_codes_at_once_uses_one_up(school: School, teacher: Person) -> None:
    group_id, pupil = group(school, teacher), school.person()
    codes = [code_of(invite(school, teacher, "group", group_id, uses=2)) for _ in range(2)]
    in_parallel(4, lambda number: accept(school, pupil, codes[number % 2]))
    assert sum(each["used"] for each in stored_items("school") if each.get("code") in codes) == 1


def test_of_many_at_once_as_many_get_in_as_may(school: School, teacher: Person) -> None:
    group_id = group(school, teacher)
    code, people = code_of(invite(school, teacher, "group", group_id, uses=3)), [school.person() for _ in range(8)]
    statuses = in_parallel(len(people), lambda number: accept(school, people[number], code).status)
    assert sorted(map(str, statuses)) == ["200"] * 3 + ["404"] * 5
    assert school.api.get(f"/groups/{group_id}", token=teacher.token).body["pupils"] == 3


def test_a_code_ends_by_time_and_when_it_is_revoked(school: School, teacher: Person) -> None:
    group_id, now = group(school, teacher), school.clock.now
    soon = code_of(invite(school, teacher, "group", group_id, expires_at=rfc3339(now + timedelta(minutes=5))))
    revoked = code_of(invite(school, teacher, "group", group_id))
    path, stranger = f"/invitations/{revoked}", school.person(Role.TEACHER)
    gone = [school.api.request("DELETE", path, token=each.token).status for each in (stranger, teacher, teacher)]
    assert gone == [403, 204, 404]
    school.clock.forward(timedelta(minutes=5))
    pupil = school.person()
    assert [accept(school, pupil, code).status for code in (soon, revoked, "group-1", "x-1-y")] == [404] * 4
    assert school.api.get(f"/invitations?kind=group&id={group_id}", token=pupil.token).status == 403


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_an_end_is_within_a_year(school: School, teacher: Person, days: int) -> None:
    ends = rfc3339(school.clock.now + timedelta(days=days))
    reply = invite(school, teacher, "group", group(school, teacher), expires_at=ends)
    assert (reply.status, reply.body["code"]) == (400, "invitation_end")


def test_what_one_does_not_teach_one_invites_nobody_to(school: School, teacher: Person) -> None:
    other = school.person(Role.TEACHER)
    for kind, number in targets(school, teacher).items():
        assert invite(school, other, kind, number).status == 403
        assert invite(school, teacher, kind, number + 99).status == 404
