"""The dashboard: each package shows its section about the caller."""

import pytest
from pydantic import JsonValue

from chalicelib import wiring
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.permissions import Role
from tests.support.school import Person, School


@pytest.fixture
def progress(school: School) -> dict[int, JsonValue]:
    """A section that shows what it holds of the caller."""
    shown: dict[int, JsonValue] = {}

    def show(caller: Caller) -> JsonValue:
        return shown.get(caller.id)

    school.override(dashboard_sections={**wiring.WIRING.dashboard_sections(), "progress": show})
    return shown


def test_a_dashboard_counts_what_is_unread(school: School, pupil: Person) -> None:
    admin = school.person(Role.ADMIN)
    for _ in range(3):
        words = {"title": "T", "description": "D", "user_id": pupil.id}
        assert school.api.post("/user/notifications", words, token=admin.token).status == 201
    reply = school.api.get("/user/monitor", token=pupil.token)
    assert (reply.status, reply.body["id"], reply.body["unread_notifications"]) == (200, pupil.id, 3)


def test_a_section_is_about_the_caller(school: School, pupil: Person, progress: dict[int, JsonValue]) -> None:
    progress[pupil.id] = [{"course_id": 5, "solved": 2, "tasks": 7}]
    shown = [school.api.get("/user/monitor", token=each.token).body["sections"] for each in (pupil, school.person())]
    assert [each["progress"] for each in shown] == [progress[pupil.id], None]


def test_a_section_that_fails_is_our_fault_and_not_left_out(school: School, pupil: Person) -> None:
    def fail(caller: Caller) -> JsonValue:
        raise RuntimeError

    school.override(dashboard_sections={"broken": fail})
    reply = school.api.get("/user/monitor", token=pupil.token)
    assert (reply.status, reply.body["code"]) == (500, "internal_error")
