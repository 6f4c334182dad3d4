from collections.abc import Iterator

import pytest

from tests.contract.world import World
from tests.support.school import open_school


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """

    from tests.support.fixtures import log, pupil, school  # noqa: F401 - fixtures
    One for all tests of a module: none leaves a trace. Not beside `school`."""
    with open_school() as school:
        yield World(school)
