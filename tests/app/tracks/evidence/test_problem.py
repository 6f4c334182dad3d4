"""The statement of an assignment's problem: for those to whom the assignment is open, and for its teachers."""

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common.dynamo import transactions
from chalicelib.judge import models
from chalicelib.judge.problems import statements
from tests.app.tracks.evidence.judged import Judged, judged, problem_with_jury
from tests.app.tracks.peers import good, peers, refusal
from tests.support.school import Person, Reply, School


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def track(school: School, teacher: Person) -> Judged:
    problem = problem_with_jury(
        school,
        teacher,
        published=False,
        title="Sum",
        statement="Add. ![p](p.png)",
        language="en",
        titles={"en": "Sum"},
        files={"p.png": ["abc", 9]},
        samples=[models.sample("1 1", "2")],
        languages=["python3"],
        time_limit_ms=1500,
        memory_limit_kb=64 * 1024,
    )
    return judged(school, problem, teacher)


def read(track: Judged, person: Person, path: str | None = None, language: str = "en") -> Reply:
    where = f"{path or track.track.assignment}/problem"
    return track.school.api.get(where, token=person.token, headers={"Accept-Language": language})


def test_participants_read_what_is_to_be_solved(track: Judged) -> None:
    shown = read(track, track.track.people[0])
    assert shown.body == {
        "title": "Sum",
        "statement": f"Add. ![p](/problems/{track.problem.id}/pictures/abc/p.png)",
        "statement_language": "en",
        "statements": [{"language": "en", "name": "Sum"}],
        "time_limit": 1.5,
        "memory_limit": 64,
        "samples": [{"input": "1 1", "output": "2"}],
        "languages": ["python3"],
    }
    assert shown.headers["vary"] == "Accept-Language, Origin"


def test_it_is_in_the_language_of_the_reader(track: Judged) -> None:
    writes = statements.add(track.problem, [statements.of_markdown("ru", "Сумма", "Сложите.")])
    track.problem.save()
    transactions.transact(writes)
    person = track.track.people[0]
    shown = good(read(track, person, language="ru"))
    assert (shown["title"], shown["statement"], shown["statement_language"]) == ("Сумма", "Сложите.", "ru")
    assert good(read(track, person, language="de"))["title"] == "Sum"


def test_teachers_of_the_track_read_it_and_nobody_else(school: School, track: Judged, teacher: Person) -> None:
    assert good(read(track, teacher))["title"] == "Sum"
    for stranger in (school.person(Role.TEACHER), school.person()):
        assert refusal(read(track, stranger)) == (403, "not_enrolled")


def test_it_is_closed_until_the_assignment_opens(school: School, track: Judged) -> None:
    running = peers(school, assignments=2).start()
    person = running.people[0]
    assert refusal(read(track, person, running.at(1))) == (403, "assignment_not_open")


def test_where_nothing_is_judged_there_is_none(school: School, track: Judged) -> None:
    running = peers(school).start()
    for person in (running.teacher, running.people[0]):
        assert refusal(read(track, person, running.assignment)) == (404, "problem_not_found")
    assert refusal(read(track, running.teacher, "/assignments/1")) == (404, "assignment_not_found")
