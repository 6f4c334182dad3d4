"""Decides who may see a track and what of it: its participants, and those who teach it.

A teacher who neither owns nor teaches a track looks at it as anybody else.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.common import clock
from chalicelib.common.http import errors
from chalicelib.school import teaching
from chalicelib.tracks import models, state
from chalicelib.tracks.models import Assignment, Participant, Track
from chalicelib.tracks.stages import Stage
from chalicelib.tracks.state import TrackState


@dataclass(frozen=True, slots=True)
class Viewer:
    """Without a `participant` it is one who teaches the track, or an admin, who sees all. Who takes part sees what
    participants see, whoever they are.
    """

    track_state: TrackState
    participant: Participant | None

    @property
    def sees_all(self) -> bool:
        return self.participant is None


@dataclass(frozen=True, slots=True)
class AssignmentViewer(Viewer):
    assignment: Assignment


def may_write(caller: Caller, track: Track) -> bool:
    """Whether the caller owns or teaches a track, or is an admin."""
    return teaching.may_write(caller, models.group_of(track.id), track.author_id)


def check_may_write(caller: Caller, track: Track) -> None:
    """403 for one who neither owns nor teaches a track; admins may write all."""
    teaching.check_may_write(caller, models.group_of(track.id), track.author_id, not_yours())


def find_viewer(caller: Caller, track_id: int) -> Viewer | None:
    """None when there is no such track, or the caller has no business there."""
    track_state = state.find(track_id)
    participant = models.find_participant(track_id, caller.id)
    if track_state is None or (participant is None and not may_write(caller, track_state.track)):
        return None
    return Viewer(track_state, participant)


def get_viewer(caller: Caller, assignment_id: int) -> AssignmentViewer:
    """404 for no such assignment; 403 for one who neither takes part in its track nor teaches it."""
    place = models.find_place(assignment_id)
    if place is None:
        raise state.no_such_assignment()
    return viewer_of(caller, place.track_id, assignment_id)


def viewer_of(caller: Caller, track_id: int, assignment_id: int) -> AssignmentViewer:
    """As `get_viewer`, for an assignment whose track is known."""
    track_state, assignment = state.with_assignment_of(track_id, assignment_id)
    participant = models.find_participant(track_state.track.id, caller.id)
    if participant is None and not may_write(caller, track_state.track):
        raise not_enrolled()
    return AssignmentViewer(track_state, participant, assignment)


def refuse_hidden(viewer: AssignmentViewer) -> None:
    """403 for an assignment that is not open yet, or that somebody cannot go on to before paying their debts."""
    if viewer.participant is not None and viewer.assignment.stage == Stage.NOT_STARTED:
        raise not_open()
    refuse_barred(viewer)


def refuse_barred(viewer: AssignmentViewer) -> None:
    """403 for an assignment that somebody cannot go on to before paying their debts."""
    now = clock.now()
    if viewer.participant is not None and is_barred(viewer.track_state, viewer.assignment, viewer.participant, now):
        raise reviews_owed()


def is_barred(track_state: TrackState, assignment: Assignment, participant: Participant, now: datetime) -> bool:
    """Whether somebody owes reviews of earlier assignments: debts are paid in order, unless there is more time for
    them. Pure.
    """
    return any(
        participant.overdue_in(earlier.id, now)
        and not ((extension := participant.extension_in(earlier.id)) and extension.may_review(now))
        for earlier in track_state.before(assignment)
    )


def get_taught(caller: Caller, track_id: int) -> TrackState:
    """The track that the caller teaches, as its teachers see it: 404 for none, 403 for who does not teach it, and for a
    teacher who takes part, for reviews are blind.
    """
    track_state = state.find(track_id)
    if track_state is None:
        raise errors.NotFound("track_not_found", "Track not found")
    check_may_write(caller, track_state.track)
    if models.find_participant(track_id, caller.id) is not None:
        raise takes_part()
    return track_state


def refuse_before_results(assignment: Assignment) -> None:
    """403 while reviews are still written."""
    if assignment.stage != Stage.COMPLETED:
        raise errors.Forbidden("results_not_out", "Results are shown when the review stage is over")


def takes_part() -> errors.Forbidden:
    return errors.Forbidden("takes_part", "Who takes part in a track does not see whose work is whose")


def not_enrolled() -> errors.Forbidden:
    return errors.Forbidden("not_enrolled", "User not enrolled in this track")


def not_yours() -> errors.Forbidden:
    return errors.Forbidden("not_your_track", "This is somebody else's track")


def not_open() -> errors.Forbidden:
    return errors.Forbidden("assignment_not_open", "This assignment is not open yet")


def reviews_owed() -> errors.Forbidden:
    return errors.Forbidden("reviews_owed", "Write the reviews that you owe for earlier assignments first")


def display_names(user_ids: Collection[int]) -> dict[int, str | None]:
    """Usernames, or names where there are none; None for accounts that were erased."""
    found = account_models.list_names(user_ids)
    return {user_id: display_name(found[user_id]) if user_id in found else None for user_id in user_ids}


def still_there(user_ids: Collection[int]) -> list[int]:
    """Without accounts that were erased: they are told nothing, and have no inbox."""
    return [user_id for user_id, name in sorted(display_names(user_ids).items()) if name is not None]


def display_name(account: Account) -> str | None:
    """The username, or the name where there is none."""
    return account.login or account.name
