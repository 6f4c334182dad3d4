"""Sweeps find what is due too late for a delayed message, on the deployed system."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.e2e.tracks.peers import Participant, Punctuality, enrol, make_track

SLOW_STAGE = 125
"""Seconds: too long for anybody but a sweep to hear of the reminder."""


def test_sweeps_fire_what_is_due_later(
    teacher: httpx.Client, join: Callable[[], Participant], punctuality: Punctuality
) -> None:
    """The reminder is more than a sweep's reach away: only EventBridge's minutes lead to it."""
    track = make_track(teacher, 2, (SLOW_STAGE, SLOW_STAGE))
    people = [join() for _ in range(2)]
    enrol(track, *people)
    track.wait_for(0, "submission")
    due = track.deadline(0, "submission") - timedelta(seconds=0.2 * SLOW_STAGE)
    time.sleep(max(0.0, (due - datetime.now(UTC)).total_seconds()))
    wait_until(lambda: all("DEADLINE_SOON" in person.types() for person in people), PATIENCE)
    for person in people:
        punctuality.check(person.when_told("DEADLINE_SOON"), due)
