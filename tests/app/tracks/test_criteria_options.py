"""What teachers ask of single criteria of a track, and whether its medians are weighted."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.app.tracks.peers import TRACK, Peers, good, peers, refusal
from tests.support.school import Reply, School

OPTIONS = {"style": {"comment_required": True}, "tests": {"works": True}}
SHOWN = {
    "style": {"comment_required": True, "works": False},
    "tests": {"comment_required": False, "works": True},
}


def change(track: Peers, **changes: Any) -> Reply:
    return track.school.api.request("PATCH", track.path, json_body=changes, token=track.teacher.token)


def test_options_are_shown_with_the_track_and_with_its_assignments(school: School) -> None:
    track = peers(school, 2, criteria_options=OPTIONS, weighted=True)
    assert (track.track()["criteria_options"], track.track()["weighted"]) == (SHOWN, True)
    assert track.seen_by(track.teacher)[0]["criteria_options"] == SHOWN


@pytest.mark.parametrize(
    ("options", "fields"),
    [
        ({"speed": {}}, ["/criteria_options/speed"]),
        ({"style": {"works": True}, "tests": {"works": True}}, ["/criteria_options/tests/works"]),
        (
            {"a/b": {"works": True}, "style": {"works": True}},
            ["/criteria_options/a~1b", "/criteria_options/style/works"],
        ),
    ],
)
def test_options_of_no_criterion_and_two_that_work_are_refused(
    school: School, options: dict[str, Any], fields: list[str]
) -> None:
    body = {**TRACK, "required_participants": 2, "criteria_options": options}
    added = school.api.post("/tracks", body, token=school.person(Role.TEACHER).token)
    changed = change(peers(school, 2), criteria_options=options)
    for reply in (added, changed):
        assert refusal(reply) == (400, "invalid_criteria_options")
        assert [each["field"] for each in reply.body["violations"]] == fields


@pytest.mark.parametrize(
    "wrong",
    [
        {"criteria_options": {"style": {"works": "yes"}}},
        {"criteria_options": {"style": {"speed": True}}},
        {"criteria_options": {"style": None}},
        {"criteria_options": None},
        {"weighted": None},
        {"weighted": 1},
    ],
    ids=str,
)
def test_options_that_make_no_sense_are_refused(school: School, wrong: dict[str, Any]) -> None:
    assert refusal(change(peers(school, 2), **wrong)) == (400, "invalid_body")


def test_options_are_replaced_while_the_track_waits(school: School) -> None:
    track = peers(school, 2, criteria_options=OPTIONS)
    changed = good(change(track, criteria_options={"style": {"works": True}}, weighted=True))
    assert changed["criteria_options"] == {"style": {"comment_required": False, "works": True}}
    assert changed["weighted"] is True
    assert good(change(track, title="Graphs"))["criteria_options"] == changed["criteria_options"]
    assert good(change(track, criteria_options={}))["criteria_options"] == {}


def test_options_stay_as_they_are_once_the_track_runs(school: School) -> None:
    track = peers(school, 2, criteria_options=OPTIONS).start()
    assert refusal(change(track, criteria_options={})) == (409, "track_started")
    assert refusal(change(track, weighted=True)) == (409, "track_started")
    assert (track.track()["criteria_options"], track.track()["weighted"]) == (SHOWN, False)
