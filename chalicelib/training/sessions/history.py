"""What teams have trained, and how it went: for the teams themselves, nothing of which is hidden from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.accounts import names
from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import paging
from chalicelib.training import models, team_training_models
from chalicelib.training.models import Contest, Session
from chalicelib.training.sessions import standings
from chalicelib.training.sessions.scoreboard import Row
from chalicelib.training.teams import teams

LATEST = 100
"""Of each of the caller's teams, the trainings that are looked at for a contest's results."""


@dataclass(frozen=True, slots=True)
class PastTraining:
    """A session of a team, perhaps still going on, and how the team stands in it."""

    session: Session
    result: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestForViewer:
    """A contest as one viewer sees it: `results` are those of the viewer's teams, the latest of each first."""

    contest: Contest
    author_name: str | None
    results: Sequence[Row]


def of_team(caller: Caller, team_id: int, query: paging.ListQuery) -> paging.Page[PastTraining]:
    """The trainings of a team, the latest first: for its members and admins, and for who may read about each of them,
    those included who have left it since.
    """
    team = teams.get(team_id)
    page = team_training_models.list_page(team.id, query)
    sessions = {each.id: each for each in models.sessions_of(each.session_id for each in page.items)}
    former = {int(each) for session in sessions.values() for each in session.member_ids or ()}
    teams.check_readable(caller, team, former)
    scores = team_training_models.scores_in(page.items)
    found = [
        PastTraining(sessions[each.session_id], standings.row_of(scores[each.session_id]))
        for each in page.items
        if each.session_id in sessions and each.session_id in scores
    ]
    return paging.Page(found, page.next_cursor)


def for_viewer(caller: Caller, contests: Sequence[Contest]) -> list[ContestForViewer]:
    """In their order. A handful of requests, however many contests they are."""
    results = _own_results(caller, {contest.id for contest in contests})
    authors = names.full_names({contest.author_id for contest in contests})
    return [
        ContestForViewer(contest=each, author_name=authors[each.author_id], results=results.get(each.id, []))
        for each in contests
    ]


def _own_results(caller: Caller, contest_ids: set[int]) -> Mapping[int, list[Row]]:
    query = paging.ListQuery(limit=LATEST)
    trainings = [
        training
        for team in teams.teams_of(caller)
        for training in team_training_models.list_page(team.id, query).items
        if training.contest_id in contest_ids
    ]
    scores = team_training_models.scores_in(trainings)
    results: dict[int, list[Row]] = defaultdict(list)
    for training in trainings:
        if training.session_id in scores:
            results[training.contest_id].append(standings.row_of(scores[training.session_id]))
    return results
