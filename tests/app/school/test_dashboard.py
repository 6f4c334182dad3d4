"""The dashboard: each package shows its section about the caller."""

import pytest

from chalicelib import wiring
from chalicelib.accounts.permissions import Role
from chalicelib.courses.progress_responses import StudyView
from chalicelib.school.readings import Readings
from tests.support.school import Person, School

Shown = dict[int, list[StudyView]]


@pytest.fixture
def progress(school: School) -> Shown:
    """A section that shows what it holds of the caller."""
    shown: Shown = {}

    def show(readings: Readings) -> list[StudyView]:
        return shown.get(readings.user_id, [])

    school.override(dashboard_sections={**wiring.WIRING.dashboard_sections(), "progress": show})
    return shown


def test_a_dashboard_counts_what_is_unread(school: School, pupil: Person) -> None:
    admin = school.person(Role.ADMIN)
    for _ in range(3):
        words = {"title": "T", "description": "D", "user_id": pupil.id}
        assert school.api.post("/user/notifications", words, token=admin.token).status == 201
    reply = school.api.get("/user/monitor", token=pupil.token)
    assert (reply.status, reply.body["id"], reply.body["unread_notifications"]) == (200, pupil.id, 3)


def test_a_section_is_about_the_caller(school: School, pupil: Person, progress: Shown) -> None:
    seen = StudyView(course_id=5, name="C", attends=True, solved=2, total=7, points=2.5, max_points=7, next=None)
    progress[pupil.id] = [seen]
    shown = [school.api.get("/user/monitor", token=each.token).body["sections"] for each in (pupil, school.person())]
    assert [each["progress"] for each in shown] == [[seen.model_dump()], []]


def test_a_section_that_fails_is_our_fault_and_not_left_out(school: School, pupil: Person) -> None:
    def fail(_: Readings) -> list[StudyView]:
        raise RuntimeError

    school.override(dashboard_sections={"broken": fail})
    reply = school.api.get("/user/monitor", token=pupil.token)
    assert (reply.status, reply.body["code"]) == (500, "internal_error")
