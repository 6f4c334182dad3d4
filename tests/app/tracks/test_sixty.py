"""Sixty in one review stage: an outage over its deadline, then volunteers; no finished review is refused."""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.common.http import errors
from chalicelib.tracks import models, reviews, submissions, tracks, work_models
from chalicelib.tracks.models import Assignment
from chalicelib.tracks.submissions import Solution
from tests.app.tracks.peers import HOUR, POINTS, Peers, peers
from tests.support.school import School

PEOPLE, LATE = 60, 15
OPINION = reviews.Opinion(scores=POINTS, remarks={}, comment=None)


@dataclass(frozen=True)
class Somebody:
    """The part of a caller that taking part needs."""

    id: int


def begun(school: School) -> tuple[Peers, list[Any]]:
    """All have sent in, and owe a review each."""
    track = peers(school, 2, assignments=1, reviews_per_user=1, required_participants=PEOPLE)
    people: list[Any] = [Somebody(number) for number in range(1, PEOPLE + 1)]
    for each in people:
        tracks.enroll(each, track.track_id)
    track.settle()
    for each in people:
        solution = Solution(repository_url=f"https://git.example/{each.id}", commit=None)
        submissions.submit(each, track.assignment_ids[0], solution)
    school.transitions.pass_time(10 * HOUR)
    return track, people


def assignment_of(track: Peers) -> Assignment:
    _, (assignment,) = models.find_with_assignments(track.track_id)
    return assignment


def handed(track: Peers, person: Any) -> int | None:
    """What somebody is given to review; None for nothing."""
    with suppress(errors.NotFound, errors.BadRequest):  # none is available, or they have written all
        return int(reviews.next_for(person, track.assignment_ids[0]).id)
    return None


def write(track: Peers, person: Any) -> None:
    reviews.write(person, handed(track, person) or 0, OPINION)


def lacking(track: Peers) -> int:
    return sum(not each.reviews for each in work_models.submissions_to(track.assignment_ids[0]))


def test_after_an_outage_volunteers_fill_every_gap_and_nobody_writes_in_vain(school: School) -> None:
    track, people = begun(school)
    late, diligent = people[:LATE], people[LATE:]
    for each in diligent:
        write(track, each)
    school.transitions.sweep()
    school.transitions.sweeping = False
    school.clock.forward(30 * HOUR)
    school.transitions.sweeping = True
    school.transitions.pass_time(timedelta(minutes=1))
    stage_state = assignment_of(track).stage_state
    assert (stage_state.stage, lacking(track)) == ("code_review", LATE)
    assert 4.8 * HOUR < stage_state.deadline - school.clock.now <= 5 * HOUR
    assert [handed(track, each) for each in diligent[:3]] == [None] * 3

    school.transitions.pass_time(stage_state.soon_at - school.clock.now)
    offers = {each.id: offer for each in diligent if (offer := handed(track, each)) is not None}
    assert Counter(Counter(offers.values()).values()) == {1: LATE}  # each gap is handed to one
    for each in late[:5]:
        write(track, each)  # at the last moment, what others are at
    school.transitions.pass_time(stage_state.deadline - school.clock.now)
    assert (assignment_of(track).stage, lacking(track)) == ("completed", LATE - 5)
    for user_id, submission_id in offers.items():
        somebody: Any = Somebody(user_id)
        reviews.write(somebody, submission_id, OPINION)
    assert lacking(track) == 0
    by_capacity = Counter(each.capacity for each in work_models.reviews_of(track.assignment_ids[0]))
    assert by_capacity == {"owed": PEOPLE - LATE + 5, "extra": LATE}
