"""0010: trainings in a contest that a team had trained in before are marked."""

from datetime import timedelta

from chalicelib.accounts.permissions import Role
from infra.migrations import m0010_repeated_trainings
from infra.migrations.pages import Position, Tables
from tests.app.training.conftest import Training, contest_by, start, team_of
from tests.support.school import School, stored_items


def apply(tables: Tables) -> None:
    position: Position = m0010_repeated_trainings.forward(tables, None)
    while position is not None:
        position = m0010_repeated_trainings.forward(tables, position)


def marked() -> dict[str, bool]:
    scores = [each for each in stored_items("training") if each["kind"] == "training_score"]
    return {each["session_id"]: each.get("repeats", False) for each in scores}


def test_it_marks_what_the_application_marks(school: School, tables_of_school: Tables) -> None:
    person, rival, teacher = school.person(), school.person(), school.person(Role.TEACHER)
    contests = [contest_by(school, teacher, problems=1) for _ in range(2)]
    team_id, others = team_of(school, person), team_of(school, rival, name="Другие")

    def train(team_id: int, contest_id: int) -> Training:
        school.clock.forward(timedelta(seconds=1))
        who = person if team_id != others else rival
        training = start(school, who, team_id, contest_id)
        school.api.post(f"{training.path}/complete", token=who.token)
        return training

    runs = [train(*pair) for pair in ((team_id, contests[0]), (others, contests[0]), (team_id, contests[1]))]
    again = train(team_id, contests[0])
    expected = {**{each.id: False for each in runs}, again.id: True}
    assert marked() == expected
    table = tables_of_school("training")
    for score in [each for each in stored_items("training") if each["kind"] == "training_score"]:
        table.update_item(Key={"pk": score["pk"], "sk": score["sk"]}, UpdateExpression="REMOVE repeats, member_ids")
    for _ in range(2):
        apply(tables_of_school)
        assert marked() == expected
        assert m0010_repeated_trainings.back(tables_of_school, None) is None
