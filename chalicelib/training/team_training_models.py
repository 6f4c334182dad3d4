"""Queries of the sessions that a team had. The item and its key are in `models`."""

from collections.abc import Iterable

from chalicelib.common.http import paging
from chalicelib.training import models
from chalicelib.training.models import Score, TeamTraining


def list_page(team_id: int, query: paging.ListQuery) -> paging.Page[TeamTraining]:
    """The latest first."""
    pk, prefix = models.team_trainings_key(team_id)
    return paging.read_list(
        query,
        lambda limit, start: TeamTraining.query(
            pk,
            TeamTraining.sk.startswith(prefix),
            limit=limit,
            last_evaluated_key=start,
            scan_index_forward=False,
            consistent_read=True,
        ),
    )


def scores_in(trainings: Iterable[TeamTraining]) -> dict[str, Score]:
    """The scores of these sessions, by the ids of the sessions."""
    keys = [models.score_key_of(each) for each in trainings]
    found = Score.batch_get(keys, consistent_read=True) if keys else ()
    return {score.session_id: score for score in found}
