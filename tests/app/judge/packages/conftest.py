"""A problem into which packages are imported."""

import pytest

from tests.support.school import Person, School


@pytest.fixture
def problem_id(school: School, teacher: Person) -> int:
    reply = school.api.post("/problems", {"title": "To be imported"}, token=teacher.token)
    return int(reply.body["id"])
