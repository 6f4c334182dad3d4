"""How reliable reviewers are: when it is computed, who may know it, and what results are with it."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import Role
from chalicelib.common.dynamo import transactions
from chalicelib.common.events import timers
from chalicelib.common.http.responses import rfc3339
from chalicelib.school.readings import Readings
from chalicelib.tracks import late_facts, outcomes, scheduler, work_models
from chalicelib.tracks.reliability import recounts, reliability_models
from tests.app.tracks import concurrency
from tests.app.tracks.peers import HOUR, URL, Peers, good, peers, refusal
from tests.support.school import Person, Reply, School

POINTS = {"style": 8, "tests": 6}
CARELESS = {"style": 0, "tests": 10}


def reliability(track: Peers, person: Person) -> Reply:
    return track.school.api.get(f"{track.path}/reliability", token=person.token)


def shown(track: Peers, person: Person) -> Any:
    return good(reliability(track, person))


def by_reviewer(track: Peers) -> dict[int, Any]:
    return {each["user_id"]: each for each in shown(track, track.teacher)["reviewers"]}


def careless_last(track: Peers) -> Mapping[int, Mapping[str, float]]:
    return {person.id: POINTS for person in track.people[:-1]} | {track.people[-1].id: CARELESS}


def play(track: Peers, number: int = 0) -> Peers:
    """Everybody sends in and reviews; the last of them without looking."""
    track.submit_all(number).pass_time(10 * HOUR)
    given = careless_last(track)
    for person in track.people:
        for _ in range(len(track.people) - 1):
            track.review_next(person, number, given[person.id])
    return track.settle()


@pytest.fixture
def track(school: School) -> Peers:
    return peers(school, weighted=True).start()


def test_teachers_see_all_and_reviewers_themselves(track: Peers, pupil: Person) -> None:
    for person in (track.teacher, *track.people):
        assert (shown(track, person)["computed_at"], shown(track, person)["reviewers"]) == (None, [])
    play(track)
    *careful, careless = track.people
    seen = shown(track, track.teacher)
    assert (seen["weighted"], seen["rests_on"], seen["computed_at"]) == (True, [track.assignment_ids[0]], track.now)
    found = by_reviewer(track)
    assert found.keys() == {person.id for person in track.people}
    assert found[careless.id]["username"] == careless.account.login
    assert found[careless.id]["agreement"] == 0.0
    assert all(found[person.id]["reliability"] > 2 * found[careless.id]["reliability"] for person in careful)
    for person in track.people:
        own = shown(track, person)
        (entry,) = own["reviewers"]
        assert entry["user_id"] == person.id
        assert entry["reliability"] == pytest.approx(found[person.id]["reliability"], abs=0.15)
        assert entry["reliability"] * 20 == pytest.approx(round(entry["reliability"] * 20))
        assert entry["from_others"] * 10 == pytest.approx(round(entry["from_others"] * 10)), "whole marks of ten"
        assert own["mean"] == pytest.approx(seen["mean"], abs=0.025)
    track.sign_in(pupil)
    assert refusal(reliability(track, pupil)) == (404, "track_not_found_or_not_enrolled")
    stranger = track.school.person(Role.TEACHER)
    assert refusal(reliability(track, stranger)) == (404, "track_not_found_or_not_enrolled")


def test_one_is_told_in_words_what_it_rests_on(track: Peers) -> None:
    play(track)
    seen = shown(track, track.people[-1])
    (own,) = seen["reviewers"]
    away, reliable, mean = (round(100 * part) for part in (own["from_others"], own["reliability"], seen["mean"]))
    assert own["explanation"] == [
        "3 reviews were compared",
        f"On average {away} % of the points away from the median of others",
        f"That is 0 % of agreement, drawn to {reliable} % because of the mean of all, {mean} %",
    ]
    assert own["shrunk_by"] == pytest.approx(own["reliability"] - own["agreement"])
    reply = track.school.api.get(
        f"{track.path}/reliability", token=track.people[-1].token, headers={"Accept-Language": "ru"}
    )
    assert good(reply)["reviewers"][0]["explanation"][0] == "Сравнено 3 рецензии"


def test_with_too_few_reviews_nothing_is_said_of_reliability(school: School) -> None:
    track = peers(school, 3).start()
    track.submit_all().pass_time(10 * HOUR)
    for person in track.people:
        track.review_all(person)
    track.settle()
    (own,) = shown(track, track.people[0])["reviewers"]
    assert (own["reviews"], own["reliability"], own["shrunk_by"]) == (2, None, None)
    assert (own["from_others"], own["agreement"]) == (None, None), "of two reviews it would tell each"
    of_all = shown(track, track.teacher)["reviewers"]
    assert [each["from_others"] is not None for each in of_all] == [True] * 3
    assert own["explanation"][-1] == "It takes 3 reviews to tell how reliable they are"


def test_where_all_but_one_agree_the_median_stays(school: School) -> None:
    plain = play(peers(school).start())
    track = play(peers(school, weighted=True).start())
    plain.sign_in()
    weighted_results, plain_results = (good(each.results(each.people[0])) for each in (track, plain))
    assert (weighted_results["weighted"], plain_results["weighted"]) == (True, False)
    for found in (weighted_results, plain_results):
        (result,) = found["results"]
        assert sorted(each["criteria_scores"]["style"] for each in result["reviews"]) == [0, 8, 8]
        assert result["median"] == POINTS


def test_of_two_reviews_the_more_reliable_counts_more(track: Peers) -> None:
    """In results, standings and digests. The third reviews nothing of the second assignment."""
    began_at = play(track).school.clock.now
    author, second, _, careless = track.people
    given = careless_last(track)
    track.submit_all(1).pass_time(10 * HOUR)
    for person in (author, second, careless):
        while (reply := track.next_to_review(person, 1)).status == 200:
            good(track.review(person, reply.body["id"], given[person.id]))
    track.pass_time(5 * HOUR)
    (result,) = good(track.results(author, 1))["results"]
    assert sorted(each["criteria_scores"]["style"] for each in result["reviews"]) == [0, 8]
    weights = [by_reviewer(track)[person.id]["reliability"] for person in (second, careless)]
    part = min(1, 2 * weights[0] / sum(weights) - 0.5)
    assert part > 0.6
    assert result["median"] == {"style": pytest.approx(8 * part), "tests": pytest.approx(10 - 4 * part)}

    teachers = {each["author"]["user_id"]: each for each in good(track.results(track.teacher, 1))["results"]}
    assert teachers[author.id]["median"] == result["median"]
    standings = good(track.school.api.get(f"{track.path}/standings", token=author.token))
    assert {each["user_id"]: each["score"] for each in standings}[author.id] == pytest.approx(14 + result["score"])
    told = outcomes.results_of(Readings(author.id), began_at, track.school.clock.now)
    assert [each.points for each in told] == [result["score"]]


def test_a_teachers_review_counts_fully(track: Peers) -> None:
    play(track)
    submission = good(track.results(track.people[0]))["results"][0]["submission"]
    good(track.review(track.teacher, submission["id"], {"style": 2, "tests": 2}))
    assert track.teacher.id not in by_reviewer(track)
    reviews = work_models.reviews_of(track.assignment_ids[0], track.people[0].id)
    assert len(reviews) == 4
    median = good(track.results(track.people[0]))["results"][0]["median"]
    assert 2 < median["style"] < 8


def test_one_who_owes_reviews_learns_nothing_of_what_it_rests_on(track: Peers) -> None:
    track.submit_all().pass_time(10 * HOUR)
    *diligent, late = track.people
    for person in diligent:
        track.review_all(person)
    track.pass_time(5 * HOUR)
    assert track.stages()[0] == "completed"
    assert shown(track, late)["computed_at"] is None
    assert shown(track, diligent[0])["computed_at"] is not None
    before = by_reviewer(track)
    assert late.id not in before
    track.review_all(late)
    assert (shown(track, late)["computed_at"], shown(track, late)["reviewers"]) == (track_moment(track), [])
    assert by_reviewer(track) == before  # a review that comes later counts from the end of its day on


def track_moment(track: Peers) -> str:
    return str(shown(track, track.teacher)["computed_at"])


def test_a_late_review_counts_from_the_end_of_its_day_on(track: Peers) -> None:
    track.submit_all().pass_time(10 * HOUR)
    *diligent, late = track.people
    for person in diligent:
        track.review_all(person)
    track.pass_time(5 * HOUR)
    before = by_reviewer(track)
    assert before[diligent[0].id]["reviews"] == 3
    track.review_all(late)
    pass_day(track, seconds=-2)
    assert by_reviewer(track) == before
    moment = pass_day(track, seconds=0)
    found = by_reviewer(track)
    assert (found[late.id]["reviews"], track_moment(track)) == (3, moment)
    assert pass_day(track, seconds=60) > moment
    assert track_moment(track) == moment, "once"


def test_a_review_that_is_hidden_counts_no_more_from_the_end_of_the_day_on(track: Peers) -> None:
    play(track)
    careless = track.people[-1]
    (review, *_) = [each for each in work_models.reviews_of(track.assignment_ids[0]) if each.reviewer_id == careless.id]
    good(track.school.api.post(f"/reviews/{review.id}/hide", {"reason": "Not read"}, token=track.teacher.token))
    assert by_reviewer(track)[careless.id]["reviews"] == 3
    pass_day(track)
    assert (by_reviewer(track)[careless.id]["reviews"], by_reviewer(track)[careless.id]["reliability"]) == (2, None)


def test_a_count_that_meets_another_goes_round_again(track: Peers) -> None:
    play(track)
    subject, now = str(track.assignment_ids[0]), track.school.clock.now
    transactions.transact(lambda transaction: timers.start(transaction, recounts.TOPIC, subject, now))
    met: list[str] = []

    def meanwhile() -> None:
        recounts.advance(subject, now + HOUR)
        met.append(track_moment(track))

    with concurrency.just_before("RELIABILITY", meanwhile):
        recounts.advance(subject, now + 2 * HOUR)
    assert met == [rfc3339(now + HOUR)]
    assert track_moment(track) == rfc3339(now + 2 * HOUR)
    assert timers.find(recounts.TOPIC, subject) is None


def test_a_count_that_was_put_off_meanwhile_waits_for_its_moment(track: Peers) -> None:
    play(track)
    before, subject, now = track_moment(track), str(track.assignment_ids[0]), track.school.clock.now
    transactions.transact(lambda transaction: timers.start(transaction, recounts.TOPIC, subject, now + HOUR))
    recounts.advance(subject, now)
    assert track_moment(track) == before
    timer = timers.find(recounts.TOPIC, subject)
    assert timer is not None
    assert timer.due_at == now + HOUR


def test_a_review_that_comes_while_its_stage_is_counted_is_counted_with_it(track: Peers) -> None:
    track.submit_all().pass_time(10 * HOUR)
    *diligent, late = track.people
    for person in diligent:
        track.review_all(person)
    track.pass_time(4 * HOUR).oversleep(2 * HOUR)
    with concurrency.just_before("RELIABILITY", lambda: track.review_next(late)):
        scheduler.advance(str(track.track_id), track.school.clock.now)
    assert track.stages()[0] == "completed"
    assert by_reviewer(track)[late.id]["reviews"] == 1
    assert timers.find(recounts.TOPIC, str(track.assignment_ids[0])) is None


def test_a_stage_that_runs_again_is_counted_by_its_end_alone(track: Peers) -> None:
    play(track)
    before = track_moment(track)
    subject, now = str(track.assignment_ids[0]), track.school.clock.now
    until = (now + 2 * HOUR).isoformat()
    good(
        track.school.api.post(
            f"{track.assignment}/reopen", {"stage": "submission", "deadline": until}, token=track.teacher.token
        )
    )
    transactions.transact(lambda transaction: timers.start(transaction, recounts.TOPIC, subject, now))
    recounts.advance(subject, now + HOUR)
    assert (track_moment(track), timers.find(recounts.TOPIC, subject)) == (before, None)


def pass_day(track: Peers, seconds: int = 0) -> str:
    """To so many seconds after the end of the day; the moment."""
    now = track.school.clock.now
    ends = late_facts.counts_from(now if seconds <= 0 else now - timedelta(seconds=1))
    track.pass_time(ends + timedelta(seconds=seconds) - now)
    track.sign_in()
    return str(track.now)


def test_what_rests_on_a_stage_that_runs_again_is_not_told(track: Peers) -> None:
    play(track)
    until = (track.school.clock.now + 2 * HOUR).isoformat()
    body = {"stage": "submission", "deadline": until}
    good(track.school.api.post(f"{track.assignment}/reopen", body, token=track.teacher.token))
    track.settle()
    assert shown(track, track.people[0])["computed_at"] is None
    track.pass_time(2 * HOUR).settle()  # everything is written already: the stage is over at once
    own = shown(track, track.people[0])
    assert (track.stages()[0], own["computed_at"], len(own["reviewers"])) == ("completed", track.now, 1)


def test_the_judge_is_compared_with(school: School) -> None:
    track = peers(school, criteria_options={"tests": {"works": True}}).start()
    track.submit_all()
    for number, person in enumerate(track.people):
        submission = work_models.find_submission(track.assignment_ids[0], person.id)
        assert submission is not None
        verdict = ["OK", "WRONG_ANSWER", None, None][number]
        submission.update(
            actions=[work_models.Submission.judged.set({"submission_id": 1, "verdict": verdict, "points": None})]
        )
    track.pass_time(10 * HOUR)
    gives = {URL.format(track.people[0].id): 10, URL.format(track.people[1].id): 5}
    last = track.people[-1]
    for person in track.people:
        for _ in range(3):
            submission_shown = good(track.next_to_review(person))
            tests = gives.get(submission_shown["repository_url"], 7)
            good(track.review(person, submission_shown["id"], {"style": 8, "tests": 10 if person is last else tests}))
    track.settle()
    found = by_reviewer(track)
    assert [found[person.id]["judged"] for person in track.people] == [1, 1, 2, 2]
    assert [found[person.id]["from_judge"] for person in track.people] == [0, 0, 0, 0.5]
    assert found[track.people[2].id]["reliability"] > found[last.id]["reliability"]


def test_a_step_that_is_taken_twice_leads_to_the_same(track: Peers) -> None:
    play(track)
    before = values_in(track)
    assert len(before) == 2
    scheduler.advance(str(track.track_id), track.school.clock.now)
    track.settle()
    assert values_in(track) == before


def test_a_step_that_another_took_stores_nothing(track: Peers) -> None:
    """Between reading and writing the teacher gives more time: the stage is not over, and nothing is computed."""
    track.submit_all().pass_time(10 * HOUR)
    for person in track.people[:-1]:
        track.review_all(person)
    track.pass_time(4 * HOUR).oversleep(2 * HOUR)

    def meanwhile() -> None:
        body = {"stage": "code_review", "deadline": rfc3339(track.school.clock.now + HOUR)}
        path = f"{track.assignment}/deadline"
        good(track.school.api.request("PATCH", path, json_body=body, token=track.teacher.token))

    with concurrency.just_before("RELIABILITY", meanwhile):
        scheduler.advance(str(track.track_id), track.school.clock.now)
    assert track.stages()[0] == "code_review"
    assert stored_in(track) == []
    track.pass_time(HOUR)
    assert track.stages()[0] == "completed"
    assert len(stored_in(track)) == 2


def test_nothing_is_left_of_one_who_is_erased(track: Peers) -> None:
    play(track)
    gone = track.people.pop()
    mean = shown(track, track.teacher)["mean"]
    accounts.erase(gone.id)
    track.settle()
    assert by_reviewer(track).keys() == {person.id for person in track.people}
    assert all(str(gone.id) not in each.by_reviewer for each in stored_in(track))
    assert shown(track, track.teacher)["mean"] == mean
    for person in track.people:
        good(track.results(person))
    track.submit_all(1).pass_time(10 * HOUR)
    for person in track.people:
        track.review_all(person, 1)
    track.settle()
    assert by_reviewer(track).keys() == {person.id for person in track.people}


def test_what_is_counted_while_somebody_is_erased_stays_counted(track: Peers) -> None:
    play(track)
    gone = track.people.pop()
    subject, now = str(track.assignment_ids[0]), track.school.clock.now
    transactions.transact(lambda transaction: timers.start(transaction, recounts.TOPIC, subject, now))
    with concurrency.just_before("RELIABILITY", lambda: recounts.advance(subject, now)):
        accounts.erase(gone.id)
        track.settle()
    found = by_reviewer(track)
    assert found.keys() == {person.id for person in track.people}
    assert {each["reviews"] for each in found.values()} == {2}, "those of the work that went count no more"


def stored_in(track: Peers) -> list[Any]:
    stored = reliability_models.find(track.track_id)
    return [*reliability_models.tallies_in(track.track_id), *([stored] if stored else [])]


def values_in(track: Peers) -> list[dict[str, Any]]:
    return [each.attribute_values for each in stored_in(track)]
