"""Reviewers read fetched code without who its commits and its address say that made it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.app.tracks import repeated_messages
from tests.app.tracks.fetching.handed import hand_over
from tests.app.tracks.peers import HOUR, Peers, good
from tests.support.school import Person, School
from tests.support.stage_settings import stage_settings

CODE = "# Zoya Kruglova, zk@school.example\n# from zkrug-hub\nprint('kruglova', max)\n"
MASKED = "# anonymous, anonymous\n# from anonymous\nprint('anonymous', max)\n"
NAMES = ("zoya", "kruglova", "zk@", "zkrug")


@pytest.fixture
def track(school: School) -> Iterator[Peers]:
    """The first has sent in a link, to files with their names."""
    with stage_settings(CODE_HOSTS="git.example"):
        track = repeated_messages.started(school)
        good(track.submit(track.people[0], repository_url="https://git.example/zkrug-hub/sums"))
        people = ["Zoya Kruglova <zk@school.example>", "Max <max@host.example>"]
        hand_over(school, {"main.py": CODE, "zkrug-hub/kruglova.py": "1"}, people=people)
        yield track


def read(track: Peers, person: Person, query: str = "") -> Any:
    token = track.people[0].token
    solution_id = good(track.school.api.get(f"{track.assignment}/submit", token=token))["id"]
    path = f"{track.assignment}/submissions/{solution_id}/files{query}"
    return track.school.api.get(path, token=person.token)


def reviewer(track: Peers) -> Person:
    track.submit_all(people=track.people[1:]).pass_time(10 * HOUR)
    return next(each for each in track.people[1:] if read(track, each).status == 200)


def test_names_of_commits_and_owners_are_masked_for_reviewers_alone(track: Peers) -> None:
    person = reviewer(track)
    assert [each["path"] for each in good(read(track, person))["files"]] == ["main.py", "anonymous/anonymous.py"]
    shown = good(read(track, person, "?path=main.py"))
    assert shown["files"][0]["content"] == MASKED
    assert not [name for name in NAMES if name in json.dumps(shown).lower()]
    for other in (track.people[0], track.teacher):
        assert good(read(track, other, "?path=main.py"))["files"][0]["content"] == CODE


def test_they_are_known_still_when_files_take_the_place_of_the_link(track: Peers) -> None:
    body = {"files": [{"path": "main.py", "content": "# Zoya Kruglova\n"}]}
    token = track.people[0].token
    good(track.school.api.request("PUT", f"{track.assignment}/submit", json_body=body, token=token))
    shown = good(read(track, reviewer(track), "?path=main.py"))
    assert shown["files"][0]["content"] == "# anonymous\n"
