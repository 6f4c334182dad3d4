"""Writing courses: what teachers can do, what they cannot, and what stays true when they do it at once."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts import authentication
from chalicelib.accounts.permissions import Role
from chalicelib.common import ids
from chalicelib.courses import authoring, deletion, enrollments, models, outline
from chalicelib.courses.models import Course, Enrollment
from chalicelib.courses.outline import Outline, TaskEntry
from chalicelib.judge import models as judge_models
from chalicelib.judge.problems import library
from tests.support.school import Person, Reply, School, in_parallel, stored_items


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


@pytest.fixture
def course(school: School, teacher: Person) -> int:
    return int(made(school.api.post("/courses", {"name": "Sums"}, token=teacher.token))["id"])


@pytest.fixture
def lesson(school: School, teacher: Person, course: int) -> int:
    return add_lesson(school, teacher, course)


def made(reply: Reply) -> Any:
    assert reply.status == 201, reply.body
    return reply.body


def done(reply: Reply, status: int = 200) -> Any:
    assert reply.status == status, reply.body
    return reply.body


def refused(reply: Reply) -> tuple[int, str]:
    return reply.status, reply.body["code"]


def add_lesson(school: School, teacher: Person, course: int, **body: Any) -> int:
    new = {"name": "Lesson", **body}
    return int(made(school.api.post(f"/courses/{course}/lessons", new, token=teacher.token))["id"])


def add_task(school: School, teacher: Person, course: int, lesson: int, **body: Any) -> Any:
    new = body if "name" in body else {"problem_id": school.problem().id, **body}
    return made(school.api.post(f"/courses/{course}/lessons/{lesson}/tasks", new, token=teacher.token))


def contents(school: School, person: Person, course: int) -> list[tuple[int, list[int]]]:
    body = done(school.api.get(f"/courses/{course}", token=person.token))
    return [(each["id"], [task["id"] for task in each["tasks"]]) for each in body["lessons"]]


# --- The course ------------------------------------------------------------------------------------------------------


def test_a_course_is_made_as_it_was_sent(school: School, teacher: Person) -> None:
    new = {
        "name": "Sums",
        "description": "+",
        "tags": ["sums"],
        "language": "cpp17",
        "languages": ["cpp17", "python3"],
        "is_public": False,
        "published": False,
        "opens_at": "2026-09-02T09:00:00.000Z",
        "due_at": "2026-09-03T09:00:00.000Z",
        "closes_at": None,
    }
    body = made(school.api.post("/courses", new, token=teacher.token))
    created_at = body.pop("created_at")
    assert created_at.startswith("2026-09-01T09:00:00")
    course_id = body.pop("id")
    assert body == {
        **new,
        "language": {"id": "cpp17", "name": "C++17"},
        "pic": None,
        "author_id": teacher.id,
        "author_name": teacher.account.name,
        "version": 1,
        "late_policy": None,
        "late_days": 0,
    }
    read = done(school.api.get(f"/courses/{course_id}", token=teacher.token))
    assert (read["name"], read["is_public"], read["lessons"]) == ("Sums", False, [])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid_body"),
        ({"name": ""}, 400, "invalid_body"),
        ({"name": " "}, 400, "invalid_body"),
        ({"name": "x" * 101}, 400, "invalid_body"),
        ({"name": "x", "description": "x" * 4001}, 400, "invalid_body"),
        ({"name": "x", "is_public": "no"}, 400, "invalid_body"),
        ({"name": "x", "languages": []}, 400, "invalid_body"),
        ({"name": "x", "more": 1}, 400, "invalid_body"),
        ({"name": None}, 400, "invalid_body"),
        ({"name": "x", "language": "cobol"}, 400, "unknown_language"),
        ({"name": "x", "languages": ["python3", "cobol"]}, 400, "unknown_language"),
        ({"name": "x", "language": "cpp17", "languages": ["python3"]}, 422, "course_language_not_allowed"),
    ],
)
def test_a_course_that_makes_no_sense_is_refused(
    school: School, teacher: Person, body: dict[str, Any], status: int, code: str
) -> None:
    assert refused(school.api.post("/courses", body, token=teacher.token)) == (status, code)
    assert stored_items("courses") == []


def test_what_is_not_named_in_a_change_stays(school: School, teacher: Person, course: int, pupil: Person) -> None:
    path = f"/courses/{course}"
    body = done(school.api.request("PATCH", path, json_body={"description": "New"}, token=teacher.token))
    assert (body["name"], body["description"], body["version"]) == ("Sums", "New", 2)
    done(school.api.request("PATCH", path, json_body={"is_public": False}, token=teacher.token))
    assert school.api.get("/courses", token=pupil.token).body == {"courses": []}
    allowed = done(school.api.request("PATCH", path, json_body={"languages": ["python3"]}, token=teacher.token))
    assert allowed["languages"] == ["python3"]
    assert (
        done(school.api.request("PATCH", path, json_body={"languages": None}, token=teacher.token))["languages"] is None
    )


def test_a_change_may_not_leave_the_course_without_its_language(school: School, teacher: Person, course: int) -> None:
    reply = school.api.request("PATCH", f"/courses/{course}", json_body={"languages": ["cpp17"]}, token=teacher.token)
    assert refused(reply) == (422, "course_language_not_allowed")


def everything_a_teacher_may_write(course: int, lesson: int, task: int, link: int) -> list[tuple[str, str, Any]]:
    inside = f"/courses/{course}/lessons/{lesson}"
    solved = f"/courses/{course}/{lesson}/{task}"
    return [
        ("PATCH", f"/courses/{course}", {"name": "Mine"}),
        ("DELETE", f"/courses/{course}", None),
        ("POST", f"/courses/{course}/pic", {"content_type": "image/png"}),
        ("PUT", f"/courses/{course}/pic", {"picture_id": 1}),
        ("DELETE", f"/courses/{course}/pic", None),
        ("POST", f"/courses/{course}/lessons", {"name": "Mine"}),
        ("PUT", f"/courses/{course}/lessons/order", {"ids": [lesson]}),
        ("PATCH", inside, {"name": "Mine"}),
        ("DELETE", inside, None),
        ("POST", f"{inside}/links", {"title": "Mine", "link": "https://example.com"}),
        ("PATCH", f"{inside}/links/{link}", {"title": "Mine"}),
        ("DELETE", f"{inside}/links/{link}", None),
        ("POST", f"{inside}/tasks", {"name": "Mine", "task_condition": "Mine"}),
        ("PUT", f"{inside}/tasks/order", {"ids": [task]}),
        ("PATCH", f"{inside}/tasks/{task}", {"name": "Mine"}),
        ("PATCH", f"{inside}/tasks/{task}", {"task_condition": "Mine"}),
        ("DELETE", f"{inside}/tasks/{task}", None),
        ("PUT", f"{solved}/tests", {"tests": [{"input": "1", "output": "1"}]}),
        ("POST", f"{solved}/package", {"size": 1}),
        ("POST", f"{solved}/rejudge", None),
    ]


def test_a_teacher_writes_their_own_courses_alone(school: School, teacher: Person, course: int, lesson: int) -> None:
    task = add_task(school, teacher, course, lesson)["id"]
    new = {"title": "Read", "link": "https://example.com"}
    link = made(school.api.post(f"/courses/{course}/lessons/{lesson}/links", new, token=teacher.token))["id"]
    before = stored_items("courses")
    other = school.person(Role.TEACHER)
    for method, path, body in everything_a_teacher_may_write(course, lesson, task, link):
        assert refused(school.api.request(method, path, json_body=body, token=other.token)) == (403, "not_your_course")
    assert stored_items("courses") == before


def test_an_admin_writes_every_course(school: School, course: int) -> None:
    admin = school.person(Role.ADMIN)
    reply = school.api.request("PATCH", f"/courses/{course}", json_body={"name": "Better"}, token=admin.token)
    assert done(reply)["name"] == "Better"


def test_what_is_not_there_cannot_be_written(school: School, course: int, lesson: int) -> None:
    admin = school.person(Role.ADMIN)
    for method, path, body in everything_a_teacher_may_write(12345, lesson, 1, 1):
        assert refused(school.api.request(method, path, json_body=body, token=admin.token)) == (404, "course_not_found")
    for method, path, body in everything_a_teacher_may_write(course, 12345, 1, 1):
        if "12345" in path:
            reply = school.api.request(method, path, json_body=body, token=admin.token)
            assert (reply.status, reply.body["code"].endswith("_not_found")) == (404, True), path


# --- Lessons, tasks, links -------------------------------------------------------------------------------------------


def test_lessons_stand_where_they_are_put(school: School, teacher: Person, course: int) -> None:
    second = add_lesson(school, teacher, course)
    third = add_lesson(school, teacher, course)
    first = add_lesson(school, teacher, course, order=1)
    assert [each for each, _ in contents(school, teacher, course)] == [first, second, third]
    path = f"/courses/{course}/lessons"
    done(school.api.request("PATCH", f"{path}/{first}", json_body={"order": 3}, token=teacher.token))
    assert [each for each, _ in contents(school, teacher, course)] == [second, third, first]
    done(
        school.api.request("PUT", f"{path}/order", json_body={"ids": [first, third, second]}, token=teacher.token), 204
    )
    assert [each for each, _ in contents(school, teacher, course)] == [first, third, second]


@pytest.mark.parametrize("wrong", [[], [1], "twice", "one more"])
def test_an_order_names_everything_once(
    school: School, teacher: Person, course: int, lesson: int, wrong: list[int] | str
) -> None:
    other = add_lesson(school, teacher, course)
    wrong_order = {"twice": [lesson, lesson], "one more": [lesson, other, 5]}.get(str(wrong), wrong)
    for path in (f"/courses/{course}/lessons/order", f"/courses/{course}/lessons/{lesson}/tasks/order"):
        if not (wrong_order == [] and "tasks" in path):
            reply = school.api.request("PUT", path, json_body={"ids": wrong_order}, token=teacher.token)
            assert refused(reply) == (409, "order_incomplete")
    assert [each for each, _ in contents(school, teacher, course)] == [lesson, other]


def test_tasks_are_ordered_within_their_lesson(school: School, teacher: Person, course: int, lesson: int) -> None:
    a, b, c = (add_task(school, teacher, course, lesson)["id"] for _ in range(3))
    path = f"/courses/{course}/lessons/{lesson}/tasks"
    done(school.api.request("PUT", f"{path}/order", json_body={"ids": [c, a, b]}, token=teacher.token), 204)
    assert contents(school, teacher, course) == [(lesson, [c, a, b])]
    done(school.api.request("PATCH", f"{path}/{b}", json_body={"order": 1, "points": 7}, token=teacher.token))
    assert contents(school, teacher, course) == [(lesson, [b, c, a])]


def test_a_lesson_is_changed_and_deleted_with_what_is_in_it(
    school: School, teacher: Person, course: int, lesson: int
) -> None:
    kept = add_lesson(school, teacher, course)
    task = add_task(school, teacher, course, lesson)["id"]
    kept_task = add_task(school, teacher, course, kept)["id"]
    path = f"/courses/{course}/lessons/{lesson}"
    body = done(school.api.request("PATCH", path, json_body={"description": "New"}, token=teacher.token))
    assert (body["name"], body["description"]) == ("Lesson", "New")
    done(school.api.request("DELETE", path, token=teacher.token), 204)
    assert contents(school, teacher, course) == [(kept, [kept_task])]
    assert school.api.get(f"/courses/{course}/{lesson}/{task}", token=teacher.token).status == 404
    assert refused(school.api.request("DELETE", path, token=teacher.token)) == (404, "lesson_not_found")
    assert not [item for item in stored_items("courses") if item["sk"].split("#")[1:2] == [str(lesson)]]


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "ftp://example.com",
        "data:text/html,x",
        "example.com",
        "//example.com",
        "https://",
        "",
        5,
        "https://example.com/" + "x" * 500,
    ],
)
def test_a_link_leads_to_the_web(school: School, teacher: Person, course: int, lesson: int, link: Any) -> None:
    path = f"/courses/{course}/lessons/{lesson}/links"
    assert refused(school.api.post(path, {"title": "x", "link": link}, token=teacher.token)) == (400, "invalid_body")


def test_links_are_added_changed_and_deleted(school: School, teacher: Person, course: int, lesson: int) -> None:
    path = f"/courses/{course}/lessons/{lesson}/links"
    link = made(school.api.post(path, {"title": "Docs", "link": "http://a.example/x?y=1"}, token=teacher.token))
    assert (link["title"], link["link"]) == ("Docs", "http://a.example/x?y=1")
    own = f"{path}/{link['id']}"
    changed = done(school.api.request("PATCH", own, json_body={"link": "https://b.example"}, token=teacher.token))
    assert changed == {**link, "link": "https://b.example"}
    read = done(school.api.get(f"/courses/{course}/{lesson}", token=teacher.token))
    assert read["links"] == [changed]
    done(school.api.request("DELETE", own, token=teacher.token), 204)
    assert refused(school.api.request("DELETE", own, token=teacher.token)) == (404, "link_not_found")


INLINE = {"name": "Sum", "task_condition": "Add.", "time_limit": 2.5, "memory_limit": 64, "points": 3}


def test_a_problem_is_written_with_its_task(
    school: School, teacher: Person, course: int, lesson: int, pupil: Person
) -> None:
    tests = [{"input": "2 3", "output": "5"}, {"input": "1 4", "output": "5"}, {"input": "0 5", "output": "5"}]
    task = add_task(school, teacher, course, lesson, **INLINE, tests=tests, languages=["python3"])
    assert (task["name"], task["points"], task["is_published"], task["languages"]) == ("Sum", 3, True, ["python3"])
    problem = judge_models.find_problem(task["problem_id"])
    assert problem is not None
    assert (problem.author_id, problem.tests_count, problem.published) == (teacher.id, 3, True)
    school.api.post(f"/courses/attend/{course}", token=pupil.token)
    path = f"/courses/{course}/{lesson}/{task['id']}"
    read = done(school.api.get(path, token=pupil.token))
    assert (read["task_condition"], read["time_limit"], read["memory_limit"]) == ("Add.", 2.5, 64)
    assert (read["tests"], read["languages"]) == (tests[:2], ["python3"])
    assert done(school.api.post(path, {"code": "5"}, token=pupil.token))["code"] == "OK"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "x"},
        {"task_condition": "x"},
        {"problem_id": 0},
        {"problem_id": 1, "task_condition": "x"},
        {"problem_id": 1, "tests": []},
        {"problem_id": 1, "points": -1},
        {"problem_id": 1, "points": 1001},
        {"problem_id": 1, "order": 0},
        {"problem_id": 1, "languages": []},
        {**INLINE, "time_limit": 0},
        {**INLINE, "memory_limit": 10**6},
        {**INLINE, "tests": [{"input": "1"}]},
    ],
)
def test_a_task_that_makes_no_sense_is_refused(
    school: School, teacher: Person, course: int, lesson: int, body: dict[str, Any]
) -> None:
    reply = school.api.post(f"/courses/{course}/lessons/{lesson}/tasks", body, token=teacher.token)
    assert refused(reply) == (400, "invalid_body")
    assert contents(school, teacher, course) == [(lesson, [])]


def test_only_ones_own_problems_and_published_ones_are_placed(
    school: School, teacher: Person, course: int, lesson: int
) -> None:
    path = f"/courses/{course}/lessons/{lesson}/tasks"
    foreign, own = school.problem(published=False), school.problem(published=False, author_id=teacher.id)
    assert refused(school.api.post(path, {"problem_id": foreign.id}, token=teacher.token)) == (403, "not_your_problem")
    assert refused(school.api.post(path, {"problem_id": 12345}, token=teacher.token)) == (404, "problem_not_found")
    assert made(school.api.post(path, {"problem_id": own.id}, token=teacher.token))["name"] == "Sum"


def test_the_problem_of_a_task_is_changed_by_its_author(
    school: School, teacher: Person, course: int, lesson: int
) -> None:
    own = add_task(school, teacher, course, lesson, problem_id=school.problem(author_id=teacher.id).id)
    foreign = add_task(school, teacher, course, lesson)
    path = f"/courses/{course}/lessons/{lesson}/tasks"
    change = {"task_condition": "Subtract.", "time_limit": 3.0, "name": "Difference"}
    done(school.api.request("PATCH", f"{path}/{own['id']}", json_body=change, token=teacher.token))
    read = done(school.api.get(f"/courses/{course}/{lesson}/{own['id']}", token=teacher.token))
    assert (read["name"], read["task_condition"], read["time_limit"]) == ("Difference", "Subtract.", 3.0)
    reply = school.api.request("PATCH", f"{path}/{foreign['id']}", json_body=change, token=teacher.token)
    assert refused(reply) == (403, "not_your_problem")
    too_long = '{"task_condition": "' + "я" * 65_537 + '"}'
    reply = school.api.request("PATCH", f"{path}/{own['id']}", raw_body=too_long.encode(), token=teacher.token)
    assert [(each["field"], each["code"]) for each in reply.body["violations"]] == [
        ("/task_condition", "statement_too_large")
    ]


def test_a_task_gets_other_tests_and_is_judged_anew(
    school: School, teacher: Person, course: int, lesson: int, pupil: Person
) -> None:
    task = add_task(school, teacher, course, lesson, problem_id=school.problem(author_id=teacher.id).id)
    path = f"/courses/{course}/{lesson}/{task['id']}"
    school.api.post(f"/courses/attend/{course}", token=pupil.token)
    sent = done(school.api.post(path, {"code": "5"}, token=pupil.token))["submission_id"]
    tests = {"tests": [{"input": "2 4", "output": "6"}], "samples": 1}
    assert done(school.api.request("PUT", f"{path}/tests", json_body=tests, token=teacher.token))["tests_count"] == 1
    assert done(school.api.get(path, token=pupil.token))["is_solved"] is True
    school.clock.forward(timedelta(seconds=1))
    done(school.api.post(f"{path}/rejudge", token=teacher.token), 202)
    assert done(school.api.get(f"/submissions/{sent}", token=pupil.token))["code"] == "WRONG_ANSWER"
    assert done(school.api.get(path, token=pupil.token))["is_solved"] is False


def test_a_package_for_a_tasks_problem_is_announced(school: School, teacher: Person, course: int, lesson: int) -> None:
    own = add_task(school, teacher, course, lesson, problem_id=school.problem(author_id=teacher.id).id)
    foreign = add_task(school, teacher, course, lesson)
    path = f"/courses/{course}/{lesson}"
    announced = school.api.post(f"{path}/{own['id']}/package", {"size": 100}, token=teacher.token)
    location = announced.headers["location"]
    assert location == f"/problems/{own['problem_id']}/package/{made(announced)['import_id']}"
    assert done(school.api.get(location, token=teacher.token))["state"] == "waiting_for_upload"
    reply = school.api.post(f"{path}/{foreign['id']}/package", {"size": 100}, token=teacher.token)
    assert refused(reply) == (403, "not_your_problem")


# --- What pupils see -------------------------------------------------------------------------------------------------


def test_a_task_is_seen_once_its_problem_is_published(
    school: School, teacher: Person, course: int, lesson: int, pupil: Person
) -> None:
    problem = school.problem(published=False, author_id=teacher.id)
    task = add_task(school, teacher, course, lesson, problem_id=problem.id)
    assert task["is_published"] is False
    school.api.post(f"/courses/attend/{course}", token=pupil.token)
    path = f"/courses/{course}/{lesson}/{task['id']}"
    for publish in (False, True, False):
        stored = library.get(problem.id)
        library.change(stored, published=publish)
        assert contents(school, pupil, course) == [(lesson, [task["id"]] if publish else [])]
        assert school.api.get(path, token=pupil.token).status == (200 if publish else 404)
        sent = school.api.post(path, {"code": "5"}, token=pupil.token)
        assert sent.status == (200 if publish else 404)
        assert contents(school, teacher, course) == [(lesson, [task["id"]])]
        assert school.api.get(path, token=teacher.token).status == 200


@pytest.mark.parametrize(
    ("of_course", "of_task", "of_problem", "allowed"),
    [
        (None, None, None, None),
        (["python3"], None, None, ["python3"]),
        (["python3", "cpp17"], ["cpp17"], None, ["cpp17"]),
        (["python3"], ["cpp17"], None, ["cpp17"]),
        (None, None, ["cpp17"], ["cpp17"]),
        (["python3", "cpp17"], None, ["cpp17"], ["cpp17"]),
        (["python3"], None, ["cpp17"], []),
    ],
)
def test_programs_are_written_in_the_languages_that_are_allowed(
    school: School,
    pupil: Person,
    of_course: list[str] | None,
    of_task: list[str] | None,
    of_problem: list[str] | None,
    allowed: list[str] | None,
) -> None:
    course = school.course(languages=of_course)
    lesson = school.lesson(course)
    task = school.task(course, lesson, school.problem(languages=of_problem), languages=of_task)
    school.api.post(f"/courses/attend/{course.id}", token=pupil.token)
    path = f"/courses/{course.id}/{lesson.id}/{task.id}"
    offered = done(school.api.get(path, token=pupil.token))["languages"]
    assert offered == (["python3", "cpp17"] if allowed is None else allowed)
    for language in ("python3", "cpp17"):
        reply = school.api.post(path, {"code": "5", "language": language}, token=pupil.token)
        if language in offered:
            assert reply.status == 200
        else:
            assert refused(reply) == (422, "language_not_allowed")
            assert ", ".join(offered) in reply.body["detail"]


# --- Races and limits ------------------------------------------------------------------------------------------------


def at_the_limit(course: int, known: Outline) -> None:
    found = models.find_course(course)
    assert found is not None
    models.change_course(models.Change(course=found, outline=known))


def test_the_last_place_for_a_lesson_goes_to_one(school: School, teacher: Person, course: int) -> None:
    known = Outline()
    for lesson_id in range(1, outline.MAX_LESSONS):
        known = known.with_lesson(lesson_id)
    at_the_limit(course, known)
    path, new = f"/courses/{course}/lessons", {"name": "Last"}
    replies = in_parallel(3, lambda _: school.api.post(path, new, token=teacher.token))
    assert sorted(reply.status for reply in replies if isinstance(reply, Reply)) == [201, 409, 409]
    assert refused(school.api.post(path, new, token=teacher.token)) == (409, "course_full")
    found = models.find_course_and_outline(course)
    assert found is not None
    assert len(found[1].lessons) == outline.MAX_LESSONS


def test_the_last_place_for_a_task_goes_to_one(school: School, teacher: Person, course: int, lesson: int) -> None:
    known = Outline().with_lesson(lesson)
    for task_id in range(1, outline.MAX_TASKS):
        known = known.with_task(lesson, TaskEntry(task_id, 1, shown=True))
    at_the_limit(course, known)
    path, new = f"/courses/{course}/lessons/{lesson}/tasks", {"problem_id": school.problem().id}
    replies = in_parallel(3, lambda _: school.api.post(path, new, token=teacher.token))
    assert sorted(reply.status for reply in replies if isinstance(reply, Reply)) == [201, 409, 409]


def test_lessons_added_at_once_are_all_there(school: School, teacher: Person, course: int) -> None:
    path = f"/courses/{course}/lessons"
    replies = in_parallel(4, lambda number: school.api.post(path, {"name": f"L{number}"}, token=teacher.token))
    added = {made(reply)["id"] for reply in replies if isinstance(reply, Reply)}
    assert len(added) == 4
    assert {each for each, _ in contents(school, teacher, course)} == added
    found = models.find_course(course)
    assert found is not None
    assert found.version == 5


def test_two_changes_at_once_lose_neither(school: School, teacher: Person, course: int) -> None:
    bodies = ({"name": "New"}, {"description": "New"})
    replies = in_parallel(
        2,
        lambda n: school.api.request("PATCH", f"/courses/{course}", json_body=bodies[n], token=teacher.token),
    )
    assert [reply.status for reply in replies if isinstance(reply, Reply)] == [200, 200]
    read = done(school.api.get(f"/courses/{course}", token=teacher.token))
    assert (read["name"], read["description"]) == ("New", "New")


def test_a_change_that_others_always_overtake_gives_up(school: School, teacher: Person) -> None:
    course = school.course(author_id=teacher.id)

    def overtaken() -> Course:
        return models.change_course(models.Change(course=course))

    overtaken()
    with pytest.raises(Exception, match="somebody else at the same time"):
        authoring.retry_on_conflict(overtaken)


# --- Deleting --------------------------------------------------------------------------------------------------------


def inhabited(school: School, teacher: Person, pupil: Person) -> tuple[int, int]:
    """A course with everything there can be, and a submission to it."""
    path = school.task_path(pupil, author_id=teacher.id)
    course = models.find_course(int(path.split("/")[2]))
    assert course is not None
    school.link(course, school.lesson(course))
    sent = done(school.api.post(path, {"code": "5"}, token=pupil.token))["submission_id"]
    enrollments.grant_access(school.person().id, course.id, school.clock.now)
    done(school.api.post(path, {"code": "5"}, token=teacher.token))
    return course.id, sent


def test_a_deleted_course_leaves_its_submissions_and_nothing_else(
    school: School, teacher: Person, pupil: Person
) -> None:
    course, sent = inhabited(school, teacher, pupil)
    path = f"/courses/{course}"
    done(school.api.request("DELETE", path, token=teacher.token), 204)
    assert stored_items("courses") == []
    assert done(school.api.get(f"/submissions/{sent}", token=pupil.token))["code"] == "OK"
    assert refused(school.api.request("DELETE", path, token=teacher.token)) == (404, "course_not_found")
    assert refused(school.api.get(path, token=teacher.token)) == (404, "course_not_found")


def test_deleting_goes_on_where_it_stopped(school: School, teacher: Person, pupil: Person) -> None:
    course, _ = inhabited(school, teacher, pupil)
    path, author = f"/courses/{course}", authentication.caller_of(teacher.token)
    steps = 1
    while not deletion.remove_course(author, course, rounds=1, items=2):
        steps += 1
        assert school.api.get("/courses", token=teacher.token).body == {"courses": []}
        assert school.api.get(path, token=pupil.token).status == 404
        assert school.api.get(f"/user/courses/{pupil.id}", token=pupil.token).body == {"courses": []}
        assert school.api.post(f"/courses/attend/{course}", token=pupil.token).status == 404
        assert school.api.post(f"{path}/lessons", {"name": "x"}, token=teacher.token).status == 404
    assert steps > 3
    assert stored_items("courses") == []


def test_a_course_too_large_for_one_request_is_deleted_by_several(school: School, teacher: Person) -> None:
    course = school.course(author_id=teacher.id)
    pupils = deletion.PUPILS * deletion.ROUNDS + 1
    with models.CoursesItem.batch_write() as batch:
        for user_id in range(1, pupils + 1):
            key = models.enrollment_key(user_id, course.id)
            place: dict[str, Any] = {"course": str(course.id), "place": f"{enrollments.MEMBER}{ids.sortable(user_id)}"}
            batch.save(Enrollment(*key, user_id=user_id, course_id=course.id, **place))
    path = f"/courses/{course.id}"
    assert done(school.api.request("DELETE", path, token=teacher.token), 202) == {"status": "deleting"}
    assert refused(school.api.get(path, token=teacher.token)) == (404, "course_not_found")
    done(school.api.request("DELETE", path, token=teacher.token), 204)
    assert stored_items("courses") == []


def test_a_lesson_that_is_half_deleted_can_be_deleted(
    school: School, teacher: Person, course: int, lesson: int
) -> None:
    task = add_task(school, teacher, course, lesson)["id"]
    found, stored = models.find_course_and_outline(course), models.find_lesson(course, lesson)
    assert found is not None
    assert stored is not None
    stored.doomed = True
    models.change_course(models.Change(course=found[0], outline=found[1].without_lesson(lesson), changed=[stored]))
    assert contents(school, teacher, course) == []
    assert school.api.get(f"/courses/{course}/{lesson}/{task}", token=teacher.token).status == 404
    path = f"/courses/{course}/lessons/{lesson}"
    assert school.api.post(f"{path}/tasks", {"problem_id": school.problem().id}, token=teacher.token).status == 404
    done(school.api.request("DELETE", path, token=teacher.token), 204)
    assert {item["sk"] for item in stored_items("courses")} == {"COURSE", "OUTLINE"}
