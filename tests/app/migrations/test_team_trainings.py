"""0006: teams list the trainings that they had before they listed any."""

from typing import Any

from chalicelib.accounts.permissions import Role
from infra.migrations import m0006_team_trainings
from infra.migrations.pages import Position, Tables
from tests.app.training.conftest import contest_by, start, team_of
from tests.support.school import School, stored_items


def apply(tables: Tables) -> None:
    position: Position = m0006_team_trainings.forward(tables, None)
    while position is not None:
        position = m0006_team_trainings.forward(tables, position)


def listed() -> list[dict[str, Any]]:
    return [each for each in stored_items("training") if each["sk"].startswith("TRAINING#")]


def test_what_it_writes_is_what_the_application_writes(school: School, tables_of_school: Tables) -> None:
    person = school.person()
    team_id = team_of(school, person)
    start(school, person, team_id, contest_by(school, school.person(Role.TEACHER), problems=1))
    expected = listed()
    assert len(expected) == 1
    path = f"/teams/{team_id}/training-sessions"
    before = school.api.get(path, token=person.token).body
    table = tables_of_school("training")
    table.delete_item(Key={"pk": expected[0]["pk"], "sk": expected[0]["sk"]})
    assert school.api.get(path, token=person.token).body == {"items": [], "next": None}

    for _ in range(2):
        apply(tables_of_school)
        assert listed() == expected
        assert m0006_team_trainings.back(tables_of_school, None) is None
    assert school.api.get(path, token=person.token).body == before
