"""A teacher's list of everything that was sent to a task, and the last program behind each cell of the table."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses.models import Enrollment, enrollment_key
from tests.support.school import Person, School, counted_requests


@pytest.fixture
def author(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def path(school: School, author: Person, pupil: Person) -> str:
    return school.task_path(pupil, author_id=author.id)


def send(school: School, path: str, who: Person, code: str = "5", language: str = "python3") -> int:
    school.clock.forward(timedelta(seconds=5))
    reply = school.api.post(path, {"code": code, "language": language}, token=who.token)
    assert reply.status == 200
    sent: int = reply.body["submission_id"]
    return sent


def listed(school: School, path: str, who: Person, query: str = "?all=1") -> list[Any]:
    reply = school.api.get(f"{path}/submissions{query}", token=who.token)
    assert reply.status == 200, reply.body
    found: list[Any] = reply.body["submissions"]
    return found


def attending(school: School, path: str, **fields: Any) -> Person:
    person = school.person(**fields)
    assert school.api.post(f"/courses/attend/{path.split('/')[2]}", token=person.token).status == 200
    return person


def test_who_teaches_the_course_lists_what_everybody_sent(
    school: School, path: str, author: Person, pupil: Person
) -> None:
    other = attending(school, path, name="Ada", secondname="Byron")
    elsewhere = school.task_path(pupil, author_id=author.id)
    sent = [send(school, path, pupil), send(school, path, other, "4"), send(school, path, pupil)]
    send(school, elsewhere, pupil)
    found = listed(school, path, author)
    assert [each["id"] for each in found] == sent[::-1]
    assert [each["user_name"] for each in found] == [pupil.account.name, "Ada Byron", pupil.account.name]
    assert {each["place"]["task_name"] for each in found} == {"Sum"}
    assert [each["id"] for each in listed(school, path, author, "")] == []


def test_others_may_not(school: School, path: str, pupil: Person) -> None:
    for who, code in ((pupil, "not_your_course"), (school.person(Role.TEACHER), "not_at_course")):
        reply = school.api.get(f"{path}/submissions?all=1", token=who.token)
        assert (reply.status, reply.body["code"]) == (403, code)


def test_a_list_is_filtered_by_verdict_language_and_user(
    school: School, path: str, author: Person, pupil: Person
) -> None:
    other = attending(school, path)
    wrong, right = send(school, path, pupil, "4"), send(school, path, pupil)
    theirs = send(school, path, other, language="cpp17")
    for query, expected in {
        "?all=1&code=OK": [theirs, right],
        "?all=1&code=WRONG_ANSWER": [wrong],
        "?all=1&language=cpp17": [theirs],
        "?all=1&language=cpp17&code=WRONG_ANSWER": [],
        f"?all=1&user_id={pupil.id}": [right, wrong],
        f"?user_id={pupil.id}&code=OK": [right],
    }.items():
        assert [each["id"] for each in listed(school, path, author, query)] == expected, query
    assert [each["id"] for each in listed(school, path, pupil, "?code=WRONG_ANSWER")] == [wrong]
    assert school.api.get(f"{path}/submissions?code=MAYBE", token=author.token).status == 400


def test_a_page_that_few_match_is_short_and_leads_on(school: School, path: str, author: Person, pupil: Person) -> None:
    sent = [send(school, path, pupil, code) for code in ("5", *["4"] * 12)]
    with counted_requests() as asked:
        first = school.api.get(f"{path}/submissions?all=1&code=OK&limit=1", token=author.token)
    assert first.body["submissions"] == []
    assert asked["Query"] <= 12  # ten pages of the list at most
    cursor = first.headers["x-next-cursor"]
    second = school.api.get(f"{path}/submissions?all=1&code=OK&limit=1&cursor={cursor}", token=author.token)
    assert [each["id"] for each in second.body["submissions"]] == [sent[0]]


def test_each_cell_of_the_table_leads_to_what_was_sent_last(
    school: School, path: str, author: Person, pupil: Person
) -> None:
    table = f"{path.rsplit('/', 2)[0]}/progress"

    def cell() -> Any:
        (row,) = school.api.get(table, token=author.token).body["members"]
        return row["tasks"][0]["submission_id"]

    first, last = send(school, path, pupil), send(school, path, pupil, "4")
    assert cell() == last
    assert school.api.post(f"/submissions/{first}/rejudge", token=author.token).status == 202
    assert cell() == last


def test_a_cell_from_before_says_of_no_submission(school: School, path: str, author: Person, pupil: Person) -> None:
    send(school, path, pupil)
    course_id, _, task_id = map(int, path.split("/")[2:])
    enrollment = Enrollment.get(*enrollment_key(pupil.id, course_id))
    enrollment.update(actions=[Enrollment.results.set({str(task_id): [1, 1, 1.0]})])
    (row,) = school.api.get(f"/courses/{course_id}/progress", token=author.token).body["members"]
    assert row["tasks"][0] == {
        "task_id": task_id,
        "is_solved": True,
        "attempts": 1,
        "points": 1.0,
        "penalty": 0.0,
        "late_days": 0,
        "submission_id": None,
    }
