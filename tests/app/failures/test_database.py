"""Each request of an action, in turn, is refused for good or done without an answer: nothing is lost, nothing doubled.

Whoever is told that it failed tries again, as a person, a browser or a queue would.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

import pytest

import app as application
from chalicelib.accounts.permissions import Role
from chalicelib.judge import models as judge_models
from chalicelib.judge.submissions import recovery
from tests.app.failures import faults
from tests.app.failures.faults import Fault
from tests.app.tracks import repeated_messages
from tests.app.tracks.peers import HOUR, Peers, peers
from tests.support.school import Person, Reply, School, stored_items

Faulty = Callable[[int], Fault]
both_ways = pytest.mark.parametrize("faulty", [faults.refused_at, faults.unanswered_at])

FAILED = {503}


def retry(action: Callable[[], Reply], fault: AbstractContextManager[None]) -> Reply:
    """What comes of it in the end, when its first try meets a fault."""
    with fault:
        first = action()
    if first.status in FAILED:
        return action()
    return first


def found(package: str, kind: str) -> list[dict[str, Any]]:
    return [item for item in stored_items(package) if item["kind"] == kind]


def message_of(submission_id: int, deliveries: int) -> dict[str, Any]:
    record = {"messageId": "1", "receiptHandle": "R", "body": f'{{"submission_id": {submission_id}}}'}
    source = {"eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:us-east-1:1:submissions"}
    return {"Records": [{**record, **source, "attributes": {"ApproximateReceiveCount": str(deliveries)}}]}


# --- Submissions -----------------------------------------------------------------------------------------------------


@both_ways
def test_a_program_is_stored_once_or_its_sender_knows(school: School, pupil: Person, path: str, faulty: Faulty) -> None:
    school.queue.held = True
    before = repeated_messages.stored()

    def send() -> Reply:
        return school.api.post(path, {"code": "5"}, token=pupil.token, headers={"Prefer": "respond-async"})

    for fault in faults.faults_in_turn(faulty):
        repeated_messages.restore(before)
        school.queue.waiting.clear()
        with fault:
            reply = send()
        stored = found("judge", "submission")
        assert len(stored) <= 1
        assert reply.status in {202, *FAILED}
        if reply.status == 202:
            assert [each["id"] for each in stored] == [reply.body["submission_id"]]
        judged_in_the_end(school, path, pupil, len(stored))


def judged_in_the_end(school: School, path: str, pupil: Person, number: int) -> None:
    """So many attempts, all with verdicts, none of them still holding its sender's place."""
    known = school.clock.now
    school.clock.forward(timedelta(minutes=2, seconds=5))
    recovery.recover()
    school.queue.deliver()
    school.clock.now = known
    assert [each["verdict"] for each in found("judge", "submission")] == ["OK"] * number
    assert judge_models.find_submitter(pupil.id).pending == 0
    assert school.api.get(path, token=pupil.token).body["attempts"] == number


@both_ways
def test_a_verdict_is_written_once_however_often_it_is_tried(
    school: School, pupil: Person, path: str, faulty: Faulty
) -> None:
    school.queue.held = True
    sent = school.api.post(path, {"code": "5"}, token=pupil.token, headers={"Prefer": "respond-async"})
    submission_id = sent.body["submission_id"]
    before = repeated_messages.stored()

    def deliver(deliveries: int = 1) -> bool:
        """Whether the queue may forget the message."""
        return not application.dispatch(message_of(submission_id, deliveries), None)["batchItemFailures"]

    for fault in faults.faults_in_turn(faulty):
        repeated_messages.restore(before)
        school.live_messages.clear()
        with fault:
            done = deliver()
        assert done or deliver(2)
        assert deliver(3)
        (stored,) = found("judge", "submission")
        assert (stored["verdict"], stored["judging"]) == ("OK", 1)
        judged_in_the_end(school, path, pupil, 1)


# --- Tracks ----------------------------------------------------------------------------------------------------------


@both_ways
def test_an_enrolment_is_one_and_starts_the_track_once(school: School, faulty: Faulty) -> None:
    track = peers(school, 2, assignments=1)
    first, last = track.people
    track.enrol(first)
    before, waiting = repeated_messages.stored(), list(school.transitions.waiting)

    def enrol() -> Reply:
        return school.api.post(f"{track.path}/enroll", token=last.token)

    for fault in faults.faults_in_turn(faulty):
        repeated_messages.restore(before)
        school.transitions.waiting = list(waiting)
        track.sign_in()
        reply = retry(enrol, fault)
        assert (reply.status, reply.body.get("code")) in {(200, None), (201, None), (400, "already_enrolled")}
        started_with(track, 2)


def started_with(track: Peers, people: int) -> None:
    known = track.school.clock.now
    track.pass_time(timedelta(minutes=2))
    shown = track.track()
    track.school.clock.now = known
    track.sign_in()
    assert (shown["status"], shown["current_participants"]) == ("active", people)
    assert len(found("tracks", "participant")) == people
    opened = [each for each in found("school", "notification") if each["type"] == "TRACK_STARTED"]
    deliveries = [each for each in found("school", "delivery") if each["notification_id"] in {o["id"] for o in opened}]
    assert sorted(each["user_id"] for each in deliveries) == sorted(person.id for person in track.people)


@both_ways
def test_a_review_is_one_and_pays_one_debt(school: School, faulty: Faulty) -> None:
    track = repeated_messages.in_review(school)
    reviewer = track.people[0]
    submission_id = track.next_to_review(reviewer).body["id"]
    before = repeated_messages.stored()

    def write() -> Reply:
        return track.review(reviewer, submission_id)

    for fault in faults.faults_in_turn(faulty):
        repeated_messages.restore(before)
        reply = retry(write, fault)
        assert (reply.status, reply.body.get("code")) in {(200, None), (201, None), (400, "review_exists")}
        (review,) = found("tracks", "code_review")
        assert (review["reviewer_id"], review["submission_id"]) == (reviewer.id, submission_id)
        (seen,) = track.seen_by(reviewer)[:1]
        assert (seen["reviews_done"], seen["reviews_required"]) == (1, 3)
        assert track.next_to_review(reviewer).body["id"] != submission_id


@both_ways
def test_a_solution_is_sent_in_once(school: School, faulty: Faulty) -> None:
    track = repeated_messages.started(school)
    author = track.people[0]
    before = repeated_messages.stored()

    def submit() -> Reply:
        return track.submit(author)

    for fault in faults.faults_in_turn(faulty):
        repeated_messages.restore(before)
        reply = retry(submit, fault)
        assert (reply.status, reply.body.get("code")) in {(200, None), (201, None), (400, "submission_exists")}
        (stored,) = found("tracks", "solution")
        assert stored["user_id"] == author.id


# --- What botocore makes good by itself ------------------------------------------------------------------------------

momentary = pytest.mark.parametrize("trouble", [faults.throttled, faults.unanswered])
Trouble = Callable[[int], AbstractContextManager[list[str]]]


@momentary
def test_a_program_is_judged_once_and_its_sender_notices_nothing(
    school: School, pupil: Person, path: str, trouble: Trouble
) -> None:
    with trouble(2) as operations:
        reply = school.api.post(path, {"code": "5"}, token=pupil.token)
    assert operations
    assert (reply.status, reply.body["verdict"]) == (200, "OK")
    judged_in_the_end(school, path, pupil, 1)


@momentary
def test_a_track_runs_as_if_nothing_were(school: School, trouble: Trouble) -> None:
    track = peers(school, 2, assignments=1)
    with trouble(20) as operations:
        track.start().submit_all().pass_time(10 * HOUR)
        for person in track.people:
            track.review_all(person)
    assert faults.WRITES & set(operations)
    assert (
        len(found("tracks", "participant"))
        == len(found("tracks", "solution"))
        == len(found("tracks", "code_review"))
        == 2
    )


WORDS = {"title": "A", "description": "B", "body": "C"}
CREATIONS = [
    ("/main/news", WORDS, "school", "news"),
    ("/user/notifications", {**WORDS, "class": 5}, "school", "notification"),
    ("/tracks", {"title": "A", "required_participants": 2, "review_criteria": {"x": "y"}}, "tracks", "track"),
    ("/courses", {"name": "A"}, "courses", "course"),
    ("/problems", {"title": "A"}, "judge", "problem"),
]


@pytest.mark.parametrize(("path", "body", "package", "kind"), CREATIONS, ids=[each[0] for each in CREATIONS])
def test_what_is_made_is_made_once(school: School, path: str, body: Any, package: str, kind: str) -> None:
    admin = school.person(Role.ADMIN)
    with faults.unanswered(1) as operations:
        reply = school.api.post(path, body, token=admin.token)
    assert operations
    assert reply.status == 201, reply.body
    (made,) = found(package, kind)
    assert made["id"] == reply.body["id"]
