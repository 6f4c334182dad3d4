"""From the queue to the verdict: what comes twice, what fails, what is never answered."""

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

import app as application
from chalicelib.accounts import sessions
from chalicelib.accounts.devices import Device
from chalicelib.accounts.permissions import Role
from chalicelib.judge import handlers, models, waiting_models
from chalicelib.judge.grading import grader, judge_client, verdict
from chalicelib.judge.grading.judge_client import Failure, JudgeUnavailable
from chalicelib.judge.grading.progress import Progress
from chalicelib.judge.models import Problem, Submission
from chalicelib.judge.problems import testsets
from chalicelib.judge.submissions import recovery, rejudging
from chalicelib.judge_protocol import wire
from chalicelib.judge_protocol.contract import Compilation, Outcome, Report, Run, TestInput
from tests.support.log import Log
from tests.support.school import Person, Queue, School, aws, in_parallel, stored_items

AWAY = JudgeUnavailable("away")


def sent(school: School, pupil: Person, problem: Problem | None = None, source: str = "5") -> tuple[int, str]:
    """A submission that waits in the queue, and the path of its task."""
    school.queue.held = True
    path = school.task_path(pupil, problem)
    reply = school.api.post(path, {"code": source}, token=pupil.token, headers={"Prefer": "respond-async"})
    assert reply.status == 202, reply.body
    return reply.body["submission_id"], path


def code_of(submission_id: int) -> str:
    submission = models.find_submission(submission_id)
    assert submission is not None
    return str(submission.verdict)


def pending_of(pupil: Person) -> int:
    return int(models.find_submitter(pupil.id).pending)


def messages(*submission_ids: int) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"M{number}",
                "receiptHandle": "",
                "body": json.dumps({"submission_id": submission_id}),
                "attributes": {},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "",
                "awsRegion": "us-east-1",
            }
            for number, submission_id in enumerate(submission_ids)
        ]
    }


def deliver(*submission_ids: int) -> list[str]:
    """Through the app's entry point; which messages must come again."""
    answer = application.dispatch(messages(*submission_ids), None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_message_gets_its_submission_a_verdict(school: School, pupil: Person) -> None:
    submission_id, path = sent(school, pupil)
    assert (code_of(submission_id), pending_of(pupil)) == ("PENDING", 1)
    assert deliver(submission_id) == []
    assert (code_of(submission_id), pending_of(pupil)) == ("OK", 0)
    assert school.api.get(path, token=pupil.token).body["is_solved"] is True


def test_a_message_that_comes_twice_counts_once(school: School, pupil: Person) -> None:
    submission_id, path = sent(school, pupil, source="4")
    assert deliver(submission_id, submission_id) == []
    assert deliver(submission_id) == []
    assert len(school.judge.jobs) == 1
    assert pending_of(pupil) == 0
    assert school.api.get(path, token=pupil.token).body["attempts"] == 1


def test_two_who_judge_at_once_write_one_verdict(school: School, pupil: Person, log: Log) -> None:
    submission_id, path = sent(school, pupil, source="4")
    assert in_parallel(4, lambda _: grader.judge(submission_id)) == [None] * 4
    assert len(log.events("submission judged")) == 1
    assert (code_of(submission_id), pending_of(pupil)) == ("WRONG_ANSWER", 0)
    assert school.api.get(path, token=pupil.token).body["attempts"] == 1


def test_a_verdict_that_is_there_is_not_overwritten(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil)
    late = models.find_submission(submission_id)
    assert late is not None
    deliver(submission_id)
    grader.finish(late, verdict.system_error())
    assert (code_of(submission_id), pending_of(pupil)) == ("OK", 0)


def test_a_judge_that_fails_once_is_asked_again(school: School, pupil: Person, log: Log) -> None:
    submission_id, _ = sent(school, pupil)
    school.judge.failures = [AWAY]
    assert deliver(submission_id) == []
    assert code_of(submission_id) == "OK"
    assert len(log.events("judge asked again")) == 1


def test_a_judge_that_stays_away_leaves_the_submission_for_later(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil)
    school.judge.failures = [AWAY, AWAY]
    assert deliver(submission_id) == ["M0"]
    assert (code_of(submission_id), pending_of(pupil)) == ("PENDING", 1)
    assert deliver(submission_id) == []
    assert (code_of(submission_id), pending_of(pupil)) == ("OK", 0)


@pytest.mark.parametrize(("deliveries", "seconds"), [("1", 5), ("2", 10), ("5", 80)])
def test_a_message_without_a_judge_comes_again_soon_then_less_often(
    school: School, pupil: Person, deliveries: str, seconds: int
) -> None:
    event = messages(sent(school, pupil)[0])
    event["Records"][0] |= {"receiptHandle": "R", "attributes": {"ApproximateReceiveCount": deliveries}}
    school.judge.failures = [AWAY, AWAY]
    assert application.dispatch(event, None)["batchItemFailures"] == [{"itemIdentifier": "M0"}]
    assert school.queue.postponed == [("R", seconds)]


def test_of_two_messages_only_the_one_that_failed_comes_again(school: School, pupil: Person) -> None:
    first, _ = sent(school, pupil)
    second, _ = sent(school, pupil)
    school.judge.failures = [AWAY, AWAY]
    assert deliver(first, second) == ["M0"]
    assert (code_of(first), code_of(second)) == ("PENDING", "OK")


def test_a_message_that_names_nothing_is_done_with(school: School) -> None:
    assert deliver(12345) == []


def test_a_message_that_cannot_be_read_comes_again(school: School) -> None:
    event = messages(1)
    event["Records"][0]["body"] = "rubbish"
    assert application.dispatch(event, None)["batchItemFailures"] == [{"itemIdentifier": "M0"}]


class Liar:
    """A judge that has been taken over: its report is changed on the way."""

    def __init__(self, school: School, **changes: Any) -> None:
        self.judge, self.changes, self.asked = school.judge, changes, 0

    def __call__(self, event: Any, tenant: str) -> Any:
        self.asked += 1
        return {**self.judge(event, tenant), **self.changes}


def run_of(test_id: str, outcome: Outcome = Outcome.OK) -> dict[str, Any]:
    report = Report(job_id="", compilation=Compilation(outcome=Outcome.OK), runs=(Run(id=test_id, outcome=outcome),))
    run: dict[str, Any] = wire.report_to_json(report)["runs"][0]
    return run


@pytest.mark.parametrize(
    "changes",
    [
        {"job_id": "another"},
        {"runs": [run_of("2"), run_of("1")]},
        {"runs": [run_of("1"), run_of("1")]},
        {"runs": [run_of("1"), run_of("2"), run_of("3")]},
        {"runs": []},
        {"runs": [run_of("1", Outcome.SYSTEM_ERROR)]},
        {"compilation": {"outcome": "system_error", "output": "", "wall_ms": 0}},
        {"refused": "bad_job"},
        {"runs": "none"},
        {"toolchain": "x" * 500_000},
    ],
    ids=[
        "job",
        "order",
        "twice",
        "more",
        "none",
        "run failed",
        "compiler failed",
        "refused",
        "no report",
        "too long",
    ],
)
def test_a_report_that_does_not_fit_is_not_believed(school: School, pupil: Person, changes: dict[str, Any]) -> None:
    submission_id, _ = sent(school, pupil)
    liar = Liar(school, **changes)
    school.use_judge(liar)
    assert deliver(submission_id) == ["M0"]
    assert (liar.asked, code_of(submission_id)) == (2, "PENDING")


def test_a_report_that_leaves_tests_out_is_not_believed(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil, school.problem(("5", "5", "5")))
    school.use_judge(lambda event, tenant: {**(report := school.judge(event, tenant)), "runs": report["runs"][:1]})

    assert deliver(submission_id) == ["M0"]
    assert code_of(submission_id) == "PENDING"


def test_the_judge_gets_no_answers(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil, school.problem(("secret answer",)), source="x")
    deliver(submission_id)
    (job,) = school.judge.jobs
    assert job.tests == (
        TestInput(id="1", input=b"2 3\n", time_limit_ms=1000, memory_limit_kb=256 * 1024, output_limit_bytes=64 * 1024),
    )
    assert "secret answer" not in str(wire.job_to_json(job))


def test_a_program_may_print_twice_what_is_expected(school: School, pupil: Person) -> None:
    answer = "x" * 100_000
    submission_id, _ = sent(school, pupil, school.problem((answer,)), source="x")
    deliver(submission_id)
    assert school.judge.jobs[0].tests[0].output_limit_bytes == 200_000


@pytest.mark.parametrize(("named", "limit"), [(None, 200_000), (16, 16 * 1024), (1024, 200_000), (10**6, 200_000)])
def test_a_package_may_have_programs_print_less(school: School, pupil: Person, named: int | None, limit: int) -> None:
    submission_id, _ = sent(school, pupil, school.problem(("x" * 100_000,), output_limit_kb=named), source="x")
    deliver(submission_id)
    assert school.judge.jobs[0].tests[0].output_limit_bytes == limit


@pytest.mark.parametrize(
    ("stops", "passed", "codes"),
    [(True, 1, ["OK", "WRONG_ANSWER", "SKIPPED"]), (False, 2, ["OK", "WRONG_ANSWER", "OK"])],
)
def test_a_problem_may_stop_at_the_first_failure(
    school: School, pupil: Person, *, stops: bool, passed: int, codes: list[str]
) -> None:
    problem = school.problem(("5", "4", "5"), stop_at_first_failure=stops)
    submission_id, _ = sent(school, pupil, problem)
    deliver(submission_id)
    assert school.judge.jobs[0].stop_on_failure is stops
    shown = school.api.get(f"/submissions/{submission_id}", token=pupil.token).body
    assert (shown["code"], shown["tests_passed"], shown["tests_total"]) == ("WRONG_ANSWER", passed, 3)
    assert [test["number"] for test in shown["tests"]] == [1, 2, 3]
    assert [test["verdict"] for test in shown["tests"]] == codes


def test_tests_that_do_not_fit_into_one_job_make_several(school: School, pupil: Person) -> None:
    problem = school.problem(("5", "5", "5", "5"), time_limit_ms=20_000)
    submission_id, _ = sent(school, pupil, problem)
    deliver(submission_id)
    assert [[test.id for test in job.tests] for job in school.judge.jobs] == [["1"], ["2", "3"], ["4"]]
    assert len({job.job_id for job in school.judge.jobs}) == 3
    assert code_of(submission_id) == "OK"


@pytest.mark.parametrize(("answers", "outcome"), [(("4", "5", "5"), Outcome.OK), (("5",) * 3, Outcome.COMPILE_ERROR)])
def test_after_a_failure_no_further_job_is_run(
    school: School, pupil: Person, answers: tuple[str, ...], outcome: Outcome
) -> None:
    submission_id, _ = sent(school, pupil, school.problem(answers, time_limit_ms=40_000))
    school.judge.outcome = outcome
    deliver(submission_id)
    assert len(school.judge.jobs) == 1


def test_missing_test_data_is_our_fault(school: School, pupil: Person, log: Log) -> None:
    submission_id, path = sent(school, pupil, school.problem(tests_version=2))
    assert deliver(submission_id) == []
    assert (code_of(submission_id), pending_of(pupil)) == ("SYSTEM_ERROR", 0)
    task = school.api.get(path, token=pupil.token).body
    assert (task["is_solved"], task["attempts"]) == (False, 0)
    assert any(event["level"] == "ERROR" for event in map(json.loads, log.text.splitlines()))


def test_broken_test_data_is_our_fault(school: School, pupil: Person) -> None:
    problem = school.problem()
    aws("s3").put_object(Bucket="lyceum-test-data", Key=f"tests/{problem.id}/1.zip", Body=b"no zip")
    submission_id, _ = sent(school, pupil, problem)
    assert deliver(submission_id) == []
    assert code_of(submission_id) == "SYSTEM_ERROR"


def test_a_problem_that_is_gone_is_our_fault(school: School, pupil: Person) -> None:
    problem = school.problem()
    submission_id, _ = sent(school, pupil, problem)
    problem.delete()
    assert deliver(submission_id) == []
    assert code_of(submission_id) == "SYSTEM_ERROR"


def test_tests_are_read_in_their_order_and_byte_for_byte(school: School) -> None:
    cases = [testsets.TestCase(f"{number}\r\n".encode(), bytes([number])) for number in range(12)]
    testsets.write(7, 3, cases)
    assert testsets.read(7, 3).tests == tuple(cases)
    with pytest.raises(testsets.MissingTestset):
        testsets.read(7, 4)


def test_source_text_is_never_logged(school: School, pupil: Person, log: Log) -> None:
    submission_id, _ = sent(school, pupil, source="print('my secret')")
    school.judge.failures = [AWAY]
    deliver(submission_id)
    assert log.events("submission judged")[0]["verdict"] == "WRONG_ANSWER"
    assert "my secret" not in log.text


@pytest.mark.parametrize("minutes", range(130))
def test_what_waits_is_looked_at_ever_less_often_and_never_forgotten(minutes: int) -> None:
    expected = minutes in {2, 4, 8, 16, 32, 64, 128}
    assert recovery.is_due(timedelta(minutes=minutes)) is expected
    assert recovery.is_due(timedelta(minutes=minutes, seconds=59)) is expected


def test_a_submission_whose_message_was_lost_is_queued_again(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil)
    school.queue.waiting.clear()
    school.clock.forward(timedelta(minutes=1, seconds=59))
    recovery.recover()
    assert school.queue.waiting == []
    school.clock.forward(timedelta(seconds=2))
    recovery.recover()
    assert school.queue.waiting == [submission_id]
    school.queue.deliver()
    school.clock.forward(timedelta(minutes=2))
    recovery.recover()
    assert (code_of(submission_id), school.queue.waiting) == ("OK", [])


def tried(school: School, submission_id: int, times: int) -> None:
    """Judges are away each time."""
    for _ in range(times):
        school.judge.failures = [AWAY, AWAY]
        assert deliver(submission_id) == ["M0"]


def test_a_submission_over_which_judges_failed_often_is_given_up(school: School, pupil: Person) -> None:
    submission_id, path = sent(school, pupil)
    school.queue.waiting.clear()
    tried(school, submission_id, recovery.MOST_TRIES - 1)
    waits_for(school, submission_id, minutes=32)
    recovery.recover()
    assert (code_of(submission_id), school.queue.waiting) == ("PENDING", [submission_id])
    tried(school, submission_id, 1)
    waits_for(school, submission_id, minutes=64)
    recovery.recover()
    assert (code_of(submission_id), pending_of(pupil)) == ("SYSTEM_ERROR", 0)
    shown = school.api.get(f"/submissions/{submission_id}", token=fresh_token(pupil)).body
    assert (shown["is_checked"], shown["tests_total"]) == (True, 2)
    task = school.api.get(path, token=fresh_token(pupil)).body
    assert (task["is_solved"], task["attempts"]) == (False, 0)
    recovery.recover()
    assert pending_of(pupil) == 0


def waits_for(school: School, submission_id: int, *, minutes: int) -> None:
    """Let it be so long ago that it was sent."""
    submission = models.find_submission(submission_id)
    assert submission is not None
    school.clock.now = submission.waiting_since + timedelta(minutes=minutes, seconds=1)


@pytest.mark.parametrize("minutes", [64, 2**12])
def test_waiting_in_a_long_queue_is_no_reason_to_give_up(school: School, pupil: Person, minutes: int) -> None:
    submission_id, path = sent(school, pupil)
    school.queue.waiting.clear()
    waits_for(school, submission_id, minutes=minutes)
    recovery.recover()
    assert (code_of(submission_id), school.queue.waiting) == ("PENDING", [submission_id])
    school.queue.deliver()
    assert code_of(submission_id) == "OK"
    assert school.api.get(path, token=fresh_token(pupil)).body["attempts"] == 1


BUSY = JudgeUnavailable("Rate exceeded", Failure.BUSY)


def test_a_judge_without_room_uses_up_no_delivery(school: School, pupil: Person) -> None:
    """However often: it comes as a new message, and counts as waiting."""
    submission_id, _ = sent(school, pupil)
    school.queue.waiting.clear()
    event = messages(submission_id)
    event["Records"][0]["attributes"] = {"ApproximateReceiveCount": "5", "MessageGroupId": str(pupil.id)}
    for _ in range(recovery.MOST_TRIES + 1):
        school.judge.failures = [BUSY, BUSY]
        assert application.dispatch(event, None)["batchItemFailures"] == []
    assert school.queue.delayed == [(submission_id, handlers.BUSY_PAUSE)] * (recovery.MOST_TRIES + 1)
    assert school.queue.postponed == []
    waits_for(school, submission_id, minutes=64)
    recovery.recover()
    assert code_of(submission_id) == "PENDING"
    school.queue.deliver()
    assert code_of(submission_id) == "OK"


def test_a_judge_that_died_was_a_try_though_there_is_no_room_for_another(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil)
    school.queue.waiting.clear()
    for _ in range(2):
        school.judge.failures = [JudgeUnavailable("Runtime.ExitError", Failure.CRASHED), BUSY]
        assert application.dispatch(messages(submission_id), None)["batchItemFailures"] != []
    assert school.queue.delayed == []
    submission = models.find_submission(submission_id)
    assert submission is not None
    assert submission.tries == 2


class Wire(io.BytesIO):
    """What came over the wire, as botocore reads it."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


@pytest.mark.parametrize(("error", "is_busy"), [("TooManyRequestsException", True), ("ServiceException", False)])
def test_lambda_says_that_it_has_no_room(school: School, error: str, is_busy: bool) -> None:  # noqa: FBT001 - parametrized
    def refuse(**_: Any) -> AWSResponse:
        headers = HTTPHeaders.from_dict({"x-amzn-ErrorType": error})
        return AWSResponse("", 429 if is_busy else 500, headers, Wire(b'{"message": "No"}'))

    def name(params: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {**params, "FunctionName": "judge"}

    events: Any = judge_client._lambda(judge_client.LONGEST_ANSWER).meta.events
    events.register_first("before-send.lambda.Invoke", refuse, "refuse")
    events.register("provide-client-params.lambda.Invoke", name, "name")
    try:
        with pytest.raises(JudgeUnavailable) as refused:
            judge_client.ask_patiently({}, "user-1")
    finally:
        events.unregister("before-send.lambda.Invoke", unique_id="refuse")
        events.unregister("provide-client-params.lambda.Invoke", unique_id="name")
    assert refused.value.is_busy is is_busy


def test_tries_are_counted_from_each_judging_anew(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil)
    tried(school, submission_id, recovery.MOST_TRIES - 1)
    school.queue.deliver()
    rejudging.rejudge(submission_id)
    school.queue.waiting.clear()
    tried(school, submission_id, 1)
    waits_for(school, submission_id, minutes=64)
    recovery.recover()
    assert code_of(submission_id) == "PENDING"


def test_a_judging_that_died_is_counted_and_found(school: School, pupil: Person) -> None:
    """Nothing is left of the invocation but that it had begun."""
    submission_id, _ = sent(school, pupil)
    school.queue.waiting.clear()
    died = models.find_submission(submission_id)
    assert died is not None
    for _ in range(recovery.MOST_TRIES):
        Progress(died, is_coarse=False).begin()
    assert waiting_models.waiting_since(school.clock.now + timedelta(seconds=1), at_most=10) == []
    waits_for(school, submission_id, minutes=2)
    recovery.recover()
    assert code_of(submission_id) == "SYSTEM_ERROR"


def fresh_token(pupil: Person) -> str:
    return sessions.start(pupil.account, Device("", "")).access_token


def test_the_schedule_recovers(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil)
    school.queue.waiting.clear()
    school.clock.forward(timedelta(minutes=2, seconds=1))
    event = {"version": "0", "id": "", "detail-type": "", "source": "", "account": "", "time": "", "region": ""}
    application.requeue_waiting({**event, "resources": [], "detail": {}}, None)
    assert school.queue.waiting == [submission_id]


def test_a_submission_that_could_not_be_queued_is_stored_and_queued_later(school: School, pupil: Person) -> None:
    class Broken(Queue):
        def put(self, submission_id: int, user_id: int) -> None:
            raise ClientError({"Error": {"Code": "ServiceUnavailable", "Message": ""}}, "SendMessage")

    path = school.task_path(pupil)
    school.sqs.submissions = Broken()
    reply = school.api.post(path, {"code": "5"}, token=pupil.token, headers={"Prefer": "respond-async"})
    assert reply.status == 202
    school.sqs.submissions = school.queue
    school.clock.forward(timedelta(minutes=2, seconds=1))
    recovery.recover()
    assert code_of(reply.body["submission_id"]) == "OK"


def test_only_the_waiting_are_in_the_index(school: School, pupil: Person) -> None:
    first, _ = sent(school, pupil)
    second, _ = sent(school, pupil)
    deliver(first)
    waiting = waiting_models.waiting_since(school.clock.now + timedelta(seconds=1), at_most=10)
    assert [each.id for each in waiting] == [second]
    assert isinstance(waiting[0], Submission)
    items = [item for item in stored_items("judge") if item["kind"] == "submission"]
    assert [item["id"] for item in items if "waiting" in item] == [second]


def test_a_teacher_may_see_what_became_of_it(school: School, pupil: Person) -> None:
    submission_id, _ = sent(school, pupil)
    school.teach(teacher := school.person(Role.TEACHER), pupil)
    assert school.api.get(f"/submissions/{submission_id}", token=teacher.token).body["status"] == "Checking"
