"""Settings of a stage, for a block of a test."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.common import settings


@contextmanager
def stage_settings(**environment: str) -> Iterator[None]:
    """Has settings read the environment anew, with these variables in it. What a module read at its import stays."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings.load.cache_clear()
        try:
            yield
        finally:
            patch.undo()
            settings.load.cache_clear()
