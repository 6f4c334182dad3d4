"""The school, whose judge is the real sandbox here. Not for the whole ring: the image that runs its cases has no app."""

from tests.support.fixtures import pupil, school  # noqa: F401 - fixtures
