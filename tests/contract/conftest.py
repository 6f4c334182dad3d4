"""One school for all tests of a module, and one for a test that wants its own."""

from collections.abc import Iterator

import pytest

from tests.contract.world import World
from tests.support.fixtures import (
    pupil,  # noqa: F401 - fixtures
    school,  # noqa: F401 - fixtures
)
from tests.support.log import log  # noqa: F401 - a fixture
from tests.support.school import open_school


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One for all tests of a module: none leaves a trace. Not beside `school`."""
    with open_school() as opened:
        yield World(opened)
