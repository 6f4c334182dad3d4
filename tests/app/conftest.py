"""The app in process."""

from tests.support.fixtures import path, pupil, school  # noqa: F401 - fixtures
from tests.support.log import log  # noqa: F401 - a fixture
