"""Enrolling in a track and leaving it. Whoever fills it starts it."""

from chalicelib.accounts.authentication import Caller
from chalicelib.common import clock, ids, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.events import timers
from chalicelib.common.http import errors
from chalicelib.tracks import models, tracks
from chalicelib.tracks.models import TOPIC, Participant, Status, Track

TRIES = 10
PARTICIPANT, TRACK = 0, 2
"""The positions of these in the transactions of enrolling and leaving."""


def enrol(caller: Caller, track_id: int) -> Participant:
    """However many come at once, as many get in as the track waits for; 400 for the others."""
    for _ in range(TRIES):
        track = tracks.get(track_id)
        participant = _participant(track, caller)
        _refuse(track, caller)
        try:
            _add(participant, track)
        except transactions.ConditionFailed as refused:
            if PARTICIPANT in refused.failed:
                raise _enrolled_already() from refused
        else:
            return participant
    raise tracks.changed_meanwhile()


def leave(caller: Caller, track_id: int) -> None:
    """Only while the track waits."""
    try:
        models.remove_participant(track_id, caller.id)
    except transactions.ConditionFailed as refused:
        raise _refusal_to_leave(track_id, refused) from refused
    observe.logger.info("track left", track_id=track_id, account_id=caller.id)


def _add(participant: Participant, track: Track) -> None:
    is_last = track.current_participants + 1 == track.required_participants
    starts_at = participant.enrolled_at if is_last else None
    models.add_participant(participant, track, starts_at=starts_at)
    observe.logger.info("enrolled", track_id=track.id, account_id=participant.user_id, started=is_last)
    if starts_at is not None:
        timers.enqueue_if_soon(TOPIC, str(track.id), starts_at)


def _refuse(track: Track, caller: Caller) -> None:
    if models.find_participant(track.id, caller.id) is not None:
        raise _enrolled_already()
    if track.status != Status.WAITING:
        raise errors.BadRequest("track_started", "Track has already started")
    if not track.assignments_count:
        raise errors.Conflict("track_without_assignments", "This track has no assignments yet")


def _refusal_to_leave(track_id: int, refused: transactions.ConditionFailed) -> errors.LyceumError:
    if TRACK not in refused.failed:
        return errors.NotFound("enrollment_not_found", "Enrollment not found")
    tracks.get(track_id)
    return errors.BadRequest("cannot_unenroll", "Cannot unenroll from active or completed track")


def _enrolled_already() -> errors.BadRequest:
    return errors.BadRequest("already_enrolled", "User already enrolled in this track")


def _participant(track: Track, caller: Caller) -> Participant:
    now = clock.now()
    key = models.participant_key(track.id, caller.id)
    return Participant(*key, id=ids.new_id(now), track_id=track.id, user_id=caller.id, enrolled_at=now)
