"""The diary below an assignment."""

import pytest

from tests.app.tracks import repeated_messages
from tests.app.tracks.peers import HOUR, Peers, good, refusal
from tests.support.school import Person, School


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.started(school)


def note(track: Peers, person: Person, content: object, number: int = 0) -> tuple[int, str]:
    reply = track.school.api.post(f"{track.at(number)}/diary", {"content": content}, token=person.token)
    return reply.status, reply.body.get("detail") or reply.body["content"]


def test_everybody_in_the_track_reads_what_others_noted_the_newest_first(track: Peers) -> None:
    for person, content in zip([*track.people[:2], track.teacher], ("one", "two", "three"), strict=True):
        assert note(track, person, content) == (200, content)
        track.oversleep(HOUR / 60)
    for reader in (track.people[3], track.teacher):
        entries = good(track.school.api.get(f"{track.assignment}/diary", token=reader.token))
        assert [entry["content"] for entry in entries] == ["three", "two", "one"]
    assert entries[1].keys() == {"id", "user_id", "assignment_id", "content", "created_at", "username"}
    assert (entries[1]["user_id"], entries[1]["username"]) == (track.people[1].id, track.people[1].account.login)


def test_it_is_read_in_pages(track: Peers) -> None:
    for number in range(5):
        track.oversleep(HOUR / 60)
        note(track, track.people[0], str(number))
    path, token = f"{track.assignment}/diary", track.people[0].token
    first = track.school.api.get(f"{path}?limit=3", token=token)
    rest = track.school.api.get(f"{path}?limit=3&cursor={first.headers['x-next-cursor']}", token=token)
    assert [entry["content"] for entry in [*first.body, *rest.body]] == ["4", "3", "2", "1", "0"]
    skipped = track.school.api.get(f"{path}?skip=1&limit=2", token=token)
    assert [entry["content"] for entry in skipped.body] == ["3", "2"]


def test_strangers_neither_read_nor_write(track: Peers, pupil: Person) -> None:
    assert note(track, pupil, "x") == (400, "User not enrolled in this track")
    reply = track.school.api.get(f"{track.assignment}/diary", token=pupil.token)
    assert refusal(reply) == (403, "not_enrolled")
    unknown = track.school.api.post("/assignments/1/diary", {"content": "x"}, token=pupil.token)
    assert (unknown.status, unknown.body["detail"]) == (400, "Assignment not found")


def test_that_of_an_assignment_that_is_not_open_is_closed(track: Peers) -> None:
    assert note(track, track.people[0], "x", 1) == (403, "This assignment is not open yet")
    assert refusal(track.school.api.get(f"{track.at(1)}/diary", token=track.people[0].token)) == (
        403,
        "assignment_not_open",
    )
    track.submit_all().pass_time(15 * HOUR)
    status, _ = note(track, track.people[0], "x", 1)
    assert status == 403
    assert note(track, track.people[0], "still here") == (200, "still here")
    track.review_all(track.people[0])
    assert note(track, track.people[0], "x", 1) == (200, "x")


@pytest.mark.parametrize("content", ["", "  \n", "x" * 8193, None, 5], ids=["empty", "blank", "long", "none", "number"])
def test_a_note_says_something(school: School, pupil: Person, content: object) -> None:
    reply = school.api.post("/assignments/1/diary", {"content": content}, token=pupil.token)
    assert refusal(reply) == (400, "invalid_body")
