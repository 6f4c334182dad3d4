"""What teachers do to a running stage, and how the engine follows."""

from datetime import datetime, timedelta

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import HOUR, Peers, good, peers, refusal
from tests.support.school import Person, Reply, School


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.started(school)


def extend(track: Peers, by: timedelta, stage: str = "submission", number: int = 0, who: Person | None = None) -> Reply:
    """To so long from now."""
    deadline = rfc3339(track.school.clock.now + by)
    return to(track, deadline, stage, number, who)


def to(track: Peers, deadline: object, stage: str = "submission", number: int = 0, who: Person | None = None) -> Reply:
    body = {"stage": stage, "deadline": deadline}
    token = (who or track.teacher).token
    return track.school.api.request("PATCH", f"{track.at(number)}/deadline", json_body=body, token=token)


def close(track: Peers, stage: str = "submission", number: int = 0) -> Reply:
    return track.school.api.post(f"{track.at(number)}/close", {"stage": stage}, token=track.teacher.token)


def test_more_time_moves_the_stage_and_what_follows(track: Peers) -> None:
    extended = good(extend(track, 20 * HOUR))
    assert extended["submission_deadline"] == rfc3339(track.school.clock.now + 20 * HOUR)
    assert extended["code_review_deadline"] == rfc3339(track.school.clock.now + 25 * HOUR)
    track.submit_all(people=track.people[:2])
    track.pass_time(15.9 * HOUR)
    assert track.told("DEADLINE_SOON") == []
    track.pass_time(0.2 * HOUR)
    assert track.told("DEADLINE_SOON") == [("DEADLINE_SOON", person.id) for person in track.people[2:]]
    track.pass_time(3.8 * HOUR)
    assert track.stages() == ["submission", "not_started"]
    good(track.submit(track.people[2]))
    track.pass_time(0.2 * HOUR)
    assert track.stages() == ["code_review", "not_started"]


def test_of_more_time_everybody_is_told_and_reminded_again(track: Peers) -> None:
    track.pass_time(9 * HOUR)
    good(track.submit(track.people[0]))
    deadline = good(extend(track, 10 * HOUR))["submission_deadline"]
    track.settle()
    assert track.told("DEADLINE_MOVED") == [("DEADLINE_MOVED", person.id) for person in track.people]
    (told,) = [each.payload for each in track.school.live_messages if each.type == "DEADLINE_MOVED"]
    assert (told["stage"], told["deadline"], told["reason"]) == ("submission", deadline, "teacher")
    track.pass_time(9.9 * HOUR)
    assert len(track.told("DEADLINE_SOON")) == 4 + 3
    assert track.stages() == ["submission", "not_started"]


def test_the_review_stage_can_be_longer_as_well(track: Peers) -> None:
    track.submit_all().pass_time(10 * HOUR)
    good(extend(track, 8 * HOUR, "code_review"))
    assert track.pass_time(7.9 * HOUR).stages() == ["code_review", "not_started"]
    assert track.pass_time(0.2 * HOUR).stages() == ["completed", "submission"]


def test_a_stage_that_ended_unnoticed_can_still_be_made_longer(track: Peers) -> None:
    """The engine is late: until it has closed the stage, nothing is lost."""
    track.oversleep(10.5 * HOUR)
    assert refusal(track.submit(track.people[0])) == (400, "deadline_passed")
    good(extend(track, HOUR))
    good(track.submit(track.people[0]))
    track.pass_time(0.5 * HOUR)
    assert track.stages() == ["submission", "not_started"]


IMPOSSIBLE = [
    (timedelta(0), "deadline_in_the_past"),
    (-HOUR, "deadline_in_the_past"),
    (HOUR, "deadline_not_later"),
    (10 * HOUR, "deadline_not_later"),
    (367 * 24 * HOUR, "deadline_too_far"),
]


def test_a_deadline_moves_only_to_later_and_not_too_far(track: Peers) -> None:
    before = track.seen_by(track.teacher)
    for by, code in IMPOSSIBLE:
        assert refusal(extend(track, by)) == (400, code)
    assert track.seen_by(track.teacher) == before


@pytest.mark.parametrize("deadline", ["tomorrow", "2026-09-05T00:00:00", None, "", "2026-13-01T00:00:00Z"])
def test_a_deadline_is_a_moment(school: School, deadline: object) -> None:
    body, token = {"stage": "submission", "deadline": deadline}, school.person(Role.TEACHER).token
    reply = school.api.request("PATCH", "/assignments/1/deadline", json_body=body, token=token)
    assert refusal(reply) == (400, "invalid_body")


def test_a_moment_may_have_any_offset(track: Peers) -> None:
    there = (track.school.clock.now + 20 * HOUR).astimezone(datetime.fromisoformat("2026-01-01T00:00:00+05:00").tzinfo)
    extended = good(to(track, there.isoformat()))
    assert extended["submission_deadline"] == rfc3339(track.school.clock.now + 20 * HOUR)


def test_what_is_meant_for_one_stage_is_not_done_to_another(track: Peers) -> None:
    for stage, number in (("code_review", 0), ("submission", 1), ("code_review", 1)):
        assert refusal(extend(track, 20 * HOUR, stage, number)) == (409, "stage_not_running")
        assert refusal(close(track, stage, number)) == (409, "stage_not_running")


def test_stages_that_do_not_run_have_no_deadline_to_move(track: Peers) -> None:
    assert refusal(close(track, "closing")) == (400, "invalid_body")
    assert refusal(close(track, "not_started")) == (400, "invalid_body")


def test_closing_a_stage_ends_it_at_once_and_reminds_nobody(track: Peers) -> None:
    track.submit_all(people=track.people[:3])
    closed = good(close(track))
    assert closed["submission_deadline"] == track.now
    assert refusal(track.submit(track.people[3])) == (400, "deadline_passed")
    assert track.settle().stages() == ["code_review", "not_started"]
    assert track.seen_by(track.teacher)[0]["code_review_deadline"] == rfc3339(track.school.clock.now + 5 * HOUR)
    good(close(track, "code_review"))
    assert track.settle().stages() == ["completed", "submission"]
    assert track.told("DEADLINE_SOON") == []


def test_closing_twice_closes_one_stage(track: Peers) -> None:
    good(close(track))
    track.settle()
    assert refusal(close(track)) == (409, "stage_not_running")


def test_untold_notices_outlive_a_change(school: School) -> None:
    """The stage is made longer between the start of the track and the telling of it."""
    track = peers(school).enrol()
    assert track.told() == []
    good(extend(track, 20 * HOUR))
    track.settle()
    assert len(track.told("TRACK_STARTED")) == len(track.told("ASSIGNMENT_OPENED")) == 4


def reopen(track: Peers, by: timedelta, stage: str = "submission", number: int = 0) -> Reply:
    body = {"stage": stage, "deadline": rfc3339(track.school.clock.now + by)}
    return track.school.api.post(f"{track.at(number)}/reopen", body, token=track.teacher.token)


def test_of_a_closed_stage_everybody_is_told(track: Peers) -> None:
    good(close(track))
    track.settle()
    assert track.told("STAGE_CLOSED") == [("STAGE_CLOSED", person.id) for person in track.people]


def test_reopened_submissions_are_reviewed_anew_and_written_reviews_stay(track: Peers) -> None:
    first, late = track.people[0], track.people[3]
    track.submit_all(people=track.people[:3]).pass_time(10 * HOUR)
    track.review_next(first)
    good(reopen(track, 4 * HOUR))
    assert track.settle().stages() == ["submission", "not_started"]
    assert track.told("STAGE_REOPENED") == [("STAGE_REOPENED", person.id) for person in track.people]
    assert track.owed()["owed"] == []
    good(track.submit(late))
    body = {"repository_url": "https://git.example/better"}
    good(track.school.api.request("PUT", f"{track.assignment}/submit", json_body=body, token=first.token))
    assert track.pass_time(4 * HOUR).stages() == ["code_review", "not_started"]
    for person in track.people:
        track.review_all(person)
    assert track.settle().stages() == ["completed", "submission"]
    results = good(track.results(track.teacher))["results"]
    assert [len({each["reviewer_id"] for each in result["reviews"]}) for result in results] == [3] * 4
    assert sum(len(result["reviews"]) for result in results) == 12


def test_a_review_stage_that_ended_without_reviews_can_be_reopened(track: Peers) -> None:
    """While the next assignment runs; the late review that came between is counted."""
    track.submit_all().pass_time(15 * HOUR)
    assert track.stages() == ["completed", "submission"]
    track.review_all(track.people[0])
    assert good(reopen(track, 3 * HOUR, "code_review"))["current_stage"] == "code_review"
    assert track.settle().stages() == ["code_review", "submission"]
    for person in track.people[1:]:
        track.review_all(person)
    assert track.settle().stages() == ["completed", "submission"]


def test_a_track_that_was_over_goes_on(track: Peers) -> None:
    track.submit_all().pass_time(15 * HOUR)
    for person in track.people:
        track.review_all(person)
    track.pass_time(10 * HOUR)
    assert track.track()["status"] == "completed"
    good(reopen(track, 2 * HOUR, number=1))
    assert (track.settle().track()["status"], track.stages()) == ("active", ["completed", "submission"])
    track.submit_all(1).pass_time(2 * HOUR)
    assert track.stages() == ["completed", "code_review"]
    assert track.pass_time(5 * HOUR).track()["status"] == "completed"


def only_one_owed(track: Peers) -> Person:
    """The stage is over, and one review of it is still to be written."""
    track.submit_all().pass_time(15 * HOUR)
    for person in track.people[1:]:
        track.review_all(person)
    for _ in range(2):
        track.review_next(track.people[0])
    assert track.stages()[0] == "completed"
    return track.people[0]


def test_a_review_that_is_written_while_its_stage_is_reopened_ends_it(track: Peers) -> None:
    late = only_one_owed(track)
    with concurrency.just_before("REVIEW#", lambda: good(reopen(track, HOUR, "code_review"))):
        track.review_next(late)
    assert track.settle().stages()[0] == "completed"


def test_a_stage_is_not_reopened_for_a_review_that_is_written_meanwhile(track: Peers) -> None:
    late = only_one_owed(track)
    with concurrency.just_before("code_review", lambda: track.review_next(late)):
        assert refusal(reopen(track, HOUR, "code_review")) == (409, "no_reviews_owed")
    assert track.settle().stages()[0] == "completed"


def test_only_what_is_over_is_reopened_and_until_a_moment_to_come(track: Peers) -> None:
    assert refusal(reopen(track, HOUR)) == (409, "stage_not_over")
    assert refusal(reopen(track, HOUR, number=1)) == (409, "stage_not_over")
    track.submit_all().pass_time(10 * HOUR)
    assert refusal(reopen(track, HOUR, "code_review")) == (409, "stage_not_over")
    assert refusal(reopen(track, -HOUR)) == (400, "deadline_in_the_past")
    for person in track.people:
        track.review_all(person)
    assert track.settle().stages() == ["completed", "submission"]
    assert refusal(reopen(track, HOUR, "code_review")) == (409, "no_reviews_owed")
