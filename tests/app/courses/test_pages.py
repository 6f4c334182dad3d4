"""A list that knows cursors alone, asked in the three ways of the five systems."""

import pytest

from tests.support.school import Reply, School


@pytest.fixture
def names(school: School) -> list[str]:
    """Of five public courses, the newest first."""
    return [school.course().name for _ in range(5)][::-1]


def courses(school: School, asked: str) -> Reply:
    return school.api.get(f"/main/courses?{asked}")


def named(reply: Reply) -> list[str]:
    return [each["name"] for each in reply.body]


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("", 0, 5),
        ("limit=2", 0, 2),
        ("skip=1&limit=2", 1, 3),
        ("skip=4&limit=2", 4, 5),
        ("skip=5&limit=2", 5, 5),
        ("skip=9", 5, 5),
        ("page=1&size=2", 0, 2),
        ("page=2&size=2", 2, 4),
        ("page=3&size=2", 4, 5),
        ("page=4&size=2", 5, 5),
    ],
)
def test_each_way_leads_to_its_page(school: School, names: list[str], asked: str, start: int, end: int) -> None:
    assert named(courses(school, asked)) == names[start:end]


def test_from_any_page_the_cursor_leads_on(school: School, names: list[str]) -> None:
    cursor = courses(school, "page=2&size=2").headers["x-next-cursor"]
    assert named(courses(school, f"limit=2&cursor={cursor}")) == names[4:]


def test_the_link_leads_on_by_cursor(school: School, names: list[str]) -> None:
    link = courses(school, "skip=1&limit=1").headers["link"]
    target = link.partition(">")[0].removeprefix("<")
    assert named(school.api.get(target)) == names[2:3]
    assert "skip" not in target
