"""Programs that are run on an input of their author's: nothing is stored, nothing counts."""

from datetime import timedelta

import pytest

from chalicelib.common import ids
from chalicelib.common.dynamo import transactions
from chalicelib.common.http import errors
from chalicelib.judge import models, waiting_models
from chalicelib.judge.grading import judge_client
from chalicelib.judge.grading.judge_client import JudgeUnavailable
from chalicelib.judge.submissions import custom_runs
from chalicelib.judge.submissions.custom_runs import CustomRun
from chalicelib.judge.submissions.submissions import Program
from chalicelib.judge_protocol import contract, wire
from chalicelib.judge_protocol.contract import MAX_SOURCE_BYTES, Job, Outcome
from tests.support.school import Person, School, stored_items

ECHO = Program(language="python3", source="print(1)")


def test_a_program_is_run_once_on_the_input(school: School, pupil: Person) -> None:
    run = custom_runs.run(pupil.id, ECHO, "привет\n")
    assert run == CustomRun(outcome=Outcome.OK, output="print(1)", time_ms=12.0, memory_kb=9000)
    (job,) = school.judge.jobs
    assert [test.input for test in job.tests] == ["привет\n".encode()]
    assert [item for item in stored_items("judge") if item["kind"] != "languages"] == []


@pytest.mark.parametrize(
    ("asked", "kept"), [((500, 1024), (500, 1024)), ((60_000, 10**6), (custom_runs.LONGEST_TIME_MS, 256 * 1024))]
)
def test_its_limits_are_within_ours(
    school: School, pupil: Person, asked: tuple[int, int], kept: tuple[int, int]
) -> None:
    custom_runs.run(pupil.id, ECHO, "", time_limit_ms=asked[0], memory_limit_kb=asked[1])
    (test,) = school.judge.jobs[0].tests
    assert (test.time_limit_ms, test.memory_limit_kb) == kept


def test_a_rush_allows_fewer_runs(school: School, pupil: Person) -> None:
    """Each keeps a request waiting. Those of before count by themselves, and afterwards there are as many as ever."""
    for _ in range(custom_runs.RUNS_IN_RUSH.allowed + 1):
        custom_runs.run(pupil.id, ECHO, "")
    first = ids.new_id(school.clock.now)
    sent = {"problem_id": 1, "tests_version": 1, "language": "python3", "source": "5"}
    waiting = [
        models.new_submission(first + number, 1, "test#1", school.clock.now, **sent)
        for number in range(waiting_models.MANY_OLD)
    ]
    for each in waiting:
        transactions.create(each)
    school.clock.forward(waiting_models.OLD + timedelta(milliseconds=1))

    for _ in range(custom_runs.RUNS_IN_RUSH.allowed):
        custom_runs.run(pupil.id, ECHO, "")
    with pytest.raises(errors.TooManyRequests) as refused:
        custom_runs.run(pupil.id, ECHO, "")
    assert int(refused.value.headers["Retry-After"]) > 0
    waiting[0].delete()
    custom_runs.run(pupil.id, ECHO, "")


def test_what_does_not_compile_says_why(school: School, pupil: Person) -> None:
    school.judge.outcome = Outcome.COMPILE_ERROR
    run = custom_runs.run(pupil.id, ECHO, "")
    assert (run.outcome, run.compiler_output, run.output) == (Outcome.COMPILE_ERROR, "line 1: no", "")


def test_a_program_that_fails_tells_how(school: School, pupil: Person) -> None:
    def crash(event: object, tenant: str) -> dict[str, object]:
        job = wire.job_from_json(event)  # type: ignore[arg-type]
        run = contract.Run(
            id="1", outcome=Outcome.RUNTIME_ERROR, exit_code=3, stdout=b"half\xff", stderr=b"no", truncated=True
        )
        compiled = contract.Compilation(outcome=Outcome.OK)
        return wire.report_to_json(contract.Report(job_id=job.job_id, compilation=compiled, runs=(run,)))

    school.use_judge(crash)
    run = custom_runs.run(pupil.id, ECHO, "")
    assert (run.outcome, run.exit_code, run.output, run.errors, run.truncated) == (
        Outcome.RUNTIME_ERROR,
        3,
        "half\ufffd",
        "no",
        True,
    )


@pytest.mark.parametrize(
    ("program", "given", "error"),
    [
        (Program(language="python3", source=" "), "", errors.BadRequest),
        (Program(language="python3", source="x" * (MAX_SOURCE_BYTES + 1)), "", errors.TooLarge),
        (Program(language="klingon", source="x"), "", errors.BadRequest),
        (Program(language="pascal", source="x"), "", errors.Unprocessable),
        (ECHO, "я" * 32_769, errors.TooLarge),
    ],
)
def test_what_cannot_be_run_is_refused(
    school: School, pupil: Person, program: Program, given: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        custom_runs.run(pupil.id, program, given)
    assert school.judge.jobs == []


def test_ten_runs_a_minute_may_be_made(school: School, pupil: Person) -> None:
    for _ in range(custom_runs.RUNS.allowed):
        custom_runs.run(pupil.id, ECHO, "")
    with pytest.raises(errors.TooManyRequests):
        custom_runs.run(pupil.id, ECHO, "")
    custom_runs.run(school.person().id, ECHO, "")
    school.clock.forward(timedelta(minutes=1))
    custom_runs.run(pupil.id, ECHO, "")


def test_a_judge_that_is_away_is_not_waited_for(school: School, pupil: Person) -> None:
    school.judge.failures = [JudgeUnavailable("away")]
    with pytest.raises(errors.Unavailable):
        custom_runs.run(pupil.id, ECHO, "")
    assert custom_runs.run(pupil.id, ECHO, "").outcome is Outcome.OK


def test_lambda_is_told_whose_program_it_runs(school: School, pupil: Person) -> None:
    school.override(judge_soon=judge_client.ask_soon)
    asked = []
    events = judge_client._lambda(judge_client.SOON).meta.events
    events.register("provide-client-params.lambda.Invoke", lambda params, **_: asked.append(params), "asked")

    with pytest.raises(errors.Unavailable):  # there is no such function
        custom_runs.run(pupil.id, ECHO, "")

    events.unregister("provide-client-params.lambda.Invoke", unique_id="asked")
    assert [params["TenantId"] for params in asked] == [f"user-{pupil.id}"]


def test_a_report_about_another_program_is_not_believed(school: School, pupil: Person) -> None:
    def lie(event: object, tenant: str) -> dict[str, object]:
        other = Job(job_id="another", language="python3", source="x", tests=())
        return wire.report_to_json(school.judge.report(other))

    school.use_judge(lie)
    with pytest.raises(errors.Unavailable):
        custom_runs.run(pupil.id, ECHO, "")
