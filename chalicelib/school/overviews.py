"""What awaits a teacher, in all that they own or teach. Each package tells it of its own groups."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.accounts import models as account_models
from chalicelib.accounts.authentication import Caller
from chalicelib.accounts.models import Account
from chalicelib.common import clock
from chalicelib.common.hooks import Hook
from chalicelib.school import memberships
from chalicelib.school.relations import Group, Part

MOST_SHOWN = 100
"""Of each list, what has waited longest."""


class WaitingKind(StrEnum):
    TRACK = "track"
    """One that does not start by itself."""
    REVIEWS = "reviews"
    """Submissions that lack reviews, whose review stage is over."""
    APPEALS = "appeals"
    """Authors who wait for a decision on the reviews of their work."""
    IMPORT = "import"
    """A list of pupils that was undone."""
    ENROLLMENT = "enrollment"
    """Pupils of a group whom something did not take."""


class BehindKind(StrEnum):
    MISSED = "missed"
    """Times that passed although somebody was reminded of them."""
    STUCK = "stuck"
    """A task, whose test the newest programs all failed on."""
    QUIET = "quiet"
    """There is something to solve, and nothing came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`title` is of the task or assignment, None where it is the whole of `within`: the course, track or group. `ids`
    are by their names in the API.
    """

    within: str
    title: str | None = None
    ids: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """`count` are the submissions, or the pupils."""

    kind: WaitingKind
    place: Place
    since: datetime
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """`count` are the times missed or the programs sent; `test` is a number."""

    kind: BehindKind
    user_id: int
    place: Place
    since: datetime
    count: int = 0
    test: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Reviews of one submission that lie apart by `spread`, a part of the points that can be had: for the whole, or
    for the `criterion`.
    """

    user_id: int
    place: Place
    since: datetime
    spread: float
    criterion: str | None
    reviews: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`is_whole` says whether everything was looked at: what one answer reads is bounded."""

    waiting: Sequence[Waiting] = ()
    behind: Sequence[Behind] = ()
    disagreements: Sequence[Disagreement] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOverview:
    """`accounts` are those of the pupils in it."""

    overview: Overview
    accounts: Mapping[int, Account] = field(default_factory=dict)


ReadOverview = Callable[[int, Collection[Group], datetime], Overview]
"""Returns what awaits a teacher, by id, in those of the groups that they teach which a package knows."""

_overviews = Hook[Sequence[ReadOverview]]("overviews")


def of_teacher(caller: Caller) -> NamedOverview | None:
    """Returns what awaits somebody in what they own or teach, be they an admin or not; None for who teaches nothing.

    Accounts that were erased, and those that are blocked, are left out.
    """
    taught = memberships.groups_of(caller.id, Part.TEACHES) if caller.teaches else set()
    if not taught:
        return None
    now = clock.now()
    found = merged([read(caller.id, taught, now) for read in _overviews.get()])
    people = [each.user_id for each in found.behind] + [each.user_id for each in found.disagreements]
    known = {each.id: each for each in account_models.find_listed(people).values() if each.may_sign_in}
    return NamedOverview(
        overview=Overview(
            waiting=found.waiting,
            behind=[each for each in found.behind if each.user_id in known],
            disagreements=[each for each in found.disagreements if each.user_id in known],
            is_whole=found.is_whole,
        ),
        accounts=known,
    )


def merged(parts: Sequence[Overview]) -> Overview:
    """One of all, each list with what has waited longest at its head, and no longer than `MOST_SHOWN`. Pure."""
    waiting = sorted((each for part in parts for each in part.waiting), key=lambda each: each.since)
    behind = sorted((each for part in parts for each in part.behind), key=lambda each: each.since)
    apart = sorted((each for part in parts for each in part.disagreements), key=lambda each: each.since)
    return Overview(
        waiting=waiting[:MOST_SHOWN],
        behind=behind[:MOST_SHOWN],
        disagreements=apart[:MOST_SHOWN],
        is_whole=all(part.is_whole for part in parts) and max(len(waiting), len(behind), len(apart)) <= MOST_SHOWN,
    )
