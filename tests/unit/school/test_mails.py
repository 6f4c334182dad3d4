"""The words of digests and mailed notifications."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.common.spoken_names import SpokenName
from chalicelib.common.texts import ENGLISH, Language
from chalicelib.school import mails
from chalicelib.school.deadlines import Deadline, DeadlineKind
from chalicelib.school.results import WorkResult

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
MOSCOW, RUSSIAN = ZoneInfo("Europe/Moscow"), Language("ru")
HOUR = timedelta(hours=1)


def deadline(kind: DeadlineKind, due_at: datetime, reviews: int = 0) -> Deadline:
    title = SpokenName("Sums", {"ru": "Суммы"})
    return Deadline(kind=kind, title=title, within="Course", due_at=due_at, ids={}, reviews_left=reviews)


def test_a_digest_is_in_the_readers_language_and_time() -> None:
    due = [deadline(DeadlineKind.TASK, NOW), deadline(DeadlineKind.REVIEW, NOW + 13 * HOUR, 2)]
    results = [
        WorkResult(title="Trees", within="Track", at=NOW, points=7.5, max_points=10),
        WorkResult(title="Graphs", within="Track", at=NOW, points=None, max_points=10),
    ]
    assert mails.digest(due, results, ENGLISH, MOSCOW) == [
        "To do:\n- 2026-09-01 12:00: Sums (Course)\n- 2026-09-02 01:00: Sums (Course), 2 reviews to write",
        "Results:\n- Trees (Track): 7.5 of 10 points\n- Graphs (Track): nobody has scored it",
    ]
    (russian, _) = mails.digest(due, results, RUSSIAN, MOSCOW)
    assert "Суммы (Course)" in russian
    assert "To do" not in russian


def test_nothing_to_tell_is_no_digest() -> None:
    assert mails.digest([], [], ENGLISH, MOSCOW) == []


def test_a_digest_names_what_is_near() -> None:
    moments = [NOW - 25 * HOUR, NOW - 24 * HOUR, NOW + 72 * HOUR, NOW + 73 * HOUR]
    found = [deadline(DeadlineKind.SUBMISSION, each) for each in moments]
    assert [each.due_at for each in mails.due_soon(found, NOW)] == moments[1:3]


def test_without_an_address_no_mail_has_links() -> None:
    mail = mails.mail("ann@example.com", ["!"], ENGLISH, is_digest=True, school="", unsubscribe="")
    assert (mail.headers, "http" in mail.text) == ({}, False)
    assert "switch them off in your account" in mail.text
