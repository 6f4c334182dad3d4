"""The school, whose judge is the real sandbox here. Not for all of the ring: its cases also run in the judge's image,
which has no app.
"""

from collections.abc import Iterator

import pytest

from chalicelib.judge import languages
from tests.sandbox import workers
from tests.sandbox.workers import Worker
from tests.support.fixtures import pupil, school  # noqa: F401 - fixtures
from tests.support.school import School


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with workers.worker() as worker:
        yield worker


@pytest.fixture
def sandbox(school: School, worker: Worker) -> School:  # noqa: F811 - the fixture
    """The school with the real judge."""
    school.use_judge(lambda event, tenant: worker.answer(event))
    languages.refresh()
    return school
