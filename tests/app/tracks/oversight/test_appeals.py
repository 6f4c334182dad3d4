"""Authors contest the reviews of their work; a teacher decides, and that counts."""

import json
from typing import Any

import pytest

from chalicelib.accounts import accounts, authentication
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import errors
from chalicelib.school.readings import Readings
from chalicelib.tracks import models, outcomes
from chalicelib.tracks.oversight import appeals, requests, rulings
from chalicelib.tracks.oversight import models as keys
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.evidence.judged import judged
from tests.app.tracks.oversight.reviewed import DECISION, SCORES, appeal, change, decide, own_result, reviewed, score_of
from tests.app.tracks.peers import HOUR, POINTS, Peers, good, peers, refusal
from tests.app.tracks.reviewing.commented import answer, comments, over, said, work_of
from tests.support.school import Person, School, in_parallel, stored_items


@pytest.fixture
def track(school: School) -> Peers:
    return reviewed(school)


def listed(track: Peers, query: str = "", person: Person | None = None) -> Any:
    who = person or track.teacher
    return good(track.school.api.get(f"{track.path}/appeals{query}", token=who.token))["items"]


def own_appeals(track: Peers, person: Person) -> Any:
    return good(track.school.api.get(f"{track.assignment}/appeal", token=person.token))


def caller_of(person: Person) -> Caller:
    return authentication.caller_of(person.token)


# --- What comes of it ------------------------------------------------------------------------------------------------


def test_what_a_teacher_decides_stands_in_place_of_the_medians(track: Peers) -> None:
    author, other, *_ = track.people
    before = own_result(track, author)
    assert (before["score"], before["decision"]) == (14.5, None)
    filed = good(appeal(track, author, review_id=before["reviews"][0]["id"], criterion="tests"))
    assert (filed["state"], filed["decision"], filed["text"]) == ("open", None, "It is tested")
    (seen,) = listed(track)
    assert (seen["id"], seen["author"]["user_id"]) == (filed["id"], author.id)
    evidence = good(track.school.api.get(f"/appeals/{filed['id']}", token=track.teacher.token))
    assert (evidence["median"], evidence["earlier"]) == (POINTS, [])
    assert evidence["submission"]["id"] == before["submission"]["id"]
    assert {each["reviewer_id"] for each in evidence["reviews"]} == {each.id for each in track.people[1:]}
    good(decide(track, filed["id"]))
    after = own_result(track, author)
    assert (after["score"], after["decision"], after["median"]) == (18, DECISION, POINTS)
    assert (score_of(track, author), score_of(track, other)) == (18, 14.5)
    (own,) = own_appeals(track, author)["appeals"]
    assert (own["state"], own["decision"]["reason"]) == ("upheld", DECISION["reason"])
    assert "decided_by" not in own
    assert listed(track, "?state=open") == []
    assert [each["decided_by"]["user_id"] for each in listed(track, "?state=upheld")] == [track.teacher.id]


def test_a_teacher_decides_with_what_the_judge_and_the_reviewers_have_shown(school: School) -> None:
    judged_track = judged(school)
    track = judged_track.track
    handed = judged_track.review("lose", "echo", "echo")
    author = track.people[0]
    work = work_of(track, author).id
    reviewer = track.people[[each["id"] for each in handed].index(work)]
    good(judged_track.send(reviewer, work, "1 2"))
    good(judged_track.send(reviewer, work, "1"))
    review = good(track.review(reviewer, work, line_comments=[said(), said()]))
    over(track)
    first, _ = good(comments(track, author, work))["items"]
    good(answer(track, author, (work, first["id"])))
    filed = good(appeal(track, author))
    evidence = good(school.api.get(f"/appeals/{filed['id']}", token=track.teacher.token))
    assert evidence["submission"]["judged"]["verdict"] == "WRONG_ANSWER"
    tried = {each["input"]: each for each in evidence["counter_tests"]}
    assert {given: each["outcome"] for given, each in tried.items()} == {"1 2": "breaks", "1": "breaks"}
    assert {(each["review_id"], each["reviewer_id"]) for each in tried.values()} == {(review["id"], reviewer.id)}
    assert evidence["line_comments"] == {"count": 2, "answered": 1, "path": f"/submissions/{work}/comments"}
    (case,) = good(school.api.get(f"{track.path}/queue?limit=1", token=track.teacher.token))["items"]
    assert case["submission"]["judged"]["verdict"] == "WRONG_ANSWER"


def test_a_rejected_appeal_changes_no_score_and_another_may_follow(track: Peers) -> None:
    author = track.people[0]
    for _ in range(appeals.MOST):
        filed = good(appeal(track, author))
        good(decide(track, filed["id"], reason="As the reviewers say"))
    assert (own_result(track, author)["score"], own_result(track, author)["decision"]) == (14.5, None)
    assert own_appeals(track, author)["until"] is None
    assert refusal(appeal(track, author)) == (409, "too_many_appeals")


def test_lateness_and_the_digest_go_by_the_decision(school: School, track: Peers) -> None:
    author = track.people[0]
    good(decide(track, good(appeal(track, author))["id"]))
    found = outcomes.results_of(Readings(author.id), school.clock.now - 100 * HOUR, school.clock.now)
    assert [each.points for each in found] == [18]


def test_a_decision_may_be_changed_and_the_earlier_is_kept(track: Peers) -> None:
    author = track.people[0]
    appeal_id = good(appeal(track, author))["id"]
    assert refusal(change(track, appeal_id, DECISION)) == (409, "appeal_open")
    first = decide(track, appeal_id)
    changed = change(track, appeal_id, {"reason": "On a second look"}, first.headers["etag"])
    assert [each["scores"] for each in good(changed)["earlier"]] == [SCORES]
    assert own_result(track, author)["score"] == 14.5
    stale = change(track, appeal_id, DECISION, first.headers["etag"])
    assert refusal(stale) == (412, "changed_since")
    good(change(track, appeal_id, DECISION))
    assert own_result(track, author)["score"] == 18


def test_as_many_decisions_as_there_may_be_fit_into_an_appeal(track: Peers) -> None:
    """With words of the longest letters; one more is refused."""
    appeal_id = good(appeal(track, track.people[0]))["id"]
    good(decide(track, appeal_id))
    for number in range(1, rulings.MOST_RULINGS):
        longest = "\U0001f9ea" * (requests.MAX_REASON - 2) + f"{number:02}"
        good(change(track, appeal_id, {"reason": longest}))
    assert refusal(change(track, appeal_id, {"reason": "Once more"})) == (409, "too_many_decisions")
    good(change(track, appeal_id, {"reason": longest}))


def test_a_decision_that_is_taken_back_leaves_that_of_an_earlier_appeal(track: Peers) -> None:
    author = track.people[0]
    good(decide(track, good(appeal(track, author))["id"]))
    second = good(appeal(track, author, "Once more"))["id"]
    good(decide(track, second, scores={"style": 10, "tests": 10}, reason="Indeed"))
    assert own_result(track, author)["score"] == 20
    good(change(track, second, {"reason": "No"}))
    assert own_result(track, author)["score"] == 18


def test_of_two_decisions_that_are_taken_back_at_once_neither_stays(track: Peers) -> None:
    """What is decided of a submission follows from all its appeals: one that is read is to be as it was."""
    author = track.people[0]
    first = good(appeal(track, author))["id"]
    good(decide(track, first))
    second = good(appeal(track, author, "Once more"))["id"]
    good(decide(track, second, scores={"style": 10, "tests": 10}, reason="Indeed"))
    taken_back = {"reason": "No"}
    with concurrency.just_before("decisions", lambda: good(change(track, first, taken_back))):
        assert refusal(change(track, second, taken_back)) == (409, "changed_meanwhile")
    good(change(track, second, taken_back))
    assert own_result(track, author)["decision"] is None


def test_who_is_concerned_is_told_and_once(track: Peers) -> None:
    author, *others = track.people
    reviews = own_result(track, author)["reviews"]
    first = good(appeal(track, author))["id"]
    good(appeal(track, author))
    assert track.told("APPEAL_FILED") == [("APPEAL_FILED", track.teacher.id)]
    good(decide(track, first))
    good(decide(track, first))
    assert track.told("APPEAL_DECIDED") == [("APPEAL_DECIDED", author.id)]
    everybody = sorted(("REVIEW_DECIDED", each.id) for each in others)
    assert track.told("REVIEW_DECIDED") == everybody
    second = good(appeal(track, author, review_id=reviews[0]["id"]))["id"]
    good(decide(track, second, reason="No"))
    assert len(track.told("REVIEW_DECIDED")) == len(everybody) + 1
    told = [each for each in track.school.live_messages if each.type == "REVIEW_DECIDED"]
    assert str(author.id) not in json.dumps([each.payload for each in told])


# --- Refusals --------------------------------------------------------------------------------------------------------


def test_there_is_one_open_appeal_and_the_same_again_is_that_one(track: Peers) -> None:
    author = track.people[0]
    first = good(appeal(track, author))
    assert good(appeal(track, author)) == first
    assert refusal(appeal(track, author, "Something else")) == (409, "appeal_open")
    assert len(listed(track)) == 1


def test_an_appeal_has_to_come_in_time(school: School, track: Peers) -> None:
    author = track.people[0]
    until = own_appeals(track, author)["until"]
    assert until is not None
    track.pass_time(71 * HOUR)
    first = good(appeal(track, author))
    good(decide(track, first["id"], reason="No"))
    track.pass_time(HOUR)
    assert refusal(appeal(track, author)) == (409, "appeal_time_over")
    assert own_appeals(track, author)["until"] is None


def test_what_cannot_be_contested(track: Peers) -> None:
    author, other, *_ = track.people
    foreign = own_result(track, other)["reviews"][0]["id"]
    assert refusal(appeal(track, author, review_id=foreign)) == (404, "review_not_found")
    assert refusal(appeal(track, author, criterion="beauty")) == (400, "unknown_criterion")
    assert appeal(track, author, " ").status == 400
    assert refusal(appeal(track, track.teacher)) == (403, "not_enrolled")
    path = f"{track.at(1)}/appeal"
    reply = track.school.api.post(path, {"text": "Now"}, token=author.token)
    assert refusal(reply) == (403, "results_not_out")


def test_who_sent_nothing_in_has_nothing_to_contest(school: School) -> None:
    track = repeated_messages.started(school)
    track.submit_all(people=track.people[1:]).pass_time(15 * HOUR)
    assert refusal(appeal(track, track.people[0])) == (404, "solution_not_found")
    assert own_appeals(track, track.people[0]) == {"until": None, "appeals": []}


@pytest.mark.parametrize("scores", [{"style": 9}, {**SCORES, "beauty": 1}, {**SCORES, "style": 11}, {}])
def test_a_decision_scores_every_criterion(track: Peers, scores: Any) -> None:
    appeal_id = good(appeal(track, track.people[0]))["id"]
    assert refusal(decide(track, appeal_id, scores=scores, reason="So")) == (400, "invalid_scores")
    assert decide(track, appeal_id, scores=SCORES, reason=" ").status == 400


def test_only_the_tracks_teachers_see_and_decide(school: School, track: Peers) -> None:
    author = track.people[0]
    appeal_id = good(appeal(track, author))["id"]
    stranger = school.person(Role.TEACHER)
    for path in (f"{track.path}/appeals", f"/appeals/{appeal_id}"):
        assert refusal(school.api.get(path, token=stranger.token)) == (403, "not_your_track")
        assert school.api.get(path, token=author.token).status == 403
    assert refusal(decide(track, appeal_id, stranger)) == (403, "not_your_track")
    assert refusal(decide(track, 1)) == (404, "appeal_not_found")


def test_a_teacher_who_takes_part_decides_nothing(school: School) -> None:
    track = peers(school, 3, assignments=1)
    track.people[0] = track.teacher
    track.start().submit_all().pass_time(10 * HOUR)
    for person in track.people:
        track.review_all(person)
    track.settle()
    filed = good(appeal(track, track.people[1]))
    assert track.told("APPEAL_FILED") == []
    assert refusal(decide(track, filed["id"])) == (403, "takes_part")
    assert refusal(school.api.get(f"{track.path}/appeals", token=track.teacher.token)) == (403, "takes_part")
    admin = school.person(Role.ADMIN)
    good(decide(track, filed["id"], admin))


# --- At the same time ------------------------------------------------------------------------------------------------


def test_of_two_teachers_one_decides(school: School, track: Peers) -> None:
    appeal_id = good(appeal(track, track.people[0]))["id"]
    admin = school.person(Role.ADMIN)

    def rule(number: int) -> object:
        points = {"style": number, "tests": number}
        who = (track.teacher, admin)[number]
        return rulings.rule(caller_of(who), appeal_id, rulings.NewRuling(scores=points, reason="So"))

    results = in_parallel(2, rule)
    (refused,) = [each for each in results if isinstance(each, Exception)]
    assert isinstance(refused, errors.Conflict)
    (won,) = [number for number, each in enumerate(results) if not isinstance(each, Exception)]
    assert own_result(track, track.people[0])["score"] == 2 * won
    evidence = good(school.api.get(f"/appeals/{appeal_id}", token=admin.token))
    assert evidence["earlier"] == []


def test_of_two_appeals_at_once_one_is_made(track: Peers) -> None:
    author = track.people[0]

    def file(number: int) -> object:
        new = appeals.NewAppeal(review_id=None, criterion=None, text=f"Reason {number}")
        return appeals.file(caller_of(author), track.assignment_ids[0], new)

    results = in_parallel(3, file)
    refused = [each for each in results if isinstance(each, Exception)]
    assert len(refused) == 2
    assert all(isinstance(each, errors.Conflict) for each in refused)
    assert len(listed(track)) == 1


# --- Who leaves ------------------------------------------------------------------------------------------------------


def test_appeals_and_ratings_go_with_their_author(school: School, track: Peers) -> None:
    author = track.people[0]
    review_id = own_result(track, author)["reviews"][0]["id"]
    appeal_id = good(appeal(track, author, "My own words"))["id"]
    rating = {"helpful": 1, "text": "My own words"}
    good(school.api.request("PUT", f"/reviews/{review_id}/rating", json_body=rating, token=author.token))
    accounts.erase(author.id)
    left = [each for each in stored_items("tracks") if "My own words" in json.dumps(each, default=str)]
    assert left == []
    stored = {each["pk"] for each in stored_items("tracks")}
    assert not stored & {keys.appeal_place_key(appeal_id)[0], models.review_place_key(review_id)[0]}
    assert refusal(decide(track, appeal_id)) == (404, "appeal_not_found")
