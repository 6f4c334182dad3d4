"""The part of the world that trains: a team of three in a session, another team that has a free place, a contest."""

from typing import Any, Protocol

from chalicelib.judge.models import Problem
from tests.app.training.conftest import Training, start, team_of
from tests.support.school import Person, School

IDLE = ("PATCH /teams/{team_id}", "DELETE /teams/{team_id}", "POST /training-sessions")
"""What is done to the team that is in no session."""
BY_CODE = ("POST /teams/join", "DELETE /teams/{team_id}/invites/{code}")
OF_A_SUBMISSION = "GET /training-sessions/{training_session_id}/submissions/{submission_id}"


class TrainingWorld(Protocol):
    """What a world gives to its parts."""

    school: School
    ids: dict[str, Any]
    ids_of: dict[str, dict[str, Any]]


def add_training(
    world: TrainingWorld, *, teacher: Person, pupil: Person, mates: tuple[Person, Person], problem: Problem
) -> None:
    """The pupil is captain of both teams; the first of the mates is in both."""
    school = world.school
    placed = {"problems": [{"problem_id": problem.id}]}
    contest_id = _made(school, "/contests", {"name": "Autumn", "duration": 18000, **placed}, teacher)["id"]
    team_id = team_of(school, pupil, *mates)
    training = start(school, pupil, team_id, contest_id)
    world.ids |= {"team_id": team_id, "contest_id": contest_id, "training_session_id": training.id, "alias": "A"}
    comment = _made(school, f"{training.path}/problem/A/comments", {"content": "Greedy!"}, pupil)
    world.ids["comment_id"] = comment["id"]
    for route in ("POST /contests", "PATCH /contests/{contest_id}"):
        world.ids_of[route] = placed
    _add_submission(world, training, pupil)
    _add_idle_team(world, pupil, mates[0])


def _add_submission(world: TrainingWorld, training: Training, pupil: Person) -> None:
    sent = {"submission_id": training.submit(pupil)["id"]}
    world.ids_of |= {OF_A_SUBMISSION: sent, f"{OF_A_SUBMISSION}/full": sent}


def _add_idle_team(world: TrainingWorld, pupil: Person, mate: Person) -> None:
    """With an invitation: others may join it."""
    team_id = team_of(world.school, pupil, mate)
    code = _made(world.school, f"/teams/{team_id}/invites", None, pupil)["code"]
    for route in IDLE:
        world.ids_of[route] = {"team_id": team_id, "captain_id": mate.id}
    for route in BY_CODE:
        world.ids_of[route] = {"team_id": team_id, "code": code}


def _made(school: School, path: str, body: object, who: Person) -> Any:
    reply = school.api.post(path, body, token=who.token)
    assert reply.status < 300, reply.body
    return reply.body
