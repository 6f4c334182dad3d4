"""Authors rate the reviews of their work, and reviewers see how helpful theirs were found."""

from typing import Any

import pytest

from tests.app.tracks.oversight.reviewed import own_result, reviewed
from tests.app.tracks.peers import HOUR, Peers, good, refusal
from tests.support.school import Person, Reply, School


@pytest.fixture
def track(school: School) -> Peers:
    return reviewed(school)


def rate(track: Peers, person: Person, review_id: int, **rating: Any) -> Reply:
    return track.school.api.request("PUT", f"/reviews/{review_id}/rating", json_body=rating, token=person.token)


def written(track: Peers, person: Person) -> Any:
    return good(track.school.api.get(f"{track.assignment}/reviews/written", token=person.token))["reviews"]


def test_a_rating_is_seen_by_author_reviewer_and_teacher_and_may_be_replaced(track: Peers) -> None:
    author = track.people[0]
    review_id = own_result(track, author)["reviews"][0]["id"]
    assert good(rate(track, author, review_id, helpful=2, text="Too short")) == {"helpful": 2, "text": "Too short"}
    good(rate(track, author, review_id, helpful=4))
    rating = {"helpful": 4, "text": None}
    assert [each["rating"] for each in own_result(track, author)["reviews"]] == [rating, None, None]
    results = good(track.results(track.teacher))["results"]
    (review,) = [each for result in results for each in result["reviews"] if each["rating"]]
    assert (review["id"], review["reviewee_id"], review["rating"]) == (review_id, author.id, rating)
    (reviewer,) = [each for each in track.people if each.id == review["reviewer_id"]]
    seen = [each["review"] for each in written(track, reviewer)]
    assert len(seen) == 3
    assert [each["rating"] for each in seen if each["id"] == review_id] == [rating]
    assert {each["reviewee_id"] for each in seen} == {None}


@pytest.mark.parametrize("helpful", [0, 6, 2.5, None])
def test_a_rating_is_a_whole_number_from_one_to_five(track: Peers, helpful: Any) -> None:
    review_id = own_result(track, track.people[0])["reviews"][0]["id"]
    assert rate(track, track.people[0], review_id, helpful=helpful).status == 400
    assert rate(track, track.people[0], review_id, helpful=3, text="x" * 1025).status == 400


def test_only_the_author_rates_and_only_what_there_is(track: Peers) -> None:
    author, other, *_ = track.people
    review_id = own_result(track, author)["reviews"][0]["id"]
    for person in (other, track.teacher):
        assert refusal(rate(track, person, review_id, helpful=5)) == (404, "review_not_found")
    assert refusal(rate(track, author, 1, helpful=5)) == (404, "review_not_found")


def test_nothing_is_rated_before_the_results_are_out(school: School, track: Peers) -> None:
    author = track.people[0]
    good(track.submit(author, 1))
    track.submit_all(1, track.people[1:]).pass_time(10 * HOUR)
    submission_id = good(track.next_to_review(track.people[1], 1))["id"]
    review_id = good(track.review(track.people[1], submission_id))["id"]
    results = good(track.results(track.teacher, 1))["results"]
    authors = {each["submission"]["id"]: each["author"]["user_id"] for each in results}
    (reviewed_author,) = [each for each in track.people if each.id == authors[submission_id]]
    assert refusal(rate(track, reviewed_author, review_id, helpful=1)) == (403, "results_not_out")


def test_who_does_not_take_part_has_written_nothing(track: Peers) -> None:
    path = f"{track.assignment}/reviews/written"
    assert refusal(track.school.api.get(path, token=track.teacher.token)) == (403, "not_enrolled")
