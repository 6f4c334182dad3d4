"""From nothing that a reviewer reads of their own reliability, in whatever order, can they compute what others gave.

Everything is known to who tries: the track's scale, their own points, how all is computed, and what they read at the
end of each stage. A world is how far each review lay from the median of the others, in marks. How far one lay is told
when no other world looks the same in which that one lay elsewhere.
"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks.reliability import reliability, seen
from chalicelib.tracks.reliability.reliability import ENOUGH, Reliability, Tally
from chalicelib.tracks.reliability.responses import ReviewerView

World = tuple[tuple[int, ...], ...]
"""Distances by assignment, in whole marks (with `halves` in halves of them)."""
Look = Callable[[Sequence[Tally], float], Reliability]
SCALES = (1, 2, 5, 10, 20, 100)
MEAN = 0.6
"""Of all reviewers."""


def tallies_of(world: World, marks: int) -> list[Tally]:
    sums = [(len(theirs), float(Fraction(sum(theirs), marks))) for theirs in world]
    return [
        Tally(reviews=count, distance=total, compared=count, from_others=total, judged=0, from_judge=0.0)
        for count, total in sums
    ]


def as_seen(tallies: Sequence[Tally], max_score: float) -> Reliability:
    return seen.of_oneself(tallies, MEAN, max_score)


def exactly(tallies: Sequence[Tally], max_score: float) -> Reliability:
    """As teachers see it."""
    return reliability.reliabilities(reliability.together([{1: each} for each in tallies])).by_reviewer[1]


def in_fine_steps(tallies: Sequence[Tally], max_score: float) -> Reliability:
    """What comes of rounding alone."""
    exact = exactly(tallies, max_score)
    assert exact.agreement is not None
    return Reliability(
        reviews=exact.reviews,
        judged=0,
        from_others=None if exact.from_others is None else round(exact.from_others * 20) / 20,
        from_judge=None,
        agreement=round(exact.agreement * 20) / 20,
        value=None if exact.value is None else round(exact.value * 20) / 20,
    )


def read_in_turn(world: World, max_score: int, halves: int, look: Look) -> list[str]:
    """All that is read after each stage."""
    tallies = tallies_of(world, max_score * halves)
    return [
        ReviewerView.of(1, "ann", look(tallies[:end], max_score), MEAN).model_dump_json()
        for end in range(1, len(tallies) + 1)
    ]


def worlds_beside(world: World, at: tuple[int, int], most: int) -> Iterator[World]:
    """Worlds in which one review lay one or two marks nearer or further, and others of its stages made up for it or
    not.
    """
    places = [(stage, number) for stage, theirs in enumerate(world) for number in range(len(theirs))]
    for by in (1, -1, 2, -2):
        for other in (None, *places):
            changed = [list(theirs) for theirs in world]
            changed[at[0]][at[1]] += by
            if other is not None and other != at:
                changed[other[0]][other[1]] -= by
            if all(0 <= each <= most for theirs in changed for each in theirs):
                yield tuple(tuple(theirs) for theirs in changed)


def told(world: World, max_score: int, halves: int, look: Look) -> list[tuple[int, int]]:
    """The reviews of which it is certain how far they lay from the others'."""
    known = read_in_turn(world, max_score, halves, look)
    return [
        (stage, number)
        for stage, theirs in enumerate(world)
        for number in range(len(theirs))
        if not any(
            read_in_turn(other, max_score, halves, look) == known
            for other in worlds_beside(world, (stage, number), max_score * halves)
        )
    ]


@st.composite
def tracks(draw: st.DrawFn) -> tuple[World, int, int]:
    max_score, halves = draw(st.sampled_from(SCALES)), draw(st.sampled_from((1, 2)))
    # A teacher's track has near marks more often than far ones: that is where numbers would tell most.
    marks = st.integers(0, max_score * halves) | st.integers(0, 2)
    distance = marks.map(lambda each: min(each, max_score * halves))
    stages = st.lists(st.lists(distance, min_size=1, max_size=4).map(tuple), min_size=1, max_size=5)
    return tuple(draw(stages)), max_score, halves


@given(tracks())
def test_nothing_that_is_read_in_turn_tells_a_single_review(track: tuple[World, int, int]) -> None:
    world, max_score, halves = track
    assert told(world, max_score, halves, as_seen) == []


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("world", [((0,),) * 6, ((0, 0, 0), (0,)), ((1, 1), (0, 0)), ((1, 0, 1), (0,)), ((1,) * 4,)])
def test_nor_does_full_agreement_nor_a_review_that_changes_the_number(world: World, scale: int) -> None:
    assert told(world, scale, 1, as_seen) == []


@pytest.mark.parametrize("look", [exactly, in_fine_steps])
def test_exact_numbers_would_tell_and_so_would_rounded_ones(look: Look) -> None:
    """Who looks for worlds finds it out where it is so."""
    assert told(((3,), (0,), (2,), (1,)), 10, 1, look)
    assert told(((0, 0, 0),), 10, 1, look)


def test_it_is_seen_from_the_first_full_batch_on_and_of_full_ones_alone() -> None:
    world = ((2,), (1,), (3,), (9,), (9,), (9,))
    found = [as_seen(tallies_of(world[:end], 10), 10) for end in range(1, 7)]
    assert [each.reviews for each in found] == [1, 2, 3, 4, 5, 6]
    assert [each.from_others for each in found] == [None, None, 0.2, 0.2, 0.2, 0.55]
    assert [each.agreement for each in found] == [None, None, 0.4, 0.4, 0.4, 0.0]
    assert [each.value is None for each in found] == [True, True, False, False, False, False]


@given(st.lists(st.lists(st.integers(0, 100), min_size=ENOUGH, max_size=9).map(tuple), min_size=1, max_size=4))
def test_it_is_near_what_is_exact(found: list[tuple[int, ...]]) -> None:
    tallies = tallies_of(tuple(found), 100)
    exact, own = exactly(tallies, 100), as_seen(tallies, 100)
    assert own.from_others == pytest.approx(exact.from_others, abs=0.026)
    assert own.agreement == pytest.approx(exact.agreement, abs=0.11)


@given(st.floats(0, 1), st.sampled_from([seen.step_of(scale) for scale in SCALES]))
def test_a_part_is_rounded_to_the_nearest_step(part: float, step: float) -> None:
    rounded = seen.coarse(part, step)
    assert abs(rounded - part) <= step / 2 + 1e-6
    assert rounded / step == pytest.approx(round(rounded / step), abs=1e-4)
