"""Teachers, and a judge whose programs say what becomes of them."""

import pytest

from chalicelib.accounts.permissions import Role
from tests.support.school import Person, School


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN)
