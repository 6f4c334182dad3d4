"""A team of three, a contest of five problems, and a session of theirs."""

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.training import models
from tests.support.live import Socket
from tests.support.school import Person, School

Three = tuple[Person, Person, Person]


@dataclass
class Training:
    """What its tests need to reach it."""

    school: School
    team_id: int
    contest_id: int
    id: str

    @property
    def path(self) -> str:
        return f"/training-sessions/{self.id}"

    def get(self, who: Person, path: str = "") -> Any:
        reply = self.school.api.get(f"{self.path}{path}", token=who.token)
        assert reply.status == 200, reply.body
        return reply.body

    def join(self, who: Person, **query: Any) -> Socket:
        """A socket in the room, of which everybody was told."""
        return self.school.live.join(who, training_session_id=self.id, **query)

    def submit(self, who: Person, code: str = "5", problem: str = "A", **body: Any) -> Any:
        sent = {"problem": problem, "compiler": "python3", "code": code, **body}
        reply = self.school.api.post(f"{self.path}/submissions", sent, token=who.token)
        assert reply.status == 200, reply.body
        return reply.body


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def three(school: School) -> Three:
    """Its first is the captain."""
    return school.person(), school.person(), school.person()


FULL = {"code": 1008, "reason": "Too many connections", "reason_code": "room_full"}
NOT_IN_TEAM = {"code": 1008, "reason": "You are not in this team", "reason_code": "not_in_team"}


def turned_away(school: School, who: Person, **query: Any) -> Any:
    """The ERROR that somebody is told who does not come into a room."""
    socket = school.live.join(who, **query)
    assert (socket.types, socket.is_open) == (["ERROR"], False)
    return socket.last("ERROR")


def fourth_member(school: School, team_id: int) -> Person:
    """Of a team that has more members than its rooms have places, as settings may have it."""
    person = school.person()
    team = models.Team(*models.team_key(team_id))
    team.update(actions=[models.Team.member_ids.set(models.Team.member_ids.append([person.id]))])
    return person


def team_of(school: School, *people: Person, name: str = "Три медведя") -> int:
    """A team that the first has made and the others have joined."""
    captain, *others = people
    team_id: int = school.api.post("/teams", {"name": name}, token=captain.token).body["id"]
    for other in others:
        code = school.api.post(f"/teams/{team_id}/invites", token=captain.token).body["code"]
        assert school.api.post("/teams/join", {"code": code}, token=other.token).status == 200
    return team_id


def contest_by(school: School, teacher: Person, *, problems: int = 5, **overrides: Any) -> int:
    """A contest of problems that are each solved by the program "5"."""
    placed = [{"problem_id": school.problem().id} for _ in range(problems)]
    new = {"name": "Осенний", "duration": 5 * 3600, "problems": placed, **overrides}
    reply = school.api.post("/contests", new, token=teacher.token)
    assert reply.status == 201, reply.body
    return int(reply.body["id"])


def start(school: School, who: Person, team_id: int, contest_id: int) -> Training:
    reply = school.api.post("/training-sessions", {"team_id": team_id, "contest_id": contest_id}, token=who.token)
    assert reply.status == 201, reply.body
    return Training(school, team_id, contest_id, reply.body["id"])


@pytest.fixture
def team_id(school: School, three: Three) -> int:
    return team_of(school, *three)


@pytest.fixture
def contest_id(school: School, teacher: Person) -> int:
    return contest_by(school, teacher)


@pytest.fixture
def training(school: School, three: Three, team_id: int, contest_id: int) -> Training:
    """A session that the captain has started."""
    return start(school, three[0], team_id, contest_id)
