"""The demo school's track: it waits for three, and each stage takes minutes. Ids are fixed; real ones are longer."""

from chalicelib.common import clock, ids
from chalicelib.tracks import models
from chalicelib.tracks.models import Assignment, AssignmentPlace, Track

TRACK = 1
CRITERIA = {
    "correctness": "Does it do what was asked? Решает ли программа задачу?",
    "clarity": "Can you follow it? Понятен ли код?",
    "tests": "Is it tested? Есть ли тесты?",
}
ASSIGNMENTS = (
    ("A calculator", "Read an expression, print its value. Прочитайте выражение и выведите его значение."),
    ("The same, with functions", "Now with sin, cos and variables. Теперь с функциями и переменными."),
)
MINUTES = 10
"""That sending in takes, and reviewing as well."""


def ensure(author_id: int) -> None:
    """Doing it again changes nothing."""
    if models.find_track(TRACK) is not None:
        return
    for number, (title, description) in enumerate(ASSIGNMENTS, 1):
        _put_assignment(number, title, description)
    # Last, so that a load that was interrupted is done again as a whole.
    Track(
        *models.track_key(TRACK),
        id=TRACK,
        title="Reading each other's code",
        description="Write, review, learn: two small programs. Пишем и читаем код друг друга.",
        required_participants=3,
        reviews_per_user=3,
        assignments_count=len(ASSIGNMENTS),
        criteria=CRITERIA,
        max_score=10,
        author_id=author_id,
        created_at=clock.now(),
        listed=ids.sortable(TRACK),
    ).save()


def _put_assignment(number: int, title: str, description: str) -> None:
    AssignmentPlace(*models.assignment_place_key(number), track_id=TRACK).save()
    Assignment(
        *models.assignment_key(TRACK, number),
        id=number,
        track_id=TRACK,
        title=title,
        description=description,
        order=number,
        deadline_hours=MINUTES / 60,
        review_hours=MINUTES / 60,
        created_at=clock.now(),
    ).save()
