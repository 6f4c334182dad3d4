"""Courses are searched by words of their names and descriptions, page by page."""

from typing import Any

import pytest

from chalicelib.courses.models import PRIVATE
from tests.support.school import Person, School, counted_requests


def named(school: School, person: Person, query: str) -> list[str]:
    return [each["name"] for each in school.api.get(f"/courses?{query}", token=person.token).body["courses"]]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("python", ["PYTHON: trees", "Python for all"]),
        ("trees", ["C++", "PYTHON: trees"]),
        ("trees+python", ["PYTHON: trees"]),
        ("%D0%95%D0%9B%D0%9A%D0%98", ["Ёлки"]),
        ("java", []),
        ("", ["C++", "PYTHON: trees", "Python for all", "Ёлки"]),
        ("++", ["C++", "PYTHON: trees", "Python for all", "Ёлки"]),  # blanks in a query
    ],
)
def test_all_words_are_found_whatever_their_case(
    school: School, pupil: Person, words: str, expected: list[str]
) -> None:
    for name, description in (("Python for all", ""), ("PYTHON: trees", ""), ("C++", "Of trees"), ("Ёлки", "")):
        school.course(name=name, description=description)
    school.course(name="Python in private", visibility=PRIVATE)
    assert sorted(named(school, pupil, f"q={words}")) == expected
    public: Any = school.api.get(f"/main/courses?q={words}").body
    assert sorted(each["name"] for each in public) == expected


def test_pages_of_a_search_have_everything_once(school: School, pupil: Person) -> None:
    for number in range(7):
        school.course(name=f"Sums {number}")
        school.course(name=f"Words {number}")
    found: list[str] = []
    path = "/courses?q=sums&limit=3"
    for expected in (3, 3, 1):
        reply = school.api.get(path, token=pupil.token)
        assert len(reply.body["courses"]) == expected
        found += [each["name"] for each in reply.body["courses"]]
        path = f"/courses?q=sums&limit=3&cursor={reply.headers.get('x-next-cursor', '')}"
    assert found == [f"Sums {number}" for number in reversed(range(7))]
    assert named(school, pupil, "q=sums&skip=2&limit=3") == found[2:5]


def test_a_search_that_finds_nothing_reads_large_pages(school: School, pupil: Person) -> None:
    for number in range(12):
        school.course(name=f"Sums {number}")
    with counted_requests() as asked:
        assert named(school, pupil, "q=java&limit=1") == []
    assert asked["Query"] <= 3
