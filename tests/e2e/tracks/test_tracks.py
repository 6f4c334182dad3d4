"""Tracks that run themselves through everything that is deployed: timers, queue, frames."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx

from infra.local.cloud import Cloud
from infra.local.options import child_environment
from infra.packaging.package import ROOT
from tests.e2e.local_cloud import PATIENCE, wait_until
from tests.e2e.tracks.peers import PROMPT, Participant, Punctuality, enrol, good, make_track, review, submit

STAGE = 20
"""Seconds that a stage takes: in four fifths of them people answer some ten times, however busy the machine."""
LONG = 3600
"""Seconds of a stage that ends before its time, or is not waited for."""


def test_a_whole_track_of_four_people_and_two_assignments(
    teacher: httpx.Client, join: Callable[[], Participant], punctuality: Punctuality
) -> None:
    track = make_track(teacher, 4, (STAGE, 2 * STAGE), (LONG, LONG))
    first, second = track.assignments
    people = [join() for _ in range(4)]
    *diligent, slow = people
    enrol(track, *people)
    started_at = datetime.fromisoformat(track.state()["started_at"])
    track.wait_for(0, "submission")
    submit(track, 0, *diligent)
    submitting_until = track.deadline(0, "submission")
    track.wait_for(0, "code_review")
    assert review(track, 0, *diligent) == 6
    reviewing_until = track.deadline(0, "code_review")
    track.wait_for(1, "submission")
    barred = slow.http.post(f"/assignments/{second}/submit", json={"repository_url": "https://x.example"})
    assert (barred.status_code, barred.json()["code"]) == (403, "reviews_owed")
    assert review(track, 0, slow) == 3
    submit(track, 1, *people)
    good(teacher.post(f"/assignments/{second}/close", json={"stage": "submission"}))
    second_until = track.deadline(1, "submission")
    track.wait_for(1, "code_review")
    assert review(track, 1, *people) == 12
    wait_until(lambda: track.state()["status"] == "completed", PATIENCE)

    soon = timedelta(seconds=0.2 * STAGE)
    for person in people:
        punctuality.check(person.when_told("TRACK_STARTED"), started_at)
        punctuality.check(person.when_told("ASSIGNMENT_OPENED", first), started_at)
        punctuality.check(person.when_told("REVIEW_STARTED", first), submitting_until)
        punctuality.check(person.when_told("ASSIGNMENT_OPENED", second), reviewing_until)
        punctuality.check(person.when_told("REVIEW_STARTED", second), second_until)
    punctuality.check(slow.when_told("DEADLINE_SOON", first, "submission"), submitting_until - soon)
    punctuality.check(slow.when_told("DEADLINE_SOON", first, "code_review"), reviewing_until - 2 * soon)
    assert {"DEADLINE_SOON"} & {type_ for person in diligent for type_ in person.types()} == set()
    wait_until(
        lambda: sorted(slow.types()) == sorted(kept_by(slow)), PATIENCE, lambda: str((slow.types(), kept_by(slow)))
    )
    places = good(slow.http.get(f"/tracks/{track.id}/standings"))
    assert [(each["score"], each["assignments"]) for each in places] == [(28.0, 2)] * 3 + [(14.0, 1)]
    (result,) = good(people[0].http.get(f"/assignments/{second}/reviews"))["results"]
    assert (result["median"], len(result["reviews"])) == ({"style": 8.0, "tests": 6.0}, 3)


def kept_by(person: Participant) -> list[str]:
    return [each["type"] for each in good(person.http.get("/user/notifications"))]


def test_a_deadline_that_is_moved_away_does_not_fire_at_its_old_moment(
    teacher: httpx.Client, join: Callable[[], Participant]
) -> None:
    track = make_track(teacher, 2, (STAGE, STAGE))
    people = [join() for _ in range(2)]
    enrol(track, *people)
    track.wait_for(0, "submission")
    old = track.deadline(0, "submission")
    body = {"stage": "submission", "deadline": (old + timedelta(hours=1)).isoformat()}
    good(teacher.patch(f"/assignments/{track.assignments[0]}/deadline", json=body))
    time.sleep(max(0.0, (old + PROMPT - datetime.now(UTC)).total_seconds()))
    assert track.assignment(0)["current_stage"] == "submission"
    submit(track, 0, *people)
    good(teacher.post(f"/assignments/{track.assignments[0]}/close", json={"stage": "submission"}))
    track.wait_for(0, "code_review")
    assert [person.types().count("DEADLINE_SOON") for person in people] == [0, 0]


def test_of_two_hundred_who_enrol_at_once_as_many_get_in_as_are_wanted(cloud: Cloud, teacher: httpx.Client) -> None:
    track = make_track(teacher, 30, (LONG, LONG))
    function = cloud.aws.client("lambda").get_function_configuration(FunctionName=f"lyceum-{cloud.stage}-api")
    environment = {
        **child_environment(),
        "AWS_DEFAULT_REGION": cloud.region,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        **function["Environment"]["Variables"],
        "AWS_ENDPOINT_URL": cloud.endpoint_url,
        "POWERTOOLS_TRACE_DISABLED": "true",
        "LOG_LEVEL": "CRITICAL",
    }
    command = [sys.executable, "-m", "tests.e2e.enrolments", str(track.id)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {"enrolled": 30, "track_started": 170}
    assert (track.state()["status"], track.state()["current_participants"]) == ("active", 30)
    track.wait_for(0, "submission")
