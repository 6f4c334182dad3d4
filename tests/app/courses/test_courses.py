"""Listing, attending and reading courses."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses import enrollments, models
from chalicelib.courses.models import PRIVATE, Course
from chalicelib.courses.outline import Outline, TaskEntry
from tests.support.school import NO_TIMES, Person, Reply, School, counted_requests


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def enrol(school: School, pupil: Person, course: Course) -> None:
    """Have somebody attend a course, private or not."""
    enrollments.start_attendance(pupil.id, course, school.clock.now, needs_grant=False)


def refusal(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["status"]


def pages(school: School, person: Person, limit: int) -> Iterator[list[int]]:
    """The ids in each page, following the links as a client does."""
    path = f"/courses?limit={limit}"
    while True:
        reply = school.api.get(path, token=person.token)
        assert reply.status == 200, reply.body
        yield [course["id"] for course in reply.body["courses"]]
        if "link" not in reply.headers:
            assert "x-next-cursor" not in reply.headers
            return
        path = reply.headers["link"].removeprefix("<").partition(">")[0]
        assert quote(reply.headers["x-next-cursor"], safe="") in path


def listed(school: School, person: Person) -> list[int]:
    (page,) = pages(school, person, 100)
    return page


def forged(**key: object) -> str:
    return quote(base64.urlsafe_b64encode(json.dumps(key).encode()).decode())


@pytest.mark.parametrize("path", ["/courses", "/courses/1", "/courses/1/2", "/courses/1/2/3", "/courses/attend/1"])
def test_who_is_not_signed_in_sees_nothing(school: School, path: str) -> None:
    assert school.api.get(path).status == 401
    if path.count("/") > 2 or "attend" in path:
        assert school.api.post(path, {"code": "5"}).status in {401, 405}


def test_a_course_in_a_list_says_what_the_seeds_clients_read(school: School, pupil: Person) -> None:
    course = school.course(name="Python", description="From the beginning", picture_id=7)
    (info,) = school.api.get("/courses", token=pupil.token).body["courses"]
    assert info == {
        "id": course.id,
        "name": "Python",
        "description": "From the beginning",
        "tags": [],
        "pic": f"/courses/{course.id}/pic",
        "language": {"id": "python3", "name": "Python 3"},
        "is_public": True,
        "published": True,
        "state": "open",
        **NO_TIMES,
        "author_id": 1,
        "author_name": None,
        "tasks_count": 0,
        "max_points": 0,
        "attends": False,
        "solved": 0,
        "points": 0,
    }


def test_a_language_that_is_gone_is_named_by_its_id(school: School, pupil: Person) -> None:
    school.course(language="cobol")
    (info,) = school.api.get("/courses", token=pupil.token).body["courses"]
    assert info["language"] == {"id": "cobol", "name": "cobol"}


def test_pupils_see_public_courses_and_the_private_ones_they_attend(school: School, pupil: Person) -> None:
    public, attended, other = school.course(), school.course(visibility=PRIVATE), school.course(visibility=PRIVATE)
    enrol(school, pupil, attended)
    assert listed(school, pupil) == [attended.id, public.id]
    assert listed(school, school.person()) == [public.id]
    assert other.id not in listed(school, pupil)


def test_a_public_course_that_one_attends_is_listed_once(school: School, pupil: Person) -> None:
    course = school.course()
    enrol(school, pupil, course)
    assert listed(school, pupil) == [course.id]


def test_an_admin_sees_every_course_and_a_teacher_of_the_private_ones_their_own(
    school: School, teacher: Person
) -> None:
    public, another = school.course(), school.course(visibility=PRIVATE)
    own = school.course(visibility=PRIVATE, author_id=teacher.id)
    assert set(listed(school, school.person(Role.ADMIN))) == {public.id, another.id, own.id}
    assert listed(school, teacher) == [own.id, public.id]
    assert listed(school, school.person(Role.TEACHER)) == [public.id]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_a_teacher_pages_through_private_courses_that_are_taught_attended_or_granted_then_public_ones(
    school: School, teacher: Person, limit: int
) -> None:
    private = []
    for number in range(7):
        course = school.course(visibility=PRIVATE, author_id=teacher.id if number % 3 else 1)
        if number % 3 != 1:
            enrol(school, teacher, course)
        private.append(course.id)
    public = [school.course(author_id=teacher.id).id, school.course().id]
    school.course(visibility=PRIVATE)
    read = list(pages(school, teacher, limit))
    assert [course for page in read for course in page] == private[::-1] + public[::-1]
    assert all(len(page) <= limit for page in read)


def test_the_newest_course_comes_first(school: School, pupil: Person) -> None:
    made = [school.course().id for _ in range(12)]
    assert listed(school, pupil) == made[::-1]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 100])
def test_a_pupil_pages_through_public_courses(school: School, pupil: Person, limit: int) -> None:
    made = [school.course().id for _ in range(4)]
    school.course(visibility=PRIVATE)
    read = list(pages(school, pupil, limit))
    assert [course for page in read for course in page] == made[::-1]
    assert all(len(page) <= limit for page in read)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 7, 100])
def test_an_admin_pages_through_public_then_private_courses(school: School, limit: int) -> None:
    public = [school.course().id for _ in range(4)]
    private = [school.course(visibility=PRIVATE).id for _ in range(3)]
    read = list(pages(school, school.person(Role.ADMIN), limit))
    assert [course for page in read for course in page] == public[::-1] + private[::-1]
    assert all(len(page) <= limit for page in read)


@pytest.mark.parametrize("visibility", ["public", PRIVATE])
@pytest.mark.parametrize("limit", [1, 2, 3])
def test_an_admin_pages_where_one_kind_is_missing(school: School, limit: int, visibility: str) -> None:
    made = [school.course(visibility=visibility).id for _ in range(2)]
    admin = school.person(Role.ADMIN)
    assert [course for page in pages(school, admin, limit) for course in page] == made[::-1]


def test_a_course_made_meanwhile_shifts_nothing(school: School, pupil: Person) -> None:
    made = [school.course().id for _ in range(4)]
    read = pages(school, pupil, 2)
    assert next(read) == [made[3], made[2]]
    school.course()
    assert next(read) == [made[1], made[0]]


def test_only_admins_page_into_private_courses(school: School, pupil: Person, teacher: Person) -> None:
    school.course()
    school.course(visibility=PRIVATE)
    admin = school.person(Role.ADMIN)
    cursor = school.api.get("/courses?limit=1", token=admin.token).headers["x-next-cursor"]
    assert school.api.get(f"/courses?cursor={quote(cursor)}", token=admin.token).status == 200
    for stolen in (forged(visibility=PRIVATE), forged(visibility=PRIVATE, pk="COURSE#9", sk="COURSE", listed="9")):
        for person in (pupil, teacher):
            reply = school.api.get(f"/courses?cursor={stolen}", token=person.token)
            assert (reply.status, reply.body["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize(
    "cursor", ["rubbish", "%D1%8F", forged(), forged(visibility=5), forged(pk="a"), forged(visibility="secret")]
)
def test_a_cursor_that_the_list_did_not_give_is_refused(school: School, pupil: Person, cursor: str) -> None:
    reply = school.api.get(f"/courses?cursor={cursor}", token=pupil.token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_cursor")


def test_a_deeply_nested_cursor_is_refused(school: School, pupil: Person) -> None:
    cursor = quote(base64.urlsafe_b64encode(b"[" * 1500).decode())
    assert school.api.get(f"/courses?cursor={cursor}", token=pupil.token).body["code"] == "invalid_cursor"


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "limit=-1", "pages=1", f"cursor={'x' * 2049}"])
def test_a_query_that_makes_no_sense_is_refused(school: School, pupil: Person, query: str) -> None:
    reply = school.api.get(f"/courses?{query}", token=pupil.token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_query")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_attending_a_course_opens_it(school: School, pupil: Person, method: str) -> None:
    course = school.course()
    assert school.api.get(f"/courses/{course.id}", token=pupil.token).status == 403
    reply = school.api.request(method, f"/courses/attend/{course.id}", token=pupil.token)
    assert (reply.status, reply.body) == (200, {"status": "success"})
    assert school.api.get(f"/courses/{course.id}", token=pupil.token).status == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_attending_twice_is_no_error(school: School, pupil: Person, method: str) -> None:
    course = school.course()
    school.api.post(f"/courses/attend/{course.id}", token=pupil.token)
    reply = school.api.request(method, f"/courses/attend/{course.id}", token=pupil.token)
    assert (reply.status, reply.body) == (200, {"status": "Already on course"})


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_private_course_cannot_be_attended_by_oneself(school: School, pupil: Person, method: str) -> None:
    course = school.course(visibility=PRIVATE)
    reply = school.api.request(method, f"/courses/attend/{course.id}", token=pupil.token)
    assert refusal(reply) == (403, "Forbidden")
    assert school.api.get(f"/courses/{course.id}", token=pupil.token).status == 403


def test_a_private_course_that_was_granted_is_attended_already(school: School, pupil: Person) -> None:
    course = school.course(visibility=PRIVATE)
    enrol(school, pupil, course)
    reply = school.api.post(f"/courses/attend/{course.id}", token=pupil.token)
    assert (reply.status, reply.body["status"]) == (200, "Already on course")


def test_those_who_teach_a_private_course_may_attend_it_and_other_teachers_as_pupils_do(
    school: School, teacher: Person
) -> None:
    own, another = school.course(visibility=PRIVATE, author_id=teacher.id), school.course(visibility=PRIVATE)
    assert school.api.post(f"/courses/attend/{own.id}", token=teacher.token).body["status"] == "success"
    assert refusal(school.api.post(f"/courses/attend/{another.id}", token=teacher.token)) == (403, "Forbidden")
    assert school.api.post(f"/courses/attend/{school.course().id}", token=teacher.token).body["status"] == "success"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_course_that_is_not_there_cannot_be_attended(school: School, pupil: Person, method: str) -> None:
    reply = school.api.request(method, "/courses/attend/12345", token=pupil.token)
    assert refusal(reply) == (404, "Course not found")


def test_attending_one_course_opens_no_other(school: School, pupil: Person) -> None:
    attended, other = school.course(), school.course()
    school.api.post(f"/courses/attend/{attended.id}", token=pupil.token)
    reply = school.api.get(f"/courses/{other.id}", token=pupil.token)
    assert refusal(reply) == (403, "User not at course")


def test_a_course_shows_its_lessons_with_tasks_and_links_in_order(school: School, pupil: Person) -> None:
    course = school.course()
    second, first = school.lesson(course, name="Loops"), school.lesson(course, order=1, name="Sums")
    problem = school.problem()
    later, sooner = school.task(course, first, problem), school.task(course, first, problem, order=1, points=5)
    link = school.link(course, first, title="Manual", url="https://docs.python.org")
    enrol(school, pupil, course)
    body = school.api.get(f"/courses/{course.id}", token=pupil.token).body
    (card,) = school.api.get("/courses", token=pupil.token).body["courses"]
    assert body.keys() == {*card, "lessons"}
    assert [lesson["id"] for lesson in body["lessons"]] == [first.id, second.id]
    lesson = body["lessons"][0]
    untouched = {"name": "Sum", "is_published": True, "is_solved": False, "attempts": 0, "best_points": 0, "penalty": 0}
    untouched |= {"state": "open", **NO_TIMES}
    assert {**lesson, "text": ""} == school.api.get(f"/courses/{course.id}/{first.id}", token=pupil.token).body
    assert lesson["task"] == lesson["tasks"]
    assert lesson["tasks"] == [
        {"id": sooner.id, "points": 5, **untouched},
        {"id": later.id, "points": 1, **untouched},
    ]
    assert lesson["links"] == [{"id": link.id, "title": link.title, "link": link.url}]
    assert (body["lessons"][1]["tasks"], body["lessons"][1]["links"]) == ([], [])


def test_a_task_shows_what_is_asked_and_the_limits(school: School, pupil: Person) -> None:
    samples = [{"input": "2 3", "output": "5"}, {"input": "1 1", "output": "2"}]
    problem = school.problem(time_limit_ms=1500, memory_limit_kb=64 * 1024, samples=samples)
    path = school.task_path(pupil, problem)
    body = school.api.get(path, token=pupil.token).body
    course_id, lesson_id, _ = map(int, parts_of(path))
    placed = {
        "course_id": course_id,
        "course_name": f"Course {course_id}",
        "lesson_id": lesson_id,
        "lesson_name": f"Lesson {lesson_id}",
        "previous": None,
        "next": None,
        "last_submission_id": None,
    }
    assert body == {
        "id": int(path.rpartition("/")[2]),
        "name": "Sum",
        "statement_language": None,
        "statements": [],
        **placed,
        "state": "open",
        **NO_TIMES,
        "task_condition": "Add two numbers.",
        "time_limit": 1.5,
        "memory_limit": 64,
        "tests": samples,
        "language": "python3",
        "languages": ["python3", "cpp17"],
        "points": 1,
        "is_solved": False,
        "attempts": 0,
        "best_points": 0,
        "penalty": 0,
        "late_days": 0,
        "late_policy": None,
        "extension": None,
    }


def parts_of(path: str) -> tuple[str, str, str]:
    _, _, course, lesson, task = path.split("/")
    return course, lesson, task


def test_each_part_of_a_course_is_found_in_its_place_alone(school: School, pupil: Person) -> None:
    course, lesson, task = parts_of(school.task_path(pupil))
    other_course, other_lesson, other_task = parts_of(school.task_path(pupil))
    misplaced = {
        f"/courses/{other_course}/{lesson}": "Not found",
        f"/courses/{course}/12345": "Not found",
        f"/courses/{course}/{other_lesson}/{task}": "Not found",
        f"/courses/{course}/{lesson}/{other_task}": "Not found",
        f"/courses/{other_course}/{lesson}/{task}": "Not found",
        f"/courses/{course}/{lesson}/12345": "Not found",
        "/courses/12345": "Course not found",
    }
    for path, status in misplaced.items():
        assert refusal(school.api.get(path, token=pupil.token)) == (404, status), path
    reply = school.api.post(f"/courses/{course}/{lesson}/{other_task}", {"code": "5"}, token=pupil.token)
    assert refusal(reply) == (404, "Not found")


def test_those_who_do_not_attend_may_read_nothing_of_a_course(school: School, pupil: Person) -> None:
    course, lesson, task = parts_of(school.task_path())
    for path in (f"/courses/{course}", f"/courses/{course}/{lesson}", f"/courses/{course}/{lesson}/{task}"):
        assert refusal(school.api.get(path, token=pupil.token)) == (403, "User not at course")
    reply = school.api.post(f"/courses/{course}/{lesson}/{task}", {"code": "5"}, token=pupil.token)
    assert refusal(reply) == (403, "User not at course")


@pytest.mark.parametrize("visibility", ["public", PRIVATE])
def test_only_who_owns_or_teaches_a_course_and_admins_read_it_without_attending(
    school: School, teacher: Person, visibility: str
) -> None:
    course, lesson, task = parts_of(school.task_path(visibility=visibility, author_id=teacher.id))
    co_teacher = school.person(Role.TEACHER)
    added = school.api.post(f"/courses/{course}/teachers", {"user_id": co_teacher.id}, token=teacher.token)
    assert added.status == 201
    stranger, admin = school.person(Role.TEACHER), school.person(Role.ADMIN)
    for path in (f"/courses/{course}", f"/courses/{course}/{lesson}", f"/courses/{course}/{lesson}/{task}"):
        for person in (teacher, co_teacher, admin):
            assert school.api.get(path, token=person.token).status == 200
        assert refusal(school.api.get(path, token=stranger.token)) == (403, "User not at course")


def test_a_problem_that_is_not_published_is_not_there_for_who_does_not_teach_the_course(
    school: School, teacher: Person
) -> None:
    path = school.task_path(problem=school.problem(published=False, author_id=teacher.id), author_id=teacher.id)
    course, lesson, _ = parts_of(path)
    stranger = school.person(Role.TEACHER)
    school.api.post(f"/courses/attend/{course}", token=stranger.token)
    assert school.api.get(path, token=stranger.token).status == 404
    assert school.api.post(path, {"code": "5"}, token=stranger.token).status == 404
    assert school.api.post(f"{path}/run", {"code": "5", "input": ""}, token=stranger.token).status == 404
    assert school.api.get(f"/courses/{course}/{lesson}", token=stranger.token).body["tasks"] == []
    assert school.api.get(path, token=teacher.token).status == 200
    assert len(school.api.get(f"/courses/{course}/{lesson}", token=teacher.token).body["tasks"]) == 1


def test_the_seeds_literals_stay_when_the_caller_speaks_russian(school: School, pupil: Person) -> None:
    russian = {"Accept-Language": "ru"}
    reply = school.api.get("/courses/12345", token=pupil.token, headers=russian)
    assert (reply.body["status"], reply.body["detail"]) == ("Course not found", "Курс не найден")
    reply = school.api.get(f"/courses/{school.course().id}", token=pupil.token, headers=russian)
    assert (reply.body["status"], reply.body["detail"]) == ("User not at course", "Вы не записаны на этот курс")


def cost_of(school: School, person: Person, path: str) -> dict[str, int]:
    school.api.get(path, token=person.token)
    with counted_requests() as counted:
        assert school.api.get(path, token=person.token).status == 200
    return dict(counted)


def full_course(school: School, lessons: int, tasks: int) -> Course:
    """With so many lessons and tasks, of which the outline learns at once."""
    course, problem, outline = school.course(), school.problem(), Outline()
    items: list[models.CoursesItem] = []
    for number in range(1, lessons + 1):
        items.append(models.new_lesson(course.id, number, name=f"Lesson {number}", description="What it is about"))
        outline = outline.with_lesson(number)
    for number in range(1, tasks + 1):
        lesson_id = number % lessons + 1
        items.append(models.new_task(course.id, lesson_id, number, problem_id=problem.id, name="Sum", points=1))
        outline = outline.with_task(lesson_id, TaskEntry(number, 1, shown=True))
    with models.CoursesItem.batch_write() as batch:
        for item in items:
            batch.save(item)
    models.change_course(models.Change(course=course, outline=outline))
    return course


def test_a_course_costs_the_same_whatever_its_size(school: School, pupil: Person) -> None:
    small, large = full_course(school, 1, 1), full_course(school, 100, 1000)
    for course in (small, large):
        enrol(school, pupil, course)
    body: Any = school.api.get(f"/courses/{large.id}", token=pupil.token).body
    assert [len(lesson["tasks"]) for lesson in body["lessons"]] == [10] * 100
    costs = [cost_of(school, pupil, f"/courses/{course.id}") for course in (small, large)]
    assert costs == [{"BatchGetItem": 2, "Query": 1, "GetItem": 1}] * 2


def test_a_list_of_courses_costs_the_same_whatever_its_length(school: School, pupil: Person) -> None:
    school.course()
    before = cost_of(school, pupil, "/courses")
    for _ in range(20):
        school.course()
    assert cost_of(school, pupil, "/courses") == before == {"BatchGetItem": 3, "Query": 2}
