"""Who reviews whose submission."""

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks import allocation

People = st.integers(min_value=1, max_value=2**53 - 1)


@st.composite
def tracks(draw: st.DrawFn) -> tuple[list[int], list[int], int, int]:
    """Those who submitted, those who did not, reviews per user, and the seed."""
    everybody = draw(st.lists(People, min_size=2, max_size=60, unique=True))
    submitted = draw(st.integers(min_value=0, max_value=len(everybody)))
    return everybody[:submitted], everybody[submitted:], draw(st.integers(1, 10)), draw(People)


def loads(allotment: Mapping[int, tuple[int, ...]]) -> Counter[int]:
    return Counter(author for authors in allotment.values() for author in authors)


@given(tracks())
def test_every_submission_gets_exactly_k_reviews_from_those_who_submitted(
    track: tuple[list[int], list[int], int, int],
) -> None:
    authors, others, wanted, seed = track
    allotment = allocation.allot(authors, others, reviews_per_user=wanted, seed=seed)
    each = min(wanted, len(authors) - 1)
    if each < 1:
        assert allotment == {}
        return
    among_authors = loads({reviewer: allotment[reviewer] for reviewer in authors})
    assert among_authors == dict.fromkeys(authors, each)
    assert {len(allotment[reviewer]) for reviewer in authors} == {each}


@given(tracks())
def test_nobody_reviews_oneself_and_no_pair_comes_twice(track: tuple[list[int], list[int], int, int]) -> None:
    authors, others, wanted, seed = track
    allotment = allocation.allot(authors, others, reviews_per_user=wanted, seed=seed)
    for reviewer, chosen in allotment.items():
        assert reviewer not in chosen
        assert len(set(chosen)) == len(chosen)
        assert set(chosen) <= set(authors)


@given(tracks())
def test_who_did_not_submit_can_go_on_and_loads_stay_level(track: tuple[list[int], list[int], int, int]) -> None:
    authors, others, wanted, seed = track
    allotment = allocation.allot(authors, others, reviews_per_user=wanted, seed=seed)
    if len(authors) < 2:
        assert allotment == {}
        return
    assert {len(allotment[reviewer]) for reviewer in others} <= {min(wanted, len(authors))}
    counts = loads(allotment).values()
    assert max(counts) - min(counts) <= 1


@given(tracks(), st.randoms(use_true_random=False))
def test_it_is_the_same_however_often_and_in_whatever_order(
    track: tuple[list[int], list[int], int, int], random: object
) -> None:
    authors, others, wanted, seed = track
    first = allocation.allot(authors, others, reviews_per_user=wanted, seed=seed)
    random.shuffle(authors)  # type: ignore[attr-defined]
    random.shuffle(others)  # type: ignore[attr-defined]
    assert allocation.allot(authors, others, reviews_per_user=wanted, seed=seed) == first


def test_another_assignment_has_another_ring() -> None:
    people = range(1, 31)
    rings = [allocation.allot(people, [], reviews_per_user=3, seed=seed) for seed in range(20)]
    assert all(one != other for number, one in enumerate(rings) for other in rings[:number])


def test_who_reviews_whom_is_no_habit() -> None:
    """Over many assignments everybody reviews everybody about as often."""
    people = range(1, 11)
    pairs = Counter(
        (reviewer, author)
        for seed in range(900)
        for reviewer, authors in allocation.allot(people, [], reviews_per_user=3, seed=seed).items()
        for author in authors
    )
    assert len(pairs) == 90
    assert 230 <= min(pairs.values()) <= max(pairs.values()) <= 370


def test_which_of_those_who_did_not_submit_review_the_same_submission_is_no_habit() -> None:
    allotments = [allocation.allot([1, 2], [3, 4, 5, 6], reviews_per_user=1, seed=seed) for seed in range(20)]
    assert {allotment[3] == allotment[4] for allotment in allotments} == {True, False}


@pytest.mark.parametrize(("submissions", "each"), [(0, 0), (1, 0), (2, 1), (3, 2), (4, 3), (5, 3), (60, 3)])
def test_how_many_reviews_each_submission_gets(submissions: int, each: int) -> None:
    assert allocation.reviews_each(submissions, 3) == each
