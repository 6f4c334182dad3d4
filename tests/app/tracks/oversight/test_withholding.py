"""A teacher hides a review, or gives it back to be written again."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts, authentication
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import errors
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import models, work_models
from chalicelib.tracks.oversight import withholding
from tests.app.tracks import repeated_messages
from tests.app.tracks.oversight.reviewed import appeal, own_result, reviewed, score_of
from tests.app.tracks.peers import HOUR, Peers, good, peers, refusal
from tests.support.school import Person, Reply, School, in_parallel, stored_items

LOW = {"style": 0, "tests": 0}
REASON = "Say why"


def hide(track: Peers, review_id: int, reason: str = REASON) -> Reply:
    return track.school.api.post(f"/reviews/{review_id}/hide", {"reason": reason}, token=track.teacher.token)


def show(track: Peers, review_id: int) -> Reply:
    return track.school.api.request("DELETE", f"/reviews/{review_id}/hide", token=track.teacher.token)


def give_back(track: Peers, review_id: int, after: timedelta = 24 * HOUR, person: Person | None = None) -> Reply:
    body = {"reason": REASON, "until": rfc3339(track.school.clock.now + after)}
    return track.school.api.post(f"/reviews/{review_id}/return", body, token=(person or track.teacher).token)


def written(track: Peers, person: Person) -> Any:
    reply = track.school.api.get(f"{track.assignment}/reviews/written", token=person.token)
    return [each["review"] for each in good(reply)["reviews"]]


def author_of(track: Peers, submission_id: int) -> Person:
    place = work_models.find_submission_place(submission_id)
    assert place is not None
    return next(each for each in track.people if each.id == place.user_id)


def owed(track: Peers) -> int:
    assignment = models.find_with_assignments(track.track_id)[1][0]
    return assignment.owed


def careless(school: School) -> tuple[Peers, Person, Any]:
    """All is reviewed; one review by the first gave nothing at all. Two assignments, of which the second runs."""
    track = repeated_messages.in_review(school)
    reviewer = track.people[0]
    review = track.review_next(reviewer, points=LOW)
    for person in track.people:
        track.review_all(person)
    track.settle()
    assert track.stages() == ["completed", "submission"]
    return track, reviewer, review


# --- Hiding ----------------------------------------------------------------------------------------------------------


def test_a_hidden_review_counts_nowhere_and_its_writer_is_told(school: School) -> None:
    track, reviewer, review = careless(school)
    author = author_of(track, review["submission_id"])
    assert len(own_result(track, author)["reviews"]) == 3
    hidden = good(hide(track, review["id"]))
    assert hidden["withheld"] == {"state": "hidden", "reason": REASON, "until": None}
    good(hide(track, review["id"]))
    assert track.told("REVIEW_HIDDEN") == [("REVIEW_HIDDEN", reviewer.id)]
    result = own_result(track, author)
    assert review["id"] not in [each["id"] for each in result["reviews"]]
    assert [each["withheld"]["state"] for each in written(track, reviewer) if each["withheld"]] == ["hidden"]
    assert [each["submission"]["id"] for each in track.owed()["waiting"]] == [review["submission_id"]]
    assert track.owed()["owed"] == []
    assert refusal(appeal(track, author, review_id=review["id"])) == (404, "review_not_found")
    assert refusal(give_back(track, review["id"])) == (409, "review_withheld")
    assert refusal(hide(track, review["id"], "Another reason")) == (409, "review_withheld")


def test_scores_are_without_it_and_with_it_when_it_is_shown_again(school: School) -> None:
    track = peers(school, 3, assignments=1, reviews_per_user=2).start().submit_all().pass_time(10 * HOUR)
    low = track.review_next(track.people[0], points=LOW)
    for person in track.people:
        track.review_all(person)
    track.settle()
    author = author_of(track, low["submission_id"])
    assert score_of(track, author) == 7.25
    good(hide(track, low["id"]))
    assert (score_of(track, author), own_result(track, author)["score"]) == (14.5, 14.5)
    assert good(show(track, low["id"]))["withheld"] is None
    assert (score_of(track, author), track.owed()["waiting"]) == (7.25, [])
    assert refusal(show(track, low["id"])) == (409, "review_not_hidden")


# --- Giving back -----------------------------------------------------------------------------------------------------


def test_a_review_that_is_given_back_after_the_stage_is_owed_and_reopens_nothing(school: School) -> None:
    track, reviewer, review = careless(school)
    author = author_of(track, review["submission_id"])
    good(give_back(track, review["id"]))
    good(give_back(track, review["id"]))
    assert track.told("REVIEW_RETURNED") == [("REVIEW_RETURNED", reviewer.id)]
    assert track.settle().stages() == ["completed", "submission"]
    assert track.owed()["owed"][0]["submission_ids"] == [review["submission_id"]]
    (seen,) = [each for each in written(track, reviewer) if each["withheld"]]
    assert (seen["criteria_scores"], seen["withheld"]["reason"]) == (LOW, REASON)
    assert len(own_result(track, author)["reviews"]) == 2
    good(track.submit(reviewer, 1))  # there is time until then
    work = good(track.next_to_review(reviewer))
    assert work["id"] == review["submission_id"]
    again = good(track.review(reviewer, work["id"], {"style": 9, "tests": 9}))
    assert again["withheld"] is None
    assert again["id"] in [each["id"] for each in own_result(track, author)["reviews"]]
    assert track.owed() == {"assignment_id": track.assignment_ids[0], "owed": [], "waiting": []}
    places = [each for each in stored_items("tracks") if each["pk"] == models.review_place_key(review["id"])[0]]
    assert places == []
    participant = models.find_participant(track.track_id, reviewer.id)
    assert participant is not None
    assert participant.returned is None
    refused = track.review(reviewer, work["id"])
    assert refusal(refused) == (400, "review_exists")


def test_what_is_not_written_by_then_shuts_the_next_assignment(school: School) -> None:
    track, reviewer, review = careless(school)
    good(give_back(track, review["id"], after=2 * HOUR))
    todo = good(school.api.get("/user/monitor", token=reviewer.token))["sections"]["assignments"]
    due = {each["stage"]: each["deadline"] for each in todo}
    assert due["code_review"] == rfc3339(school.clock.now + 2 * HOUR)
    track.pass_time(2 * HOUR)
    assert refusal(track.submit(reviewer, 1)) == (403, "reviews_owed")
    good(track.review(reviewer, review["submission_id"]))
    good(track.submit(reviewer, 1))


def test_a_stage_that_runs_waits_for_it(school: School) -> None:
    track = repeated_messages.in_review(school)
    first = track.review_next(track.people[0])
    before = owed(track)
    good(give_back(track, first["id"]))
    assert owed(track) == before + 1
    for person in track.people[1:]:
        track.review_all(person)
    for _ in range(2):
        track.review_next(track.people[0])
    assert track.settle().stages()[0] == "code_review"
    track.review_next(track.people[0])
    assert track.settle().stages()[0] == "completed"
    assert len([each for each in written(track, track.people[0]) if each["withheld"] is None]) == 3


def test_a_volunteers_review_is_theirs_to_write_again_and_not_owed(school: School) -> None:
    track = peers(school, 4, assignments=2, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    idle, *others = track.people
    for person in others:
        track.review_all(person)
    track.pass_time(4 * HOUR)
    volunteer = others[0]
    if author_of(track, good(track.next_to_review(idle))["id"]) is volunteer:
        volunteer = others[1]
    extra = track.review_next(volunteer)
    track.pass_time(HOUR)
    good(give_back(track, extra["id"], after=HOUR))
    assert volunteer.id not in [each["user_id"] for each in track.owed()["owed"]]
    track.pass_time(2 * HOUR)
    good(track.submit(volunteer, 1))
    assert good(track.next_to_review(volunteer))["id"] == extra["submission_id"]
    good(track.review(volunteer, extra["submission_id"]))


def test_who_wrote_more_than_they_owed_is_shown_what_they_owe_again(school: School) -> None:
    """Else what they wrote beyond it would hide it: nothing would be left to do, and the next assignment shut."""
    track = peers(school, 4, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    person = track.people[0]
    review = track.review_next(person)
    track.pass_time(4 * HOUR)
    good(track.review(person, good(track.next_to_review(person))["id"]))
    good(give_back(track, review["id"]))
    seen = track.seen_by(person)[0]
    assert (seen["reviews_required"] - seen["reviews_done"], seen["current_stage"]) == (1, "code_review")
    good(track.review(person, good(track.next_to_review(person))["id"]))
    seen = track.seen_by(person)[0]
    assert (seen["reviews_required"], seen["reviews_done"]) == (2, 2)


def test_what_cannot_be_given_back(school: School) -> None:
    track, reviewer, review = careless(school)
    own = good(track.review(track.teacher, review["submission_id"]))
    assert refusal(give_back(track, own["id"])) == (409, "teachers_review")
    assert refusal(give_back(track, review["id"], after=-HOUR)) == (400, "deadline_in_the_past")
    assert refusal(give_back(track, review["id"], after=367 * 24 * HOUR)) == (400, "deadline_too_far")
    assert refusal(give_back(track, 1)) == (404, "review_not_found")
    assert refusal(give_back(track, review["id"], person=school.person(Role.TEACHER))) == (403, "not_your_track")
    assert give_back(track, review["id"], person=track.people[1]).status == 403
    accounts.erase(reviewer.id)
    assert refusal(give_back(track, review["id"])) == (409, "reviewer_left")
    good(hide(track, review["id"]))
    assert track.told("REVIEW_HIDDEN") == []


@pytest.mark.parametrize("again", [False, True])
def test_at_the_same_time_it_is_withheld_once(school: School, *, again: bool) -> None:
    track, reviewer, review = careless(school)
    caller = authentication.caller_of(track.teacher.token)
    until = school.clock.now + HOUR

    def withhold(number: int) -> object:
        if number and not again:
            return withholding.hide(caller, review["id"], REASON)
        return withholding.give_back(caller, review["id"], REASON, until)

    results = in_parallel(2, withhold)
    refused = [each for each in results if isinstance(each, Exception)]
    assert len(refused) == (0 if again else 1)
    assert all(isinstance(each, errors.Conflict) for each in refused)
    submission = work_models.find_submission(track.assignment_ids[0], author_of(track, review["submission_id"]).id)
    assert submission is not None
    assert submission.reviews == 2
    participant = models.find_participant(track.track_id, reviewer.id)
    stored = work_models.find_review(track.assignment_ids[0], submission.user_id, reviewer.id)
    assert participant is not None
    assert stored is not None
    is_owed = review["submission_id"] in participant.owed_in(track.assignment_ids[0])
    assert is_owed == (stored.withheld["state"] == "returned")


def test_what_was_handed_out_is_forgotten_with_its_reviewer(school: School) -> None:
    track = repeated_messages.in_review(school)
    gone = track.people[0]
    good(track.next_to_review(gone))
    handed = [each for each in stored_items("tracks") if each["kind"] == "handed_out"]
    assert [str(gone.id) in each["sk"] for each in handed] == [True]
    accounts.erase(gone.id)
    assert [each for each in stored_items("tracks") if each["kind"] == "handed_out"] == []


def test_the_first_moment_of_handing_out_is_kept_with_the_review(school: School) -> None:
    track = reviewed(school)
    reviews = work_models.reviews_of(track.assignment_ids[0])
    assert all(each.handed_out_at == each.completed_at for each in reviews)
    other = repeated_messages.in_review(school)
    work = good(other.next_to_review(other.people[0]))
    begun = school.clock.now
    school.clock.forward(timedelta(minutes=7))
    other.sign_in()
    good(other.next_to_review(other.people[0]))
    review = good(other.review(other.people[0], work["id"]))
    (stored,) = [each for each in work_models.reviews_of(other.assignment_ids[0]) if each.id == review["id"]]
    assert stored.handed_out_at == begun
