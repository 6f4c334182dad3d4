"""What counter-tests earn their reviewers. Pure.

Each input with which somebody broke a program counts once for that program, and at most `MOST_COUNTED` of an
assignment: evidence is worth something beside the work itself, and does not outweigh it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from chalicelib.tracks.evidence.counter_models import CounterTest, Outcome

MOST_COUNTED = 5


def earned(counter_tests: Iterable[CounterTest], worth: float) -> Mapping[int, float]:
    """The points of an assignment, by reviewer; teachers earn none."""
    found: dict[int, set[tuple[int, str]]] = defaultdict(set)
    for each in counter_tests:
        if each.outcome == Outcome.BREAKS and not each.by_teacher:
            found[each.reviewer_id].add((each.submission_id, each.digest))
    return {reviewer_id: worth * min(len(broken), MOST_COUNTED) for reviewer_id, broken in found.items()}
