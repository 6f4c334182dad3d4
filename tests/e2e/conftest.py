"""The local cloud that the end-to-end tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.cloud import Cloud
from tests.e2e.local_cloud import Run


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The run behind `cloud`. Tests that kill or stop something start their own: `own_run`."""
    shared = Run(tmp_path_factory.mktemp("cloud") / "state")
    try:
        shared.start()
        yield shared
    finally:
        shared.end()


@pytest.fixture(scope="session")
def cloud(run: Run) -> Cloud:
    """A whole local cloud, ready, with demo data, on ports and state of its own."""
    return run.cloud


@pytest.fixture
def own_run(tmp_path: Path) -> Iterator[Run]:
    """Not started yet, and cold, since it serves little; whatever becomes of it, nothing of it is left."""
    own = Run(tmp_path / "state", cold=True)
    try:
        yield own
    finally:
        own.end()
