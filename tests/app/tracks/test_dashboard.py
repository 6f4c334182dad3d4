"""What is left to do, on the dashboard."""

from typing import Any

from tests.app.tracks.peers import HOUR, Peers, good, peers
from tests.support.school import Person, School, counted_requests


def todo(track: Peers, person: Person) -> Any:
    return good(track.school.api.get("/user/monitor", token=person.token))["sections"]["assignments"]


def brief(track: Peers, person: Person) -> list[tuple[int, str, int]]:
    return [(each["assignment_id"], each["stage"], each["reviews_left"]) for each in todo(track, person)]


def test_nothing_is_left_to_those_who_take_part_in_nothing(school: School) -> None:
    track = peers(school)
    assert [todo(track, each) for each in (track.teacher, track.people[0])] == [[], []]


def test_what_is_to_be_sent_in(school: School) -> None:
    track = peers(school).start()
    diligent, idle = track.people[:2]
    good(track.submit(diligent))
    assert todo(track, diligent) == []
    (due,) = good(school.api.get("/user/monitor", token=idle.token))["due"]
    assert (due["kind"], due["title"], due["within"]) == ("submission", "Sorting", "Algorithms")
    assert (due["assignment_id"], due["due_at"]) == (track.assignment_ids[0], todo(track, idle)[0]["deadline"])
    shown = todo(track, idle)
    assert shown == [
        {
            "track_id": track.track_id,
            "track_title": "Algorithms",
            "assignment_id": track.assignment_ids[0],
            "assignment_title": "Sorting",
            "stage": "submission",
            "deadline": track.seen_by(idle)[0]["submission_deadline"],
            "reviews_left": 0,
        }
    ]


def test_what_is_to_be_reviewed_also_after_its_time(school: School) -> None:
    track = peers(school, 3).start()
    late, *others = track.people
    first, second = track.assignment_ids
    track.submit_all().pass_time(10 * HOUR)
    assert brief(track, late) == [(first, "code_review", 2)]
    track.review_next(late)
    for each in others:
        track.review_all(each)
    track.pass_time(5 * HOUR)
    assert brief(track, late) == [(first, "code_review", 1)], "the next waits for it"
    track.review_next(late)
    assert brief(track, late) == [(second, "submission", 0)]


def test_the_most_urgent_comes_first(school: School) -> None:
    later = peers(school, 2).start()
    person = later.people[0]
    sooner = peers(school, 2, assignments=1)
    sooner.people[0] = person
    body = {"deadline_hours": 1}
    good(school.api.request("PATCH", sooner.assignment, json_body=body, token=sooner.teacher.token))
    sooner.start()
    assert [each["track_id"] for each in todo(later, person)] == [sooner.track_id, later.track_id]


def test_only_running_tracks_cost_queries(school: School) -> None:
    running = peers(school, 2).start()
    person = running.people[0]

    def queries() -> int:
        with counted_requests() as requests:
            assert len(todo(running, person)) == 1
        return requests["Query"]

    before = queries()
    for _ in range(2):
        waiting = peers(school, 2)
        waiting.people[0] = person
        waiting.enrol(person)
    assert queries() == before
