"""What a screen of a track needs stands in one answer: one's own part, one's own solution, people's names."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.app.tracks.peers import HOUR, Peers, good, peers, refusal
from tests.support.school import Person, Reply, School


@pytest.fixture
def track(school: School) -> Peers:
    return peers(school, 3)


def seen(track: Peers, person: Person) -> Any:
    return good(track.school.api.get(track.path, token=person.token))


def own(track: Peers, person: Person, number: int = 0) -> Reply:
    return track.school.api.get(f"{track.at(number)}/submit", token=person.token)


def one(track: Peers, person: Person, number: int = 0) -> Reply:
    return track.school.api.get(track.at(number), token=person.token)


def retitled(track: Peers, path: str, tag: str) -> Reply:
    body, headers = {"title": "New"}, {"If-Match": tag}
    return track.school.api.request("PATCH", path, json_body=body, headers=headers, token=track.teacher.token)


def test_a_track_says_whether_one_takes_part(track: Peers) -> None:
    inside, outside = track.people[0], track.people[1]
    track.enrol(inside)
    assert (seen(track, inside)["is_enrolled"], seen(track, inside)["enrolled_at"]) == (True, track.now)
    assert (seen(track, outside)["is_enrolled"], seen(track, outside)["enrolled_at"]) == (False, None)
    for person, expected in ((inside, True), (outside, False)):
        (listed,) = good(track.school.api.get("/tracks", token=person.token))
        assert listed == seen(track, person)
        assert listed["is_enrolled"] is expected


def test_a_track_names_its_author(track: Peers) -> None:
    track.teacher.account.name, track.teacher.account.secondname = "Ada", "Byron"
    track.teacher.account.save()
    shown = seen(track, track.people[0])
    assert (shown["author_id"], shown["author_name"]) == (track.teacher.id, "Ada Byron")


def test_a_track_says_how_many_reviews_one_owes(track: Peers) -> None:
    person = track.people[0]
    track.start().submit_all()
    assert seen(track, person)["reviews_owed"] == 0
    track.pass_time(10 * HOUR)
    assert seen(track, person)["reviews_owed"] == 2
    track.review_next(person)
    assert seen(track, person)["reviews_owed"] == 1


def test_who_comes_changes_the_tag_of_a_track(track: Peers) -> None:
    reader = track.people[0].token
    tag = track.school.api.get(track.path, token=reader).headers["etag"]
    again = {"If-None-Match": tag}
    assert track.school.api.request("GET", track.path, headers=again, token=reader).status == 304
    track.enrol(track.people[1])
    newer = track.school.api.request("GET", track.path, headers=again, token=reader)
    assert (newer.status, newer.body["current_participants"]) == (200, 1)
    assert retitled(track, track.path, newer.headers["etag"]).status == 200


def test_ones_own_solution_can_be_read_at_any_time(track: Peers) -> None:
    person = track.people[0]
    track.start()
    assert refusal(own(track, person)) == (404, "solution_not_found")
    sent = good(track.submit(person))
    assert good(own(track, person)) == sent
    track.submit_all(people=track.people[1:]).pass_time(10 * HOUR)
    assert good(own(track, person)) == sent
    track.pass_time(5 * HOUR)
    assert good(own(track, person)) == sent


def test_only_who_takes_part_has_a_solution(track: Peers, pupil: Person) -> None:
    track.start()
    for person in (pupil, track.teacher):
        assert refusal(own(track, person)) == (403, "not_enrolled")
    missing = track.school.api.get("/assignments/1/submit", token=pupil.token)
    assert refusal(missing) == (404, "assignment_not_found")


def test_one_assignment_is_as_in_the_list(track: Peers) -> None:
    person = track.people[0]
    track.start().submit(person)
    for number in (0, 1):
        assert good(one(track, person, number)) == track.seen_by(person)[number]
        assert good(one(track, track.teacher, number)) == track.seen_by(track.teacher)[number]
    assert good(one(track, person))["submission"] == good(own(track, person))
    assert good(one(track, person))["track_title"] == "Algorithms"
    assert good(one(track, person, 1))["description"] is None
    assert good(one(track, track.people[1]))["submission"] is None
    assert good(one(track, track.teacher))["submission"] is None


def test_one_assignment_is_for_those_of_its_track(track: Peers, pupil: Person) -> None:
    track.start()
    stranger = track.school.person(Role.TEACHER)
    for person in (pupil, stranger):
        assert refusal(one(track, person)) == (403, "not_enrolled")
    missing = track.school.api.get("/assignments/1", token=pupil.token)
    assert refusal(missing) == (404, "assignment_not_found")


def test_the_tag_of_an_assignment_lets_its_teacher_change_it(track: Peers) -> None:
    tag = one(track, track.teacher).headers["etag"]
    assert retitled(track, track.assignment, tag).status == 200
    assert refusal(retitled(track, track.assignment, tag)) == (412, "changed_since")


def test_teachers_read_who_reviewed_and_authors_do_not(track: Peers) -> None:
    track.start().submit_all().pass_time(10 * HOUR)
    reviewer = track.people[0]
    assert track.review_next(reviewer)["reviewer_name"] == reviewer.account.login
    track.pass_time(5 * HOUR)
    for result in good(track.results(track.teacher))["results"]:
        assert [each["reviewer_name"] for each in result["reviews"]] in ([], [reviewer.account.login])
    for person in track.people[1:]:
        (result,) = good(track.results(person))["results"]
        assert {each["reviewer_name"] for each in result["reviews"]} <= {None}


def test_visitors_see_the_tracks_without_what_concerns_people(track: Peers) -> None:
    other = peers(track.school, 2)
    first = track.school.api.get("/main/tracks?limit=1")
    (shown,) = first.body["items"]
    assert (shown["id"], shown["title"], shown["required_participants"]) == (other.track_id, "Algorithms", 2)
    assert not {"author_id", "author_name", "is_enrolled"} & set(shown)
    second = track.school.api.get(f"/main/tracks?limit=1&cursor={first.body['next']}")
    assert [each["id"] for each in second.body["items"]] == [track.track_id]
    assert good(track.school.api.get("/main/tracks?status=active")) == {"items": [], "next": None}
