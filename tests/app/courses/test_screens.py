"""What a screen shows comes with one or two requests: names beside ids, places, neighbours, progress on cards."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.courses.models import PRIVATE
from tests.support.school import Person, School, counted_requests

ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def author(school: School) -> Person:
    return school.person(Role.TEACHER, name="Ada", secondname="Byron")


def test_a_card_says_who_wrote_the_course_and_how_far_one_is(school: School, author: Person, pupil: Person) -> None:
    path = school.task_path(pupil, author_id=author.id)
    school.course(author_id=author.id)
    school.api.post(path, {"code": "5"}, token=pupil.token)
    other, mine = school.api.get("/courses", token=pupil.token).body["courses"]
    card = {key: mine[key] for key in ("author_id", "author_name", "tasks_count", "max_points")}
    assert card == {"author_id": author.id, "author_name": "Ada Byron", "tasks_count": 1, "max_points": 1}
    assert (mine["attends"], mine["solved"], mine["points"]) == (True, 1, 1)
    assert (other["attends"], other["solved"], other["tasks_count"]) == (False, 0, 0)


def test_an_open_course_says_the_same_of_itself(school: School, author: Person, pupil: Person) -> None:
    path = school.task_path(pupil, author_id=author.id)
    shown = school.api.get(path.rsplit("/", 2)[0], token=pupil.token).body
    assert (shown["attends"], shown["author_name"], shown["solved"], shown["tasks_count"]) == (True, "Ada Byron", 0, 1)


def test_a_list_of_cards_costs_the_same_however_long_it_is(school: School, author: Person, pupil: Person) -> None:
    costs = []
    school.api.get("/courses", token=pupil.token)  # so that the languages are known
    for _ in range(2):
        school.course(author_id=author.id)
        with counted_requests() as asked:
            assert school.api.get("/courses", token=pupil.token).status == 200
        costs.append(dict(asked))
    assert costs[0] == costs[1]


def test_a_visitor_reads_the_card_of_a_public_course(school: School, author: Person) -> None:
    course = school.course(author_id=author.id, description="Sums")
    card = school.api.get(f"/main/courses/{course.id}")
    assert card.status == 200
    assert (card.body["name"], card.body["description"], card.body["author_name"]) == (
        course.name,
        "Sums",
        "Ada Byron",
    )
    assert card.body in school.api.get("/main/courses").body
    assert "attends" not in card.body


def test_the_card_of_a_private_course_is_not_for_visitors(school: School) -> None:
    course = school.course(visibility=PRIVATE)
    hidden, absent = school.api.get(f"/main/courses/{course.id}"), school.api.get("/main/courses/999999")
    assert (hidden.status, hidden.body["code"]) == (404, "course_not_found")
    assert (absent.status, absent.body["code"]) == (404, "course_not_found")


@pytest.fixture
def lined_up(school: School, author: Person, pupil: Person) -> tuple[list[str], dict[str, Any]]:
    """The paths of three tasks in two lessons, with one between them that is not published, and their names."""
    course = school.course(author_id=author.id, name="Numbers")
    first, second = school.lesson(course, name="Sums"), school.lesson(course, name="Products")
    hidden = school.problem(published=False)
    tasks = [
        school.task(course, first, school.problem(), name="One"),
        school.task(course, first, hidden, name="Hidden"),
        school.task(course, second, school.problem(), name="Two"),
        school.task(course, second, school.problem(), name="Three"),
    ]
    assert school.api.post(f"/courses/attend/{course.id}", token=pupil.token).status == 200
    paths = [f"/courses/{course.id}/{task.lesson_id}/{task.id}" for task in tasks]
    around = {task.name: {"lesson_id": task.lesson_id, "task_id": task.id, "name": task.name} for task in tasks}
    return paths, around


def test_a_task_knows_its_place_and_neighbours(
    school: School, pupil: Person, lined_up: tuple[list[str], dict[str, Any]]
) -> None:
    (one, _, two, three), around = lined_up
    shown = [school.api.get(path, token=pupil.token).body for path in (one, two, three)]
    assert [(each["course_name"], each["lesson_name"]) for each in shown] == [
        ("Numbers", "Sums"),
        ("Numbers", "Products"),
        ("Numbers", "Products"),
    ]
    assert [f"/courses/{each['course_id']}/{each['lesson_id']}/{each['id']}" for each in shown] == [one, two, three]
    assert [(each["previous"], each["next"]) for each in shown] == [
        (None, around["Two"]),
        (around["One"], around["Three"]),
        (around["Two"], None),
    ]


def test_who_teaches_the_course_finds_unpublished_neighbours(
    school: School, author: Person, lined_up: tuple[list[str], dict[str, Any]]
) -> None:
    paths, around = lined_up
    assert school.api.get(paths[2], token=author.token).body["previous"] == around["Hidden"]


def test_a_task_knows_what_was_sent_last_even_before_it_is_judged(school: School, pupil: Person) -> None:
    path = school.task_path(pupil)
    assert school.api.get(path, token=pupil.token).body["last_submission_id"] is None
    school.api.post(path, {"code": "4"}, token=pupil.token)
    school.clock.forward(timedelta(seconds=1))
    school.queue.held = True
    waiting = school.api.post(path, {"code": "5"}, token=pupil.token, headers=ASYNC)
    assert waiting.status == 202
    assert school.api.get(path, token=pupil.token).body["last_submission_id"] == waiting.body["submission_id"]
    assert school.api.get(path, token=school.person(Role.ADMIN).token).body["last_submission_id"] is None


def test_a_submission_leads_back_to_its_task(
    school: School, author: Person, pupil: Person, lined_up: tuple[list[str], dict[str, Any]]
) -> None:
    (one, _, two, _), around = lined_up
    sent = school.api.post(two, {"code": "5"}, token=pupil.token).body["submission_id"]
    shown = school.api.get(f"/submissions/{sent}", token=pupil.token).body
    place = shown["place"]
    assert f"/courses/{place['course_id']}/{place['lesson_id']}/{place['task_id']}" == two
    assert (place["course_name"], place["lesson_name"], place["task_name"]) == ("Numbers", "Products", "Two")
    assert (place["previous"], place["next"]) == (around["One"], around["Three"])
    assert shown["user_name"] == pupil.account.name
    for_teacher = school.api.get(f"/submissions/{sent}", token=author.token).body
    assert for_teacher["place"]["previous"] == around["Hidden"]
    assert one != two


def test_lists_of_submissions_name_people_and_places_in_two_requests(
    school: School, pupil: Person, lined_up: tuple[list[str], dict[str, Any]]
) -> None:
    (one, _, two, _), _ = lined_up
    for path in (one, two):
        school.clock.forward(timedelta(seconds=1))
        assert school.api.post(path, {"code": "5"}, token=pupil.token).status == 200
    with counted_requests() as asked:
        listed = school.api.get("/submissions", token=pupil.token).body["submissions"]
    assert [(each["place"]["task_name"], each["user_name"]) for each in listed] == [
        ("Two", pupil.account.name),
        ("One", pupil.account.name),
    ]
    of_task = school.api.get(f"{one}/submissions", token=pupil.token).body["submissions"]
    assert [each["place"]["lesson_name"] for each in of_task] == ["Sums"]
    assert asked["BatchGetItem"] == 3  # the caller with the session, people, places


def test_what_was_sent_to_a_deleted_course_has_no_place(
    school: School, author: Person, pupil: Person, lined_up: tuple[list[str], dict[str, Any]]
) -> None:
    (one, *_), _ = lined_up
    sent = school.api.post(one, {"code": "5"}, token=pupil.token).body["submission_id"]
    assert school.api.request("DELETE", one.rsplit("/", 2)[0], token=author.token).status == 204
    assert school.api.get(f"/submissions/{sent}", token=pupil.token).body["place"] is None
    (listed,) = school.api.get("/submissions", token=pupil.token).body["submissions"]
    assert listed["place"] is None


def test_problems_name_their_authors(school: School, author: Person) -> None:
    problem = school.problem(author_id=author.id)
    (listed,) = school.api.get("/problems", token=author.token).body["problems"]
    shown = school.api.get(f"/problems/{problem.id}", token=author.token).body
    assert listed["author_name"] == shown["author_name"] == "Ada Byron"


def goes_on(school: School, pupil: Person) -> Any:
    (course,) = school.api.get("/user/monitor", token=pupil.token).body["sections"]["progress"]
    return course["next"]


def test_the_dashboard_says_where_one_goes_on_in_each_course(
    school: School, pupil: Person, lined_up: tuple[list[str], dict[str, Any]]
) -> None:
    (one, _, two, three), around = lined_up
    assert goes_on(school, pupil) == around["One"]
    for path, code, then in ((two, "4", "Two"), (two, "5", "Three"), (three, "5", "One"), (one, "5", None)):
        school.clock.forward(timedelta(seconds=1))
        assert school.api.post(path, {"code": code}, token=pupil.token).status == 200
        assert goes_on(school, pupil) == (then and around[then])


def test_where_one_goes_on_costs_one_request_for_all_courses(school: School, pupil: Person) -> None:
    costs = []
    for _ in range(2):
        school.task_path(pupil)
        with counted_requests() as asked:
            shown = school.api.get("/user/monitor", token=pupil.token).body["sections"]["progress"]
        assert all(each["next"] for each in shown)
        costs.append(dict(asked))
    assert costs[0] == costs[1]


def test_who_left_a_course_goes_on_nowhere(school: School, author: Person, pupil: Person) -> None:
    path = school.task_path(pupil, author_id=author.id)
    school.api.post(path, {"code": "4"}, token=pupil.token)
    body = {"course_id": int(path.split("/")[2])}
    assert (
        school.api.request("DELETE", f"/user/certification/{pupil.id}", json_body=body, token=author.token).status < 300
    )
    assert goes_on(school, pupil) is None
