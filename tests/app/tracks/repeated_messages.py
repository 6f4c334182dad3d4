"""Situations that many tests begin in: played once, and from then on restored, which costs a tenth of the time."""

import itertools
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from chalicelib.common.events.timers import Message
from tests.app.tracks.peers import HOUR, Peers, good, peers
from tests.support.school import LiveMessage, School, aws, table_definitions

Items = dict[str, list[dict[str, Any]]]
"""By package, as they lie in the tables."""


@dataclass(frozen=True)
class Situation:
    track: Peers
    items: Items
    now: datetime
    waiting: list[tuple[datetime, Message]]
    told: list[LiveMessage]


_played: dict[str, Situation] = {}


def started(school: School) -> Peers:
    """A track of four with two assignments; the first has just opened."""
    return _replayed(school, "started", lambda: peers(school).start())


def in_review(school: School) -> Peers:
    """The same when all have sent in, and the first review stage has just begun."""
    return _replayed(school, "in review", lambda: started(school).submit_all().pass_time(10 * HOUR))


PROGRAM = "def solve(numbers):\n    numbers.sort()\n    return numbers\n"
FILES = [{"path": "main.py", "content": PROGRAM}, {"path": "tests/test_main.py", "content": "assert True\n"}]


def in_review_of_code(school: School) -> Peers:
    """As `in_review`, with two files each."""

    def play() -> Peers:
        track = started(school)
        for person in track.people:
            good(track.submit(person, files=FILES))
        return track.pass_time(10 * HOUR)

    return _replayed(school, "in review of code", play)


def stored(*packages: str) -> Items:
    return {package: _scan(package) for package in packages or table_definitions()}


def restore(items: Items) -> None:
    """Have these items, and no others, in their packages' tables."""
    for package, wanted in items.items():
        name = _table(package)
        keys = [{"DeleteRequest": {"Key": {"pk": item["pk"], "sk": item["sk"]}}} for item in _scan(package)]
        _write(name, keys)
        _write(name, [{"PutRequest": {"Item": item}} for item in wanted])


def _replayed(school: School, name: str, play: Callable[[], Peers]) -> Peers:
    if name not in _played:
        _played[name] = _situation(school, play())
    situation = _played[name]
    restore(situation.items)
    school.clock.now = situation.now
    school.transitions.waiting = list(situation.waiting)
    school.transitions._swept_at = situation.now  # in a test that begins twice, time has gone back
    school.live_messages[:] = situation.told
    school._numbers = itertools.count(1000)  # so that newcomers are not called like those who are there
    return replace(
        situation.track,
        school=school,
        teacher=replace(situation.track.teacher),
        people=[replace(person) for person in situation.track.people],
    )


def _situation(school: School, track: Peers) -> Situation:
    kept = replace(track, teacher=replace(track.teacher), people=[replace(person) for person in track.people])
    return Situation(
        kept, deepcopy(stored()), school.clock.now, list(school.transitions.waiting), list(school.live_messages)
    )


def _table(package: str) -> str:
    name: str = table_definitions()[package]["TableName"]
    return name


def _scan(package: str) -> list[dict[str, Any]]:
    return list(aws("dynamodb").scan(TableName=_table(package))["Items"])


def _write(name: str, requests: list[dict[str, Any]]) -> None:
    for start in range(0, len(requests), 25):
        aws("dynamodb").batch_write_item(RequestItems={name: requests[start : start + 25]})
