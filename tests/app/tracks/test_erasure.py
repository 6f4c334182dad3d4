"""Accounts that are erased leave their tracks, wherever these are, and hold nobody up."""

import json

import pytest

from chalicelib.accounts import accounts
from chalicelib.common.dynamo.transactions import ConditionFailed
from chalicelib.common.http import paging
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import erasure, models, scheduler, state, work_models
from chalicelib.tracks.stages import Stage
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import HOUR, URL, Peers, good, peers
from tests.app.tracks.reviewing.commented import work_of
from tests.support.school import Person, School


def erase(track: Peers, person: Person) -> None:
    accounts.erase(person.id)
    track.people.remove(person)
    track.settle()


def test_nobody_waits_for_the_erased_and_nothing_leads_to_them(school: School) -> None:
    track = repeated_messages.in_review(school)
    gone, *rest = track.people
    written = track.review_next(gone)
    track.review_next(rest[0])
    erase(track, gone)
    assert track.stages() == ["code_review", "not_started"]
    for person in rest:
        assert track.review_all(person) == 2 - (1 if person is rest[0] and already(track, person) else 0)
    assert track.settle().stages() == ["completed", "submission"]
    results = good(track.results(track.teacher))["results"]
    assert len(results) == 3
    assert URL.format(gone.id) not in json.dumps(results)
    assert written["id"] in [review["id"] for each in results for review in each["reviews"]]
    standings = good(school.api.get(f"{track.path}/standings", token=track.teacher.token))
    assert {each["user_id"] for each in standings} == {person.id for person in rest}
    assert track.owed() == {"assignment_id": track.assignment_ids[0], "owed": [], "waiting": track.owed()["waiting"]}
    for person in rest:
        good(track.submit(person, 1))
    erasure.forget(gone.id)
    assert models.find_participant(track.track_id, gone.id) is None


def test_a_volunteer_is_handed_other_work_when_the_author_of_theirs_is_erased(school: School) -> None:
    track = peers(school, 5, assignments=1, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    idle = two_who_do_not_review_each_other(track)
    busy = [each for each in track.people if each not in idle]
    for person in busy:
        track.review_all(person)
    track.pass_time(4 * HOUR)
    waiting = {good(track.next_to_review(person))["id"] for person in idle}
    volunteer = next(each for each in busy if work_of(track, each).id not in waiting)
    extra = track.review_next(volunteer)
    body = {"reason": "Say why", "until": rfc3339(school.clock.now + HOUR)}
    good(school.api.post(f"/reviews/{extra['id']}/return", body, token=track.teacher.token))
    assert good(track.next_to_review(volunteer))["id"] == extra["submission_id"]
    place = work_models.find_submission_place(extra["submission_id"])
    assert place is not None
    erase(track, next(each for each in track.people if each.id == place.user_id))
    assert good(track.next_to_review(volunteer))["id"] in waiting - {extra["submission_id"]}
    participant = models.find_participant(track.track_id, volunteer.id)
    assert participant is not None
    assert participant.returned is None


def test_tracks_that_are_gone_do_not_hide_those_that_are_there(school: School) -> None:
    track = peers(school, 2, assignments=1, reviews_per_user=1).start()
    gone = track.people[0]
    later = range(track.track_id + 1, track.track_id + 2 + paging.MAX_LIMIT)
    for track_id in later:
        models.Membership(*models.membership_key(gone.id, track_id), track_id=track_id).save()
    erase(track, gone)
    assert models.find_participant(track.track_id, gone.id) is None
    assert not models.memberships_of(gone.id, paging.ListQuery()).items


def two_who_do_not_review_each_other(track: Peers) -> list[Person]:
    """Else nothing would be owed any more when one of them is erased, and the stage would be over."""
    reviewed = {person.id: good(track.next_to_review(person))["id"] for person in track.people}
    works = {person.id: work_of(track, person).id for person in track.people}
    one, *others = track.people
    other = next(each for each in others if works[one.id] != reviewed[each.id] and works[each.id] != reviewed[one.id])
    return [one, other]


def already(track: Peers, person: Person) -> bool:
    """Whether the one review that they wrote was of somebody who is still there."""
    participant = models.find_participant(track.track_id, person.id)
    assert participant is not None
    known = {each.id for each in work_models.submissions_to(track.assignment_ids[0])}
    return {*participant.written_in(track.assignment_ids[0])} <= known


def test_the_last_who_owes_is_erased_and_the_stage_is_over(school: School) -> None:
    track = repeated_messages.in_review(school)
    gone, *rest = track.people
    for person in rest:
        track.review_all(person)
    assert track.settle().stages() == ["code_review", "not_started"]
    erase(track, gone)
    assert track.stages() == ["completed", "submission"]
    assert work_models.reviews_of(track.assignment_ids[0], gone.id) == []


@pytest.mark.parametrize("stage", [Stage.SUBMISSION, Stage.CLOSING, Stage.COMPLETED])
def test_the_erased_leave_at_any_stage(school: School, stage: Stage) -> None:
    track = peers(school, 4, assignments=1, reviews_per_user=2).start().submit_all()
    gone, *rest = track.people
    if stage is not Stage.SUBMISSION:
        track.oversleep(10 * HOUR)
        while stage_of(track) is not Stage.CLOSING:
            scheduler.advance(str(track.track_id), school.clock.now)
    if stage is Stage.COMPLETED:
        track.pass_time(5 * HOUR)
        assert stage_of(track) is Stage.COMPLETED
    erase(track, gone)
    track.pass_time(10 * HOUR)
    for person in rest:
        track.review_all(person)
        participant = models.find_participant(track.track_id, person.id)
        assert participant is not None
        assert not participant.owes
    assert stage_of(track.settle()) is Stage.COMPLETED
    assert {each.user_id for each in work_models.submissions_to(track.assignment_ids[0])} == {each.id for each in rest}


def stage_of(track: Peers) -> Stage:
    _, (assignment,) = models.find_with_assignments(track.track_id)
    return Stage(assignment.stage)


def test_who_waited_for_a_track_makes_room(school: School) -> None:
    track = peers(school, 3)
    track.enrol(*track.people[:2])
    erase(track, track.people[0])
    assert track.track()["current_participants"] == 1


def test_an_allotment_that_was_begun_with_the_erased_is_not_gone_on_with(school: School) -> None:
    track = peers(school, 4, assignments=1).start().submit_all().oversleep(10 * HOUR)
    while stage_of(track) is not Stage.CLOSING:
        scheduler.advance(str(track.track_id), school.clock.now)
    track_state = state.find(track.track_id)
    assert track_state is not None
    (assignment,) = track_state.assignments
    with (
        concurrency.just_before("owes", lambda: accounts.erase(track.people[0].id)),
        pytest.raises(ConditionFailed),
    ):
        state.allot(track_state, assignment, {track.people[1].id: [1]})
    assert models.find_participant(track.track_id, track.people[0].id) is None
