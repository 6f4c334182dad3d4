"""The trainings' part of a user's dashboard."""

from chalicelib.common import clock
from chalicelib.school.readings import Readings
from chalicelib.training import models
from chalicelib.training.sessions.responses import TrainingView
from chalicelib.training.teams import teams


def trainings(readings: Readings) -> list[TrainingView]:
    """What is going on in somebody's teams, what ends first at the head."""
    now = clock.now()
    own = models.teams_of(readings.user_id, at_most=teams.MAX_TEAMS)
    found = models.sessions_of(team.running for team in own if team.running is not None)
    going_on = sorted((each for each in found if not each.is_over(now)), key=lambda each: each.ends_at)
    return [TrainingView.of(each) for each in going_on]
