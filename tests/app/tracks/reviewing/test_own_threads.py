"""Where authors and reviewers find the comments that were answered, without learning who answered, or when."""

import json
from typing import Any

import pytest

from tests.app.tracks import repeated_messages
from tests.app.tracks.oversight.test_withholding import hide
from tests.app.tracks.peers import Peers, good, refusal
from tests.app.tracks.reviewing.commented import answer, commented, comments, over, said, work_of
from tests.support.school import Person, Reply, School, counted_requests


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.in_review_of_code(school)


@pytest.fixture
def reviews(track: Peers) -> list[Any]:
    """The second has said two things of the first's code, the third one thing, and the first one of the second's. Then
    the stage is over.
    """
    first, second, third = track.people[:3]
    own_name = said("main.py", 1, text=f"See me, {second.account.login}")
    written = [
        commented(track, first, second, said("main.py", 1), own_name),
        commented(track, first, third, said("tests/test_main.py", 1)),
        commented(track, second, first, said("main.py", 1)),
    ]
    over(track)
    return written


def asked(track: Peers, person: Person, query: str = "") -> Reply:
    return track.school.api.get(f"{track.assignment}/threads{query}", token=person.token)


def own(track: Peers, person: Person, query: str = "") -> Any:
    return good(asked(track, person, query))["items"]


def at(track: Peers, review: Any) -> tuple[int, int]:
    """A comment of a review."""
    found = good(comments(track, track.teacher, review["submission_id"]))["items"]
    return review["submission_id"], next(each["id"] for each in found if each["review_id"] == review["id"])


def sides(found: Any) -> list[tuple[int, bool, bool]]:
    return [(each["review_id"], each["is_own"], each["awaits_you"]) for each in found]


def test_what_was_answered_is_there_on_both_sides_and_what_awaits_comes_first(track: Peers, reviews: list[Any]) -> None:
    author, reviewer = track.people[:2]
    of_second, of_third, by_first = reviews
    assert own(track, author) == []
    good(answer(track, author, at(track, of_second)))
    good(answer(track, reviewer, at(track, by_first)))
    assert sides(own(track, author)) == [(by_first["id"], True, True), (of_second["id"], False, False)]
    assert sides(own(track, reviewer)) == [(of_second["id"], True, True), (by_first["id"], False, False)]
    good(answer(track, reviewer, at(track, of_second)))
    assert sides(own(track, reviewer))[0][2] is False
    good(answer(track, track.teacher, at(track, of_third)))
    assert sorted(sides(own(track, author))) == sorted(
        [(by_first["id"], True, True), (of_second["id"], False, True), (of_third["id"], False, True)]
    )
    (thread,) = own(track, track.people[2])
    assert (thread["submission_id"], thread["replies"], thread["path"]) == (
        of_third["submission_id"],
        1,
        "tests/test_main.py",
    )


def test_neither_side_learns_who_the_other_is_nor_when_they_answered(track: Peers, reviews: list[Any]) -> None:
    author, reviewer = track.people[:2]
    work, _ = at(track, reviews[0])
    for each in good(comments(track, author, work))["items"]:
        good(answer(track, author, (work, each["id"]), f"From {author.account.login}"))
    for person, other in ((author, reviewer), (reviewer, author)):
        found = json.dumps(asked(track, person).body)
        assert '"replies": 1' in found
        assert str(other.id) not in found
        assert str(other.account.login) not in found
        assert track.now[:10] not in found


def test_pages_lead_through_all(track: Peers, reviews: list[Any]) -> None:
    author = track.people[0]
    work, _ = at(track, reviews[0])
    for each in good(comments(track, author, work))["items"]:
        good(answer(track, author, (work, each["id"])))
    seen, query = [], "?limit=2"
    while query:
        page = good(asked(track, author, query))
        seen += [each["id"] for each in page["items"]]
        query = f"?limit=2&cursor={page['next']}" if page["next"] else ""
    assert seen == [each["id"] for each in own(track, author)]
    assert len(set(seen)) == 3


def test_a_hidden_review_is_no_more_its_authors(track: Peers, reviews: list[Any]) -> None:
    author, reviewer = track.people[:2]
    good(answer(track, author, at(track, reviews[0])))
    good(hide(track, reviews[0]["id"]))
    assert own(track, author) == []
    assert sides(own(track, reviewer)) == [(reviews[0]["id"], True, True)]


def test_it_is_for_who_takes_part(track: Peers, pupil: Person) -> None:
    over(track).sign_in(pupil)
    assert refusal(asked(track, pupil)) == (403, "not_enrolled")
    assert refusal(asked(track, track.teacher)) == (403, "not_enrolled")
    assert track.school.api.get("/assignments/1/threads", token=pupil.token).status == 404


def test_nothing_is_there_before_the_stage_is_over(track: Peers) -> None:
    assert own(track, track.people[0]) == []
    assert own(track, track.people[1]) == []


def test_it_reads_the_work_that_one_has_a_part_in_and_no_other(track: Peers, reviews: list[Any]) -> None:
    author = track.people[0]
    good(answer(track, author, at(track, reviews[0])))
    with counted_requests() as requests:
        own(track, author)
    assert requests["Query"] == 4, "the track, the comments on both, and the reviews of one's own"
    assert work_of(track, author).id == reviews[0]["submission_id"]
