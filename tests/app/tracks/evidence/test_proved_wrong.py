"""Programs that pass the tests, and that a counter-test proves wrong: what that means for reviewers and teachers."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.judge.problems import library
from chalicelib.tracks import late_facts
from chalicelib.tracks.evidence import counter_models
from tests.app.tracks.evidence.judged import Judged, judged
from tests.app.tracks.peers import HOUR, good
from tests.support.school import Person, School

WRONG = {"style": 8, "tests": 0}
RIGHT = {"style": 8, "tests": 10}


@pytest.fixture
def track(school: School) -> Judged:
    return judged(school, works="tests", verdict_shown="never")


def handed(track: Judged) -> dict[int, tuple[Person, int]]:
    """By the author's place among the people, who reviews their program; the first one's is wrong."""
    found = track.review("first", "echo", "echo")
    authors = {person.id: number for number, person in enumerate(track.track.people)}
    names = {each["submission"]["id"]: authors[each["author"]["user_id"]] for each in results(track)}
    return {names[each["id"]]: (person, each["id"]) for person, each in zip(track.track.people, found, strict=True)}


def results(track: Judged) -> list[Any]:
    found = good(track.track.results(track.track.teacher))["results"]
    assert isinstance(found, list)
    return found


def from_judge(track: Judged) -> dict[int, Any]:
    reply = track.school.api.get(f"{track.track.path}/reliability", token=track.track.teacher.token)
    return {each["user_id"]: each["from_judge"] for each in good(reply)["reviewers"]}


def reasons(track: Judged) -> list[Any]:
    reply = track.school.api.get(f"{track.track.path}/queue", token=track.track.teacher.token)
    return [each for case in good(reply)["items"] for each in case["reasons"]]


def give(track: Judged, points: dict[int, dict[str, int]], who: dict[int, tuple[Person, int]]) -> None:
    for author, (person, submission_id) in who.items():
        good(track.track.review(person, submission_id, points[author]))
    track.track.settle()


def test_who_proves_more_than_the_tests_know_is_not_held_to_be_wrong(track: Judged) -> None:
    who = handed(track)
    prover, submission_id = who[0]
    sent = good(track.send(prover, submission_id, "1 2"))
    assert sent["outcome"] == "waiting"
    give(track, {0: WRONG, 1: RIGHT, 2: RIGHT}, who)
    assert set(from_judge(track).values()) == {0}
    assert [(each["kind"], each["counter_test_id"]) for each in reasons(track)] == [("broken", sent["id"])]


def test_without_proof_the_tests_have_the_word(track: Judged) -> None:
    who = handed(track)
    give(track, {0: WRONG, 1: RIGHT, 2: RIGHT}, who)
    assert from_judge(track)[who[0][0].id] == 1
    assert [each["kind"] for each in reasons(track)] == ["judge"]


def test_who_praises_what_is_proved_wrong_is_told_from_it(track: Judged) -> None:
    who = handed(track)
    praiser, submission_id = who[0]
    good(track.send(praiser, submission_id, "1 2"))
    give(track, {0: RIGHT, 1: RIGHT, 2: RIGHT}, who)
    assert from_judge(track)[praiser.id] == 1
    assert sorted(each["kind"] for each in reasons(track)) == ["broken", "judge"]


def test_a_proof_that_comes_after_the_stage_counts_from_the_end_of_its_day(track: Judged) -> None:
    who = handed(track)
    give(track, {0: WRONG, 1: RIGHT, 2: RIGHT}, who)
    good(track.send(track.track.teacher, who[0][1], "1 2"))
    (tried,) = counter_models.of_assignment(track.track.assignment_ids[0])
    assert tried.outcome == "breaks"
    assert from_judge(track)[who[0][0].id] == 1
    pass_day(track)
    assert set(from_judge(track).values()) == {0}


def test_a_verdict_that_comes_after_the_stage_counts_from_the_end_of_its_day(track: Judged) -> None:
    who = handed(track)
    give(track, {0: WRONG, 1: RIGHT, 2: RIGHT}, who)
    problem = library.add_test(track.problem, b"1 2", b"1 2", also=lambda _: lambda _: None)
    assert problem.tests_version == 2
    good(track.school.api.post(f"{track.track.assignment}/rejudge", token=track.track.teacher.token))
    track.school.rejudges.deliver()
    assert [each["submission"]["judged"]["verdict"] for each in results(track)].count("WRONG_ANSWER") == 1
    assert from_judge(track)[who[0][0].id] == 1
    pass_day(track)
    assert set(from_judge(track).values()) == {0}


def pass_day(track: Judged) -> None:
    now = track.school.clock.now
    track.track.pass_time(late_facts.counts_from(now) - now + timedelta(minutes=1))
    track.track.sign_in()
    assert track.school.clock.now > now + HOUR
