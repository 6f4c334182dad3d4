"""0011: accounts with a confirmed address get digests."""

from datetime import timedelta
from typing import Any

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import AccountState
from chalicelib.common.events import timers
from chalicelib.school import digests, waiting
from infra.migrations import m0011_digests
from infra.migrations.pages import Position, Tables
from tests.app.school.test_digests import attend, course_with_tasks
from tests.app.school.test_preferences import confirmed, sign_in, want
from tests.support.school import Person, School, stored_items


def apply(tables: Tables, step: Any = m0011_digests.forward) -> None:
    position: Position = step(tables, None)
    while position is not None:
        position = step(tables, position)


def all_timers() -> dict[str, dict[str, Any]]:
    return {each["subject"]: each for each in stored_items("common") if each["kind"] == "timer"}


def test_it_makes_the_timers_that_the_application_makes(school: School, tables_of_school: Tables) -> None:
    ann, unconfirmed, blocked = (school.person() for _ in range(3))
    for each in (ann, blocked):
        confirmed(school, each)
    accounts.change(blocked.id, lambda account: accounts.change_state(account, AccountState.BLOCKED))
    as_made = all_timers()[str(ann.id)]
    apply(tables_of_school, m0011_digests.back)
    assert all_timers() == {}
    for _ in range(2):
        apply(tables_of_school)
    made = all_timers()
    assert list(made) == [str(ann.id)]
    moments = {"due_at": None, "sweep_at": None}
    assert made[str(ann.id)] | moments == as_made | moments
    assert str(unconfirmed.id) not in made


def test_a_digest_comes_of_it_and_the_next_by_the_accounts_own_time(school: School, tables_of_school: Tables) -> None:
    ann = confirmed(school, school.person())
    apply(tables_of_school, m0011_digests.back)
    apply(tables_of_school)
    timer = timers.find(digests.TOPIC, str(ann.id))
    assert timer is not None
    assert timer.due_at.hour == m0011_digests.HOUR
    school.clock.now = timer.due_at - timedelta(minutes=30)
    attend(school, again := sign_in(school, ann), course_with_tasks(school, timer.due_at + timedelta(days=1))[0])
    school.transitions.deliver()
    school.transitions.sweep()
    school.transitions.pass_time(timedelta(minutes=31))
    assert [each.to for each in school.deliver_letters()] == [again.account.email]
    moved = timers.find(digests.TOPIC, str(ann.id))
    assert moved is not None
    assert moved.due_at == timer.due_at + timedelta(hours=21)


def test_the_way_back_takes_timers_of_what_waits_too(school: School, pupil: Person, tables_of_school: Tables) -> None:
    want(school, pupil, digest={"hour": 3})
    timers_of = [(digests.TOPIC, pupil.id), (waiting.TOPIC, pupil.id)]
    apply(tables_of_school, m0011_digests.back)
    assert [timers.find(topic, str(number)) for topic, number in timers_of] == [None, None]
