"""The canary sees what a pupil sees: it passes while programs are judged, and fails when anything on the way does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import boto3
import pytest

from chalicelib.accounts import accounts
from chalicelib.common.events import timers
from chalicelib.judge_protocol.contract import Compilation, Job, Outcome, Report, Run
from chalicelib.school import digests
from infra import canary
from infra.aws import canary_account
from infra.canary import CanaryError
from infra.migrations import m0011_digests, migrate
from infra.migrations.pages import Tables
from infra.packaging.canary import MAX_CHARS, add_code
from infra.packaging.package import CANARY
from tests.infra.conftest import Built
from tests.support.school import Judge, School


class Adder(Judge):
    """Runs the canary's program, or what the test makes of it."""

    answer = "{}"

    def report(self, job: Job) -> Report:
        sums = [sum(map(int, (test.input or "").split())) for test in job.tests]
        runs = [
            Run(id=test.id, outcome=Outcome.OK, cpu_ms=9.0, memory_kb=9000, stdout=self.answer.format(each).encode())
            for test, each in zip(job.tests, sums, strict=True)
        ]
        compiled = Compilation(outcome=Outcome.OK)
        return Report(job_id=job.job_id, compilation=compiled, runs=tuple(runs), toolchain="fake 1")


@pytest.fixture
def judge(school: School) -> Adder:
    adder = Adder()
    school.override(judge=adder)
    return adder


@pytest.fixture
def tables(school: School) -> Tables:
    """The migrations' own, over the school's tables."""
    assert school is not None
    return migrate.tables_of(boto3.Session(), "local")


class Refused(Exception):
    """As urllib raises HTTPError."""


def over(school: School) -> canary.Ask:
    def ask(method: str, path: str, body: Any, token: str | None) -> Any:
        reply = school.api.request(method, path, json_body=body, token=token)
        if reply.status >= 400:
            raise Refused(f"{method} {path}: {reply.status}")
        return reply.body

    return ask


def open_sessions(school: School, secret: dict[str, Any]) -> int:
    """Those that the canary left."""
    body = {"login": secret["login"], "password": secret["password"]}
    token = school.api.post("/login", body).body["jwt_access"]
    return len(school.api.get("/sessions", token=token).body) - 1


def no_pause(_: float) -> None:
    raise AssertionError("there was nothing to wait for")


def test_while_programs_are_judged_it_passes_and_leaves_no_session(school: School, judge: Adder) -> None:
    secret = canary_account.make(None)

    canary.watch(over(school), secret, no_pause)

    assert {job.source for job in judge.jobs} == {canary_account.PROGRAM}
    assert open_sessions(school, secret) == 0


def test_a_verdict_that_takes_longer_than_a_request_is_waited_for(school: School, judge: Adder) -> None:
    secret = canary_account.make(None)
    school.queue.held = True
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            school.queue.deliver()

    canary.watch(over(school), secret, pause)

    assert pauses == [canary.PAUSE] * 3


def test_a_right_program_that_is_called_wrong_is_an_error_and_the_session_ends(school: School, judge: Adder) -> None:
    secret = canary_account.make(None)
    judge.answer = "-{}"

    with pytest.raises(CanaryError, match=r"^/submissions/\d+: a right program got WRONG_ANSWER$"):
        canary.watch(over(school), secret, no_pause)
    assert open_sessions(school, secret) == 0


def test_a_verdict_that_never_comes_is_an_error(school: School, judge: Adder) -> None:
    secret = canary_account.make(None)
    school.queue.held = True
    pauses: list[float] = []

    with pytest.raises(CanaryError, match="a right program got PENDING"):
        canary.watch(over(school), secret, pauses.append)
    assert len(pauses) == canary.TRIES


def test_a_sign_in_that_fails_is_an_error(school: School, judge: Adder) -> None:
    secret = canary_account.make(None)

    with pytest.raises(Refused, match="POST /login: 401"):
        canary.watch(over(school), {**secret, "password": "another"}, no_pause)
    assert judge.jobs == []


def test_its_course_is_nobody_elses(school: School, judge: Adder) -> None:
    secret = canary_account.make(None)
    course = secret["task"].rsplit("/", 2)[0]
    pupil = school.person()

    assert school.api.get("/main/courses").body == []
    assert school.api.get(course, token=pupil.token).status == 403


def test_making_it_again_replaces_the_account_and_keeps_the_task(school: School, judge: Adder) -> None:
    first = canary_account.make(None)
    second = canary_account.make(first)
    for _ in range(2):
        canary_account.forget(first)  # also when it is done again after an interruption

    assert second["task"] == first["task"]
    assert accounts.find_by_email(f"{first['login']}@lyceum.invalid") is None
    with pytest.raises(Refused):
        canary.watch(over(school), first, no_pause)
    canary.watch(over(school), second, no_pause)


def test_nothing_is_mailed_to_addresses_that_are_nobodys(school: School, judge: Adder, tables: Tables) -> None:
    """Each would bounce, and SES stops accounts whose mails do. `make migrate` gives confirmed addresses a digest."""
    secret = canary_account.make(None)
    assert m0011_digests.forward(tables, None) is None
    timer = timers.find(digests.TOPIC, str(secret["account_id"]))
    assert timer is not None
    school.clock.now = timer.due_at - timedelta(hours=2)
    canary.watch(over(school), secret, no_pause)

    school.transitions.sweep()
    for _ in range(3):
        school.transitions.pass_time(timedelta(days=1))
        assert school.deliver_letters() == []
    assert school.mails == []


# --- The template ----------------------------------------------------------------------------------------------------


def of_the_canary(built: Built) -> Iterator[dict[str, Any]]:
    for name, resource in built.template["Resources"].items():
        if name.startswith("Canary") and not name.endswith("LogGroup"):
            yield resource


def test_the_function_is_the_code_that_was_tried(built: Built) -> None:
    function = built.resources("AWS::Lambda::Function")["CanaryFunction"]
    variables = function["Environment"]["Variables"]

    assert function["Code"]["ZipFile"] == CANARY.read_text("utf-8")
    assert function["Handler"] == f"index.{canary.handler.__name__}"
    assert variables["URL"] == {"Fn::Sub": "https://${FrontDoorHost}"}
    assert variables["SECRET"]["Fn::Sub"].replace("${Stage}", "prod") == canary_account.secret_name("prod")
    assert function["Timeout"] > canary.PAUSE * canary.TRIES + 60


def test_code_that_cloudformation_would_refuse_is_not_packaged(built: Built) -> None:
    with pytest.raises(ValueError, match="the canary's code has 4097 characters"):
        add_code(built.template, "x" * (MAX_CHARS + 1))


def test_it_runs_only_where_it_is_wanted_and_every_five_minutes(built: Built) -> None:
    assert {resource["Condition"] for resource in of_the_canary(built)} == {"HasCanary"}
    assert built.template["Parameters"]["Canary"]["Default"] == "off"
    assert built.resources("AWS::Events::Rule")["CanarySchedule"]["ScheduleExpression"] == "rate(5 minutes)"


def test_a_canary_that_fails_twice_or_falls_silent_is_told(built: Built) -> None:
    alarm = built.resources("AWS::CloudWatch::Alarm")["CanaryErrorsAlarm"]

    assert (alarm["Period"], alarm["DatapointsToAlarm"], alarm["TreatMissingData"]) == (300, 2, "breaching")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "CanaryFunction"}}]
