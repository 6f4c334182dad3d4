"""What a submission's origin names."""

import pytest

from chalicelib.judge import origins
from chalicelib.judge.origins import JuryOrigin, Origin, TaskOrigin, TrainingOrigin


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("course#1#2#3", TaskOrigin(course_id=1, lesson_id=2, task_id=3)),
        ("training#0fc88187#A", TrainingOrigin(training_session_id="0fc88187", alias="A")),
        ("import#4#5", JuryOrigin(problem_id=4, import_id=5)),
        ("import#4", None),
        ("exam#1#2#3", None),
    ],
)
def test_an_origin_is_read(text: str, named: Origin | None) -> None:
    assert origins.read(text) == named
