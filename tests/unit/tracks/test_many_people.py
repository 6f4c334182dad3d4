"""Tracks of thirty, three hundred and three thousand, of whom three in ten do not come to a stage."""

import functools
import random
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from chalicelib.tracks import scoring
from chalicelib.tracks.scoring import Scores
from chalicelib.tracks.stages import Stage
from tests.unit.tracks.simulation import ABSENT, CRITERIA, EACH, STAGE, START, Simulation

SIZES = pytest.mark.parametrize("people", [30, 300, 3000])
ASSIGNMENTS = 3


@functools.cache
def played(people: int) -> Simulation:
    simulation = Simulation(people, ASSIGNMENTS, random.Random(people))  # noqa: S311 - the same each time
    simulation.play()
    return simulation


@SIZES
def test_nobody_waits_for_ever(people: int) -> None:
    """The track is over at its time, whoever did not come; and who comes and does what they owe may go on."""
    simulation = played(people)
    assert [each.stage for each in simulation.states] == [Stage.COMPLETED] * ASSIGNMENTS
    assert simulation.end_of(ASSIGNMENTS - 1) <= START + 2 * ASSIGNMENTS * STAGE
    assert simulation.turned_away == 0
    assert simulation.refused == 0


@SIZES
def test_every_submission_gets_its_share_or_is_shown_as_short(people: int) -> None:
    simulation = played(people)
    for number, works in enumerate(simulation.works):
        assert len(works) == pytest.approx((1 - ABSENT) * people, rel=0.2)
        allotted = simulation.allotted[number].values()
        assert min(allotted) >= EACH
        assert max(allotted) - min(allotted) <= 1
        written = Counter(marks.submission_id for marks in simulation.marks[number])
        shown = {each.id for each in simulation.short[number]}
        assert all(written[each.id] >= EACH or each.id in shown for each in works.values())
        assert all(each.reviews == written[each.id] for each in works.values())


@SIZES
def test_volunteers_leave_few_short(people: int) -> None:
    """Without them three in ten would be: of the four or five reviewers that each has, three in ten do not come."""
    simulation = played(people)
    for works, before, after in zip(simulation.works, simulation.lacking, simulation.short, strict=True):
        assert before > 0.08 * len(works)
        assert len(after) < 0.1 * len(works)
    lacking, left = sum(simulation.lacking), sum(map(len, simulation.short))
    assert left < 0.2 * lacking


@SIZES
def test_careless_reviewers_are_found(people: int) -> None:
    simulation = played(people)
    known = {
        user: each.value for user, each in simulation.reliabilities().by_reviewer.items() if each.value is not None
    }
    careless = [value for user, value in known.items() if user in simulation.careless]
    careful = [value for user, value in known.items() if user not in simulation.careless]
    assert len(known) > 0.8 * people
    assert statistics.mean(careless) < 0.5 * statistics.mean(careful)
    assert statistics.quantiles(careless)[2] < statistics.quantiles(careful)[0]


@SIZES
def test_weights_bring_results_nearer_to_the_truth(people: int) -> None:
    plain, weighted = zip(*errors(played(people)), strict=True)
    assert statistics.mean(weighted) < 0.9 * statistics.mean(plain)


def errors(simulation: Simulation) -> Iterator[tuple[float, float]]:
    """How far the plain and the weighted median are from the truth, of each submission that was reviewed."""
    found = simulation.reliabilities()
    for marks, truth in zip(simulation.marks, simulation.truth, strict=True):
        reviews: dict[int, list[tuple[Scores, float]]] = defaultdict(list)
        for each in marks:
            reviews[each.submission_id].append((each.scores, found.weight_of(each.reviewer_id)))
        for submission_id, theirs in reviews.items():
            plain = scoring.medians(CRITERIA, [scores for scores, _ in theirs])
            weighted = scoring.weighted_medians(CRITERIA, theirs)
            assert plain is not None
            assert weighted is not None
            for criterion in CRITERIA:
                right = truth[submission_id][criterion]
                yield abs(plain[criterion] - right), abs(weighted[criterion] - right)
