"""0013: who was erased while erasing left them in their tracks is taken out of these."""

import json
from datetime import timedelta

from chalicelib.accounts import accounts
from chalicelib.common.events import timers
from chalicelib.school import invitations, memberships
from chalicelib.tracks import erasure, models
from infra.migrations import m0013_erased_in_tracks
from infra.migrations.pages import Tables
from tests.app.migrations.test_digests import apply
from tests.app.tracks import repeated_messages
from tests.app.tracks.peers import HOUR, URL, good
from tests.support.school import School, stored_items

MINUTE = timedelta(minutes=1)


def left() -> list[str]:
    """Whose timers there are."""
    return [each["subject"] for each in stored_items("common") if each.get("topic") == erasure.LEFT_TOPIC]


def test_the_erased_leave_their_tracks_within_the_hour(school: School, tables_of_school: Tables) -> None:
    track = repeated_messages.in_review(school)
    gone, *rest = track.people
    for person in track.people:
        track.review_all(person)
    track.settle()
    school.override(on_erased=(memberships.forget, invitations.forget))  # as the version before did it
    accounts.erase(gone.id)
    assert URL.format(gone.id) in json.dumps(good(track.results(track.teacher)))
    for _ in range(2):
        apply(tables_of_school, m0013_erased_in_tracks.forward)
    assert left() == [str(gone.id)]
    timer = timers.find(erasure.LEFT_TOPIC, str(gone.id))
    assert timer is not None
    school.clock.now = timer.due_at - MINUTE
    for _ in range(2):
        school.transitions.deliver()
        school.transitions.sweep()
        school.transitions.pass_time(2 * MINUTE)
    assert left() == []
    track.people.remove(gone)
    track.sign_in()
    assert URL.format(gone.id) not in json.dumps(good(track.results(track.teacher)))
    assert models.find_participant(track.track_id, gone.id) is None
    assert models.find_participant(track.track_id, rest[0].id) is not None


def test_who_was_not_erased_stays(school: School, tables_of_school: Tables) -> None:
    """Nor does a timer that fires for them by some mistake take them out."""
    track = repeated_messages.in_review(school)
    apply(tables_of_school, m0013_erased_in_tracks.forward)
    assert left() == []
    stays = track.people[0]
    item = {**m0013_erased_in_tracks._key(str(stays.id)), "kind": "timer", "topic": erasure.LEFT_TOPIC}
    moment = school.clock.now.strftime("%Y-%m-%dT%H:%M:%S.%f%z")
    times = {"due_at": moment, "sweep_at": moment, "due_shard": "00"}
    tables_of_school("common").put_item(Item={**item, **times, "revision": 1, "subject": str(stays.id)})
    erasure.advance(str(stays.id), school.clock.now)
    assert left() == []
    assert models.find_participant(track.track_id, stays.id) is not None


def test_back_takes_away_what_has_not_fired(school: School, tables_of_school: Tables) -> None:
    gone = school.person()
    accounts.erase(gone.id)
    for _ in range(2):
        apply(tables_of_school, m0013_erased_in_tracks.forward)
        assert left() == [str(gone.id)]
        apply(tables_of_school, m0013_erased_in_tracks.back)
        assert left() == []
    erasure.advance(str(gone.id), school.clock.now + HOUR)
