"""Sending programs to tasks, and how far one is with them."""

from datetime import timedelta
from typing import Any

import pytest

from chalicelib.accounts.permissions import Role
from chalicelib.common import ids
from chalicelib.common.dynamo import transactions
from chalicelib.courses.models import PRIVATE, Task, find_task
from chalicelib.judge import languages, models, waiting_models
from chalicelib.judge.grading import grader
from chalicelib.judge.grading.judge_client import JudgeUnavailable
from chalicelib.judge.grading.progress import Progress
from chalicelib.judge.models import Problem
from chalicelib.judge.problems import testsets
from chalicelib.judge.submissions import quota, recovery, rejudging, submissions
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol.contract import File, Outcome
from tests.support.school import Clock, Person, Queue, Reply, School, counted_requests, in_parallel

WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}
ASYNC = {"Prefer": "respond-async"}


def send(school: School, path: str, pupil: Person, code: str = "5", headers: dict[str, str] | None = None) -> Reply:
    return school.api.post(path, {"code": code}, token=pupil.token, headers=headers)


def progress_of(school: School, path: str, pupil: Person) -> tuple[bool, int]:
    body = school.api.get(path, token=pupil.token).body
    return body["is_solved"], body["attempts"]


def test_a_right_program_solves_the_task(school: School, path: str, pupil: Person) -> None:
    reply = send(school, path, pupil)
    assert reply.status == 200
    assert reply.body.pop("submission_id") > 0
    assert reply.body == {
        "verdict": "OK",
        "code": "OK",
        "time": 0.012,
        "memory": 9000,
        "tests_passed": 2,
        "tests_total": 2,
        "points": 1,
        "max_points": 1,
        "task_points": 1,
        "task_max_points": 1,
        "compiler_output": "",
    }
    assert progress_of(school, path, pupil) == (True, 1)


def test_a_wrong_program_is_an_attempt(school: School, path: str, pupil: Person) -> None:
    reply = send(school, path, pupil, "4")
    assert reply.status == 200
    assert (reply.body["code"], reply.body["verdict"]) == (
        "WRONG_ANSWER",
        "Wrong answer on test 1: expected 5 in line 1, got 4",
    )
    assert progress_of(school, path, pupil) == (False, 1)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome.TIME_LIMIT, "Time limit exceeded on test 1"),
        (Outcome.MEMORY_LIMIT, "Memory limit exceeded on test 1"),
        (Outcome.COMPILE_ERROR, "Compilation error"),
    ],
)
def test_a_program_that_fails_is_a_result_and_an_attempt(
    school: School, path: str, pupil: Person, outcome: Outcome, verdict: str
) -> None:
    school.judge.outcome = outcome
    reply = send(school, path, pupil)
    assert (reply.status, reply.body["verdict"], reply.body["code"]) == (200, verdict, outcome.name)
    assert progress_of(school, path, pupil) == (False, 1)


def test_solved_stays_solved_after_a_later_wrong_attempt(school: School, path: str, pupil: Person) -> None:
    for code in ("4", "5", "4"):
        send(school, path, pupil, code)
    assert progress_of(school, path, pupil) == (True, 3)


def test_progress_shows_in_the_lesson_and_the_course(school: School, path: str, pupil: Person) -> None:
    send(school, path, pupil)
    lesson_path = path.rpartition("/")[0]
    (task,) = school.api.get(lesson_path, token=pupil.token).body["tasks"]
    assert (task["is_solved"], task["attempts"]) == (True, 1)
    (lesson,) = school.api.get(lesson_path.rpartition("/")[0], token=pupil.token).body["lessons"]
    assert lesson["tasks"] == [task]


def test_the_progress_of_one_is_not_that_of_another(school: School, path: str, pupil: Person) -> None:
    other = school.person()
    school.api.post(f"/courses/attend/{path.split('/')[2]}", token=other.token)
    send(school, path, pupil)
    assert progress_of(school, path, pupil) == (True, 1)
    assert progress_of(school, path, other) == (False, 0)


def test_one_problem_in_two_tasks_is_solved_in_each(school: School, pupil: Person) -> None:
    problem = school.problem()
    solved, other = school.task_path(pupil, problem), school.task_path(pupil, problem)
    send(school, solved, pupil)
    assert progress_of(school, solved, pupil) == (True, 1)
    assert progress_of(school, other, pupil) == (False, 0)


def test_a_teacher_may_try_a_task_of_a_private_course_of_theirs(school: School) -> None:
    teacher = school.person(Role.TEACHER)
    path = school.task_path(visibility=PRIVATE, author_id=teacher.id)
    assert send(school, path, teacher).body["code"] == "OK"
    assert progress_of(school, path, teacher) == (True, 1)


def accepted(reply: Reply) -> int:
    assert reply.status == 202, reply.body
    submission_id: int = reply.body["submission_id"]
    assert reply.body == {"status": "Checking", "submission_id": submission_id}
    assert reply.headers["location"] == f"/submissions/{submission_id}"
    return submission_id


def shown(school: School, submission_id: int, pupil: Person) -> dict[str, Any]:
    reply = school.api.get(f"/submissions/{submission_id}", token=pupil.token)
    assert reply.status == 200
    body: dict[str, Any] = reply.body
    return body


def looks_at(school: School, path: str, pupil: Person, preference: str) -> int:
    """How often the submission was looked at before the answer."""
    school.queue.held = True
    languages.list_all()  # read once in a while: that is no look
    with counted_requests() as counted:
        accepted(send(school, path, pupil, headers={"Prefer": preference}))
    return counted["GetItem"]


@pytest.mark.parametrize("preference", ["respond-async", "Respond-Async, wait=100", "wait=0"])
def test_who_does_not_want_to_wait_is_answered_at_once(
    school: School, path: str, pupil: Person, preference: str
) -> None:
    assert looks_at(school, path, pupil, preference) < looks_at(school, path, pupil, "wait=1")


def test_points_are_told_on_the_scale_of_the_task_as_well(school: School, pupil: Person) -> None:
    """Wherever a submission is: one that earned two of the problem's three points, in a task of ten."""
    problem = school.problem(("1", "5", "5"), scoring={"points": [1, 1, 1]}, stop_at_first_failure=False)
    path = school.task_path(pupil, problem)
    course_id, lesson_id, task_id = map(int, path.split("/")[2:])
    task = find_task(course_id, lesson_id, task_id)
    assert task is not None
    task.update(actions=[Task.points.set(10)])
    mine = school.live.join(pupil)

    sent = send(school, path, pupil).body
    (listed,) = school.api.get(f"{path}/submissions", token=pupil.token).body["submissions"]
    (told,) = [frame["payload"] for frame in mine.got if frame["type"] == "SUBMISSION_VERDICT_RETRIEVED"]

    for said in (sent, listed, shown(school, sent["submission_id"], pupil)):
        earned = (said["points"], said["max_points"], said["task_points"], said["task_max_points"])
        assert earned == (2, 3, 6.67, 10)
    assert (told["points"], told["maxPoints"], told["taskPoints"], told["taskMaxPoints"]) == (2, 3, 6.67, 10)
    assert school.api.get(path, token=pupil.token).body["best_points"] == 6.67


def test_a_verdict_that_is_late_is_read_at_its_location(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    submission_id = accepted(send(school, path, pupil, headers=ASYNC))
    waiting = shown(school, submission_id, pupil)
    assert (waiting["status"], waiting["is_checked"], waiting["code"]) == ("Checking", False, "PENDING")
    (listed,) = school.api.get(f"{path}/submissions", token=pupil.token).body["submissions"]
    assert waiting["verdict"] == listed["verdict"] == "Checking"
    course_id, lesson_id, task_id = map(int, path.split("/")[2:])
    assert waiting["origin"] == {"course_id": course_id, "lesson_id": lesson_id, "task_id": task_id}
    assert listed["origin"] == waiting["origin"]
    assert (waiting["tests"], waiting["judged_at"]) == ([], None)
    assert progress_of(school, path, pupil) == (False, 0)
    school.queue.deliver()
    checked = shown(school, submission_id, pupil)
    assert (checked["status"], checked["is_checked"], checked["code"]) == ("Checked", True, "OK")
    assert progress_of(school, path, pupil) == (True, 1)


def test_who_waits_in_vain_is_told_where_to_look(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    accepted(send(school, path, pupil, headers={"Prefer": "wait=1"}))


def test_who_waits_in_vain_and_knows_of_no_202_can_read_the_answer(school: School, path: str, pupil: Person) -> None:
    """PyTry's client: it reads `verdict` and `time`, and takes a `status` for a refusal."""
    school.queue.held = True
    reply = send(school, path, pupil)
    assert (reply.status, "status" in reply.body) == (200, False)
    assert (reply.body["verdict"], reply.body["code"], reply.body["time"]) == ("Checking", "PENDING", 0)
    assert reply.headers["location"] == f"/submissions/{reply.body['submission_id']}"
    school.queue.deliver()
    assert shown(school, reply.body["submission_id"], pupil)["code"] == "OK"


def backlog(school: School, problem: Problem, number: int) -> None:
    """So many programs of other pupils that no judge has taken, and that the queue holds."""
    school.queue.held = True
    first = ids.new_id(school.clock.now)
    sent = {"problem_id": problem.id, "tests_version": problem.tests_version, "language": "python3", "source": "5"}
    for submission_id in range(first, first + number):
        transactions.create(models.new_submission(submission_id, 1, "test#1", school.clock.now, **sent))


A_WHILE = waiting_models.OLD + timedelta(seconds=1)


@pytest.mark.parametrize("preference", [{}, {"Prefer": "wait=20"}])
@pytest.mark.parametrize(
    ("number", "ago"), [(waiting_models.MANY_OLD, A_WHILE), (waiting_models.MANY, timedelta(milliseconds=1))]
)
def test_deviation_nobody_waits_in_a_rush(
    school: School, path: str, pupil: Person, preference: dict[str, str], number: int, ago: timedelta
) -> None:
    """What PyTry's client can read, and who knows of 202 gets that, both at once."""
    backlog(school, school.problem(), number)
    school.clock.forward(ago)
    before = school.clock.now
    reply = send(school, path, pupil, headers=preference)
    assert school.clock.now == before
    if preference:
        accepted(reply)
        return
    assert (reply.status, "status" in reply.body) == (200, False)
    assert (reply.body["verdict"], reply.body["code"], reply.body["time"]) == ("Checking", "PENDING", 0)
    assert reply.headers["location"] == f"/submissions/{reply.body['submission_id']}"


def test_it_is_a_rush_when_many_have_waited_long(school: School, path: str, pupil: Person) -> None:
    """Neither many that have just come nor a few that wait on: over those judges failed, and come again by and by."""
    problem = school.problem()
    backlog(school, problem, waiting_models.MANY_OLD - 1)
    school.clock.forward(A_WHILE)
    backlog(school, problem, waiting_models.MANY_OLD)
    before = school.clock.now
    accepted(send(school, path, pupil, headers={"Prefer": "wait=1"}))
    assert school.clock.now - before >= timedelta(seconds=1)


def test_what_nobody_waits_for_makes_no_rush(school: School, path: str, pupil: Person) -> None:
    """The jury's programs, and what is judged anew, also when a judge was away over it. All are found when lost."""
    problem, program = school.problem(), Program(language="python3", source="5")
    old = [submissions.submit(pupil.id, problem, program, origin="test#1").id for _ in range(waiting_models.MANY_OLD)]
    school.queue.held = True
    for submission_id in old:
        school.clock.forward(timedelta(milliseconds=1))
        rejudging.rejudge(submission_id)
        assert submissions.send_jury(submission_id + 1, pupil.id, problem, program, origin="test#2")
    school.judge.failures += [JudgeUnavailable("away")] * 2 * len(old)
    for submission_id in old:
        with pytest.raises(JudgeUnavailable):
            grader.judge(submission_id)

    school.clock.forward(A_WHILE)
    before = school.clock.now
    mine = accepted(send(school, path, pupil, headers={"Prefer": "wait=1"}))

    assert school.clock.now - before >= timedelta(seconds=1)
    assert shown(school, mine, pupil)["progress"]["before"] == 0
    assert shown(school, old[1], pupil)["progress"]["before"] == 2  # one judged anew, and a program of the jury
    school.queue.waiting.clear()
    school.clock.forward(recovery.NORMAL_WAIT)
    recovery.recover()
    assert set(school.queue.waiting) == {mine, *old, *(each + 1 for each in old)}


def test_who_waits_already_is_answered_when_a_rush_begins(school: School, path: str, pupil: Person) -> None:
    backlog(school, school.problem(), waiting_models.MANY_OLD)
    school.clock.forward(waiting_models.OLD - timedelta(milliseconds=500))
    before = school.clock.now
    accepted(send(school, path, pupil, headers={"Prefer": "wait=20"}))
    assert timedelta(milliseconds=500) <= school.clock.now - before < timedelta(seconds=1)


def test_who_is_being_judged_waits_in_a_rush_too(school: School, path: str, pupil: Person) -> None:
    """Its verdict comes in a moment."""
    backlog(school, school.problem(), waiting_models.MANY_OLD)
    school.clock.forward(A_WHILE)
    mine = models.find_submission(accepted(send(school, path, pupil, headers=ASYNC)))
    assert mine is not None
    Progress(mine, is_coarse=False).begin()
    before = school.clock.now
    assert not submissions.wait_for_verdict(mine, 1).is_final
    assert school.clock.now - before >= timedelta(seconds=1)


class SlowQueue(Queue):
    """It takes its time to take a message, and nobody judges what is in it."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        super().__init__()
        self.clock, self.seconds = clock, seconds

    def put(self, submission_id: int, user_id: int) -> None:
        self.clock.sleep(self.seconds)
        self.waiting.append(submission_id)


@pytest.mark.parametrize(("seconds", "waited"), [(0.5, 1), (3, 3)])
def test_sending_in_is_part_of_the_wait(
    school: School, path: str, pupil: Person, seconds: float, waited: float
) -> None:
    """API Gateway's patience has begun by then: in the second that the tests offer, both have to be over."""
    school.sqs.submissions = SlowQueue(school.clock, seconds)
    before = school.clock.now
    accepted(send(school, path, pupil, headers={"Prefer": "wait=20"}))
    assert (school.clock.now - before).total_seconds() == pytest.approx(waited, abs=0.001)


def test_a_wait_longer_than_we_offer_is_cut(school: School, path: str, pupil: Person) -> None:
    """In the second that the tests offer, no more than seven looks fit between its growing pauses."""
    assert 1 <= looks_at(school, path, pupil, "wait=600") - looks_at(school, path, pupil, "wait=0") <= 7


def test_a_judge_that_is_away_gives_no_error(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    submission_id = accepted(send(school, path, pupil, headers=ASYNC))
    assert shown(school, submission_id, pupil)["verdict"] == "Checking"


def test_solving_costs_at_most_seven_writes(school: School, path: str, pupil: Person) -> None:
    send(school, path, pupil)
    with counted_requests() as counted:
        assert send(school, path, pupil).body["code"] == "OK"
    assert 0 < sum(count for operation, count in counted.items() if operation in WRITES) <= 7
    assert sum(counted.values()) <= 14


def test_a_source_of_65_kb_is_refused(school: School, path: str, pupil: Person) -> None:
    reply = send(school, path, pupil, "#" * 65 * 1024)
    assert (reply.status, reply.body["code"]) == (413, "source_too_large")
    assert send(school, path, pupil, "5" + " " * (64 * 1024 - 1)).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"cod": "5"},
        {"code": 5},
        {"code": None},
        {"code": "5", "language": ""},
        {"code": "5", "language": 5},
        {"code": "5", "x": 1},
        [],
        "5",
    ],
)
def test_a_program_that_makes_no_sense_is_refused(school: School, path: str, pupil: Person, body: object) -> None:
    reply = school.api.post(path, body, token=pupil.token)
    assert (reply.status, reply.body["code"]) == (400, "invalid_body")
    assert progress_of(school, path, pupil) == (False, 0)


def test_exactly_as_many_wait_as_may_however_many_come_at_once(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    replies = in_parallel(4, lambda _: send(school, path, pupil, headers=ASYNC))
    statuses = sorted(reply.status for reply in replies if isinstance(reply, Reply))
    assert statuses == [202, 202, 429, 429]
    assert len(school.queue.waiting) == quota.MAX_PENDING


def test_what_lies_beside_programs_does_so_when_they_are_run(school: School, pupil: Person) -> None:
    problem = school.problem()
    tests = testsets.read(problem.id, 1).tests
    beside = File(name="lib.py", data=b"x = 1")
    testsets.write(problem.id, 1, tests, includes={"python3": [beside], "c": [File(name="lib.h", data=b"")]})
    testsets.forget()
    path = school.task_path(pupil, problem)
    assert school.api.post(f"{path}/run", {"code": "7", "input": ""}, token=pupil.token).status == 200
    (job,) = school.judge.jobs
    assert (job.source, job.files, job.files_at_run) == ("7", (beside,), True)


def test_a_main_program_of_the_problem_runs_the_pupils(school: School, pupil: Person) -> None:
    """Also as it is judged. What its compiler says names the pupil's file as it is without one."""
    problem = school.problem()
    tests, driver = testsets.read(problem.id, 1).tests, File(name="main.py", data=b"import solve")
    testsets.write(problem.id, 1, tests, includes={"python3": [driver]})
    testsets.forget()
    path = school.task_path(pupil, problem)
    school.judge.outcome = Outcome.COMPILE_ERROR
    school.judge.complaint = '  File "solve.py", line 1\n    7\nSyntaxError: no'
    ran = school.api.post(f"{path}/run", {"code": "7", "input": ""}, token=pupil.token)
    solved = send(school, path, pupil, code="7")
    assert {(job.source, job.files) for job in school.judge.jobs} == {
        ("import solve", (File(name="solve.py", data=b"7"),))
    }
    assert 'File "main.py", line 1' in ran.body["compiler_output"]
    judged = school.api.get(f"/submissions/{solved.body['submission_id']}", token=pupil.token).body
    assert 'File "main.py", line 1' in judged["compiler_output"]
    assert [each["line"] for each in judged["annotations"]] == [1]


def test_a_program_runs_on_ones_own_input_and_counts_for_nothing(school: School, path: str, pupil: Person) -> None:
    ran = school.api.post(f"{path}/run", {"code": "7", "input": "1 2"}, token=pupil.token)
    assert ran.status == 200
    assert (ran.body["outcome"], ran.body["output"], ran.body["time"]) == ("ok", "7", 0.012)
    (job,) = school.judge.jobs
    assert [test.input for test in job.tests] == [b"1 2"]
    assert progress_of(school, path, pupil) == (False, 0)
    assert school.api.get(f"{path}/submissions", token=pupil.token).body == {"submissions": []}
    stranger = school.api.post(f"{path}/run", {"code": "7", "input": ""}, token=school.person().token)
    assert (stranger.status, stranger.body["status"]) == (403, "User not at course")
    assert school.api.post(f"{path}/run", {"code": "7"}, token=pupil.token).status == 400


def test_a_run_keeps_to_the_languages_of_the_task(school: School, pupil: Person) -> None:
    path = school.task_path(pupil, languages=["python3"])
    reply = school.api.post(f"{path}/run", {"code": "7", "input": "", "language": "cpp17"}, token=pupil.token)
    assert (reply.status, reply.body["code"]) == (422, "language_not_allowed")


def test_the_history_of_a_task_is_ones_own_and_for_those_whose_pupil_one_is(school: School, pupil: Person) -> None:
    other, teacher, stranger = school.person(), school.person(Role.TEACHER), school.person(Role.TEACHER)
    path = school.task_path(pupil, author_id=teacher.id)
    for person in (other, stranger):
        school.api.post(f"/courses/attend/{path.split('/')[2]}", token=person.token)
    sent = []
    for code in ("4", "5"):
        sent.append(send(school, path, pupil, code).body["submission_id"])
        school.clock.forward(timedelta(seconds=1))
    send(school, school.task_path(pupil), pupil)
    history = f"{path}/submissions"
    listed = school.api.get(history, token=pupil.token).body["submissions"]
    assert [(each["id"], each["code"]) for each in listed] == [(sent[1], "OK"), (sent[0], "WRONG_ANSWER")]
    assert school.api.get(f"{history}?user_id={pupil.id}", token=teacher.token).body == {"submissions": listed}
    assert school.api.get(history, token=other.token).body == {"submissions": []}
    for person in (other, stranger):
        reply = school.api.get(f"{history}?user_id={pupil.id}", token=person.token)
        assert (reply.status, reply.body["code"]) == (403, "not_your_submission")


def test_a_task_that_was_taken_out_meanwhile_still_gets_its_verdict(school: School, path: str, pupil: Person) -> None:
    school.queue.held = True
    submission_id = accepted(send(school, path, pupil, headers=ASYNC))
    task = find_task(*(int(part) for part in path.split("/")[2:]))
    assert task is not None
    task.delete()
    school.queue.deliver()
    assert shown(school, submission_id, pupil)["code"] == "OK"
    assert school.api.get(path, token=pupil.token).status == 404
