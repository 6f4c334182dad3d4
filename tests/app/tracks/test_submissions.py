"""Sending in solutions, and what one must have done before."""

from typing import Any

import pytest

from chalicelib.accounts import authentication
from chalicelib.tracks import models, scheduler, submissions, work_models
from chalicelib.tracks.submissions import OwnSolution, Solution
from tests.app.tracks import concurrency, repeated_messages
from tests.app.tracks.peers import HOUR, URL, Peers, good, peers, refusal
from tests.support.school import Person, School, in_parallel

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def track(school: School) -> Peers:
    return repeated_messages.started(school)


def replaced(track: Peers, person: Person, url: str = "https://git.example/again", number: int = 0) -> Any:
    body = {"repository_url": url}
    return track.school.api.request("PUT", f"{track.at(number)}/submit", json_body=body, token=person.token)


def test_a_solution_is_a_link_and_a_commit(track: Peers) -> None:
    person = track.people[0]
    sent = good(track.submit(person, commit=COMMIT))
    assert sent.pop("id") > 0
    assert sent == {
        "user_id": person.id,
        "assignment_id": track.assignment_ids[0],
        "repository_url": URL.format(person.id),
        "commit": COMMIT,
        "code_version": 0,
        "judged": None,
        "submitted_at": track.now,
    }


@pytest.mark.parametrize(
    "url",
    [
        "http://git.example/me",
        "ftp://git.example/me",
        "javascript:alert(1)",
        "//git.example/me",
        "git.example/me",
        "https://",
        "https:///me",
        "https://me:secret@git.example/me",
        "https://git.example/a b",
        "https://git.example\\@evil.example/",
        "https://git.example/" + "x" * 2048,
        "",
        7,
    ],
    ids=str,
)
def test_what_is_no_https_link_is_refused(school: School, pupil: Person, url: object) -> None:
    reply = school.api.post("/assignments/1/submit", {"repository_url": url}, token=pupil.token)
    assert refusal(reply) == (400, "invalid_body")
    assert reply.body["errors"] == ["repository_url validation error"]


def test_every_https_link_is_taken(track: Peers) -> None:
    links = ["https://git.example", "https://git.example:8443/me/x.git?tab=1#readme", "https://гит.example/я"]
    for person, url in zip(track.people, links, strict=False):
        assert good(track.submit(person, repository_url=url))["repository_url"] == url


@pytest.mark.parametrize("commit", ["main", "012345", "g" * 40, "0" * 65])
def test_what_is_no_commit_is_refused(school: School, pupil: Person, commit: str) -> None:
    body = {"repository_url": "https://git.example", "commit": commit}
    assert refusal(school.api.post("/assignments/1/submit", body, token=pupil.token)) == (400, "invalid_body")


def test_a_solution_is_sent_in_once(track: Peers) -> None:
    first = good(track.submit(track.people[0]))
    again = track.submit(track.people[0])
    assert (again.status, again.body["detail"]) == (400, "Submission already exists")
    changed = good(replaced(track, track.people[0]))
    assert (changed["id"], changed["repository_url"]) == (first["id"], "https://git.example/again")


def test_there_must_be_one_to_replace(track: Peers) -> None:
    assert refusal(replaced(track, track.people[0])) == (404, "solution_not_found")


def test_many_at_once_are_one(track: Peers) -> None:
    caller = authentication.caller_of(track.people[0].token)
    solution = Solution(repository_url="https://git.example", commit=None)
    outcomes = in_parallel(10, lambda _: submissions.submit(caller, track.assignment_ids[0], solution))
    assert len([each for each in outcomes if isinstance(each, OwnSolution)]) == 1
    assert {str(each) for each in outcomes if isinstance(each, Exception)} == {"Submission already exists"}


def test_learning_platforms_refusals(school: School, track: Peers, pupil: Person) -> None:
    body = {"repository_url": "https://git.example"}
    unknown = school.api.post("/assignments/1/submit", body, token=pupil.token)
    assert (unknown.status, unknown.body["detail"]) == (400, "Assignment not found")
    for stranger in (pupil, track.teacher):
        reply = track.submit(stranger)
        assert (reply.status, reply.body["detail"]) == (400, "User not enrolled in this track")
    waiting = peers(school)
    waiting.enrol(waiting.people[0])
    early = waiting.submit(waiting.people[0])
    assert (early.status, early.body["detail"]) == (400, "Track is not active")


def test_an_assignment_that_is_not_open_takes_nothing(track: Peers) -> None:
    assert refusal(track.submit(track.people[0], 1)) == (403, "assignment_not_open")


def test_until_the_deadline_and_not_after_it(track: Peers) -> None:
    good(track.submit(track.people[0]))
    track.oversleep(10 * HOUR)
    late = track.submit(track.people[1])
    assert (late.status, late.body["detail"]) == (400, "The deadline for submissions has passed")
    assert refusal(replaced(track, track.people[0])) == (400, "deadline_passed")
    track.pass_time(HOUR / 60)
    assert track.stages()[0] == "completed"
    assert refusal(track.submit(track.people[1])) == (400, "deadline_passed")


def test_what_is_on_its_way_when_the_stage_closes_is_too_late(track: Peers) -> None:
    """The sender's clock says that there is time; the engine's, that there is none."""
    track.submit_all(people=track.people[:3])
    track.oversleep(10 * HOUR - HOUR / 3600)

    def close() -> None:
        track.school.clock.now += HOUR / 3600
        for _ in ("remind", "tell", "close"):
            scheduler.advance(str(track.track_id), track.school.clock.now)

    with concurrency.just_before("SUBMISSION#", close):
        late = track.submit(track.people[3])
    assert refusal(late) == (400, "deadline_passed")
    assert len(work_models.submissions_to(track.assignment_ids[0])) == 3


def test_debts_are_looked_at_again_as_a_solution_is_written(track: Peers) -> None:
    person = track.people[0]
    track.pass_time(10 * HOUR)
    participant = models.Participant(*models.participant_key(track.track_id, person.id))
    incur = models.Participant.owes.add({models.review_duty(track.assignment_ids[0], 8)})
    with concurrency.just_before("SUBMISSION#", lambda: participant.update(actions=[incur])):
        assert refusal(track.submit(person, 1)) == (403, "reviews_owed")


def test_who_owes_reviews_must_write_them_first(track: Peers) -> None:
    track.submit_all().pass_time(15 * HOUR)
    debtor, payer = track.people[:2]
    assert track.stages() == ["completed", "submission"]
    assert refusal(track.submit(debtor, 1)) == (403, "reviews_owed")
    assert track.review_all(payer) == 3
    good(track.submit(payer, 1))
    assert track.review_all(debtor) == 3
    good(track.submit(debtor, 1))


def test_a_debtor_sees_the_next_assignment_once_the_debt_is_paid(track: Peers) -> None:
    debtor = track.people[0]
    first, second = track.seen_by(debtor)
    assert (first["is_available"], first["description"], first["reviews_required"]) == (True, "Sort it", 3)
    assert (second["is_available"], second["description"], second["current_stage"]) == (False, None, "not_started")
    track.submit_all().pass_time(15 * HOUR)
    first, second = track.seen_by(debtor)
    assert (first["is_available"], first["current_stage"]) == (True, "code_review")
    assert (first["reviews_done"], first["reviews_required"]) == (0, 3)
    assert (second["is_available"], second["description"], second["current_stage"]) == (False, None, "submission")
    assert good(track.current_of(debtor)) == first
    track.review_all(debtor)
    first, second = track.seen_by(debtor)
    assert (first["is_available"], first["current_stage"], first["reviews_done"]) == (False, "completed", 3)
    assert (second["is_available"], second["description"]) == (True, "Sort it")
    assert good(track.current_of(debtor)) == second


def test_the_open_assignment_tells_both_deadlines(track: Peers) -> None:
    current = good(track.current_of(track.people[0]))
    assert current["current_stage"] == "submission"
    assert (current["submission_deadline"][11:19], current["code_review_deadline"][:16]) == (
        "19:00:01",
        "2026-09-02T00:00",
    )
