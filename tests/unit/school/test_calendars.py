"""The feed of deadlines, read by the calendar library."""

import unicodedata
from datetime import UTC, datetime, timedelta

import icalendar
import pytest

from chalicelib.common.spoken_names import SpokenName
from chalicelib.common.texts import ENGLISH, Language
from chalicelib.school import calendars
from chalicelib.school.deadlines import Deadline, DeadlineKind

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
IN_A_DAY = NOW + timedelta(days=1, minutes=7)


def deadline(kind: DeadlineKind, title: str, **ids: int) -> Deadline:
    return Deadline(kind=kind, title=title, within="Course; one, two", due_at=IN_A_DAY, ids=ids)


def read(*found: Deadline, language: Language = ENGLISH) -> list[icalendar.Component]:
    calendar = icalendar.Calendar.from_ical(calendars.written(found, language, NOW))
    assert str(calendar["version"]) == "2.0"
    return list(calendar.walk("VEVENT"))


def test_a_calendar_without_deadlines_is_one() -> None:
    assert read() == []


def test_what_is_written_is_read_again_whatever_titles_hold() -> None:
    title = "Sums: a+b, 100%\r\nEND:VEVENT\n" + "Слова \\; " * 20
    (event,) = read(
        deadline(DeadlineKind.TASK, SpokenName(title, {"ru": "Суммы"}), course_id=1, lesson_id=2, task_id=3)
    )
    lines = title.replace("\r\n", "\n")
    assert str(event["summary"]).replace("\r\n", "\n") == f"{lines} (Course; one, two)"
    assert (event.decoded("dtstart"), event.decoded("dtstamp")) == (IN_A_DAY, NOW)


def test_no_title_brings_control_characters_into_a_calendar() -> None:
    every = "".join(map(chr, [*range(32), *range(127, 160)]))
    written = calendars.written([deadline(DeadlineKind.TASK, f"A{every}B", task_id=1)], ENGLISH, NOW)
    assert {each for each in written if unicodedata.category(each) == "Cc"} == {"\r", "\n", "\t"}
    assert written.count("\r") == written.count("\r\n")


@pytest.mark.parametrize(
    ("kind", "language", "summary"),
    [
        (DeadlineKind.SUBMISSION, ENGLISH, "Essay: send in your solution (Course; one, two)"),
        (DeadlineKind.REVIEW, ENGLISH, "Essay: write your reviews (Course; one, two)"),
        (DeadlineKind.REVIEW, Language("ru"), "Essay: напишите рецензии (Course; one, two)"),
    ],
)
def test_it_says_what_to_do_in_the_owners_language(kind: DeadlineKind, language: Language, summary: str) -> None:
    (event,) = read(deadline(kind, "Essay", track_id=1, assignment_id=2), language=language)
    assert str(event["summary"]) == summary


def test_each_deadline_keeps_an_identity_of_its_own() -> None:
    both = [deadline(kind, "Essay", track_id=1, assignment_id=2) for kind in (DeadlineKind.REVIEW, DeadlineKind.TASK)]
    assert len({str(event["uid"]) for event in read(*both)}) == 2
    assert [event["uid"] for event in read(*both)] == [event["uid"] for event in read(*both)]
