"""What awaits a teacher, of all packages."""

from datetime import UTC, datetime, timedelta

from chalicelib.school import group_overview, overviews
from chalicelib.school.job_models import GroupJob, JobState, Work
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


def job(days: float, state: JobState = JobState.DONE, work: Work = Work.IMPORT, target: str | None = None) -> GroupJob:
    """Work that began so many days ago."""
    return GroupJob(id=1, work=work, target=target, state=state, created_at=START - timedelta(days=days), refused=[])


def test_the_last_work_on_a_group_waits_where_it_was_undone_or_did_not_take_all() -> None:
    def found(*jobs: GroupJob) -> list[GroupJob]:
        return group_overview.unanswered(jobs, START)

    undone, old, full = job(3, JobState.UNDONE), job(14.1, JobState.UNDONE), job(2, work=Work.ENROLL, target="track:5")
    full.refused = [{"user_id": 7, "code": "track_full"}]
    other = job(1, work=Work.ENROLL, target="track:6")
    assert found(other, full, undone) == [full, undone]
    assert found(job(1), undone) == [], "a later list was taken"
    assert found(job(1, work=Work.ENROLL, target="track:5"), full, job(9), old) == []
    assert found(old) == []
    assert found(job(14, JobState.UNDONE)) != []


def test_the_same_is_read_once() -> None:
    asked: list[int] = []

    def read(user_id: int) -> int:
        asked.append(user_id)
        return len(asked)

    readings = Readings(7)
    assert [readings.of(read), readings.of(read), Readings(8).of(read)] == [1, 1, 2]
    assert asked == [7, 8]
