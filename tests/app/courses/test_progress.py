"""How far everybody is: kept by verdicts, corrected when they change, shown to pupils and teachers."""

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common import ids
from chalicelib.common.texts import EMPTY, untranslated
from chalicelib.courses import enrollments, models, progress, tasks
from chalicelib.courses.models import Course, Enrollment
from chalicelib.courses.tasks import Place
from chalicelib.judge import models as judge_models
from chalicelib.judge.grading import grader
from chalicelib.judge.grading.verdict import Judgement
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import testsets
from chalicelib.judge.submissions import rejudging
from chalicelib.judge_protocol.contract import Verdict
from chalicelib.school import teaching
from tests.support.school import Person, Reply, School, counted_requests, in_parallel, stored_items

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


@pytest.fixture
def teacher(school: School) -> Person:
    return school.person(Role.TEACHER)


def send(school: School, path: str, person: Person, code: str = "5") -> int:
    reply = school.api.post(path, {"code": code}, token=person.token)
    assert reply.status in {200, 202}, reply.body
    return int(reply.body["submission_id"])


def shown(school: School, path: str, person: Person) -> tuple[bool, int, float]:
    body = school.api.get(path, token=person.token).body
    return body["is_solved"], body["attempts"], body["best_points"]


def retest(problem_id: int, *answers: str) -> None:
    """Give a problem other answers than those it was judged by."""
    problem = judge_models.find_problem(problem_id)
    assert problem is not None
    known = problem.version
    problem.tests_version = judge_models.next_tests_version(problem)
    problem.tests_count = len(answers)
    testsets.write(problem_id, problem.tests_version, [testsets.TestCase(b"2 3\n", each.encode()) for each in answers])
    judge_models.change_problem(problem, known_version=known)


def scored(school: School, **overrides: Any) -> Problem:
    """Three tests of one, two and three points; a program prints one answer, so it earns those of one test."""
    scoring = {"points": [1, 2, 3]}
    return school.problem(("1", "2", "3"), scoring=scoring, stop_at_first_failure=False, **overrides)


def course_of(path: str) -> int:
    return int(path.split("/")[2])


def place_of(path: str) -> Place:
    course_id, lesson_id, task_id = (int(part) for part in path.split("/")[2:])
    return Place(course_id=course_id, lesson_id=lesson_id, task_id=task_id)


def test_the_best_points_count(school: School, pupil: Person) -> None:
    path = school.task_path(problem=scored(school))
    school.api.post(f"/courses/attend/{course_of(path)}", token=pupil.token)
    for code, best in (("2", 0.33), ("3", 0.5), ("1", 0.5)):
        send(school, path, pupil, code)
        assert shown(school, path, pupil)[2] == best
    assert shown(school, path, pupil)[:2] == (False, 3)


def test_points_follow_what_the_task_is_worth_now(school: School, pupil: Person, teacher: Person) -> None:
    path = school.task_path(pupil, scored(school), author_id=teacher.id)
    send(school, path, pupil, "3")
    place = place_of(path)
    change = f"/courses/{place.course_id}/lessons/{place.lesson_id}/tasks/{place.task_id}"
    assert school.api.request("PATCH", change, json_body={"points": 10}, token=teacher.token).status == 200
    assert shown(school, path, pupil) == (False, 1, 5.0)


def test_judging_again_corrects_what_was_solved_and_counts_no_attempt(school: School, pupil: Person) -> None:
    problem = school.problem()
    path = school.task_path(pupil, problem)
    first = send(school, path, pupil)
    assert shown(school, path, pupil) == (True, 1, 1.0)
    retest(problem.id, "6")
    rejudging.rejudge(first)
    assert shown(school, path, pupil) == (False, 1, 0.0)
    retest(problem.id, "5")
    rejudging.rejudge(first)
    assert shown(school, path, pupil) == (True, 1, 1.0)


def test_a_task_stays_solved_when_another_submission_still_solves_it(school: School, pupil: Person) -> None:
    problem = school.problem(("5",))
    path = school.task_path(pupil, problem)
    five, six = send(school, path, pupil, "5"), send(school, path, pupil, "6")
    retest(problem.id, "6")
    for submission in (six, five):
        rejudging.rejudge(submission)
    assert shown(school, path, pupil) == (True, 2, 1.0)


def test_the_best_points_fall_to_the_second_best(school: School, pupil: Person) -> None:
    problem = scored(school)
    path = school.task_path(pupil, problem)
    two, three = send(school, path, pupil, "2"), send(school, path, pupil, "3")
    retest(problem.id, "1", "2", "9")
    for submission in (three, two):
        rejudging.rejudge(submission)
    assert shown(school, path, pupil) == (False, 2, 0.33)


def test_a_verdict_that_is_our_fault_changes_nothing(school: School, pupil: Person) -> None:
    problem = school.problem()
    path = school.task_path(pupil, problem)
    solved = send(school, path, pupil)
    retest(problem.id, "5")
    judge_models.Problem(*judge_models.problem_key(problem.id)).update(
        actions=[judge_models.Problem.tests_version.set(99)]
    )
    rejudging.rejudge(solved)
    assert school.api.get(f"/submissions/{solved}", token=pupil.token).body["code"] == "SYSTEM_ERROR"
    assert shown(school, path, pupil) == (True, 1, 1.0)


def test_a_cancelled_submission_is_no_attempt(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    reply = school.api.post(path, {"code": "5"}, token=pupil.token, headers={"Prefer": "respond-async"})
    cancelled = school.api.request("DELETE", reply.headers["location"], token=pupil.token)
    assert cancelled.status == 200, cancelled.body
    school.queue.deliver()
    assert shown(school, path, pupil) == (False, 0, 0.0)


def judgements(submission_ids: list[int]) -> list[tuple[Submission, Judgement]]:
    found = [judge_models.find_submission(submission_id) for submission_id in submission_ids]
    judged = Judgement(
        verdict=Verdict.OK,
        text=untranslated("OK"),
        compiler_output="",
        results=(),
        tests_total=2,
        points=1.0,
        max_points=1.0,
        notice=EMPTY,
    )
    return [(submission, judged) for submission in found if submission is not None]


def test_two_verdicts_at_once_are_two_attempts(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    headers = {"Prefer": "respond-async"}
    sent = [
        school.api.post(path, {"code": "5"}, token=pupil.token, headers=headers).body["submission_id"] for _ in range(2)
    ]
    waiting = judgements(sent)
    outcomes = in_parallel(2, lambda number: grader.finish(*waiting[number]))
    assert outcomes == [None, None]
    assert shown(school, path, pupil) == (True, 2, 1.0)


def test_one_verdict_delivered_twice_at_once_is_one_attempt(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    headers = {"Prefer": "respond-async"}
    sent = school.api.post(path, {"code": "5"}, token=pupil.token, headers=headers).body["submission_id"]
    (first,), (second,) = judgements([sent]), judgements([sent])
    in_parallel(2, lambda number: grader.finish(*(first, second)[number]))
    assert shown(school, path, pupil) == (True, 1, 1.0)


def test_a_verdict_writes_no_more_than_fourstored_items(school: School, path: str, pupil: Person) -> None:
    """With the two of sending it, and that it is being compiled, these are the seven that solving may cost."""
    school.queue.held = True
    reply = school.api.post(path, {"code": "5"}, token=pupil.token, headers={"Prefer": "respond-async"})
    before = {package: len(stored_items(package)) for package in ("judge", "courses")}
    with counted_requests() as counted:
        school.queue.deliver()
    assert school.api.get(reply.headers["location"], token=pupil.token).body["code"] == "OK"
    assert (counted["TransactWriteItems"], counted["UpdateItem"]) == (1, 1)
    assert sum(counted[operation] for operation in WRITES) == 2
    assert len(stored_items("judge")) == before["judge"]
    assert len(stored_items("courses")) == before["courses"] + 1


# --- What teachers see -----------------------------------------------------------------------------------------------


@pytest.fixture
def course(school: School, teacher: Person) -> Course:
    return school.course(author_id=teacher.id)


def join(school: School, course: Course, *people: Person) -> None:
    for person in people:
        assert school.api.post(f"/courses/attend/{course.id}", token=person.token).body["status"] == "success"


def table(school: School, teacher: Person, course: Course, kind: str = "progress") -> Any:
    reply = school.api.get(f"/courses/{course.id}/{kind}", token=teacher.token)
    assert reply.status == 200, reply.body
    return reply.body


def test_the_table_says_who_solved_what(school: School, teacher: Person, course: Course) -> None:
    lesson, problem = school.lesson(course), school.problem()
    sums, loops = school.task(course, lesson, problem, name="Sums", points=2), school.task(course, lesson, problem)
    ada, bob = school.person(name="Ada"), school.person(name="Bob")
    join(school, course, ada, bob)
    prefix = f"/courses/{course.id}/{lesson.id}"
    for task, person, code in ((sums, ada, "4"), (sums, ada, "5"), (loops, bob, "4")):
        send(school, f"{prefix}/{task.id}", person, code)
    body = table(school, teacher, course)
    assert [(each["id"], each["name"], each["points"]) for each in body["tasks"]] == [
        (sums.id, "Sums", 2),
        (loops.id, "Sum", 1),
    ]
    rows = {row["name"]: row for row in body["members"]}
    assert (rows["Ada"]["solved"], rows["Ada"]["total"], rows["Ada"]["points"], rows["Ada"]["max_points"]) == (
        1,
        2,
        2,
        3,
    )
    cells = [cell for row in rows.values() for cell in row["tasks"]]
    assert all(cell.pop("submission_id") > 0 for cell in cells)
    assert {(cell.pop("penalty"), cell.pop("late_days")) for cell in cells} == {(0, 0)}
    assert rows["Ada"]["tasks"] == [{"task_id": sums.id, "is_solved": True, "attempts": 2, "points": 2.0}]
    assert rows["Bob"]["tasks"] == [{"task_id": loops.id, "is_solved": False, "attempts": 1, "points": 0.0}]
    members = table(school, teacher, course, "members")["members"]
    assert members == [{key: value for key, value in row.items() if key != "tasks"} for row in body["members"]]


def test_a_teacher_who_tries_a_task_is_no_member(school: School, teacher: Person, course: Course) -> None:
    task = school.task(course, lesson := school.lesson(course), school.problem())
    send(school, f"/courses/{course.id}/{lesson.id}/{task.id}", teacher)
    assert table(school, teacher, course)["members"] == []


def test_what_came_of_a_task_that_was_taken_out_counts_no_more(
    school: School, teacher: Person, course: Course, pupil: Person
) -> None:
    lesson, problem = school.lesson(course), school.problem()
    kept, gone = school.task(course, lesson, problem), school.task(course, lesson, problem)
    join(school, course, pupil)
    for task in (kept, gone):
        send(school, f"/courses/{course.id}/{lesson.id}/{task.id}", pupil)
    path = f"/courses/{course.id}/lessons/{lesson.id}/tasks/{gone.id}"
    assert school.api.request("DELETE", path, token=teacher.token).status == 204
    (member,) = table(school, teacher, course, "members")["members"]
    assert (member["solved"], member["total"]) == (1, 1)


@pytest.mark.parametrize("kind", ["members", "progress"])
def test_only_the_author_and_admins_see_the_table(school: School, course: Course, kind: str) -> None:
    path = f"/courses/{course.id}/{kind}"
    reply = school.api.get(path, token=school.person(Role.TEACHER).token)
    assert (reply.status, reply.body["code"]) == (403, "not_your_course")
    assert school.api.get(path, token=school.person(Role.ADMIN).token).status == 200
    assert school.api.get(f"/courses/12345/{kind}", token=school.person(Role.ADMIN).token).status == 404


def attendance(school: School, user_id: int, course_id: int) -> Enrollment:
    """As `enrollments.start_attendance` leaves it."""
    place = f"{enrollments.MEMBER}{ids.sortable(user_id)}"
    key = models.enrollment_key(user_id, course_id)
    fields: dict[str, Any] = {"user_id": user_id, "course_id": course_id, "course": str(course_id)}
    return Enrollment(*key, place=place, since=school.clock.now, **fields)


def attendees(school: School, course: Course, count: int) -> None:
    with models.CoursesItem.batch_write() as batch:
        for user_id in range(10**6, 10**6 + count):
            batch.save(attendance(school, user_id, course.id))


@pytest.mark.parametrize("kind", ["members", "progress"])
def test_a_page_of_members_costs_the_same_whatever_their_number(school: School, teacher: Person, kind: str) -> None:
    costs = []
    for count in (10, 100, 1000):
        course = school.course(author_id=teacher.id)
        attendees(school, course, count)
        with counted_requests() as counted:
            read = table(school, teacher, course, f"{kind}?limit=10")["members"]
        assert len(read) == 10
        costs.append(dict(counted))
    counting = {"UpdateItem": 1} if kind == "progress" else {}
    assert costs == [{"BatchGetItem": 2, "Query": 2, **counting}] * 3


def pages(school: School, person: Person, path: str) -> Iterator[Reply]:
    while True:
        reply = school.api.get(path, token=person.token)
        assert reply.status == 200, reply.body
        yield reply
        if "link" not in reply.headers:
            return
        path = reply.headers["link"].removeprefix("<").partition(">")[0]


def test_members_are_paged(school: School, teacher: Person, course: Course) -> None:
    attendees(school, course, 7)
    read = [page.body["members"] for page in pages(school, teacher, f"/courses/{course.id}/members?limit=3")]
    assert [len(page) for page in read] == [3, 3, 1]
    assert len({member["user_id"] for page in read for member in page}) == 7


# --- What users see --------------------------------------------------------------------------------------------------


def test_estimations_are_marks_in_each_course(school: School, pupil: Person) -> None:
    solved, untouched = school.task_path(pupil), school.task_path(pupil)
    school.task_path()
    send(school, solved, pupil)
    body = school.api.get(f"/user/estimations/{pupil.id}", token=pupil.token).body
    read = [
        tuple(each[name] for name in ("course_id", "solved", "total", "points", "max_points"))
        for each in body["estimations"]
    ]
    assert read == [(course_of(untouched), 0, 1, 0.0, 1), (course_of(solved), 1, 1, 1.0, 1)]
    assert [each.estimation.marks.solved for each in progress.studies_of(progress.newest_begun_by(pupil.id))] == [0, 1]


def test_user_courses_are_those_that_are_attended(school: School, pupil: Person, teacher: Person) -> None:
    path = school.task_path(pupil, author_id=teacher.id)
    school.course()
    for person in (pupil, teacher):
        courses = school.api.get(f"/user/courses/{pupil.id}", token=person.token).body["courses"]
        assert [course["id"] for course in courses] == [course_of(path)]


@pytest.mark.parametrize("kind", ["courses", "estimations", "certification"])
def test_a_person_is_read_about_by_themselves_their_teachers_and_admins(
    school: School, pupil: Person, teacher: Person, course: Course, kind: str
) -> None:
    admin = school.person(Role.ADMIN)
    path = f"/user/{kind}/{pupil.id}"
    for stranger in (school.person(), teacher):
        reply = school.api.get(path, token=stranger.token)
        assert (reply.status, reply.body["status"]) == (403, "Forbidden")
    join(school, course, pupil)
    assert [school.api.get(path, token=each.token).status for each in (pupil, teacher, admin)] == [200] * 3
    assert school.api.get(path, token=school.person(Role.TEACHER).token).status == 403
    for person, status in ((teacher, (403, "Forbidden")), (admin, (404, "Not found"))):
        nobody = school.api.get(f"/user/{kind}/12345", token=person.token)
        assert (nobody.status, nobody.body["status"]) == status


@pytest.mark.parametrize("kind", ["courses", "estimations"])
def test_a_page_of_ones_courses_costs_the_same_whatever_their_number(school: School, pupil: Person, kind: str) -> None:
    costs, made = [], 0
    for count in (10, 100):
        for _ in range(count - made):
            attendance(school, pupil.id, school.course().id).save()
        made = count
        school.api.get("/courses", token=pupil.token)
        with counted_requests() as counted:
            body = school.api.get(f"/user/{kind}/{pupil.id}?limit=10", token=pupil.token).body
        assert len(body[kind]) == 10
        costs.append(dict(counted))
    cards = 2 if kind == "courses" else 0  # outlines with enrollments, and authors
    assert costs[0] == costs[1] == {"BatchGetItem": 2 + cards, "Query": 1}


def test_pupils_of_a_teacher(school: School, teacher: Person, course: Course) -> None:
    other, mine, both = school.person(), school.person(), school.person()
    second = school.course(author_id=teacher.id)
    join(school, course, mine, both)
    join(school, second, both)
    join(school, school.course(), other)
    assert teaching.pupils_among(teacher.id, [other.id, mine.id, both.id, teacher.id]) == {mine.id, both.id}
    assert teaching.pupils_after(teacher.id, 0, at_most=10) == sorted([mine.id, both.id])


def test_who_attends_their_own_course_is_not_listed_twice(school: School, teacher: Person, course: Course) -> None:
    join(school, course, teacher)
    users = school.api.get("/user/users", token=teacher.token).body
    assert [user["id"] for user in users] == [teacher.id]


def test_record_knows_what_an_origin_names() -> None:
    place = Place(course_id=1, lesson_id=2, task_id=3)
    assert Place.of_origin(place.origin) == place
    assert place.origin.startswith(f"{tasks.ORIGIN}#")
