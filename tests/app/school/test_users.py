"""Users over HTTP: whom the caller sees, and what admins change."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import wiring
from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.accounts.responses import AccountView
from chalicelib.common import hooks
from chalicelib.common.http import paging
from tests.app.school.many_people import FIRST_ID, enrol
from tests.support.log import Log
from tests.support.school import Person, Reply, School, aws, counted_requests, in_parallel

NAMES = {"id", "login_id", "name", "secondname", "patronymic", "role"}
WHOLE = {field.serialization_alias or name for name, field in AccountView.model_fields.items()}


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def seen(school: School, person: Person, query: str = "") -> list[dict[str, Any]]:
    reply = school.api.get(f"/user/users{query}", token=person.token)
    assert reply.status == 200, reply.body
    found: list[dict[str, Any]] = reply.body
    return found


def ids(found: list[dict[str, Any]]) -> list[int]:
    return [user["id"] for user in found]


def pages(school: School, person: Person, query: str) -> Iterator[list[int]]:
    path = f"/user/users{query}"
    while path:
        reply = school.api.get(path, token=person.token)
        yield ids(reply.body)
        path = reply.headers.get("link", "").removeprefix("<").partition(">")[0]


def change(school: School, by: Person, whom: Person, if_match: Any = None, **changes: Any) -> Reply:
    headers = {} if if_match is None else {"If-Match": if_match}
    path = f"/user/users/{whom.id}"
    return school.api.request("PATCH", path, json_body=changes, token=by.token, headers=headers)


def erase(school: School, by: Person, user_id: int, if_match: str | None = None) -> Reply:
    headers = {} if if_match is None else {"If-Match": if_match}
    return school.api.request("DELETE", f"/user/users/{user_id}", token=by.token, headers=headers)


def test_a_pupil_sees_oneself_whole_and_the_names_of_teachers(
    school: School, pupil: Person, teacher: Person, admin: Person
) -> None:
    school.person()
    oneself, other = seen(school, pupil)
    me = school.api.get("/me", token=pupil.token).body
    assert me == {**oneself, "can": ["learn"], "language": None, "time_zone": None}
    assert other == {
        "id": teacher.id,
        "login_id": teacher.id,
        "name": teacher.account.name,
        "secondname": None,
        "patronymic": None,
        "role": "teacher",
    }


def test_a_teacher_without_pupils_sees_teachers(school: School, teacher: Person, pupil: Person, admin: Person) -> None:
    colleague = school.person(Role.TEACHER)
    shown = {user["id"]: user.keys() for user in seen(school, teacher)}
    assert shown == {teacher.id: WHOLE, colleague.id: NAMES}
    assert seen(school, teacher, f"?id={pupil.id}") == []


def test_a_teacher_sees_the_pupils_that_they_have(school: School, teacher: Person) -> None:
    own, other = school.person(school_class=5), school.person(school_class=5)
    school.teach(teacher, own)
    assert {user["id"]: user.keys() for user in seen(school, teacher)} == {teacher.id: WHOLE, own.id: WHOLE}
    assert ids(seen(school, teacher, "?class=5")) == [own.id]
    assert ids(seen(school, teacher, f"?id={own.id}")) == [own.id]
    assert seen(school, teacher, f"?id={other.id}") == []
    assert seen(school, school.person(Role.TEACHER), f"?id={own.id}") == []


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 100])
def test_a_teacher_pages_through_the_teachers_and_their_pupils_each_once(
    school: School, teacher: Person, admin: Person, limit: int
) -> None:
    colleague, *people = school.person(Role.TEACHER), *(school.person(school_class=5) for _ in range(6))
    school.person(school_class=6)
    school.teach(teacher, colleague, *people[2:])
    school.teach(teacher, *people[4:])
    school.api.request("PUT", f"/user/teachers/{teacher.id}/classes/5", token=admin.token)
    read = list(pages(school, teacher, f"?limit={limit}"))
    expected = [*sorted([teacher.id, colleague.id]), *sorted(each.id for each in people)]
    assert [user for page in read for user in page] == expected
    assert max(map(len, read)) <= limit


@pytest.mark.parametrize("after", ["x", "0", "-1", "9" * 17])
def test_a_forged_place_among_ones_pupils_is_refused(school: School, teacher: Person, after: str) -> None:
    cursor = paging.cursor({"list": {"S": "pupils"}, "after": {"S": after}})
    reply = school.api.get(f"/user/users?cursor={cursor}", token=teacher.token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_cursor")


def test_an_admin_sees_all(school: School, admin: Person, teacher: Person, pupil: Person) -> None:
    blocked = school.person(state=AccountState.BLOCKED)
    found = seen(school, admin)
    assert ids(found) == [*sorted([pupil.id, blocked.id]), teacher.id, admin.id]
    assert all(user.keys() == WHOLE for user in found)


def test_admins_are_shown_to_nobody_else(school: School, admin: Person, teacher: Person, pupil: Person) -> None:
    assert [seen(school, person, f"?id={admin.id}") for person in (pupil, teacher)] == [[], []]


def test_one_is_asked_for(school: School, admin: Person, teacher: Person, pupil: Person) -> None:
    assert ids(seen(school, admin, f"?id={pupil.id}")) == [pupil.id]
    assert ids(seen(school, pupil, f"?id={pupil.id}")) == [pupil.id]
    assert seen(school, pupil, f"?id={teacher.id}")[0].keys() == NAMES
    assert seen(school, pupil, f"?id={school.person().id}") == []
    assert seen(school, admin, "?id=5") == []


def test_a_class_has_its_pupils(school: School, admin: Person) -> None:
    fifth = sorted(school.person(school_class=5).id for _ in range(3))
    school.person(school_class=6)
    school.person(Role.TEACHER, school_class=5)
    assert ids(seen(school, admin, "?class=5")) == fifth
    assert seen(school, admin, "?class=11") == []


def test_a_pupil_of_a_class_is_all_that_they_see_of_it(school: School, admin: Person) -> None:
    pupil, _ = school.person(school_class=5), school.person(school_class=5)
    assert ids(seen(school, pupil, "?class=5")) == [pupil.id]
    assert seen(school, pupil, "?class=6") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("id=1&class=5", "id_and_class"),
        ("class=0", "invalid_query"),
        ("class=12", "invalid_query"),
        ("id=0", "invalid_query"),
        ("id=x", "invalid_query"),
        ("page=1", "page_without_size"),
        ("cursor=eyJsaXN0IjoiYWRtaW4ifQ==", "invalid_cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused(school: School, pupil: Person, query: str, code: str) -> None:
    reply = school.api.get(f"/user/users?{query}", token=pupil.token)
    assert (reply.status, reply.body["code"]) == (400, code)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 7, 100])
def test_an_admin_pages_through_all(school: School, admin: Person, limit: int) -> None:
    pupils, teachers = (sorted(school.person(role).id for _ in range(3)) for role in (Role.USER, Role.TEACHER))
    read = list(pages(school, admin, f"?limit={limit}"))
    assert [user for page in read for user in page] == [*pupils, *teachers, admin.id]
    assert max(map(len, read)) <= limit


@pytest.mark.parametrize("size", [1, 2, 3])
def test_a_pupil_pages_through_oneself_and_the_teachers(school: School, pupil: Person, size: int) -> None:
    expected = [pupil.id, *sorted(school.person(Role.TEACHER).id for _ in range(3))]
    read = list(pages(school, pupil, f"?size={size}"))
    assert [user for page in read for user in page] == expected
    numbered = [ids(seen(school, pupil, f"?page={page}&size={size}")) for page in range(1, 6)]
    assert [user for page in numbered for user in page] == expected


@pytest.mark.parametrize("many", [10, 100, 1000])
def test_a_page_takes_as_many_requests_however_many_there_are(
    school: School, admin: Person, pupil: Person, many: int
) -> None:
    enrol(many)
    enrol(many, role=Role.TEACHER, first_id=FIRST_ID + many)
    for person, query, queries in ((admin, "?size=4", 1), (admin, "?class=5&size=4", 1), (pupil, "?size=4", 2)):
        with counted_requests() as requests:
            assert len(seen(school, person, query)) == 4
        assert requests == {"BatchGetItem": 1, "Query": queries}


@pytest.mark.parametrize(
    ("index", "key", "value"), [("by_role", "role", "user"), ("by_class", "class_roll", "CLASS#5")]
)
def test_lists_know_no_secrets(school: School, index: str, key: str, value: str) -> None:
    pupil = school.person(school_class=5)
    (item,) = aws("dynamodb").query(
        TableName="lyceum-local-accounts",
        IndexName=index,
        KeyConditionExpression="#key = :value",
        ExpressionAttributeNames={"#key": key},
        ExpressionAttributeValues={":value": {"S": value}},
    )["Items"]
    assert item["email"] == {"S": pupil.account.email}
    assert {"password_hash", "pending_email", "sign_up_id", "generation"}.isdisjoint(item)


def test_an_admin_changes_an_account(school: School, admin: Person) -> None:
    pupil = school.person(school_class=5, phone="+79990001122")
    changes: dict[str, Any] = {
        "name": "Анна",
        "secondName": "Иванова",
        "patronymic": None,
        "birthdate": "2012-02-29",
        "phone": None,
        "class": 6,
        "role": "teacher",
    }
    reply = change(school, admin, pupil, **changes)
    assert (reply.status, reply.body, reply.headers["etag"]) == (200, "", '"1"')
    (shown,) = seen(school, admin, f"?id={pupil.id}")
    expected = {"name": "Анна", "secondname": "Иванова", "patronymic": None, "birthdate": "2012-02-29", "phone": None}
    assert {name: shown[name] for name in expected} == expected
    assert (shown["class"], shown["role"], shown["state"]) == (6, "teacher", "activated")


def test_a_change_moves_an_account_to_where_it_belongs(school: School, admin: Person) -> None:
    pupil = school.person(school_class=5)
    change(school, admin, pupil, **{"class": 6})
    assert (ids(seen(school, admin, "?class=5")), ids(seen(school, admin, "?class=6"))) == ([], [pupil.id])
    change(school, admin, pupil, role="teacher")
    assert seen(school, admin, "?class=6") == []
    assert ids(seen(school, admin)) == [pupil.id, admin.id]
    change(school, admin, pupil, role="user")
    assert ids(seen(school, admin, "?class=6")) == [pupil.id]


def test_who_is_blocked_is_signed_out_until_the_block_is_lifted(school: School, admin: Person, pupil: Person) -> None:
    shut_out: list[int] = []
    listeners = [*wiring.WIRING.on_sessions_ended(), shut_out.append]
    with hooks.override(on_sessions_ended=listeners):
        assert change(school, admin, pupil, state="blocked").status == 200
    assert shut_out == [pupil.id]
    assert school.api.get("/me", token=pupil.token).body["code"] == "account_blocked"
    assert change(school, admin, pupil, state="activated").status == 200
    assert school.api.get("/me", token=pupil.token).body["code"] == "session_ended"


@pytest.mark.parametrize(("verified", "after"), [(True, "activated"), (False, "new")])
def test_a_lifted_block_leaves_the_state_that_was_earned(
    school: School, admin: Person, pupil: Person, *, verified: bool, after: str
) -> None:
    accounts.change(pupil.id, lambda account: setattr(account, "verified_mail", verified))
    for state in ("blocked", "blocked", "activated", "activated"):
        assert change(school, admin, pupil, state=state).status == 200
    assert seen(school, admin, f"?id={pupil.id}")[0]["state"] == after


def test_what_somebody_is_to_become_stands_or_falls_as_a_whole(school: School, admin: Person, pupil: Person) -> None:
    reply = change(school, admin, pupil, if_match='"9"', name="New", role="teacher", state="blocked")
    assert reply.status == 412
    (shown,) = seen(school, admin, f"?id={pupil.id}")
    assert (shown["name"], shown["role"], shown["state"]) == (pupil.account.name, "user", "activated")


def test_an_admin_too_gives_a_number_that_another_has(school: School, admin: Person, pupil: Person) -> None:
    school.person(phone="+79990001122")
    assert change(school, admin, pupil, phone="79990001122").status == 200


@pytest.mark.parametrize("changes", [{"role": "user"}, {"state": "blocked"}, {"name": "New", "role": "admin"}])
def test_nobody_changes_their_own_rights(school: School, admin: Person, changes: dict[str, str]) -> None:
    reply = change(school, admin, admin, **changes)
    assert (reply.status, reply.body["code"]) == (409, "not_oneself")
    assert school.api.get("/me", token=admin.token).body["name"] == admin.account.name
    assert change(school, admin, admin, name="New").status == 200


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"role": "director"}, ["role validation error"]),
        ({"role": None}, ["role validation error"]),
        ({"state": "deleted"}, ["state validation error"]),
        ({"state": None}, ["state validation error"]),
        ({"class": 12}, ["class validation error"]),
        ({"class": "5"}, ["class validation error"]),
        ({"phone": "none", "birthdate": "2999-01-01"}, ["birthdate validation error", "phone validation error"]),
        ({"email": "new@example.com"}, ["'email' is an unknown property"]),
        ({"password": "New password 1"}, ["'password' is an unknown property"]),
    ],
)
def test_what_is_wrong_is_listed(
    school: School, admin: Person, pupil: Person, changes: dict[str, Any], errors: list[str]
) -> None:
    reply = change(school, admin, pupil, **changes)
    assert (reply.status, reply.body["errors"]) == (400, errors)


def test_nobody_overwrites_or_erases_what_they_have_not_seen(school: School, admin: Person, pupil: Person) -> None:
    shown = school.api.get(f"/user/users?id={pupil.id}", token=admin.token)
    tag = shown.headers["etag"]
    assert change(school, admin, pupil, if_match=tag, name="First").status == 200
    for reply in (change(school, admin, pupil, if_match=tag, name="Second"), erase(school, admin, pupil.id, tag)):
        assert (reply.status, reply.body["code"]) == (412, "changed_since")
    (after,) = seen(school, admin, f"?id={pupil.id}")
    assert after["name"] == "First"
    tag = school.api.get(f"/user/users?id={pupil.id}", token=admin.token).headers["etag"]
    assert erase(school, admin, pupil.id, tag).status == 200


def test_of_many_changes_of_one_version_one_succeeds(school: School, admin: Person, pupil: Person) -> None:
    outcomes = in_parallel(5, lambda number: change(school, admin, pupil, if_match='"0"', name=f"N{number}"))
    assert sorted(reply.status for reply in outcomes if isinstance(reply, Reply)) == [200] + [412] * 4


def test_without_a_tag_each_member_keeps_its_last(school: School, admin: Person, pupil: Person) -> None:
    parts: list[dict[str, Any]] = [{"name": "A"}, {"secondname": "B"}, {"class": 7}]
    outcomes = in_parallel(3, lambda number: change(school, admin, pupil, **parts[number]))
    assert [reply.status for reply in outcomes if isinstance(reply, Reply)] == [200] * 3
    (after,) = seen(school, admin, f"?id={pupil.id}")
    assert (after["name"], after["secondname"], after["class"]) == ("A", "B", 7)


def test_only_whole_accounts_carry_a_tag(school: School, pupil: Person, teacher: Person) -> None:
    def tag(whom: Person) -> str | None:
        return school.api.get(f"/user/users?id={whom.id}", token=pupil.token).headers.get("etag")

    assert (tag(pupil), tag(teacher)) == ('"0"', None)


def test_who_is_erased_is_listed_no_more(school: School, admin: Person) -> None:
    pupil = school.person(school_class=5, phone="+79990001122")
    reply = erase(school, admin, pupil.id)
    assert (reply.status, reply.body) == (200, "")
    assert (ids(seen(school, admin)), seen(school, admin, "?class=5")) == ([admin.id], [])
    assert school.api.get("/me", token=pupil.token).status == 401
    assert erase(school, admin, pupil.id).body["code"] == "user_not_found"
    assert change(school, admin, pupil, name="Back").body["code"] == "user_not_found"


def test_nobody_erases_themselves_here(school: School, admin: Person) -> None:
    reply = erase(school, admin, admin.id)
    assert (reply.status, reply.body["code"]) == (409, "not_oneself")


def test_the_log_tells_what_was_changed_but_not_to_what(school: School, admin: Person, pupil: Person, log: Log) -> None:
    change(school, admin, pupil, name="Анна", state="blocked")
    (event,) = log.events("account changed")
    assert (event["fields"], event["by"]) == (["name", "state"], admin.id)
    assert "Анна" not in log.text
