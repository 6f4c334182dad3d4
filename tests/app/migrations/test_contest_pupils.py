"""0005: who has trained in a contest became a pupil of who teaches it."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.school import teaching
from infra.migrations import m0005_contest_pupils
from infra.migrations.pages import Position, Tables
from tests.app.training.conftest import contest_by, start, team_of
from tests.support.school import Person, School, stored_items


def apply(tables: Tables) -> None:
    position: Position = m0005_contest_pupils.forward(tables, None)
    while position is not None:
        position = m0005_contest_pupils.forward(tables, position)


def pupils_stored() -> list[dict[str, Any]]:
    found = [each for each in stored_items("school") if each["sk"].startswith("ATTENDS#contest:")]
    return sorted(found, key=lambda each: str(each["pk"]))


def forget_pupils(tables: Tables) -> None:
    """Have the school as it was before there were memberships."""
    for each in pupils_stored():
        tables("school").delete_item(Key={"pk": each["pk"], "sk": each["sk"]})


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def test_what_it_writes_is_what_the_application_writes(
    school: School, teacher: Person, tables_of_school: Tables
) -> None:
    people = school.person(), school.person()
    start(school, people[0], team_of(school, *people), contest_by(school, teacher, problems=1))
    expected = pupils_stored()
    assert len(expected) == 2
    forget_pupils(tables_of_school)
    ids = [person.id for person in people]
    assert teaching.pupils_among(teacher.id, ids) == set()

    for _ in range(2):
        apply(tables_of_school)
        assert pupils_stored() == expected
    assert teaching.pupils_among(teacher.id, ids) == set(ids)


def test_who_has_left_or_dissolved_the_team_is_left_out(
    school: School, teacher: Person, tables_of_school: Tables
) -> None:
    captain, left, alone = school.person(), school.person(), school.person()
    contest_id = contest_by(school, teacher, problems=1)
    team_id, gone = team_of(school, captain, left), team_of(school, alone)
    start(school, captain, team_id, contest_id)
    ended = start(school, alone, gone, contest_id)
    for method, path, who in (
        ("DELETE", f"/teams/{team_id}/members/{left.id}", left),
        ("POST", f"{ended.path}/complete", alone),
        ("DELETE", f"/teams/{gone}", alone),
    ):
        assert school.api.request(method, path, token=who.token).status < 300
    forget_pupils(tables_of_school)
    apply(tables_of_school)
    assert [int(each["user_id"]) for each in pupils_stored()] == [captain.id]


def test_a_team_that_changes_meanwhile_is_read_again(school: School, teacher: Person, tables_of_school: Tables) -> None:
    """Somebody leaves between the read of the team and the write: they stay out, the others come in."""
    captain, leaver = school.person(), school.person()
    team_id = team_of(school, captain, leaver)
    start(school, captain, team_id, contest_by(school, teacher, problems=1))
    forget_pupils(tables_of_school)
    client = tables_of_school("training").meta.client
    acted: list[bool] = []

    def leave(**_: object) -> None:
        if not acted:
            acted.append(True)
            path = f"/teams/{team_id}/members/{leaver.id}"
            assert school.api.request("DELETE", path, token=leaver.token).status == 204

    client.meta.events.register("before-call.dynamodb.TransactWriteItems", leave)
    apply(tables_of_school)
    client.meta.events.unregister("before-call.dynamodb.TransactWriteItems", leave)
    assert acted
    assert [int(each["user_id"]) for each in pupils_stored()] == [captain.id]
