"""What is going on in one's teams, on the dashboard."""

from datetime import timedelta
from typing import Any

from chalicelib.accounts import sessions
from chalicelib.accounts.devices import Device
from tests.app.training.conftest import Three, Training, team_of
from tests.support.school import Person, School, counted_requests


def shown(school: School, who: Person) -> Any:
    reply = school.api.get("/user/monitor", token=who.token)
    assert reply.status == 200, reply.body
    return reply.body["sections"]["trainings"]


def test_members_see_what_is_going_on_and_nobody_else(school: School, three: Three, training: Training) -> None:
    member = shown(school, three[1])
    assert [each["id"] for each in member] == [training.id]
    assert member == [training.get(three[1])]
    assert shown(school, school.person()) == []


def test_what_is_over_is_not_shown_even_if_nobody_has_written_so_yet(
    school: School, three: Three, training: Training
) -> None:
    left = training.get(three[0])["time_left"]
    school.clock.forward(timedelta(seconds=left))
    three[0].token = sessions.start(three[0].account, Device("127.0.0.1", "tests")).access_token
    assert shown(school, three[0]) == []


def test_teams_that_do_nothing_cost_nothing_more(school: School, three: Three, training: Training) -> None:
    def requests() -> dict[str, int]:
        with counted_requests() as requests:
            assert len(shown(school, three[0])) == 1
        return dict(requests)

    before = requests()
    team_of(school, three[0], name="Another")
    assert requests() == before
