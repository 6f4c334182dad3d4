"""Starts tracks: with the last participant that one waits for, by its teacher, or at its time.

Whatever starts a track opens its first assignment in the same transaction: nobody finds one that has started and has
nothing to do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pynamodb.expressions.update import Action

from chalicelib.common import clock, observe
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.events import timers
from chalicelib.common.http import etags
from chalicelib.common.http.etags import IfMatch
from chalicelib.tracks import models, notifications, stages, state
from chalicelib.tracks.models import TOPIC, Assignment, Changes, Status, Track
from chalicelib.tracks.state import Change, TrackState

FEWEST = 2
"""Participants of a track: one alone has nobody to review."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the transaction that starts a track does to the track itself, and what else it writes."""

    actions: Sequence[Action]
    fill: Callable[[Transaction], None]


def is_full(track: Track, changes: Changes) -> bool:
    """Whether a track that waits is full once it is changed, and starts with that. Pure."""
    touched = changes.keys() & {"required_participants", "starts_at"}
    required = changes.get("required_participants", track.required_participants)
    starts_at = changes.get("starts_at", track.starts_at)
    return bool(touched) and starts_at is None and 0 < track.current_participants == required


def beginning(track_state: TrackState, at: datetime) -> Beginning:
    """Of a track with assignments. ConditionFailed when they are not as they were read."""
    track, (first, *others) = track_state.track, track_state.assignments
    stage_state = stages.opened(first.stage_state, at)
    notices = [notifications.track_started(track, at), notifications.assignment_opened(first, stage_state)]
    change = Change(assignment=first, stage_state=stage_state, at=at)

    def fill(transaction: Transaction) -> None:
        transaction.update(
            Assignment(*models.assignment_key(track.id, first.id)),
            actions=state.following(change),
            condition=Assignment.version == first.version,
            named="first_unchanged",
        )
        for each in others:
            key, unchanged = models.assignment_key(track.id, each.id), Assignment.version == each.version
            transaction.check(Assignment, *key, condition=unchanged, named=f"unchanged_{each.id}")
        timers.start(transaction, TOPIC, str(track.id), at)

    actions = [
        Track.status.set(Status.ACTIVE),
        Track.started_at.set(at),
        Track.pending.set([each.to_json() for each in notices]),
        Track.version.add(1),
    ]
    return Beginning(actions, fill)


def start(
    track_state: TrackState, expected: IfMatch, changes: Changes | None = None, at: datetime | None = None
) -> None:
    """Start a track that waits with those who take part, and change it. ConditionFailed when it is not as it was read,
    or not as it was expected.
    """
    track, moment = track_state.track, at or clock.now()
    begin = beginning(track_state, moment)
    final = {"required_participants": track.current_participants, **(changes or {})}
    waits = (
        (Track.status == Status.WAITING)
        & (Track.current_participants == track.current_participants)
        & (Track.assignments_count == track.assignments_count)
        & etags.version_matches(Track.version, expected)
    )

    def fill(transaction: Transaction) -> None:
        actions = [*begin.actions, *models.setting(Track, final)]
        key = models.track_key(track.id)
        transaction.update(Track(*key), actions=actions, condition=waits, named=models.TRACK_WAITS)
        begin.fill(transaction)

    transactions.transact(fill)
    timers.enqueue_if_soon(TOPIC, str(track.id), moment)


def start_at_its_time(track_state: TrackState, now: datetime) -> None:
    """Start a track whose time has come. With too few it waits on without a time, and its author is told."""
    track = track_state.track
    starts_at = track.starts_at
    if starts_at is None or starts_at > now:
        return
    if track_state.assignments and track.current_participants >= FEWEST:
        start(track_state, None, at=starts_at)
        return
    # Before it is forgotten: done again, it tells nobody twice.
    notifications.send([notifications.track_not_started(track, starts_at).to_json()], [])
    models.change_track(track, {"starts_at": None}, frozenset({track.version}))
    observe.logger.info("track had too few to start", track_id=track.id, participants=track.current_participants)
