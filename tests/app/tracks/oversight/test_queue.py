"""What the teachers of a track are to look at, and how fair an assignment's reviews are."""

from typing import Any

from chalicelib.accounts.permissions import Role
from tests.app.tracks import repeated_messages
from tests.app.tracks.oversight.reviewed import appeal, decide, reviewed
from tests.app.tracks.peers import HOUR, Peers, good, refusal
from tests.support.school import Person, School, counted_requests


def queue(track: Peers, query: str = "") -> Any:
    return good(track.school.api.get(f"{track.path}/queue{query}", token=track.teacher.token))


def kinds(case: Any) -> list[str]:
    return [each["kind"] for each in case["reasons"]]


def fairness(track: Peers, person: Person | None = None) -> Any:
    who = person or track.teacher
    return good(track.school.api.get(f"{track.assignment}/fairness", token=who.token))


def test_the_most_urgent_comes_first_and_says_why(school: School) -> None:
    track = repeated_messages.in_review(school)
    harsh, late, *others = track.people
    for _ in range(3):
        track.review_next(harsh, points={"style": 0, "tests": 0})
    track.review_all(late)
    track.review_next(others[0])
    track.pass_time(5 * HOUR)
    author = others[1]
    good(appeal(track, author))
    cases = queue(track)["items"]
    assert [each["priority"] for each in cases] == sorted((each["priority"] for each in cases), reverse=True)
    first = cases[0]
    assert (first["author"]["user_id"], kinds(first)[0]) == (author.id, "appeal")
    by_harsh = [each["id"] for case in cases for each in case["reviews"] if each["reviewer_id"] == harsh.id]
    empty = [each["review_id"] for case in cases for each in case["reasons"] if each["kind"] == "empty"]
    assert sorted(empty) == sorted(by_harsh)
    assert {"missing", "disagreement"} <= {kind for case in cases for kind in kinds(case)}
    pages = [queue(track, "?limit=1")]
    while pages[-1]["next"]:
        pages.append(queue(track, f"?limit=1&cursor={pages[-1]['next']}"))
    assert [each for page in pages for each in page["items"]] == cases
    assert queue(track, f"?assignment_id={track.assignment_ids[1]}")["items"] == []


def test_what_is_decided_is_settled(school: School) -> None:
    track = reviewed(school)
    assert queue(track)["items"] == []
    filed = good(appeal(track, track.people[0]))
    (case,) = queue(track)["items"]
    assert [(each["kind"], each["appeal_id"]) for each in case["reasons"]] == [("appeal", filed["id"])]
    good(decide(track, filed["id"]))
    assert queue(track)["items"] == []


def test_appeals_await_a_teacher_on_their_dashboard(school: School) -> None:
    track = reviewed(school)
    filed = good(appeal(track, track.people[0]))
    awaiting = good(school.api.get("/user/monitor", token=track.teacher.token))["teaching"]["waiting"]
    assert [(each["kind"], each["count"], each["since"]) for each in awaiting] == [("appeals", 1, filed["created_at"])]
    good(decide(track, filed["id"]))
    assert good(school.api.get("/user/monitor", token=track.teacher.token))["teaching"]["waiting"] == []


def test_the_fairness_of_an_assignment(school: School) -> None:
    track = repeated_messages.in_review(school)
    before = fairness(track)
    assert (before["reviews_fewest"], before["share_short"], before["agreement"]) == (0, 1, None)
    school.clock.forward(HOUR)
    track.sign_in()
    for person in track.people[:3]:
        track.review_all(person)
    card = fairness(track)
    assert (card["submissions"], card["reviews_expected"], card["reviews_fewest"]) == (4, 3, 2)
    assert (card["longest_wait_seconds"], card["share_short"]) == (3600, 0.75)
    assert (card["reserved"], card["lapsed"]) == (0, 0)
    assert card["agreement"] is None, "all gave the same"
    assert card["agreement_by_criterion"] == {"style": None, "tests": None}


def test_what_volunteers_have_and_let_go(school: School) -> None:
    track = repeated_messages.in_review(school)
    for person in track.people[:3]:
        track.review_all(person)
    track.pass_time(4 * HOUR)
    volunteers = [each for each in track.people[:3] if track.next_to_review(each).status == 200]
    card = fairness(track)
    assert (card["reserved"], card["lapsed"]) == (len(volunteers), 0)
    track.pass_time(HOUR)
    card = fairness(track)
    assert (card["reserved"], card["lapsed"]) == (0, len(volunteers))


def test_they_are_for_the_tracks_teachers_alone(school: School) -> None:
    track = reviewed(school)
    stranger = school.person(Role.TEACHER)
    for path in (f"{track.path}/queue", f"{track.assignment}/fairness"):
        assert refusal(school.api.get(path, token=stranger.token)) == (403, "not_your_track")
        assert school.api.get(path, token=track.people[0].token).status == 403
    assert school.api.get("/tracks/1/queue", token=stranger.token).status == 404
    assert school.api.get("/assignments/1/fairness", token=stranger.token).status == 404


def test_the_queue_costs_one_query_for_each_assignment_that_was_reviewed(school: School) -> None:
    track = reviewed(school)
    with counted_requests() as requests:
        queue(track)
    assert requests["Query"] == 2, "the track, and what was sent in with its reviews"


def test_what_changes_between_two_pages_makes_nothing_appear_twice_or_never(school: School) -> None:
    track = reviewed(school)
    filed = [good(appeal(track, person)) for person in track.people]
    first = queue(track, "?limit=2")
    seen = [each["submission"]["id"] for each in first["items"]]
    gone = next(each for each in filed if each["submission_id"] == seen[0])
    good(decide(track, gone["id"]))
    rest = queue(track, f"?limit=2&cursor={first['next']}")
    later = [each["submission"]["id"] for each in rest["items"]]
    assert sorted([*seen, *later]) == sorted(each["submission_id"] for each in filed)
    assert rest["next"] is None
