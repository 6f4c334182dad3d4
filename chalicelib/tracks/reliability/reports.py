"""Tells how reliable reviewers are: teachers of all, reviewers of themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts.authentication import Caller
from chalicelib.common.http import errors
from chalicelib.tracks import access
from chalicelib.tracks.access import Viewer
from chalicelib.tracks.models import Participant
from chalicelib.tracks.reliability import reliability_models, seen
from chalicelib.tracks.reliability.reliability import Reliability
from chalicelib.tracks.reliability.reliability_models import StoredReliability
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState


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
    reviewers = found.by_reviewer if own is None else _own(viewer, own.user_id, stored)
    return Report(
        weighted=weighted,
        reviewers=reviewers,
        names=access.display_names(reviewers.keys()),
        mean=found.mean if own is None or found.mean is None else seen.coarse(found.mean),
        rests_on=stored.rests_on,
        computed_at=stored.computed_at,
    )


def _may_know(viewer: Viewer, stored: StoredReliability) -> bool:
    """Whether a viewer may know it; one who takes part only when all it rests on is over, for them too."""
    return viewer.participant is None or _is_over(viewer.track_state, viewer.participant, stored)


def _is_over(track_state: TrackState, participant: Participant, stored: StoredReliability) -> bool:
    over = {each.id for each in track_state.assignments if each.stage == Stage.COMPLETED}
    return all(each in over and not participant.owed_in(each) for each in stored.rests_on)


def _own(viewer: Viewer, user_id: int, stored: StoredReliability) -> dict[int, Reliability]:
    """Nothing of one of whose reviews none could be compared."""
    by_assignment = {each.assignment_id: each for each in reliability_models.tallies_in(viewer.track_state.track.id)}
    in_order = [by_assignment[each.id] for each in viewer.track_state.assignments if each.id in by_assignment]
    tallies = [theirs for each in in_order if (theirs := each.tallies({user_id}).get(user_id)) is not None]
    if user_id not in stored.reliabilities.by_reviewer or not tallies:
        return {}
    return {user_id: seen.of_oneself(tallies, stored.reliabilities.mean, float(viewer.track_state.track.max_score))}
