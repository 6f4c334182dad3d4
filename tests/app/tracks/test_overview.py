"""What awaits a teacher in their tracks, and how much is read for it."""

from datetime import timedelta
from typing import Any

from chalicelib.accounts.permissions import Role
from chalicelib.common import ids
from chalicelib.common.http.responses import rfc3339
from chalicelib.tracks import models, overview
from tests.app.tracks.peers import HOUR, Peers, good, peers
from tests.support.school import START, Person, School, counted_requests

NOTHING: dict[str, Any] = {"waiting": [], "behind": [], "disagreements": [], "whole": True}
DAY = timedelta(days=1)


def teaching(track: Peers, person: Person | None = None) -> Any:
    who = person or track.teacher
    return good(track.school.api.get("/user/monitor", token=who.token))["teaching"]


def brief(track: Peers) -> dict[str, Any]:
    shown = teaching(track)
    return {
        "waiting": [(each["kind"], each["title"], each["count"]) for each in shown["waiting"]],
        "behind": [(each["kind"], each["user_id"], each["title"], each["count"]) for each in shown["behind"]],
        "apart": [(each["user_id"], each["spread"], each["criterion"]) for each in shown["disagreements"]],
    }


def test_who_ignores_reminders_and_what_lacks_reviews(school: School) -> None:
    track = peers(school, 4).start()
    idle, late, *others = track.people
    assert teaching(track) == NOTHING
    track.submit_all(people=[late, *others]).pass_time(9 * HOUR)
    assert teaching(track) == NOTHING, "they are reminded, and there is time left"
    track.pass_time(HOUR)
    assert brief(track)["behind"] == [("missed", idle.id, "Sorting", 1)]
    for each in others:
        track.review_all(each)
    track.pass_time(5 * HOUR)
    found = brief(track)
    assert found["behind"] == [("missed", idle.id, "Sorting", 4), ("missed", late.id, "Sorting", 2)]
    ((kind, title, count),) = found["waiting"]
    assert (kind, title) == ("reviews", "Sorting")
    owed = {each["submission"]["id"] for each in track.owed()["waiting"]}
    assert count == len(owed) > 0
    for submission_id in owed:
        good(track.review(track.teacher, submission_id))
    assert brief(track)["waiting"] == []


def test_reviewers_who_disagree_until_a_teacher_has_reviewed(school: School) -> None:
    track = peers(school, 3, assignments=1).start()
    track.submit_all().pass_time(10 * HOUR)
    one, two, three = track.people
    for person in track.people:
        for _ in range(2):
            harsh = person is three
            track.review_next(person, points={"style": 1, "tests": 1} if harsh else {"style": 9, "tests": 9})
    shown = teaching(track)
    assert sorted(each["user_id"] for each in shown["disagreements"]) == sorted([one.id, two.id])
    disputed = shown["disagreements"][0]
    assert (disputed["spread"], disputed["criterion"], disputed["reviews"]) == (0.8, None, 2)
    assert (disputed["track_id"], disputed["assignment_id"]) == (track.track_id, track.assignment_ids[0])
    good(track.review(track.teacher, disputed["submission_id"]))
    assert disputed["user_id"] not in [each["user_id"] for each in teaching(track)["disagreements"]]
    track.pass_time(15 * DAY)
    assert teaching(track) == NOTHING, "the track is long over"


def test_a_track_that_waits_long_and_strangers_are_shown_nothing(school: School) -> None:
    track = peers(school, 3)
    track.enrol(*track.people[:2]).pass_time(8 * DAY)
    (waiting,) = teaching(track)["waiting"]
    created_at = track.track()["created_at"]
    assert (waiting["kind"], waiting["within"], waiting["count"]) == ("track", "Algorithms", 2)
    assert (waiting["since"], waiting["track_id"]) == (created_at, track.track_id)
    others = [school.person(Role.TEACHER), school.person(Role.ADMIN), track.people[0]]
    track.sign_in()
    assert [teaching(track, each) for each in others] == [None, None, None]
    assert rfc3339(school.clock.now) > created_at


def test_a_teacher_who_takes_part_sees_what_participants_see(school: School) -> None:
    track = peers(school, 3)
    track.people[0] = track.teacher
    track.start().submit_all(people=track.people[:2]).pass_time(10 * HOUR)
    assert teaching(track) == NOTHING


def test_what_is_read_is_bounded_and_a_participants_track_is_read_once(school: School) -> None:
    track = peers(school, 4).start().submit_all()
    track.pass_time(10 * HOUR)

    def queries(person: Person) -> int:
        with counted_requests() as requests:
            good(school.api.get("/user/monitor", token=person.token))
        return requests["Query"]

    nobody = queries(school.person())
    # What somebody teaches; the track, its participants, and of its one assignment submissions and reviews.
    assert queries(track.teacher) - nobody == 5
    for each in track.people:
        track.review_all(each)
    assert queries(track.teacher) - nobody == 5
    assert queries(track.people[0]) - nobody == 1


def test_no_more_tracks_are_looked_at_than_that(school: School) -> None:
    teacher = school.person(Role.TEACHER)

    def add(track_id: int) -> None:
        track = models.Track(
            *models.track_key(track_id),
            id=track_id,
            title="T",
            required_participants=2,
            reviews_per_user=1,
            criteria={},
            max_score=10,
            author_id=teacher.id,
            created_at=START,
            status=models.Status.ACTIVE,
            listed=ids.sortable(track_id),
        )
        models.add_track(track)

    def queries() -> tuple[int, bool]:
        with counted_requests() as requests:
            shown = good(school.api.get("/user/monitor", token=teacher.token))["teaching"]
        return requests["Query"], shown["whole"]

    add(1)
    one, _ = queries()
    for number in range(2, overview.MOST_RUNNING + 1):
        add(number)
    # Of each the track itself and who takes part.
    assert queries() == (one + 2 * (overview.MOST_RUNNING - 1), True)
    add(99)
    assert queries() == (one + 2 * (overview.MOST_RUNNING - 1), False)
