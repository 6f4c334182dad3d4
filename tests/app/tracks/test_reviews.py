"""Reviewing: who may, what it takes, what it settles, and what comes of it."""

from typing import Any

import pytest

from chalicelib.accounts import authentication
from chalicelib.accounts.permissions import Role
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import models, reviews, work_models
from chalicelib.tracks.work_models import Review
from tests.app.tracks import repeated_messages
from tests.app.tracks.peers import CRITERIA, HOUR, POINTS, Peers, good, peers, refusal
from tests.support.school import Person, School, in_parallel

OPINION = reviews.Opinion(scores=POINTS, remarks={}, comment=None)


@pytest.fixture
def track(school: School) -> Peers:
    """Four who have all sent in; the review stage has just begun."""
    return repeated_messages.in_review(school)


def at_80_percent(track: Peers) -> Peers:
    return track.pass_time(4 * HOUR)


def test_everybody_is_allotted_three_others_submissions(track: Peers) -> None:
    assert track.stages() == ["code_review", "not_started"]
    submissions = {each.id: each.user_id for each in work_models.submissions_to(track.assignment_ids[0])}
    for person in track.people:
        participant = models.find_participant(track.track_id, person.id)
        assert participant is not None
        authors = {submissions[each] for each in participant.owed_in(track.assignment_ids[0])}
        assert authors == {other.id for other in track.people} - {person.id}


def test_a_reviewer_does_not_learn_the_author(track: Peers) -> None:
    submission = good(track.next_to_review(track.people[0]))
    assert submission["user_id"] is None
    review = good(track.review(track.people[0], submission["id"], comment="Nice"))
    assert review.pop("id") > 0
    assert review == {
        "submission_id": submission["id"],
        "reviewer_id": track.people[0].id,
        "reviewer_name": track.people[0].account.login,
        "reviewee_id": None,
        "criteria_scores": POINTS,
        "criteria_comments": {},
        "comment": "Nice",
        "line_comments": 0,
        "completed_at": track.now,
        "rating": None,
        "withheld": None,
    }


def test_each_is_asked_for_once_until_all_are_written(track: Peers) -> None:
    person = track.people[0]
    assert good(track.next_to_review(person)) == good(track.next_to_review(person))
    asked = [track.review_next(person)["submission_id"] for _ in range(3)]
    assert len(set(asked)) == 3
    done = track.next_to_review(person)
    assert (done.status, done.body["detail"]) == (400, "Already completed 3 reviews. Required: 3")


def test_there_is_nothing_to_review_before_the_stage(school: School, pupil: Person) -> None:
    track = peers(school).start().submit_all()
    for reply in (
        track.next_to_review(track.people[0]),
        school.api.get("/assignments/1/review/submission", token=pupil.token),
    ):
        assert (reply.status, reply.body["detail"]) == (404, "No submission available for review")
    (submission, *_) = work_models.submissions_to(track.assignment_ids[0])
    for person in (*track.people[1:], track.teacher):
        if person.id != submission.user_id:
            assert refusal(track.review(person, submission.id)) == (403, "not_allotted")


def test_strangers_review_nothing(school: School, track: Peers, pupil: Person) -> None:
    submission = work_models.submissions_to(track.assignment_ids[0])[0]
    assert refusal(track.next_to_review(pupil)) == (403, "not_enrolled")
    assert refusal(track.next_to_review(track.teacher)) == (403, "not_enrolled")
    assert refusal(track.review(pupil, submission.id)) == (403, "not_enrolled")


def test_learning_platforms_refusals(track: Peers) -> None:
    person = track.people[0]
    own = work_models.find_submission(track.assignment_ids[0], person.id)
    assert own is not None
    unknown = track.review(person, 1)
    assert (unknown.status, unknown.body["detail"]) == (400, "Submission not found")
    reply = track.review(person, own.id)
    assert (reply.status, reply.body["detail"]) == (400, "Cannot review own submission")
    written = track.review_next(person)
    again = track.review(person, written["submission_id"])
    assert (again.status, again.body["detail"]) == (400, "Review already exists")


def test_one_that_was_not_allotted_is_refused(school: School) -> None:
    track = peers(school, 6, reviews_per_user=2).start().submit_all().pass_time(10 * HOUR)
    person = track.people[0]
    participant = models.find_participant(track.track_id, person.id)
    assert participant is not None
    allotted = {*participant.owed_in(track.assignment_ids[0])}
    others = [
        each
        for each in work_models.submissions_to(track.assignment_ids[0])
        if each.id not in allotted and each.user_id != person.id
    ]
    assert len(others) == 3
    for submission in others:
        assert refusal(track.review(person, submission.id)) == (403, "not_allotted")


STRANGE: list[tuple[dict[str, Any], list[str]]] = [
    ({}, ["'criteria_scores.style' is a required property", "'criteria_scores.tests' is a required property"]),
    ({"style": 1}, ["'criteria_scores.tests' is a required property"]),
    ({"style": 1, "tests": 1, "speed": 1}, ["'criteria_scores.speed' is an unknown property"]),
    (
        {"style": 10.5, "tests": -1},
        ["criteria_scores.style validation error", "criteria_scores.tests validation error"],
    ),
    ({"style": "1", "tests": 1}, ["criteria_scores.style validation error"]),
    (
        {"style": None, "tests": True},
        ["criteria_scores.style validation error", "criteria_scores.tests validation error"],
    ),
]


def test_a_review_names_every_criterion_and_nothing_else(track: Peers) -> None:
    submission = good(track.next_to_review(track.people[0]))
    for points, wrong in STRANGE:
        reply = track.review(track.people[0], submission["id"], points)
        assert (reply.status, reply.body["errors"]) == (400, wrong)
    assert good(track.next_to_review(track.people[0])) == submission
    good(track.review(track.people[0], submission["id"], {"style": 0, "tests": 10}))


def test_a_review_says_something_of_single_criteria(track: Peers) -> None:
    person, said = track.people[0], {"style": "Short names", "tests": " "}
    submission = good(track.next_to_review(person))
    review = good(track.review(person, submission["id"], criteria_comments=said))
    assert review["criteria_comments"] == {"style": "Short names"}
    shown = good(track.school.api.get(f"{track.at(0)}/reviews", token=track.teacher.token))
    reviews = [each for result in shown["results"] for each in result["reviews"]]
    assert [each["criteria_comments"] for each in reviews] == [{"style": "Short names"}]


def test_a_review_says_nothing_of_what_is_no_criterion(track: Peers) -> None:
    submission = good(track.next_to_review(track.people[0]))
    reply = track.review(track.people[0], submission["id"], criteria_comments={"speed": "Slow"})
    assert (reply.status, reply.body["errors"]) == (400, ["'criteria_comments.speed' is an unknown property"])


def test_a_review_of_before_says_nothing_of_single_criteria(track: Peers) -> None:
    review = track.review_next(track.people[0])
    place = work_models.find_submission_place(review["submission_id"])
    assert place is not None
    (stored,) = work_models.reviews_of(place.assignment_id, place.user_id)
    stored.update(actions=[Review.remarks.remove()])
    shown = good(track.school.api.get(f"{track.at(0)}/reviews", token=track.teacher.token))
    reviews = [each for result in shown["results"] for each in result["reviews"]]
    assert [each["criteria_comments"] for each in reviews] == [{}]


@pytest.mark.parametrize("points", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_points_are_numbers(school: School, pupil: Person, points: str) -> None:
    raw = f'{{"criteria_scores": {{"style": {points}, "tests": 1}}}}'.encode()
    reply = school.api.request("POST", "/submissions/1/review", raw_body=raw, token=pupil.token)
    assert refusal(reply) == (400, "invalid_body")
    assert reply.body["errors"] == ["criteria_scores.style validation error"]


def test_the_same_review_sent_many_times_at_once_is_one(track: Peers) -> None:
    submission = good(track.next_to_review(track.people[0]))
    caller = authentication.caller_of(track.people[0].token)
    outcomes = in_parallel(10, lambda _: reviews.write(caller, submission["id"], OPINION))
    assert len([each for each in outcomes if isinstance(each, Review)]) == 1
    assert {str(each) for each in outcomes if isinstance(each, Exception)} == {"Review already exists"}
    assert track.seen_by(track.people[0])[0]["reviews_done"] == 1


def test_all_at_once_end_the_stage_at_once(track: Peers) -> None:
    """Twelve reviews by four people in parallel: all are counted, and the last ends the stage."""
    assignment_id = track.assignment_ids[0]
    owed = [
        (authentication.caller_of(person.token), submission_id)
        for person in track.people
        for submission_id in models.find_participant(track.track_id, person.id).owed_in(assignment_id)  # type: ignore[union-attr]
    ]
    outcomes = in_parallel(12, lambda number: reviews.write(*owed[number], OPINION))
    assert [each for each in outcomes if not isinstance(each, Review)] == []
    assert track.settle().stages() == ["completed", "submission"]
    assert [each.reviews for each in work_models.submissions_to(assignment_id)] == [3] * 4


def test_the_stage_waits_for_every_owed_review_and_not_a_moment_longer(track: Peers) -> None:
    for person in track.people[:3]:
        track.review_all(person)
    track.review_next(track.people[3])
    track.review_next(track.people[3])
    assert track.pass_time(HOUR).stages() == ["code_review", "not_started"]
    track.review_next(track.people[3])
    ended = track.now
    assert track.settle().stages() == ["completed", "submission"]
    first, second = track.seen_by(track.teacher)
    assert first["code_review_deadline"] == ended
    assert second["submission_deadline"][:19] == "2026-09-02T06:00:01"
    assert track.told("DEADLINE_SOON") == []


# --- Those who did not submit ----------------------------------------------------------------------------------------


def test_who_did_not_submit_reviews_all_the_same_and_goes_on(school: School) -> None:
    track = peers(school, 5)
    absent = track.people[4]
    track.start().submit_all(people=track.people[:4]).pass_time(10 * HOUR)
    for person in track.people:
        assert track.seen_by(person)[0]["reviews_required"] == 3
        assert track.review_all(person) == 3
    assert track.settle().stages() == ["completed", "submission"]
    good(track.submit(absent, 1))
    assert sorted(each.reviews for each in work_models.submissions_to(track.assignment_ids[0])) == [3, 4, 4, 4]


@pytest.mark.parametrize("submitted", [0, 1])
def test_with_fewer_than_two_submissions_nothing_is_owed(school: School, submitted: int) -> None:
    track = peers(school).start()
    track.submit_all(people=track.people[:submitted]).pass_time(10 * HOUR)
    assert track.stages() == ["completed", "submission"]
    assert track.told("REVIEW_STARTED") == []
    for person in track.people:
        good(track.submit(person, 1))


# --- Extras ----------------------------------------------------------------------------------------------------------


def test_at_80_percent_what_is_left_is_offered_to_those_who_are_done(school: School) -> None:
    slow = peers(school, 6, reviews_per_user=2).start().submit_all().pass_time(10 * HOUR)
    done = slow.people[0]
    slow.review_all(done)
    assert refusal(slow.next_to_review(done)) == (400, "reviews_completed")
    at_80_percent(slow)
    taken = []
    for _ in range(2):
        submission = good(slow.next_to_review(done))
        taken.append(good(slow.review(done, submission["id"]))["submission_id"])
    reply = slow.next_to_review(done)
    assert (reply.status, reply.body["detail"]) == (400, "Already completed 4 reviews. Required: 2")
    written = {
        each.submission_id for each in work_models.reviews_of(slow.assignment_ids[0]) if each.reviewer_id == done.id
    }
    assert len(written) == 4
    for submission in work_models.submissions_to(slow.assignment_ids[0]):
        if submission.id not in written and submission.user_id != done.id:
            assert refusal(slow.review(done, submission.id)) == (403, "not_allotted")


def test_extras_end_with_the_stage_even_if_the_engine_is_late(school: School) -> None:
    slow = peers(school, 3, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    slow.review_all(slow.people[0])
    slow.oversleep(4 * HOUR)
    good(slow.next_to_review(slow.people[0]))
    slow.oversleep(HOUR)
    assert refusal(slow.next_to_review(slow.people[0])) == (400, "reviews_completed")


def test_debts_are_paid_in_order(school: School) -> None:
    """Who owes reviews of the first assignment neither sees nor reviews the second, also when that is over."""
    track = repeated_messages.in_review(school)
    debtor, *others = track.people
    track.pass_time(5 * HOUR)
    for person in others:
        track.review_all(person)
    track.submit_all(1, others).pass_time(10 * HOUR)
    owed = models.find_participant(track.track_id, debtor.id)
    assert owed is not None
    (submission_id, *_) = owed.owed_in(track.assignment_ids[1])
    for _ in ("in the review stage", "after it"):
        assert refusal(track.next_to_review(debtor, 1)) == (403, "reviews_owed")
        assert refusal(track.review(debtor, submission_id)) == (403, "reviews_owed")
        first, second = track.seen_by(debtor)
        assert (first["is_available"], second["is_available"], second["description"]) == (True, False, None)
        track.pass_time(5 * HOUR)
    assert track.stages() == ["completed", "completed"]
    assert track.review_all(debtor) == 3
    assert track.seen_by(debtor)[1]["is_available"] is True
    assert track.review_all(debtor, 1) == 3


def test_extras_settle_nobodys_debt(school: School) -> None:
    slow = peers(school, 4, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    done, *others = slow.people
    slow.review_all(done)
    at_80_percent(slow)
    extra = good(slow.next_to_review(done))
    good(slow.review(done, extra["id"]))
    owed = {debt["user_id"] for debt in slow.owed()["owed"]}
    assert owed == {person.id for person in others}
    assert extra["id"] not in {each["submission"]["id"] for each in slow.owed()["waiting"]}
    slow.pass_time(HOUR)
    for person in others:
        assert refusal(slow.submit(person, 1)) == (403, "reviews_owed")
        assert slow.review_all(person) == 1


def test_who_owes_gets_no_extras(school: School) -> None:
    slow = peers(school, 5, reviews_per_user=2).start().submit_all().pass_time(10 * HOUR)
    person = slow.people[0]
    slow.review_next(person)
    at_80_percent(slow)
    participant = models.find_participant(slow.track_id, person.id)
    assert participant is not None
    (owed,) = participant.owed_in(slow.assignment_ids[0])
    for submission in work_models.submissions_to(slow.assignment_ids[0]):
        if (
            submission.id not in {owed, *participant.written_in(slow.assignment_ids[0])}
            and submission.user_id != person.id
        ):
            assert refusal(slow.review(person, submission.id)) == (403, "not_allotted")


def test_one_gap_is_filled_by_one_extra(school: School) -> None:
    """Several who are done go for the same submission at the same time: it needs but one review."""
    track = peers(school, 5, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    assignment_id = track.assignment_ids[0]
    *done, late = track.people
    for person in done:
        track.review_all(person)
    at_80_percent(track)
    (gap,) = [each for each in work_models.submissions_to(assignment_id) if not each.reviews]
    volunteers = [person for person in done if person.id != gap.user_id]
    callers = [authentication.caller_of(person.token) for person in volunteers]
    handed = in_parallel(len(callers), lambda number: reviews.next_for(callers[number], assignment_id).id)
    (at_it,) = [number for number, each in enumerate(handed) if each == gap.id]
    outcomes = in_parallel(len(callers), lambda number: reviews.write(callers[number], gap.id, OPINION))
    assert [isinstance(each, Review) for each in outcomes] == [number == at_it for number in range(len(callers))]
    assert {str(each) for each in outcomes if isinstance(each, Exception)} == {"This submission is not yours to review"}
    assert work_models.find_submission(assignment_id, gap.user_id).reviews == 1  # type: ignore[union-attr]
    assert track.seen_by(late)[0]["reviews_done"] == 0


def test_what_was_handed_out_is_accepted_whenever_it_is_finished(school: School) -> None:
    track = peers(school, 4, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    *done, _ = track.people
    for person in done:
        track.review_all(person)
    at_80_percent(track)
    (gap,) = [each for each in work_models.submissions_to(track.assignment_ids[0]) if not each.reviews]
    slow, quick, *_ = [person for person in done if person.id != gap.user_id]
    first = good(track.next_to_review(slow))
    assert (first["id"], first["reserved_until"]) == (gap.id, rfc3339(school.clock.now + HOUR / 2))
    assert refusal(track.next_to_review(quick)) == (400, "reviews_completed")
    track.pass_time(HOUR / 2)
    assert good(track.next_to_review(quick))["id"] == gap.id
    good(track.review(quick, gap.id))
    assert refusal(track.next_to_review(slow)) == (400, "reviews_completed")
    track.pass_time(HOUR)
    assert track.stages() == ["completed", "submission"]
    good(track.review(slow, gap.id))
    assert refusal(track.review(slow, gap.id)) == (400, "review_exists")
    assert [len(each["reviews"]) for each in good(track.results(track.teacher))["results"]] in (
        [1, 1, 1, 2],
        [1, 1, 2, 1],
        [1, 2, 1, 1],
        [2, 1, 1, 1],
    )


def test_one_person_takes_no_third_extra_however_fast(school: School) -> None:
    track = peers(school, 5, reviews_per_user=1).start().submit_all().pass_time(10 * HOUR)
    done = track.people[0]
    track.review_all(done)
    at_80_percent(track)
    participant = models.find_participant(track.track_id, done.id)
    assert participant is not None
    written = participant.written_in(track.assignment_ids[0])
    left = [each.id for each in work_models.submissions_to(track.assignment_ids[0]) if each.user_id != done.id]
    left = [each for each in left if each not in written]
    caller = authentication.caller_of(done.token)
    outcomes = in_parallel(len(left), lambda number: reviews.write(caller, left[number], OPINION))
    assert len([each for each in outcomes if isinstance(each, Review)]) == 2


# --- Teachers and results --------------------------------------------------------------------------------------------


def test_a_teacher_sees_who_owes_and_what_waits_and_may_review(track: Peers) -> None:
    writer, *others = track.people
    track.review_all(writer)
    track.pass_time(5 * HOUR)
    owed = track.owed()
    assert {debt["user_id"]: len(debt["submission_ids"]) for debt in owed["owed"]} == {each.id: 3 for each in others}
    assert {debt["username"] for debt in owed["owed"]} == {person.account.login for person in others}
    assert {each["user_id"]: (each["reviews"], each["reviews_expected"]) for each in owed["waiting"]} == {
        **{person.id: (1, 3) for person in others},
        writer.id: (0, 3),
    }
    (own,) = [each for each in owed["waiting"] if each["user_id"] == writer.id]
    review = good(track.review(track.teacher, own["submission"]["id"]))
    assert review["reviewee_id"] == writer.id
    (result,) = good(track.results(writer))["results"]
    assert result["median"] == POINTS
    (own,) = [each for each in track.owed()["waiting"] if each["user_id"] == writer.id]
    assert own["reviews"] == 1
    again = track.review(track.teacher, own["submission"]["id"])
    assert (again.status, again.body["detail"]) == (400, "Review already exists")


def test_results_are_medians_and_come_out_when_the_stage_is_over(track: Peers) -> None:
    author = track.people[0]
    for number, person in enumerate(track.people):
        for _ in range(3):
            assert refusal(track.results(author)) == (403, "results_not_out")
            track.review_next(person, points={"style": number, "tests": 10 - number})
    track.settle()
    (result,) = good(track.results(author))["results"]
    assert result["submission"]["user_id"] == author.id
    assert (result["median"], result["score"]) == ({"style": 2.0, "tests": 8.0}, 10.0)
    assert {review["reviewer_id"] for review in result["reviews"]} == {None}
    assert len(result["reviews"]) == 3
    assert result["author"] is None


def test_a_teacher_sees_all_results_at_any_time_with_names(track: Peers) -> None:
    assert [each["median"] for each in good(track.results(track.teacher))["results"]] == [None] * 4
    review = track.review_next(track.people[0])
    results = good(track.results(track.teacher))["results"]
    assert {each["author"]["username"] for each in results} == {person.account.login for person in track.people}
    (reviewed,) = [each for each in results if each["reviews"]]
    assert reviewed["reviews"][0]["reviewer_id"] == track.people[0].id
    assert reviewed["submission"]["id"] == review["submission_id"]


def test_results_are_nobody_elses(track: Peers, pupil: Person) -> None:
    track.pass_time(5 * HOUR).sign_in(pupil)
    assert refusal(track.results(pupil)) == (403, "not_enrolled")
    (result,) = good(track.results(track.people[1]))["results"]
    assert result["submission"]["user_id"] == track.people[1].id


def test_who_did_not_submit_has_no_results(school: School) -> None:
    track = peers(school).start().submit_all(people=[]).pass_time(10 * HOUR)
    assert good(track.results(track.people[0]))["results"] == []


def test_a_late_review_counts_from_then_on(track: Peers) -> None:
    track.pass_time(5 * HOUR)
    debtor, *authors = track.people
    assert [good(track.results(each))["results"][0]["median"] for each in authors] == [None] * 3
    track.review_all(debtor)
    assert [good(track.results(each))["results"][0]["median"] for each in authors] == [POINTS] * 3


def test_a_teacher_who_takes_part_is_a_participant_there(school: School) -> None:
    colleague = school.person(Role.TEACHER)
    track = peers(school, 3)
    track.people = [*track.people[:2], colleague]
    track.start().submit_all().pass_time(10 * HOUR)
    assert good(track.next_to_review(colleague))["user_id"] is None
    assert refusal(track.results(colleague)) == (403, "results_not_out")
    assert track.seen_by(colleague)[1]["description"] is None


def test_standings_are_the_sum_of_medians_of_what_is_over(track: Peers) -> None:
    best = track.people[0]
    before = good(track.school.api.get(f"{track.path}/standings", token=best.token))
    assert {(each["place"], each["score"]) for each in before} == {(1, 0.0)}
    own = work_models.find_submission(track.assignment_ids[0], best.id)
    assert own is not None
    for person in track.people:
        for _ in range(3):
            submission = good(track.next_to_review(person))
            points = dict.fromkeys(CRITERIA, 9 if submission["id"] == own.id else 4)
            good(track.review(person, submission["id"], points))
    track.settle()
    standings = good(track.school.api.get(f"{track.path}/standings", token=track.teacher.token))
    assert standings[0] == {
        "place": 1,
        "user_id": best.id,
        "username": best.account.login,
        "score": 18.0,
        "assignments": 1,
        "evidence": 0,
    }
    assert [(each["place"], each["score"]) for each in standings[1:]] == [(2, 8.0)] * 3
