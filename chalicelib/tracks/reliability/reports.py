"""Tells how reliable reviewers are: teachers of all, reviewers of themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import errors
from chalicelib.tracks import access
from chalicelib.tracks.access import Viewer
from chalicelib.tracks.models import Participant
from chalicelib.tracks.reliability import reliability_models
from chalicelib.tracks.reliability.reliability import Reliability
from chalicelib.tracks.reliability.reliability_models import StoredReliability
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState

STEPS = 20
"""Into so many steps a whole is divided for reviewers. From exact numbers one could compute what others gave the work
that one has reviewed, and find its author by the standings.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Of a track, for one viewer. Without `computed_at` there is nothing to tell yet. `rests_on` are assignments."""

    weighted: bool
    reviewers: Mapping[int, Reliability]
    names: Mapping[int, str | None]
    mean: float | None = None
    rests_on: Sequence[int] = ()
    computed_at: datetime | None = None


def visible_to(caller: Caller, track_id: int) -> Report:
    """404 for one who neither takes part in the track nor teaches it."""
    viewer = access.find_viewer(caller, track_id)
    if viewer is None:
        raise errors.NotFound("track_not_found_or_not_enrolled", "Track not found or user not enrolled")
    stored, weighted = reliability_models.find(track_id), viewer.track_state.track.weighted
    if stored is None or not _may_know(viewer, stored):
        return Report(weighted=weighted, reviewers={}, names={})
    found = stored.reliabilities
    own = viewer.participant
    reviewers = found.by_reviewer if own is None else _own(found.by_reviewer, own.user_id)
    return Report(
        weighted=weighted,
        reviewers=reviewers,
        names=access.display_names(reviewers.keys()),
        mean=found.mean if own is None else _coarse(found.mean),
        rests_on=stored.rests_on,
        computed_at=stored.computed_at,
    )


def coarse(part: float) -> float:
    """As reviewers see it. Pure."""
    return round(part * STEPS) / STEPS


def _coarse(part: float | None) -> float | None:
    return None if part is None else coarse(part)


def _may_know(viewer: Viewer, stored: StoredReliability) -> bool:
    """Whether a viewer may know it; one who takes part only when all it rests on is over, for them too."""
    return viewer.participant is None or _is_over(viewer.track_state, viewer.participant, stored)


def _is_over(track_state: TrackState, participant: Participant, stored: StoredReliability) -> bool:
    over = {each.id for each in track_state.assignments if each.stage == Stage.COMPLETED}
    return all(each in over and not participant.owed_in(each) for each in stored.rests_on)


def _own(by_reviewer: Mapping[int, Reliability], user_id: int) -> dict[int, Reliability]:
    own = by_reviewer.get(user_id)
    if own is None:
        return {}
    return {
        user_id: replace(
            own,
            from_others=_coarse(own.from_others),
            from_judge=_coarse(own.from_judge),
            agreement=coarse(own.agreement),
            value=_coarse(own.value),
        )
    }
