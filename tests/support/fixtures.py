"""Fixtures of the rings that have the app in process: the real app over moto, a judge, a mailbox, a clock to hold."""

from collections.abc import Iterator

import pytest

from tests.support.school import Person, School, open_school


@pytest.fixture
def school() -> Iterator[School]:
    """A school with nobody in it, on tables of its own."""
    with open_school() as school:
        yield school


@pytest.fixture
def pupil(school: School) -> Person:
    """Somebody who learns there."""
    return school.person()


@pytest.fixture
def path(school: School, pupil: Person) -> str:
    """The path of a task in a course that the pupil attends."""
    return school.task_path(pupil)
