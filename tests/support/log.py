"""Records what is logged during a test."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.common import observe


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
