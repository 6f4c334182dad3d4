"""Memberships and what follows from them: who may write a group, and who may read about a person."""

from collections.abc import Callable

import pytest

from chalicelib.accounts import accounts, administration
from chalicelib.accounts.authentication import Caller, caller_of
from chalicelib.accounts.permissions import AccountState, Role
from chalicelib.common import clock
from chalicelib.common.dynamo import transactions
from chalicelib.common.dynamo.transactions import Transaction
from chalicelib.common.http import errors
from chalicelib.school import memberships, teaching
from chalicelib.school.models import MainPage
from chalicelib.school.relations import MAX_CO_TEACHERS, Group, GroupKind, Part
from chalicelib.school.teaching import TaughtGroup
from tests.support.school import Person, School, in_parallel

COURSE, TRACK, FIFTH = Group(GroupKind.COURSE, 11), Group(GroupKind.TRACK, 11), Group(GroupKind.CLASS, 5)
REFUSAL = errors.Forbidden("not_your_course", "This is somebody else's course")


def nothing(transaction: Transaction) -> None:
    """Of a group that is always there."""


@pytest.fixture
def owner(school: School) -> Person:
    person = school.person(Role.TEACHER)
    for group in (COURSE, TRACK):
        write(lambda transaction, group=group: memberships.add_owner(transaction, person.id, group, clock.now()))  # type: ignore[misc]
    return person


@pytest.fixture
def taught(owner: Person) -> TaughtGroup:
    return TaughtGroup(group=COURSE, owner_id=owner.id, refusal=REFUSAL, still_there=nothing)


def write(fill: Callable[[Transaction], None]) -> None:
    transactions.transact(fill)


def attend(person: Person, group: Group) -> None:
    write(lambda transaction: memberships.add_pupil(transaction, person.id, group, clock.now()))


def leave(person: Person, group: Group) -> None:
    write(lambda transaction: memberships.remove_pupil(transaction, person.id, group))


def give_class(person: Person, group: Group = FIFTH) -> None:
    memberships.add_teacher(person.id, group, clock.now(), nothing)


def caller(person: Person) -> Caller:
    return caller_of(person.token)


def refused(act: Callable[[], object]) -> tuple[int, str]:
    with pytest.raises(errors.LyceumError) as error:
        act()
    return error.value.STATUS_CODE, error.value.code


# --- Writing a group -------------------------------------------------------------------------------------------------


def test_owner_co_teachers_and_admins_write_a_group_and_nobody_else(
    school: School, owner: Person, taught: TaughtGroup, pupil: Person
) -> None:
    colleague, stranger, admin = school.person(Role.TEACHER), school.person(Role.TEACHER), school.person(Role.ADMIN)
    teaching.add_teacher(caller(owner), taught, colleague.id)
    attend(pupil, COURSE)
    people = {"owner": owner, "colleague": colleague, "stranger": stranger, "admin": admin, "pupil": pupil}
    may = {name for name, each in people.items() if teaching.may_write(caller(each), COURSE, owner.id)}
    assert may == {"owner", "colleague", "admin"}
    assert refused(lambda: teaching.check_may_write(caller(stranger), COURSE, owner.id, REFUSAL)) == (
        403,
        "not_your_course",
    )
    assert not teaching.may_write(caller(colleague), TRACK, owner.id)


def test_whose_role_is_withdrawn_has_no_power_left(
    school: School, owner: Person, taught: TaughtGroup, pupil: Person
) -> None:
    colleague, admin = school.person(Role.TEACHER), caller(school.person(Role.ADMIN))
    teaching.add_teacher(caller(owner), taught, colleague.id)
    attend(pupil, COURSE)
    for person in (owner, colleague):
        assert teaching.may_read_about(caller(person), pupil.id)
        administration.withdraw_role(admin, person.id, Role.TEACHER)
        assert not teaching.may_write(caller(person), COURSE, owner.id)
        assert not teaching.may_read_about(caller(person), pupil.id)


def test_only_who_has_the_role_can_teach(school: School, owner: Person, taught: TaughtGroup, pupil: Person) -> None:
    blocked = school.person(Role.TEACHER, state=AccountState.BLOCKED)
    for person in (pupil, blocked):
        assert refused(lambda whom=person: teaching.add_teacher(caller(owner), taught, whom.id)) == (  # type: ignore[misc]
            422,
            "not_a_teacher",
        )
    assert refused(lambda: teaching.add_teacher(caller(owner), taught, 5)) == (404, "user_not_found")
    assert memberships.co_teachers_of(COURSE) == []


def test_strangers_neither_see_nor_change_who_teaches(school: School, taught: TaughtGroup) -> None:
    stranger = caller(school.person(Role.TEACHER))
    for act in (
        lambda: teaching.teachers_of(stranger, taught),
        lambda: teaching.add_teacher(stranger, taught, stranger.id),
        lambda: teaching.remove_teacher(stranger, taught, stranger.id),
    ):
        assert refused(act) == (403, "not_your_course")


def test_the_owner_is_listed_first_and_stays(school: School, owner: Person, taught: TaughtGroup) -> None:
    colleagues = sorted(school.person(Role.TEACHER).id for _ in range(2))
    for user_id in reversed(colleagues):
        teaching.add_teacher(caller(owner), taught, user_id)
        teaching.add_teacher(caller(owner), taught, user_id)
    teaching.add_teacher(caller(owner), taught, owner.id)
    found = teaching.teachers_of(caller(owner), taught)
    assert [(each.account.id, each.is_owner) for each in found] == [
        (owner.id, True),
        *((user_id, False) for user_id in colleagues),
    ]
    assert refused(lambda: teaching.remove_teacher(caller(owner), taught, owner.id)) == (409, "owner_stays")


def test_who_teaches_no_longer_is_a_stranger(school: School, owner: Person, taught: TaughtGroup, pupil: Person) -> None:
    colleague = school.person(Role.TEACHER)
    teaching.add_teacher(caller(owner), taught, colleague.id)
    attend(pupil, COURSE)
    teaching.remove_teacher(caller(colleague), taught, colleague.id)
    assert not teaching.may_write(caller(colleague), COURSE, owner.id)
    assert not teaching.may_read_about(caller(colleague), pupil.id)
    assert refused(lambda: teaching.remove_teacher(caller(owner), taught, colleague.id)) == (404, "teaches_not")


def test_of_many_teachers_added_at_once_as_many_come_in_as_there_is_room(
    school: School, owner: Person, taught: TaughtGroup
) -> None:
    people = [school.person(Role.TEACHER) for _ in range(MAX_CO_TEACHERS + 2)]
    by = caller(owner)
    for person in people[: MAX_CO_TEACHERS - 2]:
        teaching.add_teacher(by, taught, person.id)
    late = people[MAX_CO_TEACHERS - 2 :]
    outcomes = in_parallel(len(late), lambda number: teaching.add_teacher(by, taught, late[number].id))
    failures = [each.code for each in outcomes if isinstance(each, errors.Conflict)]
    assert failures == ["teachers_full"] * 2
    assert len(memberships.co_teachers_of(COURSE)) == MAX_CO_TEACHERS
    came = [each for each in late if memberships.teaches(each.id, COURSE)]
    assert len(came) == 2
    teaching.add_teacher(by, taught, came[0].id)


def test_a_group_that_is_gone_gets_no_teachers(school: School, owner: Person) -> None:
    def check(transaction: Transaction) -> None:
        transaction.check(MainPage, "MAIN", "MAIN", condition=MainPage.pk.exists(), named="group_exists")

    gone = TaughtGroup(group=COURSE, owner_id=owner.id, refusal=REFUSAL, still_there=check)
    with pytest.raises(transactions.ConditionFailed) as error:
        teaching.add_teacher(caller(owner), gone, school.person(Role.TEACHER).id)
    assert error.value.failed == {"group_exists"}
    assert memberships.co_teachers_of(COURSE) == []


def test_nobody_teaches_a_group_that_was_erased(school: School, owner: Person, taught: TaughtGroup) -> None:
    colleague, pupil = school.person(Role.TEACHER), school.person()
    teaching.add_teacher(caller(owner), taught, colleague.id)
    attend(pupil, COURSE)
    memberships.erase_group(COURSE, owner.id)
    memberships.erase_pupils(COURSE, [pupil.id])
    assert [memberships.teaches(each.id, COURSE) for each in (owner, colleague)] == [False, False]
    assert memberships.co_teachers_of(COURSE) == []
    assert memberships.groups_of(owner.id, Part.TEACHES) == {TRACK}
    assert memberships.groups_of(pupil.id, Part.ATTENDS) == set()


# --- Reading about a person ------------------------------------------------------------------------------------------


def test_about_a_person_read_their_teachers_admins_and_they_themselves(
    school: School, owner: Person, pupil: Person
) -> None:
    stranger, admin, other = school.person(Role.TEACHER), school.person(Role.ADMIN), school.person()
    attend(pupil, COURSE)
    people = {"owner": owner, "stranger": stranger, "admin": admin, "other": other, "pupil": pupil}
    may = {name for name, each in people.items() if teaching.may_read_about(caller(each), pupil.id)}
    assert may == {"owner", "admin", "pupil"}
    assert not teaching.may_read_about(caller(owner), other.id)
    assert refused(lambda: teaching.check_may_read_about(caller(owner), other.id, REFUSAL)) == (
        403,
        "not_your_course",
    )


def test_a_pupil_of_two_groups_stays_one_until_both_are_left(owner: Person, pupil: Person) -> None:
    for group in (COURSE, TRACK):
        attend(pupil, group)
    for group, remains in ((COURSE, True), (TRACK, False)):
        leave(pupil, group)
        assert teaching.may_read_about(caller(owner), pupil.id) is remains


def test_a_class_makes_its_pupils_those_of_the_teacher(school: School) -> None:
    teacher, fifth, sixth = school.person(Role.TEACHER), school.person(school_class=5), school.person(school_class=6)
    colleague = school.person(Role.TEACHER, school_class=5)
    give_class(teacher)
    people = [fifth.id, sixth.id, colleague.id]
    assert teaching.pupils_among(teacher.id, people) == {fifth.id}
    accounts.change(fifth.id, lambda account: setattr(account, "school_class", 6))
    accounts.change(sixth.id, lambda account: setattr(account, "school_class", 5))
    assert teaching.pupils_among(teacher.id, people) == {sixth.id}


@pytest.mark.parametrize("size", [1, 2, 3, 50])
def test_all_pupils_are_listed_in_order_each_once(school: School, owner: Person, size: int) -> None:
    give_class(owner)
    people = [school.person(school_class=5 if number % 3 else 6) for number in range(9)]
    for number, person in enumerate(people):
        for group, every in ((COURSE, 2), (TRACK, 5)):
            if number % every == 0:
                attend(person, group)
    attend(school.person(), Group(GroupKind.COURSE, 12))
    expected = sorted(each.id for number, each in enumerate(people) if number % 3 or number % 2 == 0)
    read: list[int] = []
    while page := teaching.pupils_after(owner.id, read[-1] if read else 0, at_most=size):
        assert len(page) <= size
        read += page
    assert read == expected


def test_who_teaches_a_group_is_no_pupil_of_it(school: School, owner: Person, taught: TaughtGroup) -> None:
    colleague = school.person(Role.TEACHER)
    teaching.add_teacher(caller(owner), taught, colleague.id)
    assert teaching.pupils_after(owner.id, 0, at_most=10) == []
    assert not teaching.may_read_about(caller(owner), colleague.id)


def test_nothing_is_kept_of_who_was_erased(school: School, owner: Person, taught: TaughtGroup) -> None:
    colleague, pupil = school.person(Role.TEACHER), school.person()
    teaching.add_teacher(caller(owner), taught, colleague.id)
    attend(pupil, COURSE)
    for person in (colleague, pupil, owner):
        accounts.erase(person.id)
        assert [memberships.groups_of(person.id, part) for part in Part] == [set(), set()]
    assert memberships.co_teachers_of(COURSE) == []
