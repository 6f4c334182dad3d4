"""The trainings' part of a user's dashboard."""

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock
from chalicelib.training import models
from chalicelib.training.sessions.responses import TrainingView
from chalicelib.training.teams import teams


def trainings(caller: Caller) -> list[TrainingView]:
    """What is going on in the caller's teams, what ends first at the head."""
    now = clock.now()
    found = models.sessions_of(team.running for team in teams.teams_of(caller) if team.running is not None)
    going_on = sorted((each for each in found if not each.is_over(now)), key=lambda each: each.ends_at)
    return [TrainingView.of(each) for each in going_on]
