"""Names are the field's own words: the private ones that were replaced do not come back.

A name is here when a DMOJ author, a Moodle teacher or an AWS engineer would not have used it. What is stored keeps its
name (discriminators, keys, attributes, queues), and so do the functions of `app.py`, which are deployed under theirs.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT

MODULES = """
arrivals audiences authors buckets bursts contention conventions debts desk doomed examiners fanout fanout_queue
findings guard guards health kept_answers letter_queue letters marks notices outages placing presence proofs pulse
races reading refusals replays resumption roll runs series shelf short_way sights sign_ins sign_ups slots standing
trial violations violence
"""
"""Old names of modules; those with tests had a `test_` before them."""

NAMES = """
Card Changed DebtView Deed DeedView Enrolment Examiner Finding Furnished Listed Lost Once OncePerCause OncePerNewcomer
Owed OwnOfThread Placed Promise Pulse Said Scale Seen Sent SentDetail SentInFull SentList SentView Series ShelfIndex
Sight Standstill Surroundings Table Timetable Told Tried Unique WalkedQuery Wanted _told_of_erasure _told_of_shut_out
_turn blamed complaints debts deed_key doom_course duty erase_oneself fill_with find_number follow_through furnish
go_on handle_with hurry in_force insist is_momentary know known_by_now list_among neediest notices outlast owes
persistently present_in prove_anew pupils_through quickened rage record_through refuse_others refuse_personal said_in
say_goodbye see set_state_aside shut_out sight sign_with surroundings tell_through tell_users the_long_way turn_out
wanted when_erased when_shut_out
"""
"""Old names of classes, functions and methods."""


def definitions(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name


def sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    for part in ("chalicelib", "infra", "judge_container", "tests"):
        yield from (path for path in (ROOT / part).rglob("*.py") if "cases" not in path.parts)


def test_no_module_has_an_old_name() -> None:
    found = [path for path in sources() if path.stem.removeprefix("test_") in MODULES.split()]
    assert not found


def test_no_class_or_function_has_an_old_name() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources()
        for name in set(NAMES.split()).intersection(definitions(path.read_text("utf-8")))
    }
    assert not found


def test_nothing_is_named_for_the_number_of_a_seed() -> None:
    """PyTry, Learning Platform, Team Training, Virtual School and Auth Service are the names of the five systems."""
    texts = {path: f"{path.name}\n{path.read_text('utf-8')}".lower() for path in sources() if path != Path(__file__)}
    assert not [path for path, text in texts.items() if "seed 00" in text or "seed_00" in text]


@pytest.mark.parametrize(
    "source",
    [
        "class Deed: ...",
        "def hurry(): ...",
        "class Timer:\n    async def see(self): ...",
        "def f():\n    def go_on(): ...",
    ],
)
def test_an_old_name_is_found_wherever_it_is_defined(source: str) -> None:
    assert set(NAMES.split()).intersection(definitions(source))
