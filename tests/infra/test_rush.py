"""A rush of programs takes nothing else down: played through in simulated time, with the numbers of the template."""

import pytest

from chalicelib.judge import waiting_models
from infra.bench import rush
from infra.bench.rush import ACCOUNT, API, BEFORE, DISPATCH, JUDGE, SOCKETS, SPACE_FOR_ALL, TIMERS, WHAT, Load, Olympiad
from infra.packaging.package import ROOT

LATE = 50
"""Requests that begin to wait before the index says that it is a rush."""


@pytest.fixture(scope="module")
def before() -> rush.Outcome:
    return Olympiad(BEFORE).play()


@pytest.fixture(scope="module")
def after() -> rush.Outcome:
    return Olympiad(rush.as_it_is()).play()


def test_once_the_requests_that_waited_took_everything_else_down(before: rush.Outcome) -> None:
    """Else the simulation would show nothing."""
    assert all(before.refused[what] for what in WHAT)
    assert before.peak[API] > ACCOUNT / 2


def test_nothing_is_refused_while_everybody_sends_programs(before: rush.Outcome, after: rush.Outcome) -> None:
    assert {what: after.refused[what] for what in WHAT} == dict.fromkeys(WHAT, 0)
    assert after.judged > before.judged
    assert rush.quantile(after.waits, 0.99) < rush.quantile(before.waits, 0.5)


@pytest.mark.parametrize(
    "load", [Load(pause=5.0), Load(judged=10.0), Load(judged=30.0, pause=5.0), Load(judged=0.5)], ids=str
)
def test_nor_is_it_when_there_is_more_to_do(load: Load) -> None:
    outcome = Olympiad(rush.as_it_is(), load).play()
    assert {what: outcome.refused[what] for what in WHAT} == dict.fromkeys(WHAT, 0)


def test_two_runs_are_the_same(after: rush.Outcome) -> None:
    assert Olympiad(rush.as_it_is()).play() == after


def test_the_document_has_these_figures(before: rush.Outcome, after: rush.Outcome) -> None:
    written = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").splitlines()
    lines = rush.table(before, after)
    first = written.index(lines[0]) if lines[0] in written else 0
    assert written[first : first + len(lines)] == lines


def test_what_is_reserved_leaves_the_api_room_for_all_who_wait() -> None:
    setting = rush.as_it_is()
    shared = ACCOUNT - sum(setting.reserved.values())
    assert shared >= SPACE_FOR_ALL
    assert shared >= setting.dispatch + waiting_models.MANY + LATE
    assert setting.reserved.keys() == {JUDGE, DISPATCH, *SOCKETS, *TIMERS}
