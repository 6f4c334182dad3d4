"""Points on the scale of a task."""

import pytest

from chalicelib.judge.grading import scale


@pytest.mark.parametrize(
    ("solved", "points", "max_points", "worth", "expected"),
    [
        (True, 1, 1, 10, 10.0),
        (True, 0, 0, 10, 10.0),
        (False, 0, 0, 10, 0.0),
        (False, 1, 3, 10, 3.33),
        (False, 60, 100, 5, 3.0),
        (False, -1, 3, 10, 0.0),
        (False, 7, 3, 10, 10.0),
        (False, 2, 3, 0, 0.0),
    ],
)
def test_points_are_a_share_of_what_the_task_is_worth(
    *, solved: bool, points: float, max_points: float, worth: int, expected: float
) -> None:
    assert scale.scaled(scale.share(solved=solved, points=points, max_points=max_points), worth) == expected
