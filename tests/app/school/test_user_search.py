"""Search for users by name, login and e-mail."""

import pytest

from chalicelib.accounts import accounts
from chalicelib.accounts.permissions import Role
from tests.support.school import Person, School, stored_items


@pytest.fixture
def admin(school: School) -> Person:
    return school.person(Role.ADMIN, name="Root", login="root", email="root@lyceum.example")


def found(school: School, by: Person, words: str) -> list[int]:
    """All pages of the search, each of one user."""
    ids, cursor = [], ""
    while True:
        reply = school.api.get(f"/user/users?limit=1&q={words}{cursor}", token=by.token)
        assert reply.status == 200, reply.body
        ids += [each["id"] for each in reply.body]
        if "x-next-cursor" not in reply.headers:
            return ids
        cursor = f"&cursor={reply.headers['x-next-cursor']}"


def test_an_admin_finds_anybody_by_the_beginnings_of_words(school: School, admin: Person) -> None:
    pupil = school.person(name="Семён", secondname="O'Neil-Grey", login="semen_99", email="s.grey@example.com")
    teacher = school.person(Role.TEACHER, name="Semyon", login="teacher", email="teacher@example.com")
    for words in ("семен", "СЕМЁН grey", "semen_9", "99", "s.grey@example.com", "o'neil", "neil", "gre"):
        assert found(school, admin, words) == [pupil.id], words
    assert sorted(found(school, admin, "sem")) == sorted([pupil.id, teacher.id])
    assert sorted(found(school, admin, "example.com")) == []
    assert found(school, admin, "emen") == found(school, admin, "semen root") == []


def test_what_is_searched_follows_the_account(school: School, admin: Person) -> None:
    pupil = school.person(name="Anna", login="first", email="first@example.com")
    accounts.update_profile(pupil.id, {"name": "Vera"})
    assert (found(school, admin, "anna"), found(school, admin, "vera")) == ([], [pupil.id])
    accounts.erase(pupil.id)
    assert [each for each in stored_items("accounts") if each.get("account_id") == pupil.id] == []


def test_a_teacher_finds_own_pupils_and_teachers_by_name(school: School) -> None:
    teacher, own = school.person(Role.TEACHER), school.person(name="Vera", login="vera", email="orlova@example.com")
    other = school.person(name="Vera", login="vera2", email="orlova2@example.com")
    colleague = school.person(Role.TEACHER, name="Vera", login="colleague", email="orlova3@example.com")
    school.teach(teacher, own)
    assert found(school, teacher, "vera") == [colleague.id, own.id]
    assert found(school, teacher, "orlova") == [own.id]
    assert found(school, other, "vera") == [other.id, colleague.id]
    assert found(school, other, "orlova3") == []
