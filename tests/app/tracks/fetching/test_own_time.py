"""Links of those who have more time: their code is fetched when that ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.common.events import timers
from chalicelib.tracks.fetching import own_time
from tests.app.tracks import repeated_messages
from tests.app.tracks.fetching.handed import hand_over
from tests.app.tracks.peers import FILES, HOUR, Peers, good
from tests.app.tracks.test_late_work import at, grant
from tests.support.school import Person, School
from tests.support.stage_settings import stage_settings

LINK = "https://git.example/ann/sums"


@pytest.fixture(autouse=True)
def _hosts() -> Iterator[None]:
    with stage_settings(CODE_HOSTS="git.example"):
        yield


@pytest.fixture
def track(school: School) -> Peers:
    """The second and third have sent in, so that there is something to review."""
    track = repeated_messages.started(school)
    for person in track.people[1:3]:
        good(track.submit(person, files=FILES))
    school.sqs.fetches.clear()
    return track


def give(track: Peers, hours: float) -> Person:
    ann = track.people[0]
    good(grant(track, ann, submission_until=at(track, hours * HOUR)))
    return ann


def asked_for(track: Peers, by: timedelta) -> int:
    """How often links are asked for until then."""
    track.school.sqs.fetches.clear()
    track.pass_time(by)
    return len(track.school.sqs.fetches)


def code(track: Peers, person: Person) -> Any:
    solution_id = good(track.school.api.get(f"{track.assignment}/submit", token=person.token))["id"]
    return good(track.school.api.get(f"{track.assignment}/submissions/{solution_id}/files", token=person.token))


def test_a_link_is_pinned_when_the_own_time_ends(track: Peers) -> None:
    ann = give(track, 20)
    good(track.submit(ann, repository_url=LINK))
    hand_over(track.school, {"main.py": "1"})
    assert asked_for(track, 10 * HOUR) == 1
    hand_over(track.school, {"main.py": "2"}, commit="b" * 40)
    assert asked_for(track, 10 * HOUR) == 1
    hand_over(track.school, {"main.py": "3"}, commit="c" * 40)
    shown = code(track, ann)
    assert (shown["pinned_version"], shown["fetch"]["commit"]) == (3, "c" * 40)
    assert asked_for(track, 10 * HOUR) == 0
    assert timers.find(own_time.TOPIC, f"{track.assignment_ids[0]}#{ann.id}") is None


def test_a_link_that_comes_in_the_own_time_is_pinned_too(track: Peers) -> None:
    ann = give(track, 20)
    track.pass_time(15 * HOUR)
    good(track.submit(ann, repository_url=LINK))
    hand_over(track.school, {"main.py": "1"})
    assert asked_for(track, 5 * HOUR) == 1


def test_more_time_yet_moves_it_and_time_that_is_taken_away_ends_it(track: Peers) -> None:
    ann = give(track, 20)
    good(track.submit(ann, repository_url=LINK))
    track.pass_time(11 * HOUR)
    give(track, 19)
    assert asked_for(track, 10 * HOUR) == 0
    path = f"{track.assignment}/extensions/{ann.id}"
    assert track.school.api.request("DELETE", path, token=track.teacher.token).status == 204
    assert asked_for(track, timedelta(seconds=1)) == 1
    assert asked_for(track, 20 * HOUR) == 0


def test_while_all_may_send_in_their_close_pins_it(track: Peers) -> None:
    ann = give(track, 11)
    good(track.submit(ann, repository_url=LINK))
    body = {"stage": "submission", "deadline": at(track, 12 * HOUR)}
    path = f"{track.assignment}/deadline"
    good(track.school.api.request("PATCH", path, json_body=body, token=track.teacher.token))
    assert asked_for(track, 11 * HOUR) == 0
    assert asked_for(track, HOUR) == 1


def test_files_and_nothing_at_all_need_no_fetch(track: Peers) -> None:
    ann = give(track, 20)
    assert asked_for(track, 12 * HOUR) == 0
    good(track.submit(ann, files=FILES))
    give(track, 2)
    good(grant(track, track.people[3], submission_until=at(track, 2 * HOUR)))
    assert asked_for(track, 2 * HOUR) == 0


def test_a_timer_that_fires_again_asks_for_the_same(track: Peers) -> None:
    ann = give(track, 20)
    good(track.submit(ann, repository_url=LINK))
    track.pass_time(11 * HOUR)
    track.school.clock.forward(9 * HOUR)
    track.school.sqs.fetches.clear()
    subject, now = f"{track.assignment_ids[0]}#{ann.id}", track.school.clock.now
    timer = timers.find(own_time.TOPIC, subject)
    assert timer is not None
    own_time.advance(subject, now)
    timer.save()  # the write that removed it was lost
    own_time.advance(subject, now)
    own_time.advance(subject, now)
    first, second = track.school.sqs.fetches
    assert first == second


def test_a_stage_that_runs_again_pins_again(track: Peers) -> None:
    ann = track.people[0]
    good(track.submit(ann, repository_url=LINK))
    hand_over(track.school, {"main.py": "1"})
    assert asked_for(track, 10 * HOUR) == 1
    hand_over(track.school, {"main.py": "1"})
    body = {"stage": "submission", "deadline": at(track, 2 * HOUR)}
    good(track.school.api.post(f"{track.assignment}/reopen", body, token=track.teacher.token))
    assert asked_for(track, 2 * HOUR) == 1
    hand_over(track.school, {"main.py": "2"}, commit="b" * 40)
    assert code(track, ann)["pinned_version"] == 2
