"""Late work: what a policy takes and costs, late days, and more time for one participant."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.common.http.responses import rfc3339
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import ASSIGNMENT, HOUR, Peers, good, peers, refusal
from tests.support.school import Person, Reply, School

POLICY = {"grace_minutes": 30, "percent_per_day": 20, "accepted_hours": 48}


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.started(school)


def with_policy(school: School, **track: Any) -> Peers:
    made = peers(school, 3, assignments=0, **track)
    for _ in range(2):
        body = {**ASSIGNMENT, "late_policy": POLICY}
        added = good(school.api.post(f"{made.path}/assignments", body, token=made.teacher.token))
        made.assignment_ids.append(added["id"])
    return made.start()


def at(track: Peers, by: timedelta) -> str:
    return rfc3339(track.school.clock.now + by)


def grant(track: Peers, person: Person, number: int = 0, **body: Any) -> Reply:
    path = f"{track.at(number)}/extensions/{person.id}"
    headers = {"If-Match": body.pop("version")} if "version" in body else {}
    body = {"reason": "Was ill", **body}
    return track.school.api.request("PUT", path, json_body=body, token=track.teacher.token, headers=headers)


def replace(track: Peers, person: Person) -> Reply:
    body = {"repository_url": "https://git.example/better"}
    return track.school.api.request("PUT", f"{track.assignment}/submit", json_body=body, token=person.token)


def standings(track: Peers) -> dict[int, tuple[float, int]]:
    found = good(track.school.api.get(f"{track.path}/standings", token=track.teacher.token))
    return {each["user_id"]: (each["score"], each["assignments"]) for each in found}


def test_late_work_is_taken_reviewed_as_all_and_costs_percent(school: School) -> None:
    track = with_policy(school)
    shown = track.seen_by(track.people[0])[0]
    assert shown["late_policy"] == {**POLICY, "steps": []}
    assert (shown["submission_deadline"], shown["closes_at"]) == (at(track, 10 * HOUR), at(track, 58 * HOUR))
    good(track.submit(track.people[0]))
    track.pass_time(10.4 * HOUR)
    good(track.submit(track.people[1]))
    track.pass_time(25 * HOUR)
    good(track.submit(track.people[2]))
    assert track.pass_time(22.7 * HOUR).stages() == ["code_review", "not_started"]
    for person in track.people:
        assert track.review_all(person) == 2
    track.settle()
    assert standings(track) == dict(
        zip((each.id for each in track.people), [(14.5, 1), (14.5, 1), (8.7, 1)], strict=True)
    )
    (own,) = good(track.results(track.people[2]))["results"]
    assert (own["score"], own["penalty"], own["late_days"]) == (8.7, 40.0, 0)


def test_late_days_are_spent_on_the_first_late_work(school: School) -> None:
    track = with_policy(school, late_days=2)
    late, *others = track.people
    for number in range(2):
        track.submit_all(number, others).pass_time(34 * HOUR)
        good(track.submit(late, number))
        track.pass_time(24 * HOUR)
        for person in track.people:
            track.review_all(person, number)
        track.settle()
    shown = [good(track.results(late, number))["results"][0] for number in range(2)]
    assert [(each["penalty"], each["late_days"]) for each in shown] == [(0.0, 1), (0.0, 1)]
    assert standings(track)[late.id] == (29.0, 2)


def test_after_the_stage_nobody_sends_in_but_who_has_more_time(track: Peers) -> None:
    ill, late = track.people[2:]
    track.submit_all(people=track.people[:2])
    granted = good(grant(track, ill, submission_until=at(track, 40 * HOUR)))
    assert (granted["user_id"], granted["reason"], granted["username"]) == (ill.id, "Was ill", ill.account.login)
    assert track.told("EXTENSION_GRANTED") == [("EXTENSION_GRANTED", ill.id)]
    track.pass_time(10 * HOUR)
    assert refusal(track.submit(late)) == (400, "deadline_passed")
    assert track.seen_by(ill)[0]["reviews_required"] == 0
    assert track.seen_by(late)[0]["reviews_required"] == 2
    todo = good(track.school.api.get("/user/monitor", token=ill.token))["sections"]["assignments"]
    assert [(each["stage"], each["deadline"]) for each in todo] == [("submission", granted["submission_until"])]
    good(track.submit(ill))
    good(replace(track, ill))
    assert [each["user_id"] for each in track.owed()["waiting"]].count(ill.id) == 1
    track.review(track.teacher, good(track.school.api.get(f"{track.assignment}/submit", token=ill.token))["id"])
    track.pass_time(5 * HOUR)
    (own,) = good(track.results(ill))["results"]
    assert (own["score"], own["penalty"]) == (14.5, 0.0)
    track.pass_time(26 * HOUR)
    assert refusal(replace(track, ill)) == (400, "track_not_active")


def test_with_more_time_to_review_debts_shut_nothing(track: Peers) -> None:
    ill = track.people[3]
    track.submit_all().pass_time(15 * HOUR)
    assert refusal(track.submit(ill, 1)) == (403, "reviews_owed")
    good(grant(track, ill, code_review_until=at(track, 5 * HOUR)))
    assert track.seen_by(ill)[1]["is_available"]
    assert track.seen_by(ill)[0]["extension"]["reason"] == "Was ill"
    good(track.submit(ill, 1))
    track.pass_time(5 * HOUR)
    assert not track.seen_by(ill)[1]["is_available"]
    track.review_all(ill)
    assert track.seen_by(ill)[1]["is_available"]


def test_extensions_are_listed_changed_and_taken_back(track: Peers) -> None:
    one, other = track.people[:2]
    path = f"{track.assignment}/extensions"
    first = grant(track, one, version='"0"', submission_until=at(track, 20 * HOUR))
    assert grant(track, one, version='"0"', submission_until=at(track, 30 * HOUR)).status == 412
    again = grant(track, one, submission_until=at(track, 20 * HOUR))
    seen = first.headers["etag"]
    assert (again.headers["etag"], len(track.told("EXTENSION_GRANTED"))) == (seen, 1)
    assert grant(track, one, version='"7"', submission_until=at(track, 30 * HOUR)).status == 412
    changed = grant(track, one, version=seen, submission_until=at(track, 30 * HOUR))
    assert (changed.headers["etag"] != seen, len(track.told("EXTENSION_GRANTED"))) == (True, 2)
    others = grant(track, other, submission_until=at(track, 30 * HOUR))
    listed = good(track.school.api.get(path, token=track.teacher.token))
    assert ({each["user_id"]: f'"{each["version"]}"' for each in listed["items"]}, listed["next"]) == (
        {one.id: changed.headers["etag"], other.id: others.headers["etag"]},
        None,
    )
    assert track.school.api.request("DELETE", f"{path}/{one.id}", token=track.teacher.token).status == 204
    reply = track.school.api.request("DELETE", f"{path}/{one.id}", token=track.teacher.token)
    assert refusal(reply) == (404, "extension_not_found")
    track.pass_time(timedelta(seconds=1))
    good(grant(track, one, submission_until=at(track, 20 * HOUR)))
    assert grant(track, one, version=seen, submission_until=at(track, 30 * HOUR)).status == 412
    assert track.school.api.request("DELETE", f"{path}/{one.id}", token=track.teacher.token).status == 204
    assert track.seen_by(one)[0]["extension"] is None


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "nothing_extended"),
        ({"submission_until": 10 * HOUR}, 400, "extension_not_later"),
        ({"code_review_until": 15 * HOUR}, 400, "extension_not_later"),
        ({"submission_until": 367 * 24 * HOUR}, 400, "deadline_too_far"),
    ],
)
def test_an_extension_gives_more_time(track: Peers, body: dict[str, timedelta], status: int, code: str) -> None:
    moments = {name: at(track, by) for name, by in body.items()}
    assert refusal(grant(track, track.people[0], 0, **moments)) == (status, code)


def test_only_who_takes_part_and_in_what_is_open_gets_more_time(track: Peers, pupil: Person) -> None:
    later = at(track, 90 * HOUR)
    assert refusal(grant(track, pupil, submission_until=later)) == (404, "enrollment_not_found")
    assert refusal(grant(track, track.people[0], 1, submission_until=later)) == (409, "assignment_not_open")


@pytest.mark.parametrize(
    ("policy", "code"),
    [
        ({"percent_per_day": 5, "steps": [{"after_hours": 0, "percent": 5}]}, "two_penalties"),
        ({"steps": [{"after_hours": 5, "percent": 5}, {"after_hours": 5, "percent": 9}]}, "steps_out_of_order"),
        ({"percent_per_day": 101}, "invalid_body"),
    ],
)
def test_a_policy_is_one_way_and_in_order(school: School, policy: dict[str, Any], code: str) -> None:
    track = peers(school, 2, assignments=0)
    body = {**ASSIGNMENT, "late_policy": policy}
    assert refusal(school.api.post(f"{track.path}/assignments", body, token=track.teacher.token)) == (400, code)


def test_who_has_more_time_sends_in_also_while_the_stage_waits_for_its_close(track: Peers) -> None:
    """Its deadline is over, and the step that closes it comes late."""
    ill, late = track.people[2:]
    track.submit_all(people=track.people[:2])
    good(grant(track, ill, submission_until=at(track, 40 * HOUR)))
    track.oversleep(10 * HOUR)
    assert refusal(track.submit(late)) == (400, "deadline_passed")
    good(track.submit(ill))
    good(replace(track, ill))


def test_who_is_given_more_time_while_they_send_in_owes_nothing_for_it(track: Peers) -> None:
    one, other = track.people[:2]

    def more_time(person: Person) -> Callable[[], object]:
        return lambda: good(grant(track, person, submission_until=at(track, 40 * HOUR)))

    with concurrency.just_before(f"SUBMISSION#{one.id}", more_time(one)):
        good(track.submit(one))
    good(track.submit(other))
    with concurrency.just_before(f"SUBMISSION#{other.id}", more_time(other)):
        good(replace(track, other))
