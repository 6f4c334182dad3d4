"""The school, whose judge is the real sandbox here. Not for all of the ring: its cases also run in the judge's image,
which has no app.
"""

from tests.support.fixtures import pupil, school  # noqa: F401 - fixtures
