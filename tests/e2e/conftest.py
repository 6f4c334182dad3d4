"""The local cloud that all end-to-end tests share, and others for tests that kill or stop something.

The files run side by side, more of them than there are cores, since most tests wait.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from infra.local.cloud import Cloud
from tests.e2e.local_cloud import SHARED_IN, Run, shared_run

HANGS_AFTER = 180
"""Seconds of a test without its fixtures, whose waits end by themselves. The longest waits for a sweep, two minutes."""
LONGEST_FIRST = ("test_tracks", "test_local_cloud", "test_learning_platform", "test_sweeps")
"""Files that take more than a minute: nobody has to wait for them in the end."""
LEAVING = pytest.StashKey[ExitStack]()
"""What this process does to leave the shared run."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("timeout") is None:
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent) and item.get_closest_marker("timeout") is None:
                item.add_marker(pytest.mark.timeout(HANGS_AFTER, func_only=True))
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    name = item.path.stem
    return LONGEST_FIRST.index(name) if name in LONGEST_FIRST else len(LONGEST_FIRST)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leaves the shared run: the worker that started it waits here for the others, so in no test's time."""
    session.config.stash.get(LEAVING, ExitStack()).close()


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory, worker_id: str, pytestconfig: pytest.Config) -> Run:
    """The run behind `cloud`: one for all of pytest's workers. Tests that kill or stop something start their own."""
    own = tmp_path_factory.getbasetemp()
    ours = own if worker_id == "master" else own.parent
    shared = os.environ.get(SHARED_IN)  # noqa: TID251 tests/rings.py has started it, for more than one call of pytest
    leaving = pytestconfig.stash[LEAVING] = ExitStack()
    return leaving.enter_context(shared_run(Path(shared) if shared else ours))


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
