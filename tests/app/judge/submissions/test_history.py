"""What somebody has sent in, taking it back, judging it anew, and who is told of a verdict."""

from datetime import timedelta
from typing import Any

import pytest

import app as application
from chalicelib.accounts.permissions import Role
from chalicelib.common.http import errors, paging
from chalicelib.judge import models, queues
from chalicelib.judge.grading import grader, origin_hooks, verdict
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import library
from chalicelib.judge.problems.testsets import NewTest
from chalicelib.judge.queues import RejudgeRequest
from chalicelib.judge.submissions import recovery, rejudging, submissions
from chalicelib.judge.submissions.submissions import Program
from tests.app.judge.grading.test_grader import messages
from tests.support.log import Log
from tests.support.school import TEST_ORIGIN, Person, Reply, School, counted_requests, in_parallel

RIGHT, WRONG = "5", "4"


def send(school: School, who: Person, problem: Problem, source: str = RIGHT, origin: str = "test#1#7") -> Submission:
    school.clock.forward(timedelta(seconds=3))
    return submissions.submit(who.id, problem, Program(language="python3", source=source), origin=origin)


def history(school: School, who: Person, query: str = "") -> Reply:
    return school.api.get(f"/submissions{query}", token=who.token)


def listed(reply: Reply) -> list[int]:
    return [each["id"] for each in reply.body["submissions"]]


def verdict_of(submission: Submission) -> str:
    return str(submissions.get(submission.id).verdict)


@pytest.fixture
def told(school: School) -> list[tuple[int, str, bool]]:
    """What was told: (submission, verdict, whether it is another than before)."""
    heard: list[tuple[int, str, bool]] = []
    announced_by(school, lambda submission, is_new: heard.append((submission.id, submission.verdict, is_new)))
    return heard


def announced_by(school: School, announce: origin_hooks.Announcer) -> None:
    """Have `announce` tell of verdicts, and nobody else."""
    school.override(origins={TEST_ORIGIN: origin_hooks.Origin(record=None, announce=announce, taught_by=None)})


def test_a_history_is_ones_own_newest_first(school: School, pupil: Person) -> None:
    problem, other = school.problem(), school.person()
    own = [send(school, pupil, problem).id for _ in range(3)]
    send(school, other, problem)
    assert listed(history(school, pupil)) == own[::-1]
    (first, *_) = history(school, pupil).body["submissions"]
    assert first == {
        "id": own[-1],
        "user_id": pupil.id,
        "user_name": pupil.account.name,
        "place": None,
        "problem_id": problem.id,
        "origin": None,  # none that a client could know
        "language": "python3",
        "verdict": "OK",
        "code": "OK",
        "time": 0.012,
        "memory": 9000,
        "tests_passed": 2,
        "tests_total": 2,
        "points": 1,
        "max_points": 1,
        "task_points": None,
        "task_max_points": None,
        "submitted_at": "2026-09-01T09:00:09.000Z",
        "judged_at": "2026-09-01T09:00:09.000Z",
    }


def test_a_history_may_be_of_one_task(school: School, pupil: Person) -> None:
    problem = school.problem()
    seven = send(school, pupil, problem, origin="course#1#2#7").id
    eight = send(school, pupil, problem, origin="course#1#2#8").id
    send(school, school.person(), problem, origin="course#1#2#7")
    assert listed(history(school, pupil, "?task_id=7")) == [seven]
    assert listed(history(school, pupil, "?task_id=8")) == [eight]
    assert listed(history(school, pupil, "?task_id=9")) == []


def test_a_history_is_shown_to_its_owner_and_to_those_whose_pupil_that_is(
    school: School, pupil: Person, teacher: Person
) -> None:
    sent = send(school, pupil, school.problem()).id
    assert history(school, teacher, f"?user_id={pupil.id}").status == 403
    school.teach(teacher, pupil)
    assert listed(history(school, teacher, f"?user_id={pupil.id}")) == [sent]
    assert listed(history(school, pupil, f"?user_id={pupil.id}")) == [sent]
    for role in (Role.USER, Role.TEACHER):
        assert history(school, school.person(role), f"?user_id={pupil.id}").status == 403
    assert listed(history(school, teacher)) == []


@pytest.mark.parametrize("query", ["?task_id=x", "?task_id=0", "?user_id=-1", "?limit=101", "?cursor=x", "?page=1"])
def test_a_query_that_is_none_is_refused(school: School, pupil: Person, query: str) -> None:
    assert history(school, pupil, query).status == 400


@pytest.mark.parametrize("count", [10, 100, 1000])
def test_a_page_of_a_history_costs_the_same_however_long_it_is(school: School, pupil: Person, count: int) -> None:
    problem = school.problem()
    with Submission.batch_write() as batch:
        for number in range(1, count + 1):
            now = school.clock.now + timedelta(seconds=number)
            sent = models.new_submission(number, pupil.id, "test#1#7", now, **submissions._to_judge(problem, PROGRAM))
            models.index_for_user(sent)
            batch.save(sent)
    for query in ("?limit=10", "?limit=10&task_id=7"):
        with counted_requests() as requests:
            page = history(school, pupil, query)
        assert listed(page) == list(range(count, count - 10, -1))
        assert requests == {"BatchGetItem": 2, "Query": 1}
    reached: list[int] = []
    cursor = ""
    while len(reached) < count:
        page = history(school, pupil, f"?limit=100{cursor}")
        reached += listed(page)
        cursor = f"&cursor={page.headers.get('x-next-cursor')}"
    assert reached == list(range(count, 0, -1))


PROGRAM = Program(language="python3", source=RIGHT)


def cancel(school: School, who: Person, submission_id: int) -> Reply:
    return school.api.request("DELETE", f"/submissions/{submission_id}", token=who.token)


def test_one_takes_back_what_waits(school: School, pupil: Person, told: list[Any]) -> None:
    path = school.task_path(pupil)
    school.queue.held = True
    reply = school.api.post(path, {"code": WRONG}, token=pupil.token, headers={"Prefer": "respond-async"})
    submission_id = reply.body["submission_id"]
    cancelled = cancel(school, pupil, submission_id)
    assert (cancelled.status, cancelled.body["code"], cancelled.body["verdict"]) == (200, "CANCELLED", "Cancelled")
    assert models.find_submitter(pupil.id).pending == 0
    school.queue.deliver()
    assert submissions.get(submission_id).verdict == "CANCELLED"
    assert school.judge.jobs == []
    assert school.api.get(path, token=pupil.token).body["attempts"] == 0
    assert told == []


def test_a_verdict_that_comes_after_cancelling_is_dropped(school: School, pupil: Person, told: list[Any]) -> None:
    school.queue.held = True
    sent = send(school, pupil, school.problem())
    late = submissions.get(sent.id)
    submissions.cancel(submissions.get(sent.id))
    grader.finish(late, verdict.system_error())
    assert (verdict_of(sent), models.find_submitter(pupil.id).pending, told) == ("CANCELLED", 0, [])


def test_cancelling_and_judging_at_once_end_in_one_of_them(school: School, pupil: Person) -> None:
    school.queue.held = True
    sent = send(school, pupil, school.problem())

    def act(number: int) -> None:
        if number % 2:
            grader.judge(sent.id)
        else:
            submissions.cancel(submissions.get(sent.id))

    in_parallel(6, act)
    assert verdict_of(sent) in {"OK", "CANCELLED"}
    assert models.find_submitter(pupil.id).pending == 0


def test_only_what_waits_for_its_first_verdict_is_taken_back(school: School, pupil: Person, teacher: Person) -> None:
    sent = send(school, pupil, school.problem())
    assert cancel(school, pupil, sent.id).body["code"] == "submission_judged"
    school.queue.held = True
    rejudging.rejudge(sent.id)
    assert cancel(school, pupil, sent.id).status == 409
    assert cancel(school, teacher, sent.id).status == 403
    assert cancel(school, school.person(), sent.id).status == 403
    assert cancel(school, pupil, 12345).status == 404


def test_cancelling_twice_gives_one_place_back(school: School, pupil: Person) -> None:
    school.queue.held = True
    sent = [send(school, pupil, school.problem()) for _ in range(2)]
    assert [cancel(school, pupil, sent[0].id).status for _ in range(2)] == [200, 409]
    assert models.find_submitter(pupil.id).pending == 1


def test_a_teacher_has_a_submission_judged_anew(school: School, pupil: Person, teacher: Person) -> None:
    problem = school.problem(author_id=teacher.id)
    sent = send(school, pupil, problem, WRONG)
    library.replace_tests(library.get(problem.id), [NewTest(input="", output=WRONG)])
    path = f"/submissions/{sent.id}"
    for person in (pupil, school.person(Role.TEACHER)):
        assert school.api.post(f"{path}/rejudge", token=person.token).status == 403
    reply = school.api.post(f"{path}/rejudge", token=teacher.token)
    assert (reply.status, reply.body) == (202, {"status": "Checking", "submission_id": sent.id})
    assert reply.headers["location"] == path
    assert school.api.get(path, token=pupil.token).body["code"] == "OK"
    (past,) = school.api.get(f"{path}/judgings", token=pupil.token).body["judgings"]
    assert (past["number"], past["code"], past["tests_version"], past["tests_total"]) == (1, "WRONG_ANSWER", 1, 2)
    assert school.api.get(f"{path}/judgings", token=school.person().token).status == 403


def test_judgings_are_listed_newest_first(school: School, pupil: Person) -> None:
    sent = send(school, pupil, school.problem())
    for _ in range(3):
        rejudging.rejudge(sent.id)
    path = f"/submissions/{sent.id}/judgings"
    first = school.api.get(f"{path}?limit=2", token=pupil.token)
    rest = school.api.get(f"{path}?limit=2&cursor={first.headers['x-next-cursor']}", token=pupil.token)
    numbers = [each["number"] for page in (first, rest) for each in page.body["judgings"]]
    assert numbers == [3, 2, 1]


def test_what_was_cancelled_is_not_judged_anew(school: School, pupil: Person) -> None:
    school.queue.held = True
    sent = send(school, pupil, school.problem())
    submissions.cancel(submissions.get(sent.id))
    with pytest.raises(errors.Conflict):
        rejudging.rejudge(sent.id)
    school.clock.forward(timedelta(seconds=1))
    rejudging.rejudge_all("test#1#7")
    assert verdict_of(sent) == "CANCELLED"


def test_rejudging_takes_up_no_place(school: School, pupil: Person) -> None:
    problem = school.problem()
    sent = [send(school, pupil, problem) for _ in range(3)]
    school.queue.held = True
    for each in sent:
        rejudging.rejudge(each.id)
    assert models.find_submitter(pupil.id).pending == 0
    send(school, pupil, problem)
    school.queue.deliver()
    assert models.find_submitter(pupil.id).pending == 0


def test_everything_of_an_origin_is_judged_anew_a_page_at_a_time(school: School) -> None:
    problem = school.problem()
    sent = [send(school, school.person(), problem, WRONG) for _ in range(rejudging.PAGE + 3)]
    other = send(school, school.person(), problem, WRONG, origin="test#1#8")
    library.replace_tests(library.get(problem.id), [NewTest(input="", output=WRONG)])
    rejudging.rejudge_all("test#1#7")
    assert {verdict_of(each) for each in sent} == {"OK"}
    assert {submissions.get(each.id).judging for each in sent} == {2}
    assert verdict_of(other) == "WRONG_ANSWER"
    assert school.rejudges.pages == 2


def test_some_of_an_origin_are_judged_anew(school: School) -> None:
    problem = school.problem()
    sent = [send(school, school.person(), problem, WRONG) for _ in range(rejudging.PAGE + 3)]
    library.replace_tests(library.get(problem.id), [NewTest(input="", output=WRONG)])
    school.clock.forward(timedelta(seconds=1))
    rejudging.rejudge_these("test#1#7", [each.id for each in sent[1:]])
    assert [verdict_of(each) for each in sent] == ["WRONG_ANSWER", *["OK"] * (len(sent) - 1)]
    assert school.rejudges.pages == 2


def test_a_request_that_comes_twice_judges_anew_once(school: School, pupil: Person) -> None:
    sent = send(school, pupil, school.problem())
    school.clock.forward(timedelta(seconds=1))
    request = RejudgeRequest(origin="test#1#7", asked_at=school.clock.now)
    school.clock.forward(timedelta(seconds=1))
    event = messages(1, 2)
    for record in event["Records"]:
        record["body"] = queues.rejudges.write(request)
    for _ in range(2):
        assert application.rejudge_page(event, None) == {"batchItemFailures": []}
    assert submissions.get(sent.id).judging == 2


def test_two_requests_at_once_judge_anew_once_each(school: School, pupil: Person) -> None:
    school.queue.held = True
    sent = send(school, pupil, school.problem())
    school.queue.deliver()
    school.clock.forward(timedelta(seconds=1))
    request = RejudgeRequest(origin="test#1#7", asked_at=school.clock.now)
    assert in_parallel(4, lambda _: rejudging.rejudge_page(request)) == [None] * 4
    assert submissions.get(sent.id).judging == 2
    assert len(models.past_judgings(sent.id, paging.CursorQuery()).items) == 1


def test_what_waits_is_judged_by_the_tests_of_now(school: School, pupil: Person) -> None:
    """The judge may hold it already: then its verdict comes too late."""
    problem = school.problem()
    school.queue.held = True
    sent = send(school, pupil, problem, WRONG)
    held = submissions.get(sent.id)
    library.replace_tests(library.get(problem.id), [NewTest(input="", output=WRONG)])
    school.clock.forward(timedelta(seconds=1))
    rejudging.rejudge_all("test#1#7")
    grader.finish(held, verdict.system_error())
    assert verdict_of(sent) == "PENDING"
    school.queue.deliver()
    assert (verdict_of(sent), submissions.get(sent.id).tests_version) == ("OK", 2)
    assert models.find_submitter(pupil.id).pending == 0
    assert models.past_judgings(sent.id, paging.CursorQuery()).items == []


def test_what_is_sent_after_the_request_is_left_alone(school: School, pupil: Person) -> None:
    problem = school.problem()
    before = send(school, pupil, problem)
    school.rejudges.held = True
    school.clock.forward(timedelta(seconds=1))
    rejudging.rejudge_all("test#1#7")
    after = send(school, pupil, problem)
    school.rejudges.deliver()
    assert [submissions.get(each.id).judging for each in (before, after)] == [2, 1]


@pytest.mark.parametrize("count", [10, 100])
def test_a_page_of_rejudging_reads_one_page_however_many_there_are(school: School, pupil: Person, count: int) -> None:
    problem = school.problem()
    with Submission.batch_write() as batch:
        for number in range(1, count + 1):
            batch.save(
                models.new_submission(
                    number, pupil.id, "test#1#7", school.clock.now, **submissions._to_judge(problem, PROGRAM)
                )
            )
    school.rejudges.held = True
    with counted_requests() as requests:
        rejudging.rejudge_page(RejudgeRequest(origin="test#1#7", asked_at=school.clock.now))
    assert requests == {"Query": 1, "GetItem": min(count, rejudging.PAGE)}


def test_a_verdict_is_told_once_it_is_stored(school: School, pupil: Person, told: list[Any]) -> None:
    sent = send(school, pupil, school.problem(), WRONG)
    assert told == [(sent.id, "WRONG_ANSWER", True)]


def test_of_a_verdict_that_stays_the_same_is_told_that_it_is_not_new(
    school: School, pupil: Person, told: list[Any]
) -> None:
    problem = school.problem()
    sent = send(school, pupil, problem, WRONG)
    rejudging.rejudge(sent.id)
    library.replace_tests(library.get(problem.id), [NewTest(input="", output=WRONG)])
    rejudging.rejudge(sent.id)
    rejudging.rejudge(sent.id)
    assert told == [
        (sent.id, "WRONG_ANSWER", True),
        (sent.id, "WRONG_ANSWER", False),
        (sent.id, "OK", True),
        (sent.id, "OK", False),
    ]


def test_a_verdict_that_could_not_be_told_is_kept_and_told_again(school: School, pupil: Person, log: Log) -> None:
    heard: list[str] = []
    failures = [ValueError("the network is down")] * 2

    def teller(submission: Submission, is_new: bool) -> None:  # noqa: FBT001 - as judging calls it
        if failures:
            raise failures.pop()
        heard.append(submission.verdict)

    announced_by(school, teller)
    school.queue.held = True
    sent = send(school, pupil, school.problem())
    event = messages(sent.id)
    for times, failed in ((1, ["M0"]), (2, ["M0"]), (3, []), (1, [])):
        event["Records"][0]["attributes"] = {"ApproximateReceiveCount": str(times)}
        answer = application.dispatch(event, None)
        assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == failed
    assert (verdict_of(sent), models.find_submitter(pupil.id).pending) == ("OK", 0)
    assert len(school.judge.jobs) == 2  # of one judging
    assert (heard, len(log.events("verdict not told"))) == (["OK"], 2)


def test_a_teller_that_fails_holds_up_nobody_who_is_given_up(school: School, pupil: Person, log: Log) -> None:
    def teller(submission: Submission, is_new: bool) -> None:  # noqa: FBT001 - as judging calls it
        raise ValueError

    announced_by(school, teller)
    school.queue.held = True
    problem = school.problem()
    sent = [send(school, school.person(Role.USER), problem) for _ in range(2)]
    for each in sent:
        each.update([Submission.tries.set(recovery.MOST_TRIES)])
    school.clock.forward(timedelta(minutes=64))
    recovery.recover()
    assert [verdict_of(each) for each in sent] == ["SYSTEM_ERROR"] * 2
    assert len(log.events("verdict not told")) == 2
