"""Who is whose pupil, decided."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.school.relations import Attendance, Group, GroupKind, of_kind, pupils_among

GROUPS = st.builds(Group, st.sampled_from(GroupKind), st.integers(1, 11))
SETS = st.sets(GROUPS, max_size=6)
ATTENDANCES = st.builds(Attendance, groups=SETS, school_class=st.none() | st.integers(1, 11))
SCHOOLS = st.dictionaries(st.integers(1, 5), ATTENDANCES)

COURSE, TRACK = Group(GroupKind.COURSE, 7), Group(GroupKind.TRACK, 7)


def test_a_pupil_attends_what_is_taught() -> None:
    attendances = {1: Attendance(groups={COURSE}), 2: Attendance(groups={TRACK}), 3: Attendance()}
    assert pupils_among({COURSE}, attendances) == {1}
    assert pupils_among({COURSE, TRACK}, attendances) == {1, 2}
    assert pupils_among(set(), attendances) == set()


def test_a_class_that_is_given_to_a_teacher_has_those_whose_accounts_name_it() -> None:
    attendances = {1: Attendance(school_class=5), 2: Attendance(school_class=6), 3: Attendance(groups={COURSE})}
    assert pupils_among({Group(GroupKind.CLASS, 5)}, attendances) == {1}


def test_a_course_is_no_class_of_the_same_number() -> None:
    assert pupils_among({Group(GroupKind.COURSE, 5)}, {1: Attendance(school_class=5)}) == set()


@given(GROUPS)
def test_a_group_is_read_as_it_was_written(group: Group) -> None:
    assert Group.of_text(str(group)) == group


@given(SETS, SETS, SCHOOLS)
def test_more_groups_make_no_fewer_pupils(taught: set[Group], more: set[Group], school: dict[int, Attendance]) -> None:
    assert pupils_among(taught, school) <= pupils_among(taught | more, school)
    assert pupils_among(taught | more, school) == pupils_among(taught, school) | pupils_among(more, school)


@given(SETS, SCHOOLS)
def test_everybody_is_judged_by_themselves(taught: set[Group], school: dict[int, Attendance]) -> None:
    alone = {user for user, attendance in school.items() if pupils_among(taught, {user: attendance})}
    assert pupils_among(taught, school) == alone


@given(SETS)
def test_groups_of_a_kind_are_in_the_order_of_their_ids(groups: set[Group]) -> None:
    for kind in GroupKind:
        found = of_kind(kind, groups)
        assert [each.id for each in found] == sorted(each.id for each in groups if each.kind is kind)
        assert set(found) <= groups
