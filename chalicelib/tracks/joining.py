"""Lets pupils join a track by an invitation, or with their group."""

from dataclasses import dataclass

from chalicelib.school.joining import Joinable
from chalicelib.school.memberships import FillMore
from chalicelib.tracks import models, teachers, tracks


def title(track_id: int) -> str:
    return tracks.get(track_id).title


@dataclass(frozen=True, slots=True)
class _Joining:
    """Who is enrolled, perhaps by a teacher."""

    id: int


def join(user_id: int, track_id: int, also: FillMore) -> bool:
    """See `Joinable`. Refused when the track has started, or has no assignments."""
    if models.find_participant(track_id, user_id) is not None:
        return False
    try:
        tracks.enroll(_Joining(user_id), track_id, also)
    except tracks.EnrolledAlready:  # by another request at the same time
        return False
    return True


TRACKS = Joinable(taught=teachers.taught, title=title, join=join)
