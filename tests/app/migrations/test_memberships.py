"""0004: who teaches and who attends became memberships."""

from decimal import Decimal
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses.models import PRIVATE
from chalicelib.school import teaching
from infra.migrations import catalogue, m0004_memberships, migrate
from infra.migrations.journal import Journal
from infra.migrations.m0004_memberships import Membership, membership_of
from infra.migrations.pages import PAGE, Position, Tables
from infra.migrations.plan import PlanError
from tests.support.school import Person, School, stored_items

OLD_PUPIL: dict[str, Any] = {"pk": "TEACHER#7", "sk": f"PUPIL#{8:016}", "kind": "pupil", "user_id": 8, "courses": {"1"}}
KINDS = {"group_membership", "teachers"}


def apply(tables: Tables) -> None:
    migrate.migrate(Journal(tables), catalogue.load()[:4], lambda _: None)


def memberships_stored() -> list[dict[str, Any]]:
    found = [each for each in stored_items("school") if each["kind"] in KINDS]
    return sorted(found, key=lambda each: (each["pk"], each["sk"]))


def forget_memberships(tables: Tables) -> None:
    """Have the school as it was before there were memberships."""
    for each in memberships_stored():
        tables("school").delete_item(Key={"pk": each["pk"], "sk": each["sk"]})


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def test_what_it_writes_is_what_the_application_writes(
    school: School, teacher: Person, pupil: Person, tables_of_school: Tables
) -> None:
    for visibility in ("public", PRIVATE):
        course = school.course(author_id=teacher.id, visibility=visibility)
        school.api.post(f"/user/certification/{pupil.id}", {"course_id": course.id}, token=teacher.token)
        school.api.post(f"/courses/attend/{course.id}", token=pupil.token)
    school.api.post(f"/user/certification/{school.person().id}", {"course_id": course.id}, token=teacher.token)
    expected = memberships_stored()
    assert len(expected) == 4
    forget_memberships(tables_of_school)
    assert teaching.pupils_among(teacher.id, [pupil.id]) == set()

    apply(tables_of_school)

    assert memberships_stored() == expected
    assert teaching.pupils_among(teacher.id, [pupil.id]) == {pupil.id}


def test_what_was_kept_of_pupils_goes_for_good(tables_of_school: Tables) -> None:
    tables_of_school("courses").put_item(Item=OLD_PUPIL)
    apply(tables_of_school)
    assert [each for each in stored_items("courses") if each["kind"] == "pupil"] == []
    with pytest.raises(PlanError):
        migrate.roll_back(Journal(tables_of_school), catalogue.load()[:4], lambda _: None)


def test_a_page_that_is_done_again_changes_nothing(
    school: School, teacher: Person, pupil: Person, tables_of_school: Tables
) -> None:
    school.task_path(pupil, author_id=teacher.id)
    before = memberships_stored()
    for _ in range(2):
        run(tables_of_school)
    assert memberships_stored() == before


def run(tables: Tables) -> list[Position]:
    """All pages; what each answered."""
    positions: list[Position] = []
    while not positions or positions[-1] is not None:
        positions.append(m0004_memberships.forward(tables, positions[-1] if positions else None))
    return positions


def test_each_package_is_gone_through_a_page_at_a_time(school: School, tables_of_school: Tables) -> None:
    for _ in range(PAGE):
        school.course()
    forget_memberships(tables_of_school)
    positions = run(tables_of_school)
    packages = [each["package"] for each in positions if each]
    assert (packages[0], packages[-2:]) == ("courses", ["tracks", "training"])
    assert packages.count("courses") >= 1
    assert len(memberships_stored()) == PAGE


def test_who_left_meanwhile_is_not_brought_back(
    school: School, teacher: Person, pupil: Person, tables_of_school: Tables
) -> None:
    course = school.course(author_id=teacher.id)
    school.api.post(f"/courses/attend/{course.id}", token=pupil.token)
    (seen,) = (each for each in stored_items("courses") if each["kind"] == "enrolment")
    path = f"/user/certification/{pupil.id}"
    left = school.api.request("DELETE", path, json_body={"course_id": course.id}, token=teacher.token)
    assert left.status == 204

    m0004_memberships._take_over(tables_of_school("courses"), tables_of_school("school"), seen)

    assert teaching.pupils_among(teacher.id, [pupil.id]) == set()


CREATED = "2026-09-01T09:00:00.000000+0000"


def named(**fields: Any) -> dict[str, Any]:
    return {"pk": "P", "sk": "S", **fields}


@pytest.mark.parametrize(
    ("item", "membership"),
    [
        (
            named(kind="course", id=Decimal(5), author_id=Decimal(7), created_at=CREATED),
            Membership(7, "TEACHES", "course:5", CREATED, {"author_id": 7, "doomed": None}),
        ),
        (named(kind="course", id=5, author_id=7, created_at=CREATED, doomed=True), None),
        (
            named(kind="enrolment", user_id=8, course_id=5, since=CREATED),
            Membership(8, "ATTENDS", "course:5", CREATED, {"since": CREATED}),
        ),
        (named(kind="enrolment", user_id=8, course_id=5, granted_at=CREATED), None),
        (
            named(kind="track", id=5, author_id=7, created_at=CREATED),
            Membership(7, "TEACHES", "track:5", CREATED, {"author_id": 7, "doomed": None}),
        ),
        (
            named(kind="participant", user_id=8, track_id=5, enrolled_at=CREATED),
            Membership(8, "ATTENDS", "track:5", CREATED, {"enrolled_at": CREATED}),
        ),
        (
            named(kind="contest", id=5, author_id=7, created_at=CREATED),
            Membership(7, "TEACHES", "contest:5", CREATED, {"author_id": 7, "doomed": None}),
        ),
        (named(kind="team", id=5), None),
    ],
)
def test_each_cause_has_its_membership(item: dict[str, Any], membership: Membership | None) -> None:
    assert membership_of(item) == membership
