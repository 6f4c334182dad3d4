"""How reliable reviewers are, by what they gave and what others gave."""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.tracks import scoring
from chalicelib.tracks.reliability import reliability
from chalicelib.tracks.reliability.reliability import Marks, Reliabilities, Reliability, Rubric

CRITERIA = ("style", "tests")
MAX = 10.0
RUBRIC = Rubric(criteria=CRITERIA, max_score=MAX, right={})


def marks(reviewer: int, submission: int, style: float, tests: float, *, compared: bool = True) -> Marks:
    return Marks(
        reviewer_id=reviewer,
        submission_id=submission,
        scores={"style": style, "tests": tests},
        compared=compared,
    )


def computed(reviews: Sequence[Marks], rubric: Rubric = RUBRIC) -> Reliabilities:
    return reliability.reliabilities(reliability.tally(reviews, rubric))


def values(reviews: Sequence[Marks], rubric: Rubric = RUBRIC) -> Mapping[int, float | None]:
    return {reviewer: each.value for reviewer, each in computed(reviews, rubric).by_reviewer.items()}


points = st.integers(0, 10).map(float)


@st.composite
def tracks(draw: st.DrawFn) -> list[Marks]:
    """Reviews of six submissions by two who review all and up to six others, each of a submission once."""
    pairs = draw(st.sets(st.tuples(st.integers(3, 8), st.integers(1, 6)), max_size=20))
    pairs |= {(reviewer, submission) for reviewer in (1, 2) for submission in range(1, 7)}
    return [
        marks(reviewer, submission, draw(points), draw(points), compared=reviewer != 8)
        for reviewer, submission in sorted(pairs)
    ]


verdicts = st.dictionaries(st.integers(1, 6), st.booleans())
rubrics = verdicts.map(lambda right: replace(RUBRIC, works="tests", right=right)) | st.just(RUBRIC)


@given(tracks(), rubrics, st.randoms(use_true_random=False))
def test_reliability_is_bounded_and_does_not_depend_on_the_order(
    reviews: list[Marks], rubric: Rubric, rnd: random.Random
) -> None:
    found = computed(reviews, rubric)
    for each in found.by_reviewer.values():
        assert each.value is None or 0 <= each.value <= 1
        assert each.agreement is not None
        assert 0 <= each.agreement <= 1
        assert (each.value is not None) == (each.reviews >= reliability.ENOUGH)
    shuffled = rnd.sample(reviews, len(reviews))
    assert computed(shuffled, rubric) == found


@given(tracks(), rubrics)
def test_full_agreement_is_exactly_one_whatever_the_others_do(reviews: list[Marks], rubric: Rubric) -> None:
    exact = [_as_the_others(each, reviews, rubric) if each.reviewer_id == 1 else each for each in reviews]
    found = computed(exact, rubric).by_reviewer[1]
    assert (found.value, found.agreement) == (1.0, 1.0)


def _as_the_others(review: Marks, reviews: Sequence[Marks], rubric: Rubric) -> Marks:
    """With the points that a reviewer gives who knows what all others gave, and what the judge said."""
    found = {}
    for name in CRITERIA:
        others = sorted(
            each.scores[name]
            for each in reviews
            if each.submission_id == review.submission_id and each.reviewer_id != review.reviewer_id
        )
        half = len(others) // 2
        found[name] = (others[half] + others[~half]) / 2 if others else 5.0
    right = rubric.right_or_not(review.submission_id)
    if right is not None:
        found["tests"] = MAX if right else MAX / 2
    return replace(review, scores=found)


@given(tracks(), st.integers(1, 7), points, points)
def test_nobody_is_judged_by_a_median_that_has_their_own_review(
    reviews: list[Marks], reviewer: int, style: float, tests: float
) -> None:
    """What one gives changes nothing of what they are compared with: distances are from the others alone."""
    given_otherwise = [
        replace(each, scores={"style": style, "tests": tests}) if each.reviewer_id == reviewer else each
        for each in reviews
    ]
    found = computed(given_otherwise).by_reviewer.get(reviewer)
    distances = []
    for each in given_otherwise:
        if each.reviewer_id == reviewer:
            there = _as_the_others(each, reviews, RUBRIC).scores
            if any(one.submission_id == each.submission_id and one.reviewer_id != reviewer for one in reviews):
                distances.append(sum(abs(each.scores[name] - there[name]) for name in CRITERIA) / MAX / len(CRITERIA))
    if not distances:
        assert found is None
        return
    assert found is not None
    assert found.from_others == pytest.approx(sum(distances) / len(distances), abs=1e-6)


@given(tracks(), tracks(), rubrics)
def test_assignments_add_up(first: list[Marks], second: list[Marks], rubric: Rubric) -> None:
    moved = [replace(each, submission_id=each.submission_id + 100) for each in second]
    right = {**rubric.right, **{submission + 100: verdict for submission, verdict in rubric.right.items()}}
    rubric = replace(rubric, right=right)
    at_once = computed([*first, *moved], rubric)
    one_by_one = reliability.reliabilities(
        reliability.together([reliability.tally(first, rubric), reliability.tally(moved, rubric)])
    )
    assert at_once.by_reviewer.keys() == one_by_one.by_reviewer.keys()
    for reviewer, each in at_once.by_reviewer.items():
        other = one_by_one.by_reviewer[reviewer]
        assert (each.reviews, each.judged) == (other.reviews, other.judged)
        assert each.value == (None if other.value is None else pytest.approx(other.value, abs=1e-6))


def noisy(noise: float, seed: int) -> Reliability:
    """A reviewer of eight submissions whose points are off by so much, among two whose points are off by one."""
    rnd = random.Random(seed)  # noqa: S311 - the same each time
    truth = {submission: rnd.uniform(2, 8) for submission in range(8)}

    def around(submission: int, by: float) -> float:
        return min(MAX, max(0.0, truth[submission] + rnd.gauss(0, by)))

    reviews = [
        marks(reviewer, submission, around(submission, by), around(submission, by))
        for reviewer, by in ((1, noise), (2, 1.0), (3, 1.0))
        for submission in truth
    ]
    return computed(reviews).by_reviewer[1]


def test_noise_makes_less_reliable() -> None:
    means = [sum(noisy(noise, seed).value or 0 for seed in range(200)) / 200 for noise in (0, 0.5, 1, 2, 3, 4, 6)]
    assert all(less < more for more, less in itertools.pairwise(means)), means
    assert means[0] > 0.6
    assert means[-1] < 0.25


def test_who_has_written_little_is_drawn_toward_the_mean() -> None:
    """Two are off by the same; who has written more is drawn less."""
    usual = [marks(reviewer, submission, 5, 5) for reviewer in (1, 2, 3) for submission in range(12)]
    few = [marks(4, submission, 7, 7) for submission in range(3)]
    many = [marks(5, submission, 7, 7) for submission in range(3, 12)]
    found = computed([*usual, *few, *many])
    little, much = found.by_reviewer[4], found.by_reviewer[5]
    assert (little.agreement, much.agreement) == (0.4, 0.4)
    assert found.mean is not None
    assert little.value is not None
    assert much.value is not None
    assert 0.4 < much.value < little.value < found.mean


def test_with_fewer_than_three_reviews_there_is_no_reliability() -> None:
    reviews = [marks(reviewer, submission, 5, 5) for reviewer in (1, 2) for submission in (10, 11)]
    assert values(reviews) == {1: None, 2: None}
    found = computed(reviews)
    assert (found.mean, found.weight_of(1), found.weight_of(9)) == (None, 1.0, 1.0)


def test_a_review_beside_which_there_is_no_other_is_not_compared() -> None:
    reviews = [marks(1, submission, 5, 5) for submission in range(5)] + [marks(2, 0, 4, 4)]
    assert computed(reviews).by_reviewer[1].reviews == 1
    assert computed([marks(1, 0, 5, 5)]).by_reviewer == {}


def test_a_teacher_is_what_others_are_compared_with_and_not_compared() -> None:
    reviews = [marks(1, submission, 5, 5) for submission in range(3)]
    reviews += [marks(9, submission, 8, 6, compared=False) for submission in range(3)]
    found = computed(reviews)
    assert found.by_reviewer.keys() == {1}
    assert found.by_reviewer[1].from_others == 0.2


@pytest.mark.parametrize(
    ("tests", "right", "distance"),
    [
        (10, True, 0.0),
        (8, True, 0.2),
        (0, True, 1.0),
        (0, False, 0.0),
        (5, False, 0.0),
        (6, False, 0.2),
        (10, False, 1.0),
    ],
)
def test_the_judge_is_compared_with(*, tests: float, right: bool, distance: float) -> None:
    rubric = replace(RUBRIC, works="tests", right=dict.fromkeys(range(3), right))
    found = computed([marks(1, submission, 5, tests) for submission in range(3)], rubric).by_reviewer[1]
    assert (found.reviews, found.judged, found.from_others, found.from_judge) == (3, 3, None, distance)


def test_what_the_judge_knows_is_not_compared_with_others() -> None:
    rubric = replace(RUBRIC, works="tests", right={0: True})
    pair = [marks(1, 0, 5, 10), marks(2, 0, 5, 0)]
    assert [each.from_others for each in computed(pair, rubric).by_reviewer.values()] == [0.0, 0.0]
    without = replace(rubric, right={})
    assert [each.from_others for each in computed(pair, without).by_reviewer.values()] == [0.5, 0.5]


def test_the_judge_tells_on_a_clique() -> None:
    """Three give each other's work, which does not run, all the points. They agree, and still are not believed."""
    clique = [marks(reviewer, submission, 10, 10) for submission in range(4) for reviewer in (1, 2, 3)]
    honest = [marks(reviewer, submission, 6, 3) for submission in range(4, 8) for reviewer in (4, 5, 6)]
    agreed = values([*clique, *honest])
    assert agreed[1] == agreed[4] == 1.0
    told = values([*clique, *honest], replace(RUBRIC, works="tests", right=dict.fromkeys(range(8), False)))
    assert told[4] == 1.0
    assert told[1] is not None
    assert told[1] < 0.3


def test_one_who_is_hostile_moves_the_others_little_among_four() -> None:
    honest = [marks(reviewer, submission, 7, 7) for submission in range(4) for reviewer in (1, 2, 3)]
    hostile = [marks(4, submission, 0, 0) for submission in range(4)]
    found = values([*honest, *hostile])
    assert (found[1], found[2], found[3]) == (1.0, 1.0, 1.0)
    assert found[4] is not None
    assert found[4] < 0.5


def test_the_example_of_the_page() -> None:
    """docs/reviews.md computes this by hand."""
    given_points = {"Anna": (8, 6, 4), "Boris": (8, 7, 4), "Clara": (9, 6, 4), "Denis": (10, 10, 10)}
    rubric = Rubric(criteria=["style"], max_score=10, right={})
    reviews = [
        Marks(reviewer_id=reviewer, submission_id=submission, scores={"style": each})
        for reviewer, theirs in enumerate(given_points.values())
        for submission, each in enumerate(theirs)
    ]
    found = computed(reviews, rubric)
    shown = {
        name: (each.from_others, round(each.agreement or 0, 2), round(each.value or 0, 2))
        for name, each in zip(given_points, found.by_reviewer.values(), strict=True)
    }
    assert shown == {
        "Anna": (0.066667, 0.8, 0.72),
        "Boris": (0.066667, 0.8, 0.72),
        "Clara": (0.066667, 0.8, 0.72),
        "Denis": (0.4, 0.0, 0.37),
    }
    assert found.mean == 0.6
    first = [(theirs[0], found.weight_of(reviewer)) for reviewer, theirs in enumerate(given_points.values())]
    assert round(scoring.weighted_median(first), 2) == 8.22
