"""What awaits a teacher, of all packages."""

from datetime import UTC, datetime, timedelta

from chalicelib.school import overviews
from chalicelib.school.overviews import MOST_SHOWN, Behind, BehindKind, Overview, Place, Waiting, WaitingKind
from chalicelib.school.readings import Readings

START = datetime(2026, 9, 1, 9, tzinfo=UTC)
PLACE = Place(within="Sums", ids={})


def quiet(*hours: int) -> list[Behind]:
    return [
        Behind(kind=BehindKind.QUIET, user_id=each, place=PLACE, since=START + timedelta(hours=each)) for each in hours
    ]


def test_what_has_waited_longest_comes_first_whoever_tells_it() -> None:
    waiting = [Waiting(kind=WaitingKind.TRACK, place=PLACE, since=START, count=2)]
    found = overviews.merged([Overview(behind=quiet(3, 1)), Overview(behind=quiet(2), waiting=waiting)])
    assert ([each.user_id for each in found.behind], found.waiting, found.is_whole) == ([1, 2, 3], waiting, True)


def test_what_is_cut_off_is_said() -> None:
    most = overviews.merged([Overview(behind=quiet(*range(MOST_SHOWN)))])
    more = overviews.merged([Overview(behind=quiet(*range(MOST_SHOWN + 1)))])
    assert [(len(each.behind), each.is_whole) for each in (most, more)] == [(MOST_SHOWN, True), (MOST_SHOWN, False)]
    assert not overviews.merged([Overview(), Overview(is_whole=False)]).is_whole


def test_the_same_is_read_once() -> None:
    asked: list[int] = []

    def read(user_id: int) -> int:
        asked.append(user_id)
        return len(asked)

    readings = Readings(7)
    assert [readings.of(read), readings.of(read), Readings(8).of(read)] == [1, 1, 2]
    assert asked == [7, 8]
