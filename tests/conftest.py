"""The school in one process: the real app over moto, with a judge, a mailbox and a clock that a test can hold."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest

# A machine that is busy is not a failure, and what passed once passes again: `--hypothesis-profile=fuzz` looks further.
hypothesis.settings.register_profile("lyceum", deadline=None, derandomize=True)
hypothesis.settings.register_profile("fuzz", deadline=None, max_examples=100)
hypothesis.settings.load_profile("lyceum")

# Settings are read when `app` is imported, so the environment must stand before anything of ours is.
_environment = pytest.MonkeyPatch()
for _name, _value in {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "APP_NAME": "lyceum",
    "STAGE": "local",
    "ALLOWED_ORIGIN": "http://localhost:3000",
    "TEST_DATA_BUCKET": "lyceum-test-data",
    "TRANSITIONS_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/lyceum-local-transitions",
    "FANOUT_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/123456789012/lyceum-local-fanout",
    "LYCEUM_VERDICT_WAIT": "1",
    "LYCEUM_JUDGE_PAUSE": "0",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_DEV": "false",
}.items():
    _environment.setenv(_name, _value)
_environment.delenv("AWS_ENDPOINT_URL", raising=False)

from chalicelib.common import observe  # noqa: E402
from tests.school import Person, School, open_school  # noqa: E402


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands on the app in process is ring 2, unless it says that it is of another."""
    for item in items:
        others = any(map(item.get_closest_marker, ("judge", "infra", "abuse", "e2e")))
        if not others and {"school", "world"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.app)


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


class Log:
    """What was logged during a test, as CloudWatch would get it."""

    def __init__(self) -> None:
        self._stream = io.StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.setFormatter(observe.logger.registered_formatter)

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def events(self, message: str) -> list[dict[str, Any]]:
        """The events of one name."""
        logged = [json.loads(line) for line in self.text.splitlines()]
        return [event for event in logged if event["message"] == message]


@pytest.fixture
def log() -> Iterator[Log]:
    log = Log()
    logger = logging.getLogger(observe.logger.name)
    logger.addHandler(log.handler)
    yield log
    logger.removeHandler(log.handler)
