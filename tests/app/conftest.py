"""The app in process."""

from tests.support.fixtures import log, path, pupil, school  # noqa: F401 - fixtures
