"""Contests: made of the library's problems by teachers, each their own."""

from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from tests.app.training.conftest import contest_by
from tests.support.school import Person, School


def made_of(school: School, *aliases: str | None) -> list[dict[str, Any]]:
    """New problems under these aliases."""
    return [{"problem_id": school.problem().id, **({"alias": alias} if alias else {})} for alias in aliases]


def test_a_contest_is_what_its_teacher_says(school: School, teacher: Person, pupil: Person) -> None:
    body = {"name": "Осенний", "duration": 18000, "freeze": True, "problems": made_of(school, None, "X2", None)}
    made = school.api.post("/contests", body, token=teacher.token)
    assert made.status == 201
    shown = school.api.get(f"/contests/{made.body['id']}", token=pupil.token)
    assert shown.body == made.body
    assert [problem["alias"] for problem in shown.body["problems"]] == ["A", "X2", "C"]
    assert (shown.body["name"], shown.body["duration"], shown.body["freeze"]) == ("Осенний", 18000, True)
    assert shown.body["problems"][0]["title"] == "Sum"


def test_problems_of_a_contest_are_called_as_the_reader_speaks(school: School, teacher: Person, pupil: Person) -> None:
    titles = {"en": "Sum", "ru": "Сумма"}
    placed = [{"problem_id": school.problem(title="Sum", language="en", titles=titles).id}]
    body = {"name": "N", "duration": 60, "problems": placed}
    contest = school.api.post("/contests", body, token=teacher.token).body["id"]
    for language, title in (("ru", "Сумма"), ("de", "Sum")):
        headers = {"Accept-Language": language}
        shown = school.api.request("GET", f"/contests/{contest}", token=pupil.token, headers=headers)
        assert (shown.body["problems"][0]["title"], shown.headers["vary"]) == (title, "Accept-Language, Origin")


@pytest.mark.parametrize(
    "change",
    [
        {"name": " "},
        {"name": None},
        {"duration": 9},
        {"duration": 86401},
        {"duration": "60"},
        {"problems": []},
        {"problems": [{"problem_id": 1, "alias": "a"}]},
        {"problems": [{"problem_id": 1, "alias": "A"}, {"problem_id": 1, "alias": "A"}]},
        {"problems": [{"problem_id": 1, "alias": "B"}, {"problem_id": 1}]},
        {"problems": [{"problem_id": 1}] * 27},
        {"more": 1},
    ],
)
def test_what_is_no_contest_is_refused(school: School, teacher: Person, change: dict[str, Any]) -> None:
    body = {"name": "N", "duration": 60, "problems": [{"problem_id": school.problem().id}], **change}
    assert school.api.post("/contests", body, token=teacher.token).status == 400


def test_problems_are_ones_own_or_published_and_have_tests(school: School, teacher: Person) -> None:
    def status(problem_id: int) -> int:
        body = {"name": "N", "duration": 60, "problems": [{"problem_id": problem_id}]}
        return school.api.post("/contests", body, token=teacher.token).status

    assert status(999) == 404
    assert status(school.problem(published=False).id) == 403
    assert status(school.problem(published=False, author_id=teacher.id).id) == 201
    assert status(school.problem(tests_count=0).id) == 422


def test_the_newest_contests_come_first_a_page_at_a_time(school: School, teacher: Person, pupil: Person) -> None:
    ids: list[int] = []
    for _ in range(3):
        school.clock.now = school.clock.now.replace(microsecond=len(ids) * 1000)
        ids.append(contest_by(school, teacher, problems=1))
    first = school.api.get("/contests?limit=2", token=pupil.token)
    assert [contest["id"] for contest in first.body] == ids[:0:-1]
    cursor = first.headers["x-next-cursor"]
    rest = school.api.get(f"/contests?limit=2&cursor={cursor}", token=pupil.token)
    assert [contest["id"] for contest in rest.body] == ids[:1]
    assert first.body[0].keys() >= {"id", "name", "duration", "freeze"}
    assert "problems" not in first.body[0]


def test_a_teacher_changes_their_own_and_an_admin_all(school: School, teacher: Person) -> None:
    path = f"/contests/{contest_by(school, teacher)}"
    other, admin = school.person(Role.TEACHER), school.person(Role.ADMIN)
    refused = school.api.request("PATCH", path, json_body={"name": "X"}, token=other.token)
    assert (refused.status, refused.body["code"]) == (403, "not_your_contest")
    assert school.api.request("DELETE", path, token=other.token).status == 403
    changed = school.api.request("PATCH", path, json_body={"freeze": True}, token=admin.token)
    assert (changed.body["freeze"], changed.body["name"]) == (True, "Осенний")
    assert school.api.request("DELETE", path, token=teacher.token).status == 204
    assert school.api.get(path, token=teacher.token).body["code"] == "contest_not_found"


def test_what_has_changed_since_is_not_overwritten(school: School, teacher: Person) -> None:
    path = f"/contests/{contest_by(school, teacher)}"
    seen = {"If-Match": school.api.get(path, token=teacher.token).headers["etag"]}
    for status in (200, 412):
        reply = school.api.request("PATCH", path, json_body={"name": "X"}, headers=seen, token=teacher.token)
        assert reply.status == status
    assert school.api.request("DELETE", path, headers=seen, token=teacher.token).status == 412
