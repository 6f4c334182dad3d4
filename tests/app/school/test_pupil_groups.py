"""Groups of pupils over HTTP, and whose pupils they make."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.support.school import Person, Reply, School


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def make(school: School, by: Person, title: str = "Chess") -> int:
    reply = school.api.post("/groups", {"title": title}, token=by.token)
    assert reply.status == 201, reply.body
    made: int = reply.body["id"]
    return made


def put_in(school: School, by: Person, group_id: int, *people: Person) -> Reply:
    return school.api.post(f"/groups/{group_id}/pupils", {"user_ids": [each.id for each in people]}, token=by.token)


def listed(school: School, by: Person, path: str) -> list[Any]:
    """All pages of a list."""
    found, cursor = [], ""
    while True:
        reply = school.api.get(f"{path}?limit=2{cursor}", token=by.token)
        assert reply.status == 200, reply.body
        found += reply.body["items"]
        if reply.body["next"] is None:
            return found
        cursor = f"&cursor={reply.body['next']}"


def pupils(school: School, by: Person, group_id: int) -> list[int]:
    return [each["user_id"] for each in listed(school, by, f"/groups/{group_id}/pupils")]


def groups(school: School, by: Person) -> list[int]:
    return [each["id"] for each in listed(school, by, "/groups")]


def may_read(school: School, teacher: Person, pupil: Person) -> bool:
    return school.api.get(f"/user/estimations/{pupil.id}", token=teacher.token).status == 200


def test_a_groups_pupils_are_its_teachers_until_they_leave(school: School, admin: Person, teacher: Person) -> None:
    group_id, people = make(school, teacher), [school.person() for _ in range(3)]
    assert put_in(school, admin, group_id, *people).body == {"added": 3}
    assert put_in(school, admin, group_id, people[0]).body == {"added": 0}
    assert pupils(school, teacher, group_id) == sorted(each.id for each in people)
    assert school.api.get(f"/groups/{group_id}", token=teacher.token).body["pupils"] == 3
    assert (may_read(school, teacher, people[0]), groups(school, people[0])) == (True, [group_id])
    for who, whom in ((people[0], people[0]), (teacher, people[1])):
        gone = school.api.request("DELETE", f"/groups/{group_id}/pupils/{whom.id}", token=who.token)
        assert gone.status == 204
        again = school.api.request("DELETE", f"/groups/{group_id}/pupils/{whom.id}", token=teacher.token)
        assert again.body["code"] == "not_in_group"
    assert (may_read(school, teacher, people[0]), pupils(school, teacher, group_id)) == (False, [people[2].id])


def test_a_group_is_told_by_those_who_teach_it(school: School, admin: Person, teacher: Person) -> None:
    group_id, people = make(school, teacher), [school.person() for _ in range(2)]
    put_in(school, admin, group_id, *people)

    def tell(by: Person, number: int = group_id) -> Reply:
        words = {"title": "T", "description": "D", "group_id": number}
        return school.api.post("/user/notifications", words, token=by.token)

    for by in (teacher, admin):
        assert (tell(by).body["recipients"], tell(by).body["left_out"]) == (2, 0)
    school.teach(other := school.person(Role.TEACHER), people[0])
    assert [tell(other).body["code"], tell(admin, group_id + 1).body["code"]] == ["not_your_group", "group_not_found"]
    inbox = school.api.get("/user/notifications", token=people[0].token).body
    assert {each["author_id"] for each in inbox} == {admin.id, teacher.id}


def test_a_teacher_puts_in_own_pupils_alone(school: School, teacher: Person) -> None:
    group_id, own, other = make(school, teacher), school.person(), school.person()
    school.teach(teacher, own)
    assert put_in(school, teacher, group_id, own, other).body["code"] == "only_own_pupils"
    assert put_in(school, teacher, group_id, own).body == {"added": 1}
    refused = school.api.request("DELETE", f"/groups/{group_id}/pupils/{own.id}", token=other.token)
    assert refused.body["code"] == "not_your_group"


def test_nobody_is_put_in_who_is_not_there(school: School, admin: Person, teacher: Person) -> None:
    group_id, erased = make(school, teacher), school.person()
    school.api.request("DELETE", f"/user/users/{erased.id}", token=admin.token)
    assert put_in(school, admin, group_id, erased).body["code"] == "user_not_found"
    assert put_in(school, admin, group_id + 1, erased).body["code"] == "group_not_found"


def test_a_class_is_a_group_whose_pupils_admins_choose(school: School, admin: Person, teacher: Person) -> None:
    pupil = school.person(school_class=7)
    school.api.request("PUT", f"/user/teachers/{teacher.id}/classes/7", token=admin.token)
    group_id, newcomer = make(school, teacher), school.person()
    assert (groups(school, teacher), groups(school, pupil)) == ([7, group_id], [7])
    assert groups(school, admin) == [*range(1, 12), group_id]
    assert put_in(school, teacher, 7, pupil).body["code"] == "class_by_admins"
    assert put_in(school, admin, 7, newcomer).body == {"added": 1}
    assert put_in(school, admin, 7, teacher).body["code"] == "not_a_pupil"
    assert set(pupils(school, teacher, 7)) == {pupil.id, newcomer.id}
    assert school.api.get("/groups/7", token=teacher.token).body["pupils"] == 2
    leave = f"/groups/7/pupils/{newcomer.id}"
    assert [school.api.request("DELETE", leave, token=each.token).status for each in (newcomer, teacher)] == [403, 403]
    assert school.api.request("DELETE", leave, token=admin.token).status == 204
    assert pupils(school, teacher, 7) == [pupil.id]
    for method in ("PATCH", "DELETE"):
        refused = school.api.request(method, "/groups/7", json_body={"title": "Ours"}, token=teacher.token)
        assert refused.body["code"] == "class_stays"


def test_another_teacher_may_teach_it_too(school: School, admin: Person, teacher: Person) -> None:
    group_id, other, pupil = make(school, teacher), school.person(Role.TEACHER), school.person()
    put_in(school, admin, group_id, pupil)
    assert school.api.get(f"/groups/{group_id}", token=other.token).status == 403
    path = f"/groups/{group_id}/teachers"
    assert school.api.post(path, {"user_id": other.id}, token=teacher.token).status == 201
    shown = school.api.get(path, token=other.token).body["teachers"]
    assert [(each["user_id"], each["is_owner"]) for each in shown] == [(teacher.id, True), (other.id, False)]
    assert may_read(school, other, pupil)
    assert school.api.request("DELETE", f"{path}/{other.id}", token=teacher.token).status == 204
    assert not may_read(school, other, pupil)
    assert school.api.post("/groups/7/teachers", {"user_id": other.id}, token=teacher.token).status == 403


def test_a_group_is_renamed_and_deleted_as_it_was_seen(school: School, admin: Person, teacher: Person) -> None:
    group_id, pupil = make(school, teacher), school.person()
    put_in(school, admin, group_id, pupil)

    def ask(method: str, etag: str) -> Reply:
        headers, body = {"If-Match": etag}, {"title": "Go"} if method == "PATCH" else None
        return school.api.request(method, f"/groups/{group_id}", json_body=body, token=teacher.token, headers=headers)

    renamed = ask("PATCH", '"1"')
    assert (renamed.body["title"], renamed.headers["etag"]) == ("Go", '"2"')
    assert [ask(method, '"1"').status for method in ("PATCH", "DELETE")] == [412, 412]
    assert ask("DELETE", '"2"').status == 204
    assert (groups(school, teacher), groups(school, pupil), may_read(school, teacher, pupil)) == ([], [], False)
    assert school.api.get(f"/groups/{group_id}", token=teacher.token).status == 404
