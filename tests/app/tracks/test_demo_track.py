"""The track of the demo school."""

from infra.local import demo_track
from tests.app.tracks.peers import good
from tests.support.school import School, stored_items


def test_it_waits_for_three_and_starts_when_they_come(school: School) -> None:
    teacher, *people = [school.person() for _ in range(4)]
    demo_track.ensure(teacher.id)
    before = stored_items("tracks")
    demo_track.ensure(teacher.id)
    assert stored_items("tracks") == before
    (track,) = good(school.api.get("/tracks?status=waiting", token=people[0].token))
    assert (track["id"], track["required_participants"]) == (1, 3)
    for person in people:
        good(school.api.post("/tracks/1/enroll", token=person.token))
    school.transitions.deliver()
    current = good(school.api.get("/tracks/1/assignments/current", token=people[0].token))
    assert (current["id"], current["current_stage"], current["reviews_required"]) == (1, "submission", 3)
